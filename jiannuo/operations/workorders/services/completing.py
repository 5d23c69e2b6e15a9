"""Completing an order: what must be there, and what it writes into the unit's file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders.models import OrderLine, Visit, WorkOrder
from jiannuo.operations.workorders.services import sharing
from jiannuo.operations.workorders.services.checks import unanswered
from jiannuo.operations.workorders.services.lines import cost_of, recharge
from jiannuo.operations.workorders.services.proofs import missing_photos
from jiannuo.operations.workorders.services.step import Step
from jiannuo.operations.workorders.services.visits import end_visit
from jiannuo.registry.installedbase import services as installedbase


def completed(step: Step) -> None:
    """Check that the record is whole, charge by cause, write the unit's file, end the visit, meet the promises.

    Raises ValidationError that says what is missing.
    """
    order = step.order
    require_record(order)
    recharge(order, cause=order.cause.cause_class if order.cause else "")
    consents.require(order, "cost", by=step.by, amount=cost_of(order))
    write_unit_file(order, by=step.by, at=step.at)
    end_visit(order, at=step.at, result=Visit.Result.DONE)
    sharing.completed(step)


def require_record(order: WorkOrder) -> None:
    """Raise ValidationError with everything that a complete record still lacks."""
    problems: dict[str, Any] = {}
    whole = [photo.text for photo in missing_photos(order)]
    missing = unanswered(order)
    if missing:
        items = "；".join(check.text for check in missing[:5])
        whole.insert(0, _("The checklist is not finished: %(items)s") % {"items": items})
    if whole:
        problems["__all__"] = whole
    for field, text in wanted_fields(order).items():
        value = getattr(order, field)
        if value is None or not str(value).strip():
            problems[field] = text
    if order.test_passed is False:
        problems["test_passed"] = not_passed()
    if problems:
        raise ValidationError(problems)


def wanted_fields(order: WorkOrder) -> dict[str, str]:
    """Field of the record → what to say while it is empty."""
    choose = _("Choose one from the list.")
    codes = ("symptom", "cause", "measure") if order.job == WorkOrder.Kind.REPAIR else ()
    return {
        **dict.fromkeys(codes, choose),
        "test_result": _("Enter what the test showed."),
        "test_passed": _("Say whether the test was passed."),
    }


def not_passed() -> str:
    """What to say when the test was not passed."""
    return _("The test is not passed. Go on working, or choose “Second visit needed”.")


def write_unit_file(order: WorkOrder, *, by: Any, at: Any) -> None:
    """Changed components and the meter reading, once, into the file of the unit."""
    if order.unit is None:
        return
    changed_on = timezone.localtime(at).date()
    for line in _parts_not_booked(order):
        installedbase.replace_component(
            order.unit,
            line.component,
            old_serial=line.old_serial,
            new_serial=line.new_serial,
            on=changed_on,
            document=order,
            by=by,
        )
    readings = order.unit.readings.filter(document_id=order.pk)
    if order.meter_reading is not None and not readings.filter(value=order.meter_reading).exists():
        try:
            installedbase.record_reading(order.unit, order.meter_reading, at=at, document=order, by=by)
        except ValidationError as error:
            raise ValidationError({"meter_reading": error.messages}) from error


def _parts_not_booked(order: WorkOrder) -> list[OrderLine]:
    """Parts of the order that changed a component and are not in the unit's file yet (it may be completed twice)."""
    changes = order.unit.component_changes.filter(document_id=order.pk) if order.unit else []
    known = {(change.component_id, change.new_serial) for change in changes}
    parts = order.lines.filter(kind=OrderLine.Kind.PART, component__isnull=False).select_related("component")
    return [line for line in parts if (line.component_id, line.new_serial) not in known]
