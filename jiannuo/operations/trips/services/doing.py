"""Actions of trips with what follows: approvals, reminders, advances, the settlement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.money import in_figures
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import approvals
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.trips import notices
from jiannuo.operations.trips.balances import balances_of, total_of
from jiannuo.operations.trips.models import BusinessTrip, TripAdvance, TripFeedback, TripRules, TripStep

#: who approves where no table says otherwise
USUAL_APPROVER = Role.DEPARTMENT_MANAGER
#: the hour of the day at which people are reminded
MORNING = time(9)


@transaction.atomic
def do(
    document: BusinessTrip,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> BusinessTrip:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises."""
    at = at or timezone.now()
    trip = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    effect = EFFECTS.get(name)
    if effect is not None:
        effect(trip, by, dict(data or {}), at)
    return trip


def steps_for(trip: BusinessTrip, what: str, amount: Decimal) -> list[str]:
    """The roles that approve it: those of the nearest organisation upwards that has such a table."""
    rows = list(
        TripStep.objects.filter(organization__path__in=paths_upwards(trip.organization), what=what)
        .select_related("organization")
        .order_by("-organization__depth", "position", "pk")
    )
    nearest = [row for row in rows if row.organization_id == rows[0].organization_id]
    return [row.role for row in nearest if row.from_amount <= amount] or [USUAL_APPROVER]


def _submitted(trip: BusinessTrip, by: Any, _data: dict[str, Any], _at: datetime) -> None:
    roles = steps_for(trip, TripStep.What.TRIP, trip.estimate)
    subject = (_("Business trip: %(title)s") % {"title": trip.title})[:200]
    amount = trip.estimate or None
    approvals.ask(trip, subject, roles, by=by, amount=amount, reason=trip.purpose, on_approved="approve")


def _decided(trip: BusinessTrip, _by: Any, _data: dict[str, Any], _at: datetime) -> None:
    """Everybody who travels, and who planned it, knows."""
    context = {"state": trip.state_label, "title": trip.title, "reason": trip.refusal}
    key = f"trips.decided:{trip.pk}:{trip.state}:{trip.version}"
    notify(people_of(trip), notices.DECIDED, document=trip, context=context, key=key)


def people_of(trip: BusinessTrip) -> list[Any]:
    """The travellers and who planned it."""
    found: dict[Any, Any] = {one.person_id: one.person for one in trip.people.select_related("person")}
    if trip.created_by is not None:
        found.setdefault(trip.created_by_id, trip.created_by)
    return list(found.values())


def _planned_anew(trip: BusinessTrip, by: Any, data: dict[str, Any], _at: datetime) -> None:
    approvals.cancel_pending(trip, by=by, reason=data.get("reason", ""))


def _cancelled(trip: BusinessTrip, by: Any, data: dict[str, Any], _at: datetime) -> None:
    approvals.cancel_pending(trip, by=by, reason=data.get("reason", ""))
    if any(one.advanced for one in balances_of(trip)):
        raise ValidationError(_("An advance is still out. Let finance take it back first."))
    if trip.expenses.exists():
        raise ValidationError(_("Expenses are written down. Take them back, or settle the trip."))


def reminder_at(last_day: date, rules: TripRules) -> datetime:
    """When a form that is still missing is asked for first."""
    day = last_day + timedelta(days=rules.feedback_days + 1)
    return timezone.make_aware(datetime.combine(day, MORNING))


def _on_the_way(trip: BusinessTrip, _by: Any, _data: dict[str, Any], _at: datetime) -> None:
    """The reminder of the feedback form counts from the last day, also when nobody notes the return."""
    if trip.ends_on < trip.starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    missing = not TripFeedback.objects.filter(trip=trip).exists()
    trip.remind_at = reminder_at(trip.ends_on, TripRules.of(trip.organization)) if missing else None
    trip.save(update_fields=["remind_at"])


def _advanced(trip: BusinessTrip, by: Any, data: dict[str, Any], at: datetime) -> None:
    """A line of the advances; nobody gives back more than they have."""
    traveller = trip.people.select_related("person").filter(person=data["person"].pk).first()
    if traveller is None:
        raise ValidationError(
            {"person": _("%(name)s does not travel on this trip.") % {"name": data["person"]}}
        )
    amount = data["amount"] if data.get("way", "out") == "out" else -data["amount"]
    known = next(one for one in balances_of(trip) if one.traveller.pk == traveller.pk)
    if known.advanced + amount < 0:
        text = _("Only %(amount)s are out as an advance.")
        raise ValidationError({"amount": text % {"amount": in_figures(known.advanced)}})
    TripAdvance.objects.create(
        traveller=traveller, amount=amount, at=at, by=by, remark=data.get("remark", "")
    )
    text = _("Advance to %(name)s: %(amount)s")
    documents.record(
        trip,
        TimelineEntry.Kind.CHANGE,
        by=by,
        text=text % {"name": traveller.person, "amount": in_figures(amount)},
    )


def _handed_in(trip: BusinessTrip, by: Any, _data: dict[str, Any], _at: datetime) -> None:
    rules = TripRules.of(trip.organization)
    if rules.feedback_first and not TripFeedback.objects.filter(trip=trip).exists():
        raise ValidationError(
            _("The feedback form is missing. Write it first; expenses are settled with it.")
        )
    total = total_of(trip)
    subject = (_("Settlement of the trip: %(title)s") % {"title": trip.title})[:200]
    roles = steps_for(trip, TripStep.What.SETTLEMENT, total)
    approvals.ask(trip, subject, roles, by=by, amount=total, reason=_reasons(trip), on_approved="grant")


def _reasons(trip: BusinessTrip) -> str:
    """What the approver has to look at: lines without receipt or above the limit."""
    lines = []
    for one in trip.expenses.filter(Q(over_limit=True) | Q(receipt__isnull=True)):
        words = "；".join(word for word in (one.over_reason, one.no_receipt) if word)
        lines.append(f"{one.get_kind_display()} {in_figures(one.amount)} {one.text}: {words}")
    return "\n".join(lines)


def _settled(trip: BusinessTrip, by: Any, _data: dict[str, Any], _at: datetime) -> None:
    """What each person gets or gives back is written down for good."""
    for one in balances_of(trip):
        one.traveller.paid_out = one.due
        one.traveller.save(update_fields=["paid_out"])
        text = _("Settled with %(name)s: %(amount)s")
        documents.record(
            trip,
            TimelineEntry.Kind.CHANGE,
            by=by,
            text=text % {"name": one.traveller.person, "amount": in_figures(one.due)},
        )
    trip.remind_at = None
    trip.save(update_fields=["remind_at"])
    _decided(trip, by, {}, _at)


EFFECTS = {
    "submit": _submitted,
    "approve": _decided,
    "refuse": _decided,
    "plan_anew": _planned_anew,
    "cancel": _cancelled,
    "set_out": _on_the_way,
    "come_back": _on_the_way,
    "advance": _advanced,
    "hand_in": _handed_in,
    "grant": _decided,
    "send_back": _decided,
    "settle": _settled,
}
