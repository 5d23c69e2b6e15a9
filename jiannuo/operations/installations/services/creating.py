"""Beginning a project: the stages and lines come from the procedures of its products."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.services import create_document
from jiannuo.operations.installations.models import (
    Installation,
    InstallationUnit,
    Measure,
    PackingLine,
    Paper,
    Procedure,
    ProcedureItem,
    Skill,
    Topic,
    TrialRule,
    next_stage,
)
from jiannuo.registry.installedbase.models import InstalledUnit

Kind = ProcedureItem.Kind
GONE = (InstalledUnit.Status.RETURNED, InstalledUnit.Status.SCRAPPED)
ORDER = ("delivery", "unpacking", "installation", "commissioning", "trial", "documents", "training")


@transaction.atomic
def create_installation(
    *,
    by: Any,
    units: Sequence[InstalledUnit],
    contract: str = "",
    trial_hours: Decimal | None = None,
    trial_basis: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    at: datetime | None = None,
    is_demo: bool = False,
) -> Installation:
    """A project for ``units`` of one customer, done by the organisation that services them.

    ``trial_hours`` is what the contract says, else the table counts. Raises PermissionDenied, and ValidationError for
    no unit, units of several customers, one that is accepted or in a project already, or a product without procedure.
    """
    _check_units(units)
    lead = units[0]
    if not by.has_perm("installations.plan", lead):
        raise PermissionDenied("installations.plan")
    procedures = {unit.pk: _procedure_of(unit) for unit in units}
    chosen = list({one.pk: one for one in procedures.values()}.values())
    longest = max(chosen, key=lambda one: one.trial_hours or Decimal(0))
    needed = {stage for one in chosen for stage in one.needed()}
    site = lead.address
    installation = Installation(
        organization=lead.organization,
        customer=lead.customer,
        unit=lead if len(units) == 1 else None,
        category=lead.model.category,
        division=site.division if site is not None else None,
        address=site.detail if site is not None else "",
        title=_title(units),
        contact_name=contact_name,
        contact_phone=contact_phone,
        contract=contract,
        state="planned" if "delivery" in needed else next_stage("agreed", needed),
        needed=[stage for stage in ORDER if stage in needed],
        trial_hours=trial_hours or longest.trial_hours,
        trial_basis=trial_basis or (contract if trial_hours else longest.source),
        trial_rule=TrialRule.RESTART
        if any(one.trial_rule == TrialRule.RESTART for one in chosen if one.needs_trial)
        else TrialRule.EXTEND,
        created_at=at or timezone.now(),
        is_demo=is_demo,
    )
    create_document(installation, by=by)
    for unit in units:
        part = InstallationUnit.objects.create(installation=installation, unit=unit)
        _copy_for_unit(part, procedures[unit.pk])
    _copy_for_project(installation, chosen)
    return installation


def _title(units: Sequence[InstalledUnit]) -> str:
    lead = units[0]
    many = f" ×{len(units)}" if len(units) > 1 else f" {lead.serial}"
    return f"{lead.customer} · {lead.model}{many}"[:200]


def _check_units(units: Sequence[InstalledUnit]) -> None:
    if not units:
        raise ValidationError({"units": _("Choose at least one unit.")})
    if any(unit.customer_id is None for unit in units):
        raise ValidationError({"units": _("Enter first to which customer the units go.")})
    if len({unit.customer_id for unit in units}) > 1 or len({unit.organization_id for unit in units}) > 1:
        raise ValidationError(
            {"units": _("Choose units of one customer that the same organisation services.")}
        )
    keys = [unit.pk for unit in units]
    if len(set(keys)) < len(keys):
        raise ValidationError({"units": _("A unit was chosen twice.")})
    for unit in units:
        if unit.status in GONE:
            raise ValidationError({"units": _("%(unit)s is returned or scrapped.") % {"unit": unit}})
        if unit.accepted_on is not None:
            raise ValidationError(
                {
                    "units": _("%(unit)s was accepted on %(day)s already.")
                    % {"unit": unit, "day": unit.accepted_on.isoformat()}
                }
            )
    taken = InstallationUnit.objects.filter(unit__in=keys, is_active=True)
    known = taken.select_related("unit", "installation").first()
    if known is not None:
        raise ValidationError(
            {
                "units": _("%(unit)s is in the project %(number)s already.")
                % {"unit": known.unit, "number": known.installation.number}
            }
        )


def _procedure_of(unit: InstalledUnit) -> Procedure:
    found = Procedure.objects.for_model(unit.model)
    if found is None:
        raise ValidationError(
            {
                "units": _("No installation procedure covers %(model)s. A manager has to enter one.")
                % {"model": unit.model}
            }
        )
    return found


def _lines(procedure: Procedure, kind: str) -> list[ProcedureItem]:
    return [item for item in procedure.items.all() if item.kind == kind]


def _copy_for_unit(part: InstallationUnit, procedure: Procedure) -> None:
    configuration = part.unit.configuration or {}
    if procedure.needs_unpacking:
        PackingLine.objects.bulk_create(
            PackingLine(installation=part.installation, part=part, text=item.text, expected=item.quantity)
            for item in _lines(procedure, Kind.PACKING)
            if item.applies_to(configuration)
        )
    if procedure.needs_commissioning:
        Measure.objects.bulk_create(
            Measure(
                part=part,
                position=item.position,
                text=item.text,
                unit=item.unit,
                minimum=item.minimum,
                maximum=item.maximum,
                required=item.required,
            )
            for item in _lines(procedure, Kind.VALUE)
            if item.applies_to(configuration)
        )


def _copy_for_project(installation: Installation, procedures: Sequence[Procedure]) -> None:
    """Papers, topics and skills are the same for all units: each once."""
    papers: dict[str, Paper] = {}
    topics: dict[str, Topic] = {}
    skills: dict[str, Skill] = {}
    for procedure in procedures:
        if procedure.needs_documents:
            for item in _lines(procedure, Kind.PAPER):
                papers.setdefault(
                    item.text,
                    Paper(
                        installation=installation,
                        title=item.text,
                        required=item.required,
                        copies=max(1, item.quantity),
                    ),
                )
        if procedure.needs_training:
            for item in _lines(procedure, Kind.TOPIC):
                topics.setdefault(
                    item.text, Topic(installation=installation, title=item.text, hours=item.hours)
                )
            for item in _lines(procedure, Kind.SKILL):
                skills.setdefault(item.text, Skill(installation=installation, text=item.text))
    Paper.objects.bulk_create(papers.values())
    Topic.objects.bulk_create(topics.values())
    Skill.objects.bulk_create(skills.values())
