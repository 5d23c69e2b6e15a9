"""Late, and the customer late: what the phone notes without network, and what it shows of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.faces.field.offline.instants import instant_of
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.appointments.models import VisitNote
from jiannuo.operations.appointments.services import announce_delay, note_customer_late
from jiannuo.operations.appointments.services.visits import MOST_MINUTES
from jiannuo.operations.workorders.models import Visit, WorkOrder

if TYPE_CHECKING:
    from jiannuo.faces.field.steps import Sent

KINDS = (VisitNote.Kind.DELAY, VisitNote.Kind.CUSTOMER_LATE)


class DelayForm(forms.Form):
    """When somebody will be there after all; ``agreed`` is the appointment that the phone knew."""

    expected_at = forms.DateTimeField()
    reason = forms.CharField(max_length=200, required=False)
    agreed = forms.DateTimeField(required=False)
    at = forms.CharField(max_length=40, required=False)


class CustomerLateForm(forms.Form):
    """How long somebody waited."""

    minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    at = forms.CharField(max_length=40, required=False)


def tell_delay(sent: Sent) -> object:
    """Announce a delay as it was noted."""
    data = sent.data
    return announce_delay(
        sent.order,
        data["expected_at"],
        by=sent.by,
        reason=data["reason"],
        noted_at=noted_at(sent),
        agreed=data["agreed"],
    )


def keep_customer_late(sent: Sent) -> object:
    """Keep how long somebody waited."""
    return note_customer_late(sent.order, sent.data["minutes"], by=sent.by, noted_at=noted_at(sent))


def noted_at(sent: Sent) -> datetime:
    """When something was noted: not in the future, and not before the order was given to whoever notes it.

    Unlike a step it may lie before what was done to the order meanwhile.
    """
    now = timezone.now()
    said = instant_of(sent.data["at"])
    if said is None:
        return now
    given = (
        TimelineEntry.objects.filter(document_id=sent.order.pk, to_state=WorkOrder.State.DISPATCHED)
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    return min(max(said, given or sent.order.created_at), now)


def notes_of(visit: Visit | None) -> list[dict[str, Any]]:
    """What was noted of a visit, as the phone shows it. One query."""
    if visit is None:
        return []
    rows = visit.notes.filter(kind__in=KINDS).order_by("at", "pk")
    return [
        {
            "kind": note.kind,
            "at": note.at.isoformat(),
            "expected_at": note.expected_at.isoformat() if note.expected_at else None,
            "minutes": note.minutes,
            "reason": note.reason,
            "untold": note.get_untold_display() if note.untold else "",
        }
        for note in rows
    ]


def late_texts() -> dict[str, str]:
    """The words of being late."""
    return {
        "late_title": _("Announce a delay"),
        "late_agreed": _("Agreed: {at}"),
        "late_expected": _("Expected at"),
        "late_minutes": _("{n} min later"),
        "late_reason": _("Reason (the customer reads it)"),
        "late_send": _("Announce it"),
        "late_waiting": _(
            "The customer is told as soon as there is a network, unless it is too late by then."
        ),
        "late_kept": _("Kept. The customer is told when there is a network."),
        "late_over": _("This time is over."),
        "late_not_later": _("This is not later than agreed."),
        "late_too_far": _("More than a day later: agree another day with the customer instead."),
        "late_said": _("Late: expected {at}"),
        "late_untold": _("The customer was not told: {why}."),
        "customer_late": _("Customer late"),
        "customer_late_minutes": _("Minutes of waiting"),
        "customer_late_keep": _("Write it down"),
        "customer_late_said": _("Customer late: waited {n} min"),
        "customer_late_range": _("Enter the minutes of waiting, a day at most."),
        "step_delay": _("Announce a delay"),
        "step_customer_late": _("Customer late"),
    }
