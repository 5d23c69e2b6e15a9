"""What is done with an answer afterwards: counted or left out by a person, corrected with a line and a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.events import MatterRaised
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.surveys.models import SurveyAnswer
from jiannuo.operations.surveys.models.answers import is_independent
from jiannuo.operations.surveys.scores import read_replies
from jiannuo.operations.surveys.services.answering import (
    keep_replies,
    questions_of,
    rescored,
    take_scores,
)
from jiannuo.operations.surveys.services.opinions import keep_opinions
from jiannuo.operations.surveys.services.reporting import keep_by_answer


@transaction.atomic
def do(
    document: SurveyAnswer,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> SurveyAnswer:
    """Do an action; raises what ``documents.services.perform`` raises."""
    answer = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "count":
        keep_by_answer(answer, by=by)
    return answer


def may_correct(answer: SurveyAnswer, user: Any) -> bool:
    """Whether ``user`` checks surveys there and is not the one judged."""
    return bool(user.has_perm("surveys.review", answer)) and is_independent(answer, user)


@transaction.atomic
def correct(
    answer: SurveyAnswer, values: Mapping[str, Any], *, by: Any, reason: str, version: int | None = None
) -> SurveyAnswer:
    """Correct what was entered wrongly; before and after stand on the timeline with the reason.

    Raises PermissionDenied (also for the person judged and for who entered it), StaleDocument or ValidationError.
    """
    if not may_correct(answer, by):
        raise PermissionDenied("surveys.review")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is corrected.")})
    answer = documents.lock(answer, version=version)
    given = read_replies(questions_of(answer.edition), values)
    before = {reply.question.code: reply for reply in answer.replies.select_related("question")}
    old = {code: reply.shown for code, reply in before.items()}
    was_low = answer.low
    keep_replies(answer, given)
    new = {reply.question.code: reply for reply in answer.replies.select_related("question")}
    lines = [
        f"{(new.get(code) or before[code]).question.text}：{old.get(code) or '—'} → "
        f"{new[code].shown if code in new else '—'}"
        for code in sorted({*old, *new})
        if old.get(code) != (new[code].shown if code in new else None)
    ]
    if not lines:
        raise ValidationError(_("Nothing was changed."))
    take_scores(answer, rescored(answer, given))
    documents.save(answer)
    keep_opinions(answer)
    text = "\n".join([reason.strip(), *lines])
    documents.record(answer, TimelineEntry.Kind.CHANGE, by=by, action="corrected", text=text)
    if answer.low and not was_low:
        publish(MatterRaised(document_id=answer.pk, matter="complaint"))
    return answer
