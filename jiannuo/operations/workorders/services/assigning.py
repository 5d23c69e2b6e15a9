"""Giving an order to a technician."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.search.services import index_many
from jiannuo.operations.workforce.certificates import lacking
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders import shares, telling
from jiannuo.operations.workorders.events import WorkOrderAssigned
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import promises, waiting
from jiannuo.operations.workorders.services.step import Step
from jiannuo.operations.workorders.services.visits import plan_visit


def assigned(step: Step) -> None:
    """Open the visit, hand the promises over, tell the technician and the one who had it before.

    Raises ValidationError for a person who is no active technician, lacks a certificate that product or promise ask
    for on the day of the appointment, or may not work for the organisation.
    """
    order, technician = step.order, step.data["technician"]
    profile = Technician.objects.filter(user=technician, active=True).select_related("organization").first()
    if profile is None or not technician.is_active:
        raise ValidationError(
            {"technician": _("%(person)s is no active technician.") % {"person": technician}}
        )
    refuse_without_certificate(order, profile, step)
    move_to(order, technician, profile)
    begins, ends = step.data.get("appointment_from"), step.data.get("appointment_to")
    if begins is None and not order.visits.exists():
        begins, ends = shares.told_window(order) or (None, None)
    visit = plan_visit(
        order,
        technician,
        at=step.at,
        appointment_from=begins,
        appointment_to=ends,
        agreed_with=step.data.get("agreed_with") or "",
        planned_from=step.data.get("planned_from"),
        planned_to=step.data.get("planned_to"),
        crew=step.data.get("crew"),
    )
    waiting.end(order, at=step.at, by=step.by)
    promises.assign(order, technician, by=step.by)
    promises.appointed(order, visit, at=step.at, by=step.by)
    if visit.agreed_at is not None:
        promises.fulfil(order, promises.BY_APPOINTMENT, at=visit.agreed_at, by=step.by)
    telling.tell_assigned(order, visit)
    if helpers := list(visit.crew.all()):
        telling.tell_helpers(order, visit, helpers)
    before = step.before.technician
    if before is not None and before != technician:
        telling.tell_taken_away(order, before)
    publish(WorkOrderAssigned(order_id=order.pk, number=order.number, at=step.at))


def refuse_without_certificate(order: WorkOrder, profile: Technician, step: Step) -> None:
    """Raise ValidationError when product or promise ask for a certificate that the technician does not hold then."""
    begins = step.data.get("appointment_from") or step.at
    day = timezone.localdate(max(begins, step.at))
    missing = lacking([profile], order.category, day, order.certificates).get(profile.pk)
    if missing:
        text = _("%(person)s holds no valid certificate on %(day)s: %(kinds)s. Choose somebody else.")
        values = {"person": step.data["technician"], "day": day.isoformat(), "kinds": "、".join(missing)}
        raise ValidationError({"technician": text % values})


def move_to(order: WorkOrder, technician: Any, profile: Technician) -> None:
    """Let the order belong to the organisation that does it, when that is another one below the present.

    A dealer's technician can only see orders of the dealer; the office above keeps seeing them too.
    """
    if technician.has_perm("orders.work", order):
        return
    before = order.organization
    order.organization = profile.organization
    if not technician.has_perm("orders.work", order):
        order.organization = before
        raise ValidationError(
            {
                "technician": _("%(person)s may not do work orders. Give the role first.")
                % {"person": technician}
            }
        )
    order.save(update_fields=["organization"])
    index_many(WorkOrder, [order.pk])  # found by those who do it now
