"""Making, changing, starting, pausing and ending plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.maintenance.models import MaintenancePlan, PlannedJob, PlanUnit
from jiannuo.operations.maintenance.services import jobs
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import do as do_order
from jiannuo.promises.obligations.models import RecurringDuty
from jiannuo.promises.obligations.words import metric_label

#: what a plan may change once it runs; the rest is another plan
FIELDS = (
    "customer",
    "address",
    "source",
    "reference",
    "job",
    "work",
    "checklist",
    "rhythm",
    "every_amount",
    "every_unit",
    "season",
    "season_when",
    "season_days",
    "weekdays",
    "meter_every",
    "meter_months",
    "starts_on",
    "ends_on",
    "lead_days",
    "automatic",
    "owner",
)
#: states of an order that ending a plan can still call off
RECALLABLE = ("draft", "ready", "dispatched", "accepted")
R = MaintenancePlan.Rhythm


@transaction.atomic
def create_plan(
    *,
    by: Any,
    organization: Any,
    customer: Any,
    title: str = "",
    units: Sequence[Any] = (),
    at: datetime | None = None,
    is_demo: bool = False,
    **fields: Any,
) -> MaintenancePlan:
    """A draft plan; it makes nothing due before it is started.

    Raises ValidationError by field: an interval of zero, units of several customers, a meter that the product does not
    have, a plan without units where the rhythm needs them. PermissionDenied unless ``by`` plans for the organisation.
    """
    plan = MaintenancePlan(
        organization=organization, customer=customer, created_at=at or timezone.now(), is_demo=is_demo
    )
    if by is not None and not by.has_perm("maintenance.plan", plan):
        raise PermissionDenied("maintenance.plan")
    _assign(plan, fields)
    _check(plan, units)
    plan.title = (title.strip() or _title(plan, units))[:200]
    documents.create_document(plan, by=by)
    _set_units(plan, units)
    return plan


@transaction.atomic
def change_plan(
    plan: MaintenancePlan,
    *,
    by: Any,
    version: int | None,
    units: Sequence[Any],
    title: str = "",
    **fields: Any,
) -> MaintenancePlan:
    """Change a plan that has not ended; due jobs without an order follow the new rhythm.

    Raises StaleDocument, PermissionDenied and ValidationError as :func:`create_plan`.
    """
    plan = documents.lock(plan, version=version)
    if not by.has_perm("maintenance.plan", plan):
        raise PermissionDenied("maintenance.plan")
    if plan.is_over:
        raise ValidationError(_("The plan has ended. Make a new one."))
    if plan.rhythm == R.CLAUSE:
        fields = {
            name: value
            for name, value in fields.items()
            if name in ("work", "checklist", "lead_days", "automatic", "owner", "job")
        }
    _assign(plan, fields)
    if plan.rhythm != R.CLAUSE:
        _check(plan, units)
        _set_units(plan, units)
    plan.title = (title.strip() or plan.title)[:200]
    plan.planned_on = None
    plan.full_clean(exclude=["number", "kind", "state"])
    documents.save(plan)
    documents.record(plan, TimelineEntry.Kind.CHANGE, by=by, text=_("The plan was changed."))
    if plan.rhythm != R.CLAUSE:
        plan.jobs.filter(state=PlannedJob.State.DUE).delete()
    if plan.state == MaintenancePlan.State.ACTIVE:
        jobs.plan_ahead(plan)
    return plan


def _assign(plan: MaintenancePlan, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"a plan has no field {name!r}")
        setattr(plan, name, value)


def _check(plan: MaintenancePlan, units: Sequence[Any]) -> None:
    """Raise ValidationError by field for what cannot be planned."""
    problems = {**_rhythm_problems(plan, units), **_owner_problems(plan, units)}
    if plan.ends_on is not None and plan.ends_on < plan.starts_on:
        problems["ends_on"] = _("The plan ends before it begins.")
    if problems:
        raise ValidationError(problems)
    plan.weekdays = "".join(sorted(set(plan.weekdays)))
    _keep_only_what_counts(plan)


def _rhythm_problems(plan: MaintenancePlan, units: Sequence[Any]) -> dict[str, str]:
    if plan.rhythm == R.CALENDAR and not plan.every_amount:
        return {"every_amount": _("Say how often: every 3 months, say. An interval of 0 is none.")}
    if plan.rhythm == R.SEASON and plan.season_id is None:
        return {"season": _("Choose the season.")}
    if plan.rhythm == R.SEASON and plan.season_when != "during" and not plan.season_days:
        return {"season_days": _("Say how many days before or after the season there are for it.")}
    if plan.rhythm == R.WEEKDAYS and (not plan.weekdays or set(plan.weekdays) - set("0123456")):
        return {"weekdays": _("Choose at least one day of the week.")}
    return _meter_problems(plan, units) if plan.rhythm == R.METER else {}


def _owner_problems(plan: MaintenancePlan, units: Sequence[Any]) -> dict[str, str]:
    """A plan is about one customer."""
    problems = {}
    others = [unit.serial for unit in units if unit.customer_id != plan.customer_id]
    if others:
        text = _("These units belong to another customer: %(units)s. Make a plan for each.")
        problems["units"] = text % {"units": "、".join(others[:5])}
    if plan.address is not None and plan.address.customer_id != plan.customer_id:
        problems["address"] = _("This address belongs to another customer.")
    return problems


def _meter_problems(plan: MaintenancePlan, units: Sequence[Any]) -> dict[str, str]:
    problems = {}
    if plan.meter_every is None or plan.meter_every <= Decimal(0):
        problems["meter_every"] = _("Say after how much on the meter. An interval of 0 is none.")
    without = [unit.serial for unit in units if not unit.model.meter_unit]
    if not units:
        problems["units"] = _("A plan by meter needs its units.")
    elif without:
        problems["units"] = _("These units have no meter: %(units)s.") % {"units": "、".join(without[:5])}
    return problems


def _keep_only_what_counts(plan: MaintenancePlan) -> None:
    """Forget what belongs to another rhythm, so that it misleads nobody later."""
    if plan.rhythm != R.CALENDAR:
        plan.every_amount = None
    if plan.rhythm != R.SEASON:
        plan.season, plan.season_days = None, None
    elif plan.season_when == "during":
        plan.season_days = None
    if plan.rhythm != R.WEEKDAYS:
        plan.weekdays = ""
    if plan.rhythm != R.METER:
        plan.meter_every, plan.meter_months = None, None


def _title(plan: MaintenancePlan, units: Sequence[Any]) -> str:
    about = str(units[0].model) if units else ""
    return " · ".join(part for part in (str(plan.customer), about, str(plan.get_job_display())) if part)


def _set_units(plan: MaintenancePlan, units: Sequence[Any]) -> None:
    wanted = {unit.pk for unit in units}
    plan.plan_units.exclude(unit__in=wanted).delete()
    known = set(plan.plan_units.values_list("unit_id", flat=True))
    begun = timezone.make_aware(datetime.combine(plan.starts_on, datetime.min.time()))
    PlanUnit.objects.bulk_create(
        PlanUnit(plan=plan, unit=unit, serviced_at=begun) for unit in units if unit.pk not in known
    )


@transaction.atomic
def adopt_clause(
    *,
    by: Any,
    organization: Any,
    customer: Any,
    duty: RecurringDuty,
    automatic: bool = False,
    lead_days: int = 14,
    is_demo: bool = False,
) -> MaintenancePlan:
    """A running plan for what a recurring clause promises a customer: its jobs are the occurrences of the ledger.

    Units that join later, under the same clause, join the plan. Returns the plan that is there already.
    """
    commitment = duty.version.commitment
    known = MaintenancePlan.objects.filter(
        customer=customer, organization=organization, commitment=commitment, clause=duty.clause
    ).exclude(state=MaintenancePlan.State.ENDED)
    if plan := known.first():
        return plan
    text = _text_of(duty)
    label = metric_label(duty.action)
    plan = MaintenancePlan(
        organization=organization,
        customer=customer,
        title=f"{customer} · {label} · {commitment.code}"[:200],
        source=MaintenancePlan.Source.CLAUSE,
        commitment=commitment,
        clause=duty.clause,
        metric=duty.action,
        reference=text.reference,
        job=WorkOrder.Kind.MAINTENANCE if duty.action in MAINTAINS else WorkOrder.Kind.INSPECTION,
        work=text.text or label,
        rhythm=R.CLAUSE,
        starts_on=duty.anchor,
        lead_days=lead_days,
        automatic=automatic,
        owner=by,
        is_demo=is_demo,
    )
    if by is not None and not by.has_perm("maintenance.plan", plan):
        raise PermissionDenied("maintenance.plan")
    documents.create_document(plan, by=by)
    return do_plan(plan, "activate", by=by, as_system=by is None)


#: what a recurring clause calls work on the machine; the others look at it
MAINTAINS = frozenset({"maintenance", "upkeep", "cleaning", "calibration"})


class _Text:
    """The words of the clause of a duty and where they stand."""

    def __init__(self, text: str = "", reference: str = "") -> None:
        self.text, self.reference = text, reference[:160]


def _text_of(duty: RecurringDuty) -> _Text:
    from jiannuo.promises.commitments.engine import loaded

    clause = loaded(duty.version).clause(duty.clause)
    if clause is None:
        return _Text()
    return _Text(clause.text, f"{clause.source.document} {clause.source.article}".strip())


@transaction.atomic
def do_plan(
    document: MaintenancePlan,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> MaintenancePlan:
    """Do an action with what follows: starting makes the first jobs due, ending settles what is open."""
    at = at or timezone.now()
    plan = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "activate":
        jobs.plan_ahead(plan, today=timezone.localdate(at))
    elif name == "end":
        _ended(plan, by=by, at=at, data=data or {})
    return MaintenancePlan.objects.select_related("organization", "customer").get(pk=plan.pk)


def _ended(plan: MaintenancePlan, *, by: Any, at: datetime, data: Mapping[str, Any]) -> None:
    """Jobs without an order are left out; orders are called off where that is wished and still possible."""
    reason = str(data.get("reason", ""))
    plan.jobs.filter(state=PlannedJob.State.DUE).update(
        state=PlannedJob.State.SKIPPED, skip_reason=reason[:200], skipped_by=by
    )
    if not data.get("cancel_orders"):
        return
    for job in plan.jobs.filter(state=PlannedJob.State.ORDERED).select_related("order"):
        if job.order is not None and job.order.state in RECALLABLE:
            do_order(job.order, "cancel", by=by, at=at, data={"reason": reason}, as_system=True)
            PlannedJob.objects.filter(pk=job.pk).update(
                state=PlannedJob.State.SKIPPED, skip_reason=reason[:200], skipped_by=by
            )
