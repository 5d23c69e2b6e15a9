"""The board as narrow JSON: what the page draws, and a pulse that tells whether it is still so.

Times are local to the office, to the minute and without an offset, so that every browser draws the same clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.dispatch.board.facts import Facts, facts_for, midnight, time_of
from jiannuo.operations.dispatch.board.places import has_coordinates, home_of
from jiannuo.operations.dispatch.board.rules import Slot
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.dispatch.wording import warning_text
from jiannuo.operations.workforce.certificates import register_of
from jiannuo.operations.workforce.models import (
    Absence,
    Certificate,
    CertificateKind,
    Skill,
    Technician,
)
from jiannuo.operations.workforce.standby import at_work
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.coming import TO_COME

WATCHED = ("ready", *WorkOrder.UNDER_WAY, "completed", "signed")
#: the days that a board shows
SPANS = (1, 7)


def pulse(user: Any, first: date, days: int) -> str:
    """Changes whenever anything that the board shows has changed. Seven queries."""
    begins, ends = midnight(first), midnight(first + timedelta(days=days))
    orders = WorkOrder.objects.visible_to(user).filter(kind="workorder", state__in=WATCHED)
    technicians = Technician.objects.visible_to(user).filter(active=True, user__is_active=True)
    within = {"technician__in": technicians, "starts_at__lt": ends, "ends_at__gt": begins}
    seen: list[Any] = [first, days]
    seen += orders.aggregate(
        Count("pk"), Sum("version"), Max("updated_at"), Max("due_at"), Min("due_at")
    ).values()
    seen += at_work(technicians, begins, ends)
    away = Absence.objects.filter(**within)
    seen += away.aggregate(Count("pk"), Max("pk"), Max("ends_at"), Min("starts_at")).values()
    skills = Skill.objects.filter(technician__in=technicians).order_by("pk")
    seen += list(skills.values_list("pk", "category_id", "level", "certificate", "expires_on"))
    held = Certificate.objects.filter(technician__in=technicians)
    seen += held.aggregate(Count("pk"), Max("pk"), Max("changed_at")).values()
    asked = CertificateKind.objects.filter(Q(categories__isnull=False) | ~Q(code=""))
    seen += list(asked.order_by("pk", "categories").values_list("pk", "name", "code", "categories"))
    trips = GroupTrip.objects.visible_to(user).filter(day__gte=first, day__lt=first + timedelta(days=days))
    seen += trips.aggregate(Count("pk"), Sum("version")).values()
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:20]


def board_data(user: Any, first: date, days: int) -> dict[str, Any]:
    """What the board shows from ``first`` on."""
    facts = facts_for(user, midnight(first), midnight(first + timedelta(days=days)), waiting=True)
    facts.certificates = register_of(facts.technicians)
    timed = {row["pk"]: row for row in facts.visits if row["pk"] in facts.slots}
    return {
        "first": first.isoformat(),
        "days": days,
        "groups": _groups(facts),
        "back": list(_background(facts)),
        "jobs": [_job(facts, timed[slot.order], slot) for slot in facts.slots.values()],
        "queue": [_waiting(facts, row) for row in facts.waiting],
        "loose": [_loose(facts, row) for row in facts.visits if _is_loose(row, timed)],
        "trips": _trips(facts, first, days),
    }


def local(moment: datetime | None) -> str | None:
    """An instant on the clock of the office."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment is not None else None


def _groups(facts: Facts) -> list[dict[str, Any]]:
    """Technicians by organisation, in the order of the tree."""
    found: dict[int, dict[str, Any]] = {}
    for technician in facts.technicians:
        organization = technician.organization
        group = found.setdefault(
            organization.pk, {"id": organization.pk, "name": str(organization), "people": []}
        )
        skills = [f"{skill.category.name} {skill.level}" for skill in technician.skills.all()]
        group["people"].append(
            {
                "id": technician.user_id,
                "name": technician.user.name,
                "skills": "、".join(skills),
                **_setting_out(facts, technician),
            }
        )
    return list(found.values())


def _setting_out(facts: Facts, technician: Technician) -> dict[str, str]:
    """In words, that somebody's own starting place is not known."""
    if home_of(technician) is not None:
        return {}
    if facts.travel.base is not None:
        return {"from": _("sets out from the place of the organisation")}
    if facts.start_of(technician) is not None:
        return {"from": _("sets out from the centre of the area")}
    return {"from": _("starting place not known: the first journey is not counted")}


def _background(facts: Facts) -> Iterable[dict[str, Any]]:
    for technician in facts.technicians:
        for span in facts.shifts[technician.pk]:
            kind = "standby" if span.standby else "shift"
            begins, ends = max(span.starts_at, facts.begins), min(span.ends_at, facts.ends)
            yield {"p": technician.user_id, "k": kind, "f": local(begins), "t": local(ends)}
        away = [span for span, _reason in facts.absences[technician.pk]]
        for span in facts.breaks[technician.pk]:
            if any(one.meets(span.starts_at, span.ends_at) for one in away):
                continue  # who is away has no lunch break to keep
            yield {
                "p": technician.user_id,
                "k": "lunch",
                "f": local(span.starts_at),
                "t": local(span.ends_at),
            }
        for span, reason in facts.absences[technician.pk]:
            begins, ends = max(span.starts_at, facts.begins), min(span.ends_at, facts.ends)
            yield {
                "p": technician.user_id,
                "k": "absence",
                "f": local(begins),
                "t": local(ends),
                "w": reason,
            }


def _job(facts: Facts, row: dict[str, Any], slot: Slot) -> dict[str, Any]:
    job: dict[str, Any] = {
        "o": row["pk"],
        "n": row["number"],
        "v": row["version"],
        "p": slot.technician,
        "f": local(slot.begins),
        "t": local(slot.ends),
        "c": row["customer__name"],
        "d": row["division__name"] or "",
        "x": row["title"],
        "s": row["severity"],
        "st": row["state"],
        "w": [] if slot.under_way else [warning_text(one) for one in facts.concerns(slot)],
    }
    if slot.crew:
        job["crew"] = list(slot.crew)
    if row["planned_from"] is None:
        job["rough"] = 1
    if row["locked"]:
        job["lock"] = 1
    if slot.movable and slot.trip is None:
        job["edit"] = 1
    if slot.trip is not None:
        job["trip"] = slot.trip
    if not has_coordinates(row) and slot.place is not None:
        job["rough_place"] = 1
    if row["appointment_from"] is not None:
        job["a"] = _window(row["appointment_from"], row["appointment_to"])
    way = _way_before(facts, slot)
    if way:
        job["way"] = way
    return job | _share(facts, row)


def _share(facts: Facts, row: dict[str, Any]) -> dict[str, Any]:
    """The place among the parts of a divided job, the job itself, and what the part is for."""
    standing = facts.standings.get(row["pk"])
    if standing is None:
        return {}
    return {"part": str(standing), "job": standing.first, "for": row["share__purpose"] or ""}


def _way_before(facts: Facts, slot: Slot) -> int:
    """Minutes on the way from the visit before on the same day, or from home in the morning."""
    day = slot.begins.date()
    before = max(
        (other for other in facts.of_person(slot.technician) if other.ends <= slot.begins),
        key=lambda other: other.ends,
        default=None,
    )
    if before is not None and before.begins.date() == day:
        return facts.journey(before.place, slot.place)
    technician = facts.by_user().get(slot.technician)
    return facts.journey(facts.start_of(technician), slot.place) if technician is not None else 0


def _window(begins: datetime, ends: datetime | None) -> str:
    first = timezone.localtime(begins)
    text = first.strftime("%m-%d %H:%M")
    return f"{text}–{timezone.localtime(ends).strftime('%H:%M')}" if ends is not None else text


def _waiting(facts: Facts, row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "o": row["pk"],
        "n": row["number"],
        "v": row["version"],
        "c": row["customer__name"],
        "d": row["division__name"] or "",
        "m": row["unit__model__name"] or row["category__name"] or "",
        "x": row["title"],
        "s": row["severity"],
    }
    if row["pk"] in facts.wishes:
        found["win"] = _window(*facts.wishes[row["pk"]])
    if row["due_at"] is not None:
        found["due"] = row["due_at"].isoformat(timespec="seconds")
    if not has_coordinates(row):
        found["nowhere" if facts.place_of(row) is None else "rough_place"] = 1
    if row["waiting_for"]:
        found["wait"] = str(WorkOrder.Waiting(row["waiting_for"]).label)
    return found | _share(facts, row)


def _is_loose(row: dict[str, Any], timed: dict[int, dict[str, Any]]) -> bool:
    return row["pk"] not in timed and row["ended_at"] is None


def _loose(facts: Facts, row: dict[str, Any]) -> dict[str, Any]:
    """A visit without a time, or one left over from before."""
    span = time_of(row, facts.minutes[row["pk"]])
    return {
        **_waiting(facts, row),
        "p": row["technician_id"],
        "who": row["technician__name"],
        "st": str(WorkOrder.State(row["state"]).label),
        **({"was": _window(*span)} if span is not None else {}),
        **({"edit": 1} if row["state"] in TO_COME and not row["locked"] else {}),
    }


def _trips(facts: Facts, first: date, days: int) -> list[dict[str, Any]]:
    """Group trips as one block each, from the first stop to the last."""
    keys = {slot.trip for slot in facts.slots.values() if slot.trip is not None}
    if not keys:
        return []
    stops: dict[int, list[Slot]] = {}
    for slot in facts.slots.values():
        if slot.trip is not None:
            stops.setdefault(slot.trip, []).append(slot)
    found = []
    for trip in GroupTrip.objects.filter(pk__in=keys, dissolved_at__isnull=True).order_by("pk"):
        there = sorted(stops[trip.pk], key=lambda slot: slot.begins)
        found.append(
            {
                "id": trip.pk,
                "v": trip.version,
                "p": trip.technician_id,
                "f": local(there[0].begins),
                "t": local(max(slot.ends for slot in there)),
                "jobs": [slot.order for slot in there],
                "how": " ".join(filter(None, [trip.get_means_display(), trip.vehicle])),
                "saved": round(trip.saved_kilometres) if trip.saved_kilometres else 0,
                **({"edit": 1} if all(slot.movable for slot in there) else {}),
            }
        )
    return found
