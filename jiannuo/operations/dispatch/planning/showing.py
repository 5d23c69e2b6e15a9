"""A proposal as its page shows it: days of technicians, what is left, whom to call, figures side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.organizations.models import area_prefix
from jiannuo.operations.dispatch.planning.choosing import zone_of
from jiannuo.operations.dispatch.planning.models import Proposal, ProposalItem


@dataclass(slots=True)
class PersonDay:
    """One technician's day in the proposal."""

    name: str
    day: date
    homeless: bool
    items: list[ProposalItem] = field(default_factory=list)

    @property
    def kilometres(self) -> float:
        """On the way to the jobs, without the way home."""
        return sum(item.metres for item in self.items) / 1000

    @property
    def work_minutes(self) -> int:
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the comparison; ``better`` is empty where both are alike."""

    label: str
    present: str
    proposed: str
    change: str
    better: bool | None


def reason_text(item: ProposalItem) -> str:
    """Why nobody is proposed for an order, and what would help."""
    if item.reason == "uncertified":
        text = _("Nobody chosen who could do it holds on these days: %(kinds)s.")
        return text % {"kinds": "、".join(item.lacking)}
    texts = {
        "no_place": _("Its place is not known. Enter address or division."),
        "no_skill": _("No chosen technician has the skill for this product."),
        "area": _("It lies outside the areas of everybody chosen who has the skill."),
        "certificate": _(
            "Whoever has the skill has no shift in these days, or the certificate runs out before."
        ),
        "no_shift": _("Nobody who could do it has a shift in these days."),
        "window": _("Nobody can be there in the time that was told to the customer. Agree another one."),
        "outside_shift": _("It does not fit into the shifts that are left."),
        "too_far": _("Journey and work are longer than a shift."),
        "locked": _("It is locked to somebody who cannot do it then. Unlock it or change the shift."),
        "capacity": _("All days are full with what is more urgent. Choose more technicians or another day."),
        "dropped": _("You left it out. It stays as it is."),
        "returned": _("You took it back. Improve the proposal to have it planned."),
        "changed": _("It was changed meanwhile and not published."),
    }
    return texts.get(item.reason, "")


def context_of(proposal: Proposal) -> dict[str, Any]:
    """What the page needs; three queries."""
    items = list(
        proposal.items.select_related(
            "order__customer", "order__category", "technician", "present_technician"
        )
    )
    zone = zone_of(proposal.organization)
    people = list(proposal.technicians.select_related("organization"))
    homeless = {row.user_id for row in people if row.home_latitude is None or row.home_longitude is None}
    areas = {row.user_id: [area_prefix(str(code)) for code in row.areas_served] for row in people}
    planned = [item for item in items if item.technician_id is not None]
    for item in planned:
        served, division = areas.get(item.technician_id or 0, []), item.order.division_id or ""
        item.outside = bool(served and division) and not division.startswith(tuple(served))  # type: ignore[attr-defined]
    days: dict[tuple[date, str, int], PersonDay] = {}
    for item in sorted(planned, key=lambda one: (one.starts_at or proposal.made_at, one.pk)):
        if item.technician is None or item.starts_at is None:
            continue
        day = timezone.localtime(item.starts_at, zone).date()
        key = (day, item.technician.name, item.technician.pk)
        own = days.setdefault(key, PersonDay(item.technician.name, day, item.technician.pk in homeless))
        own.items.append(item)
    left = [(item, reason_text(item)) for item in items if item.technician_id is None]
    return {
        "proposal": proposal,
        "title": _("Plan %(span)s") % {"span": proposal.span},
        "subtitle": str(proposal.organization),
        "days": [days[key] for key in sorted(days)],
        "left": left,
        "calls": [item for item in planned if item.is_told and item.changes_person],
        "planned": len(planned),
        "figures": _figures(proposal, items),
        "several_days": proposal.days > 1,
    }


def _figures(proposal: Proposal, items: list[ProposalItem]) -> list[Figure]:
    present, proposed = proposal.present_score, proposal.score
    if not present or not proposed:
        return []
    promised = [item for item in items if item.due_at is not None]
    now_kept = len(promised) - int(present["late_jobs"]) - _promised_left(items, present)
    kept = sum(item.keeps_promise for item in promised)
    before, after = len(items) - present["left_out"], _planned(items)
    outside = present.get("outside_area", 0), proposed.get("outside_area", 0)
    way = None if before != after else False  # more orders mean more way: neither better nor worse
    figures = [
        _figure(_("orders planned"), before, after, True),
        _figure(_("promises kept"), max(0, now_kept), kept, True),
        _figure(_("minutes late in all"), present["late_minutes"], proposed["late_minutes"]),
        _figure(_("kilometres"), round(present["metres"] / 1000), round(proposed["metres"] / 1000), way),
        _figure(_("hours on the way"), present["travel_minutes"] / 60, proposed["travel_minutes"] / 60, way),
        _figure(_("hours of work"), present["work_minutes"] / 60, proposed["work_minutes"] / 60, True),
        _figure(_("orders that change technician"), 0, sum(item.changes_person for item in items)),
        _figure(
            _("of them told to the customer"), 0, sum(item.is_told and item.changes_person for item in items)
        ),
    ]
    return (
        [*figures, _figure(_("orders outside the areas of their technicians"), *outside)]
        if any(outside)
        else figures
    )


def _planned(items: list[ProposalItem]) -> int:
    return sum(item.technician_id is not None for item in items)


def _promised_left(items: list[ProposalItem], present: dict[str, Any]) -> int:
    """How many promises nobody works on now."""
    return sum(item.due_at is not None and item.present_technician_id is None for item in items)


def _figure(label: str, before: float, after: float, more_is_better: bool | None = False) -> Figure:
    """A line; ``more_is_better`` is empty where a difference says nothing."""
    difference = after - before
    digits = 0 if isinstance(before, int) and isinstance(after, int) else 1
    differs = round(difference, digits) != 0
    better = (difference > 0) == more_is_better if differs and more_is_better is not None else None
    change = f"{difference:+.{digits}f}" if differs else ""
    return Figure(label, f"{before:.{digits}f}", f"{after:.{digits}f}", change, better)
