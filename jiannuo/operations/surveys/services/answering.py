"""Answers: by the link, during a call, from paper. The first answer to an invitation stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.events import MatterRaised
from jiannuo.operations.surveys.models import Edition, Invitation, LowScoreRule, Question, Reply, SurveyAnswer
from jiannuo.operations.surveys.scores import Given, Scores, read_replies, scores_of
from jiannuo.operations.surveys.services.guarding import Origin, flags_for, is_self_entered, is_staff_phone
from jiannuo.operations.surveys.services.opinions import keep_opinions
from jiannuo.operations.surveys.services.reporting import keep_by_answer
from jiannuo.registry.customers.phones import normalise_phone

Way = SurveyAnswer.Way


class AlreadyAnswered(Exception):
    """The first answer stands."""


class InvitationExpired(Exception):
    """The time of the link is over."""


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related(
        "edition__questionnaire", "organization", "customer", "unit", "model", "person", "document"
    )
    return rows.get(pk=invitation.pk)


@transaction.atomic
def answer_invitation(
    invitation: Invitation,
    values: Mapping[str, Any],
    *,
    origin: Origin | None = None,
    by: Any = None,
    at: datetime | None = None,
) -> SurveyAnswer:
    """Answer an invitation: the customer by the link, or ``by`` an agent during a call.

    Raises AlreadyAnswered, InvitationExpired (the link only), PermissionDenied, or ValidationError by question.
    """
    at = at or timezone.now()
    if by is not None and not by.has_perm("surveys.enter", invitation.organization):
        raise PermissionDenied("surveys.enter")
    invitation = _locked(invitation)
    if invitation.state == Invitation.State.ANSWERED:
        raise AlreadyAnswered
    if by is None and invitation.expires_at <= at:
        raise InvitationExpired
    origin = origin or Origin()
    phones = [invitation.phone, *invitation.customer.phones.values_list("number", flat=True)]
    if by is None:
        flags = flags_for(invitation.edition, phones=phones, origin=origin, at=at)
    else:
        flags = (
            [str(SurveyAnswer.Flag.SELF_ENTERED)]
            if is_self_entered(by, invitation.organization, invitation.person_id)
            else []
        )
        flags += [str(SurveyAnswer.Flag.STAFF_PHONE)] if is_staff_phone(phones) else []
    answer = record_answer(
        invitation.edition,
        values,
        organization=invitation.organization,
        invitation=invitation,
        way=Way.LINK if by is None else Way.PHONE,
        customer=invitation.customer,
        unit=invitation.unit,
        model=invitation.model,
        person=invitation.person,
        phone=invitation.phone,
        flags=flags,
        origin=origin,
        by=by,
        at=at,
        is_demo=invitation.is_demo,
    )
    invitation.state = Invitation.State.ANSWERED
    invitation.save(update_fields=["state"])
    if invitation.document is not None:
        documents.link(answer, invitation.document, "follows")
    return answer


@transaction.atomic
def enter_answer(
    edition: Edition,
    values: Mapping[str, Any],
    *,
    by: Any,
    organization: Any,
    customer: Any = None,
    unit: Any = None,
    person: Any = None,
    name: str = "",
    phone: str = "",
    way: str = Way.PAPER,
    answered_at: datetime | None = None,
    sheet_print: str = "",
    is_demo: bool = False,
) -> SurveyAnswer:
    """Enter an answer on paper or by phone that no invitation asked for; ``sheet_print`` tells the row of a file.

    Raises PermissionDenied without ``surveys.enter`` there, ValidationError for what is wrong.
    """
    now = timezone.now()
    if not by.has_perm("surveys.enter", organization):
        raise PermissionDenied("surveys.enter")
    if not organization.path.startswith(edition.questionnaire.organization.path):
        raise ValidationError({"organization": _("The questionnaire is not for this organisation.")})
    if edition.is_draft:
        raise ValidationError(_("The questionnaire is not published yet."))
    if answered_at is not None and answered_at > now:
        raise ValidationError({"answered_on": _("It cannot have been answered later than today.")})
    number = normalise_phone(phone) if phone.strip() else ""
    phones = [number] if number else []
    if customer is not None:
        phones += customer.phones.values_list("number", flat=True)
    flags = (
        [str(SurveyAnswer.Flag.SELF_ENTERED)]
        if is_self_entered(by, organization, getattr(person, "pk", None))
        else []
    )
    flags += [str(SurveyAnswer.Flag.STAFF_PHONE)] if is_staff_phone(phones) else []
    return record_answer(
        edition,
        values,
        organization=organization,
        way=way,
        customer=customer,
        unit=unit,
        model=unit.model if unit is not None else None,
        person=person,
        name=name.strip(),
        phone=number,
        flags=flags,
        by=by,
        at=answered_at or now,
        sheet_print=sheet_print,
        is_demo=is_demo,
    )


def record_answer(
    edition: Edition,
    values: Mapping[str, Any],
    *,
    organization: Any,
    by: Any,
    at: datetime,
    invitation: Invitation | None = None,
    way: str = Way.LINK,
    flags: Sequence[str] = (),
    origin: Origin | None = None,
    **about: Any,
) -> SurveyAnswer:
    """Keep an answer with its scores and opinions; a low one brings up a complaint, once.

    Raises ValidationError with a message for each question that is answered wrongly.
    """
    origin = origin or Origin()
    questions = list(edition.questions.all())
    given = read_replies(questions, values)
    scores = scores_of(edition, given, edition.low_scores.all())
    answer = SurveyAnswer(
        edition=edition,
        organization=organization,
        invitation=invitation,
        title=edition.questionnaire.name,
        way=way,
        answered_at=at,
        month=timezone.localdate(at).replace(day=1),
        created_at=min(at, timezone.now()),
        flags=list(flags),
        address_print=origin.address,
        device_print=origin.device,
        seconds=origin.seconds,
        state=SurveyAnswer.State.WAITING if flags else SurveyAnswer.State.COUNTED,
        **about,
    )
    take_scores(answer, scores)
    documents.create_document(answer, by=by, text="、".join(answer.flag_labels))
    keep_replies(answer, given)
    keep_opinions(answer)
    keep_by_answer(answer, by=by)
    if answer.low:
        publish(MatterRaised(document_id=answer.pk, matter="complaint"))
    return answer


def take_scores(answer: SurveyAnswer, scores: Scores) -> None:
    """Put the figures on the answer."""
    answer.csi, answer.nps, answer.satisfied, answer.low = (
        scores.csi,
        scores.nps,
        scores.satisfied,
        scores.low,
    )


def keep_replies(answer: SurveyAnswer, given: Sequence[Given]) -> None:
    """Write the replies, in place of those that there are."""
    answer.replies.all().delete()
    Reply.objects.bulk_create(
        Reply(answer=answer, question=one.question, value=one.value, values=one.values, text=one.text)
        for one in given
    )


def rescored(answer: SurveyAnswer, given: Sequence[Given]) -> Scores:
    """The figures of new replies by the rules of the answer's edition."""
    rules = LowScoreRule.objects.filter(edition=answer.edition_id)
    return scores_of(answer.edition, given, rules)


def questions_of(edition: Edition) -> list[Question]:
    """The questions in order; one query."""
    return list(edition.questions.all())
