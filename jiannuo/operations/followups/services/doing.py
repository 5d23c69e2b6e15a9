"""The actions of a follow-up with everything that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.notices.services import notify
from jiannuo.operations.followups import notices
from jiannuo.operations.followups.models import Attempt, FollowUp
from jiannuo.operations.followups.queries import people_for
from jiannuo.operations.followups.services import campaigns
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.recipients import Recipients

Result = Attempt.Result


@transaction.atomic
def do(
    document: FollowUp,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> FollowUp:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises."""
    at, values = at or timezone.now(), dict(data or {})
    if name == "hand_over":
        _check_person(document, values.get("person"))
    if name == "attempt":
        values["again_at"] = _again(document, values, at)
        text = text or _said(values)
    followup = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    after = _AFTER.get(name)
    if after is not None:
        after(followup, by=by, at=at, data=values, as_system=as_system)
    followup.refresh_from_db()
    return followup


def _again(followup: FollowUp, values: Mapping[str, Any], at: datetime) -> datetime | None:
    """When it is tried again: at the time the customer wished, else after the minutes of the table."""
    result, wished = values.get("result"), values.get("again_at")
    if result == Result.REFUSED:
        return None
    if result == Result.LATER and wished is None:
        raise ValidationError({"again_at": _("Ask when the customer wants to be called, and write it down.")})
    if wished is not None and wished <= at:
        raise ValidationError({"again_at": _("This time has passed. Choose one to come.")})
    kind = followup.followup_kind
    again = wished or at + timedelta(minutes=kind.retry_minutes)
    return kind.hours_for(followup.customer).next_from(timezone.localtime(again)) or again


def _said(values: Mapping[str, Any]) -> str:
    words = str(Result(values["result"]).label) if values.get("result") in Result.values else ""
    return " · ".join(one for one in (words, str(values.get("remark", ""))) if one)


def _tried(followup: FollowUp, *, by: Any, at: datetime, data: Mapping[str, Any], **_more: Any) -> None:
    """Keep what came of it; give up when the customer refuses, or after as many attempts as the table allows."""
    result = data["result"]
    Attempt.objects.create(
        followup=followup,
        at=at,
        by=by,
        result=result,
        again_at=data.get("again_at"),
        remark=data.get("remark", ""),
    )
    followup.taken_by = followup.taken_at = None
    if data.get("again_at") is not None:
        followup.call_at = data["again_at"]
    followup.save(update_fields=["taken_by", "taken_at", "call_at"])
    kind = followup.followup_kind
    if result == Result.REFUSED:
        _give_up(followup, str(_("The customer does not want to talk.")), by=by, at=at)
    elif followup.attempts >= kind.most_attempts and result != Result.LATER:
        _give_up(
            followup,
            str(_("Not reached in %(count)s attempts.") % {"count": followup.attempts}),
            by=by,
            at=at,
        )


def _give_up(followup: FollowUp, reason: str, *, by: Any, at: datetime) -> None:
    data = {"reason": reason}
    documents.perform(followup, "give_up", by=by, at=at, data=data, as_system=True)
    campaigns.not_reached(followup, by=by, at=at)


def _reported(followup: FollowUp, *, by: Any, at: datetime, data: Mapping[str, Any], **_more: Any) -> None:
    obligations.fulfil(followup, ("notice", "report"), at=at, by=by)
    people = Recipients(at).escalated_to(Role.DEPARTMENT_MANAGER, followup.organization)
    text = str(data.get("text", "")).strip() or followup.issue_text
    context = {"customer": followup.customer, "text": text}
    key = f"{notices.UNSOLVED.id}:{followup.pk}:{followup.version}"
    notify(people, notices.UNSOLVED, document=followup, context=context, key=key)


def _solved(followup: FollowUp, *, by: Any, at: datetime, **_more: Any) -> None:
    """What was solved need not be reported any more; the customer is owed the answer now."""
    obligations.cancel(
        followup, at=at, by=by, reason=str(_("A solution was found.")), metrics=("notice", "report")
    )
    facts = facts_for(unit=followup.unit, customer=followup.customer, events={"requested": at})
    obligations.happened(
        "confirmed",
        at=at,
        document=followup,
        unit=followup.unit,
        customer=followup.customer,
        person=followup.owner,
        facts=facts,
        occasion=f"{at:%Y%m%d%H%M%S}",
        by=by,
    )
    context = {"customer": followup.customer, "solution": followup.solution}
    key = f"{notices.SOLVED.id}:{followup.pk}:{followup.version}"
    if followup.owner is not None and followup.owner != by:
        notify([followup.owner], notices.SOLVED, document=followup, context=context, key=key)


def _told(followup: FollowUp, *, by: Any, at: datetime, **_more: Any) -> None:
    obligations.fulfil(followup, ("answer", "contact"), at=at, by=by)


def _handed_over(followup: FollowUp, *, by: Any, **_more: Any) -> None:
    if followup.obligation is not None and followup.obligation.is_owed:
        obligations.entrust(followup.obligation, followup.owner)
    obligations.assign(followup, followup.owner, by=by)
    context = {"customer": followup.customer, "what": followup.followup_kind}
    key = f"{notices.YOURS.id}:{followup.pk}:{followup.version}"
    people = [followup.owner] if followup.owner is not None else []
    notify(people, notices.YOURS, document=followup, context=context, key=key)


def _dropped(
    followup: FollowUp, *, by: Any, at: datetime, data: Mapping[str, Any], as_system: bool, **_more: Any
) -> None:
    """Whoever drops what is promised lets the promise go, with the same reason."""
    owed = followup.obligation
    if owed is not None and owed.is_owed and not as_system:
        obligations.waive(owed, by=by, reason=str(data.get("reason", "")))
    campaigns.not_reached(followup, by=by, at=at)


def _check_person(followup: FollowUp, person: Any) -> None:
    if not people_for(followup).filter(pk=getattr(person, "pk", None)).exists():
        raise ValidationError(
            {
                "person": _("%(person)s may not make follow-ups there. Choose somebody else.")
                % {"person": person}
            }
        )


_AFTER: dict[str, Any] = {
    "attempt": _tried,
    "report": _reported,
    "solve": _solved,
    "send_back": _told,
    "tell": _told,
    "hand_over": _handed_over,
    "drop": _dropped,
}
