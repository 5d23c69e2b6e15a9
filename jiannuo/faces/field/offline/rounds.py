"""The patrol rounds that the phone takes along: those of today, and of the next days what their routes will ask.

A regular round is known by its route and its day, so that the phone can have it before it is planned, and begin it
where there is no network; a special one by its number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch, Q
from django.utils import timezone

from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.maintenance.models import (
    ChecklistLine,
    PatrolRound,
    PatrolRoute,
    RoundCheck,
    RoundPoint,
    RoutePoint,
)

RECORD = "patrols.record"
#: how many days ahead rounds are taken along, today included, as for jobs
DAYS = 3
#: what is built into a round changes with this number
FORMAT = 1
#: rounds taken along at most
MOST = 60
_KEY = re.compile(r"(\d{1,18})-(\d{4})(\d{2})(\d{2})\Z")


def key_of(route_id: int, day: date, occasion: str = "", number: str = "") -> str:
    """What the phone calls a round."""
    return number if occasion else f"{route_id}-{day:%Y%m%d}"


def read_key(key: str) -> tuple[int, date] | None:
    """Route and day of the key of a regular round; None for the number of a special one."""
    found = _KEY.match(key)
    if found is None:
        return None
    route, year, month, day = (int(part) for part in found.groups())
    try:
        return route, date(year, month, day)
    except ValueError:
        return None


def round_stamps(user: Any) -> dict[str, str]:
    """Key → a word that changes with the round, for all rounds that ``user`` should have (at most 9 queries)."""
    return {key: _digest(pack) for key, pack in round_packs(user).items()}


def _digest(pack: dict[str, Any]) -> str:
    plain = json.dumps([FORMAT, pack], cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def round_packs(user: Any) -> dict[str, dict[str, Any]]:
    """Key → the whole round as plain data: of today what ``user`` walks or may take, of later days their own."""
    if not user.has_perm(RECORD):
        return {}
    today = timezone.localdate()
    rounds = list(_rounds(user, today)[:MOST])
    coming = {
        (route.pk, day): route
        for route in _routes(user, today)
        for day in (today + timedelta(days=ahead) for ahead in range(DAYS))
        if route.is_walked_on(day)
    }
    made = PatrolRound.objects.filter(
        route__in={pk for pk, _day in coming}, day__gte=today, occasion=""
    ).values_list("route_id", "day")
    for known in made if coming else ():
        coming.pop(known, None)
    wanted = {one.route_id for one in rounds if one.state == PatrolRound.State.PLANNED}
    wanted |= {pk for pk, _day in coming}
    asked = _asked_by(wanted)
    packs = {}
    for one in rounds:
        key = key_of(one.route_id, one.day, one.occasion, one.number)
        planned = one.state == PatrolRound.State.PLANNED
        points = asked.get(one.route_id, []) if planned else [_met(point) for point in one.points.all()]
        packs[key] = _pack(key, one.route, one.day, points, one)
    for (pk, day), route in list(coming.items())[: MOST - len(packs)]:
        packs[key_of(pk, day)] = _pack(key_of(pk, day), route, day, asked.get(pk, []))
    return packs


def _rounds(user: Any, today: date) -> Any:
    days = Q(day__gte=today, day__lt=today + timedelta(days=DAYS)) | Q(
        state=PatrolRound.State.UNDER_WAY, day=today - timedelta(days=1)
    )
    mine = Q(person=user) | Q(person__isnull=True, day__lte=today, state__in=PatrolRound.OPEN_STATES)
    checks = Prefetch("checks", RoundCheck.objects.order_by("position", "pk"))
    points = RoundPoint.objects.select_related("unit__model", "by").prefetch_related(checks)
    return (
        _where_recorded(PatrolRound.objects.visible_to(user), user)
        .filter(days, mine)
        .exclude(state=PatrolRound.State.CALLED_OFF)
        .select_related("route", "customer", "person")
        .prefetch_related(Prefetch("points", points))
        .order_by("day", "pk")
    )


def _routes(user: Any, today: date) -> list[PatrolRoute]:
    rows = PatrolRoute.objects.visible_to(user).filter(is_active=True, person=user)
    return list(_where_recorded(rows, user).select_related("customer", "person").order_by("pk")[:MOST])


def _where_recorded(rows: Any, user: Any) -> Any:
    ids = organization_ids(user, RECORD)
    return rows if ids is None else rows.filter(organization__in=ids)


def _asked_by(routes: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Route → its points as a round that begins now would ask them."""
    if not routes:
        return {}
    lines = Prefetch("lines", ChecklistLine.objects.order_by("position", "pk"))
    rows = (
        RoutePoint.objects.filter(route__in=routes, removed_at__isnull=True)
        .select_related("unit__model", "checklist", "route__checklist")
        .prefetch_related(
            Prefetch("checklist__lines", lines.queryset), Prefetch("route__checklist__lines", lines.queryset)
        )
        .order_by("position", "pk")
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for point in rows:
        checks = (point.checklist or point.route.checklist).lines.all()
        shown = {"id": point.pk, "name": str(point)[:200], "unit": _unit(point.unit), **OPEN}
        found.setdefault(point.route_id, []).append({**shown, "checks": _checks(checks)})
    return found


OPEN: dict[str, Any] = {"state": RoundPoint.State.OPEN.value, "by": "", "at": None, "remark": ""}


def _met(point: RoundPoint) -> dict[str, Any]:
    return {
        "id": point.point_id,
        "name": point.name,
        "unit": _unit(point.unit),
        "state": point.state,
        "by": str(point.by or ""),
        "at": point.recorded_at.isoformat() if point.recorded_at else None,
        "remark": point.remark,
        "checks": _checks(point.checks.all()),
    }


def _unit(unit: Any) -> dict[str, str] | None:
    if unit is None:
        return None
    return {"serial": unit.serial, "label": unit.label_code, "model": str(unit.model)}


def _checks(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "text": check.text,
            "kind": check.kind,
            "unit": check.unit_of_measure,
            "minimum": _plain(check.minimum),
            "maximum": _plain(check.maximum),
            "limits": check.limits,
            "required": check.required,
            "value": getattr(check, "value", ""),
            "passed": getattr(check, "passed", None),
            "answered": getattr(check, "recorded_at", None) is not None,
        }
        for key, check in keyed(rows)
    ]


def keyed(checks: Iterable[Any]) -> list[tuple[str, Any]]:
    """Each check with a key by what it asks: the same on the check sheet and in the round that was copied from it."""
    seen: Counter[str] = Counter()
    found = []
    for check in checks:
        asked = f"{check.kind}|{check.text}|{check.unit_of_measure}"
        word = hashlib.sha256(asked.encode()).hexdigest()[:12]
        found.append((f"{word}{seen[word] or ''}", check))
        seen[word] += 1
    return found


def _plain(number: Any) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _pack(
    key: str, route: PatrolRoute, day: date, points: list[dict[str, Any]], one: PatrolRound | None = None
) -> dict[str, Any]:
    person = one.person if one is not None else route.person
    return {
        "key": key,
        "number": one.number if one is not None else "",
        "route": route.name,
        "reference": route.reference,
        "customer": str(one.customer if one is not None else route.customer),
        "occasion": one.occasion if one is not None else "",
        "day": day.isoformat(),
        "state": one.state if one is not None else PatrolRound.State.PLANNED.value,
        "person": str(person or ""),
        "remark": one.remark if one is not None else "",
        "points": points,
    }


def round_flow() -> dict[str, Any]:
    """Names and looks of the states, the same for all rounds."""
    return {
        "states": {value: str(label) for value, label in PatrolRound.State.choices},
        "styles": PatrolRound.STATE_STYLES,
        "points": {value: str(label) for value, label in RoundPoint.State.choices},
        "point_styles": RoundPoint.STYLES,
    }
