"""What people do with a complaint, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.approvals import holders_of
from jiannuo.office.documents.events import ServiceEnded
from jiannuo.office.documents.flow import actions_of
from jiannuo.office.notices.services import notify
from jiannuo.operations.complaints import notices
from jiannuo.operations.complaints.events import ComplaintClosed
from jiannuo.operations.complaints.models import CallBack, Complaint, Payout
from jiannuo.operations.complaints.queries import people_with
from jiannuo.operations.complaints.services import grading, promising
from jiannuo.operations.complaints.services.payouts import owe_payout
from jiannuo.operations.workorders import consents
from jiannuo.promises.obligations import services as obligations

Result = CallBack.Result
#: actions after which the rules are asked again
JUDGED = ("assign", "investigate", "send_back", "reopen", "regrade")


@transaction.atomic
def do(
    document: Complaint,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Complaint:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises."""
    at, values = at or timezone.now(), dict(data or {})
    before = (document.grade, document.weight)
    if not as_system:
        _check(document, name, values, by=by)
    if name == "decide" and not as_system and _waits_for_consent(document, values, by=by, version=version):
        return document
    if name in ("verify_with_unit", "call_back"):
        name, values, text = _asked(document, name, values, by=by, at=at)
    complaint = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    follow = _AFTER.get(name)
    if follow is not None:
        follow(complaint, by=by, at=at, data=values, before=before)
    return grading.judge(complaint, at=at) if name in JUDGED else complaint


def _check(complaint: Complaint, name: str, values: Mapping[str, Any], *, by: Any) -> None:
    """Refuse what a form could not know. Raises PermissionDenied or ValidationError."""
    if complaint.accused_person_id is not None and complaint.accused_person_id == getattr(by, "pk", None):
        raise PermissionDenied(name)
    if name == "assign":
        if not by.has_perm("complaints.handle", complaint):
            raise PermissionDenied(name)
        officer = values.get("officer")
        able = people_with("complaints.handle", complaint.organization)
        if not able.filter(pk=getattr(officer, "pk", None)).exists():
            raise ValidationError({"officer": _("Choose somebody of the complaint desk.")})
        if officer is not None and officer.pk == complaint.accused_person_id:
            raise ValidationError({"officer": _("Nobody handles a complaint about themselves.")})
    if name == "decide":
        _check_compensation(complaint, values)


def _check_compensation(complaint: Complaint, values: Mapping[str, Any]) -> None:
    wanted = values.get("compensation")
    paid = Payout.objects.filter(source=complaint.pk, state=Payout.State.PAID).first()
    if paid is not None and Decimal(wanted or 0) != paid.amount:
        raise ValidationError(
            {
                "compensation": _("%(amount)s yuan were paid already; it stays at that.")
                % {"amount": paid.amount}
            }
        )


def _waits_for_consent(complaint: Complaint, values: dict[str, Any], *, by: Any, version: int | None) -> bool:
    """Ask for the consent that a compensation wants before it is decided; whether somebody has to agree first.

    A clause says whose from which sum on; where none does, a second person agrees to every sum. The managers who
    agree must see what it is about, so the complaint is raised to their level.
    """
    amount = values.get("compensation")
    if not amount:
        return False
    allowed = {action.name for action in actions_of(complaint) if action.allowed(complaint, by)}
    if "decide" not in allowed:
        return False  # perform says why
    plain = {**values, "compensation": str(amount)}
    approval = consents.obtain(
        complaint,
        "compensation",
        by=by,
        amount=Decimal(amount),
        about=str(complaint.round),
        action="decide",
        data=plain,
        reason=str(values.get("ruling", "")),
        otherwise=(_second_person(complaint, by=by),),
    )
    if approval is None:
        return False
    if complaint.level == Complaint.Level.DESK:
        raised = {"level": Complaint.Level.MANAGER}
        documents.perform(
            complaint,
            "raise_level",
            by=by,
            data=raised,
            version=version,
            as_system=True,
            text=_("Raised, so that those who agree can read it."),
        )
    return True


def _second_person(complaint: Complaint, *, by: Any) -> str:
    """The role of who agrees to a compensation beside ``by``: the department manager, or the general manager."""
    barred = {getattr(by, "pk", None), complaint.accused_person_id} - {None}
    roles = (Role.DEPARTMENT_MANAGER, Role.GENERAL_MANAGER)
    held = (role for role in roles if holders_of(role, complaint).exclude(pk__in=barred).exists())
    return next(held, Role.DEPARTMENT_MANAGER)


def _asked(
    complaint: Complaint, name: str, values: dict[str, Any], *, by: Any, at: datetime
) -> tuple[str, dict[str, Any], str]:
    """Keep what unit or customer said, and choose the step: solved, back to work, or asked again later."""
    if not by.has_perm("complaints.handle", complaint):
        raise PermissionDenied(name)
    fresh = documents.lock(complaint)
    if fresh.state != Complaint.State.ANSWERED:
        return name, {}, ""  # perform refuses with the state
    if name == "call_back" and not fresh.unit_verified:
        raise ValidationError(_("Verify with the unit first; then call the customer."))
    result = str(values.get("result", ""))
    whom = CallBack.Whom.UNIT if name == "verify_with_unit" else values.get("whom") or CallBack.Whom.CUSTOMER
    said = CallBack.objects.create(
        complaint=fresh,
        round=fresh.round,
        whom=whom,
        at=at,
        by=by,
        spoken_with=str(values.get("spoken_with", "")),
        result=result,
        remark=str(values.get("remark", "")),
    )
    parts = (said.get_whom_display(), said.spoken_with, said.get_result_display(), said.remark)
    text = " · ".join(str(part) for part in parts if part)
    if result == Result.UNSOLVED:
        return "send_back", {"failed": name == "call_back"}, text
    if name == "call_back" and result == Result.SOLVED:
        return "confirm_solved", {}, text
    return name, {"result": result}, text


def _assigned(complaint: Complaint, *, by: Any, at: datetime, before: tuple[str, str], **_rest: Any) -> None:
    grading.change_by_hand(complaint, before, by=by, at=at, reason=_("Weighed when it was assigned."))
    promising.owe(complaint, by=by, at=at, reason=_("The weight was changed."))
    promising.kept(complaint, promising.BY_ASSIGNING, at=at, by=by)
    obligations.assign(complaint, complaint.officer, metrics=promising.OWN, by=by)
    if complaint.officer_id != getattr(by, "pk", None) and complaint.officer is not None:
        context = {"who": complaint.who, "text": complaint.title}
        key = f"complaints.yours:{complaint.pk}:{complaint.version}"
        notify([complaint.officer], notices.YOURS, document=complaint, context=context, key=key)


def _investigated(complaint: Complaint, *, by: Any, at: datetime, **_rest: Any) -> None:
    promising.kept(complaint, promising.BY_FINDINGS, at=at, by=by)


def _decided(complaint: Complaint, *, by: Any, at: datetime, **_rest: Any) -> None:
    owe_payout(
        complaint,
        Payout.Purpose.COMPENSATION,
        complaint.compensation,
        customer=complaint.customer,
        payee=complaint.who,
        by=by,
        at=at,
    )


def _answered(complaint: Complaint, *, by: Any, at: datetime, **_rest: Any) -> None:
    promising.kept(complaint, promising.BY_ANSWER, at=at, by=by)


def _unsolved(complaint: Complaint, *, by: Any, at: datetime, **_rest: Any) -> None:
    last = complaint.call_backs.order_by("-pk").first()
    if last is None or complaint.officer is None:
        return
    context = {"who": complaint.who, "whom": last.get_whom_display(), "remark": last.remark}
    key = f"complaints.unsolved:{last.pk}"
    notify([complaint.officer], notices.UNSOLVED, document=complaint, context=context, key=key)


def _verified(complaint: Complaint, *, by: Any, at: datetime, **_rest: Any) -> None:
    promising.kept(complaint, ("closure",), at=at, by=by)
    Complaint.objects.filter(pk=complaint.pk).update(look_at=None)


def _closed(complaint: Complaint, *, by: Any, at: datetime, **_rest: Any) -> None:
    kept_open = ("compensation",)
    owed = set(complaint.obligations.values_list("metric", flat=True)) - set(kept_open)
    obligations.cancel(complaint, at=at, by=by, reason=_("The complaint is closed."), metrics=owed)
    _close_source(complaint, at=at)
    publish(
        ComplaintClosed(
            complaint_id=complaint.pk, number=complaint.number, at=at, document_id=complaint.source_id
        )
    )
    if complaint.customer_id is not None:
        publish(_ended(complaint, complaint.customer_id, at))


def _ended(complaint: Complaint, customer_id: int, at: datetime) -> ServiceEnded:
    """The news for those who ask customers: what is judged then is the work of the desk, not of those accused."""
    officer = complaint.officer
    home = officer.organization_id if officer is not None else None
    return ServiceEnded(
        document_id=complaint.pk,
        how="complaint",
        at=at,
        customer_id=customer_id,
        organization_id=home or complaint.organization_id,
        unit_id=complaint.unit_id,
        person_id=complaint.officer_id,
    )


def _close_source(complaint: Complaint, *, at: datetime) -> None:
    """The request that brought it up is answered and closed, where nothing else is done for it."""
    if complaint.source is None:
        return
    request = complaint.source.specific()
    steps: dict[str, dict[str, Any]] = {
        "give_answer": {"answer": _("The complaint desk has answered the customer.")},
        "close": {},
    }
    for name, data in steps.items():
        if name in {action.name for action in actions_of(request)}:
            request = documents.act(request, name, by=None, data=data, at=at, as_system=True)


def _raised(complaint: Complaint, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any) -> None:
    if complaint.special and data.get("special"):
        grading.GradeChange.objects.create(
            complaint=complaint,
            axis=grading.GradeChange.Axis.SPECIAL,
            after="special",
            reason=str(data.get("reason", ""))[:200],
            by=by,
            at=at,
        )
    if complaint.special or complaint.level == Complaint.Level.DIRECTOR:
        grading.tell_directors(complaint, str(data.get("reason", "")))


def _regraded(
    complaint: Complaint,
    *,
    by: Any,
    at: datetime,
    data: Mapping[str, Any],
    before: tuple[str, str],
    **_r: Any,
) -> None:
    grading.change_by_hand(complaint, before, by=by, at=at, reason=str(data.get("reason", "")))


def _withdrawn(complaint: Complaint, *, by: Any, at: datetime, data: Mapping[str, Any], **_r: Any) -> None:
    obligations.cancel(complaint, at=at, by=by, reason=str(data.get("reason", "")))
    Complaint.objects.filter(pk=complaint.pk).update(look_at=None)


_AFTER: dict[str, Any] = {
    "assign": _assigned,
    "investigate": _investigated,
    "decide": _decided,
    "give_answer": _answered,
    "send_back": _unsolved,
    "confirm_solved": _verified,
    "close": _closed,
    "raise_level": _raised,
    "regrade": _regraded,
    "withdraw": _withdrawn,
}
