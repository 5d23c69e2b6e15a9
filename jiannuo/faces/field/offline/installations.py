"""The installation projects that the phone takes along: those to which the technician goes and that are under way."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from jiannuo.kernel.regions.services import full_names
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.installations.models import (
    STAGE_NAMES,
    STAGES,
    Acceptance,
    Installation,
    InstallationUnit,
    Measure,
    PackingLine,
    TrialEntry,
    TrialRule,
)
from jiannuo.operations.installations.queries import projects_of
from jiannuo.operations.installations.services.guard import WORK
from jiannuo.operations.installations.stages import DONE

#: how many days ahead projects are taken along, today included, as for jobs
DAYS = 3
#: what is built into a project changes with this number
FORMAT = 1
#: projects taken along at most, measurements of one value, and suppliers to choose from
MOST, MOST_READINGS, MOST_SUPPLIERS = 40, 5, 100
UNDER_WAY = (*STAGES[2:], "refused", "partly")


def site_greeting(user: Any) -> dict[str, Any]:
    """What the server's greeting says of installations."""
    known = project_stamps(user)
    return {"installations": known, "site": project_flow(user if known else None)}


def project_stamps(user: Any) -> dict[str, str]:
    """Number → a word that changes with the project, for all that ``user`` should have; no query for each."""
    return {number: _digest(pack) for number, pack in project_packs(user).items()}


def _digest(pack: dict[str, Any]) -> str:
    plain = json.dumps([FORMAT, pack], cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def project_packs(user: Any) -> dict[str, dict[str, Any]]:
    """Number → the whole project as plain data: under way or coming within days, and accepted today."""
    if not user.has_perm(WORK):
        return {}
    projects = list(_projects(user)[:MOST])
    places = full_names(one.division_id for one in projects) if projects else {}
    return {one.number: _pack(one, places.get(one.division_id, ""), user) for one in projects}


def _projects(user: Any) -> Any:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=DAYS)
    wanted = (
        Q(state__in=UNDER_WAY)
        | Q(state__in=("planned", "agreed"), expected_at__lt=end)
        | Q(state="accepted", accepted_at__gte=midnight)
    )
    units = InstallationUnit.objects.select_related("unit__model", "order")
    lines = PackingLine.objects.select_related("part__unit").annotate(
        shown=Count("photos", distinct=True), told=Count("notices", distinct=True)
    )
    rows = projects_of(user).filter(wanted)
    ids = organization_ids(user, WORK)
    if ids is not None:
        rows = rows.filter(organization__in=ids)
    return (
        rows.select_related("organization", "customer")
        .prefetch_related(
            Prefetch("parts", units.prefetch_related("measures__readings")),
            Prefetch("packing", lines.order_by("part", "pk")),
            Prefetch(
                "acceptances", Acceptance.objects.filter(taken_back_at__isnull=True).order_by("at", "pk")
            ),
            *("persons", "trial", "papers", "topics", "skills", "trainees__known"),
            *("remaining__person", "remaining__part__unit"),
        )
        .order_by("expected_at", "pk")
    )


def _pack(one: Installation, region: str, user: Any) -> dict[str, Any]:
    place = address_for(user, f"{region}{one.address}", one)
    names = (
        "arrived",
        "unpacked",
        "installed",
        "commissioned",
        "trial_ended",
        "documents",
        "trained",
        "accepted",
    )
    return {
        "number": one.number,
        "title": one.title,
        "state": one.state,
        "customer": str(one.customer),
        "contact": one.contact_name,
        "phone": phone_for(user, one.contact_phone, one),
        "place": place,
        "navigation": f"https://uri.amap.com/search?keyword={quote(place)}" if place else "",
        "contract": one.contract,
        "carrier": one.carrier,
        "persons": [str(person) for person in one.persons.all()],
        "expected_at": _iso(one.expected_at),
        "agreed_with": one.agreed_with,
        "commissioning_at": _iso(one.commissioning_at),
        "needed": one.needed,
        "done": {name: _iso(getattr(one, f"{name}_at")) for name in names},
        "units": [_unit(part) for part in one.parts.all()],
        "packing": [_line(line) for line in one.packing.all()],
        "measures": [_measure(part, line) for part in one.parts.all() for line in part.measures.all()],
        "trial": _trial(one),
        "papers": [
            {
                "id": paper.pk,
                "title": paper.title,
                "required": paper.required,
                "copies": paper.copies,
                "handed_at": _iso(paper.handed_at),
            }
            for paper in one.papers.all()
        ],
        "received_by": one.received_by if one.received_signature_id else "",
        **_training(one),
        "remaining": [_item(row) for row in one.remaining.all()],
        "acceptances": [
            {
                "refusal": row.is_refusal,
                "at": _iso(row.at),
                "signed_by": row.signed_by,
                "opinion": row.opinion,
            }
            for row in one.acceptances.all()
        ],
    }


def _unit(part: InstallationUnit) -> dict[str, Any]:
    order = part.order
    return {
        "id": part.pk,
        "serial": part.unit.serial,
        "label": part.unit.label_code,
        "model": str(part.unit.model),
        "order": order.number if order is not None and order.state != "cancelled" else "",
        "order_state": order.state_label if order is not None else "",
        "order_done": order is not None and order.state in DONE,
        "accepted_at": _iso(part.accepted_at),
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "id": line.pk,
        "unit": line.part.unit.serial if line.part is not None else "",
        "text": line.text,
        "expected": line.expected,
        "received": line.received,
        "condition": line.condition,
        "remark": line.remark,
        "faulty": line.is_faulty,
        "photos": line.shown,
        "told": bool(line.told),
    }


def _measure(part: InstallationUnit, line: Measure) -> dict[str, Any]:
    return {
        "id": line.pk,
        "unit": part.unit.serial,
        "text": line.text,
        "measured_in": line.unit,
        "minimum": _plain(line.minimum),
        "maximum": _plain(line.maximum),
        "limits": line.limits,
        "is_number": line.is_number,
        "required": line.required,
        "readings": [
            {"value": _plain(one.value), "passed": one.passed, "remark": one.remark, "at": _iso(one.at)}
            for one in list(line.readings.all())[-MOST_READINGS:]
        ],
    }


def _trial(one: Installation) -> dict[str, Any]:
    return {
        "hours": _plain(one.trial_hours),
        "rule": one.trial_rule,
        "basis": one.trial_basis,
        "started_at": _iso(one.trial_started_at),
        "entries": [{"kind": row.kind, "at": _iso(row.at), "text": row.text} for row in one.trial.all()],
    }


def _training(one: Installation) -> dict[str, Any]:
    return {
        "topics": [
            {
                "id": row.pk,
                "title": row.title,
                "hours": _plain(row.hours),
                "held": _plain(row.held_hours),
                "trainer": row.trainer,
            }
            for row in one.topics.all()
        ],
        "skills": [{"id": row.pk, "text": row.text} for row in one.skills.all()],
        "trainees": [
            {
                "id": row.pk,
                "name": row.name,
                "duty": row.duty,
                "signed_at": _iso(row.signed_at),
                "assessed_at": _iso(row.assessed_at),
                "known": [skill.pk for skill in row.known.all()],
            }
            for row in one.trainees.all()
        ],
    }


def _item(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "text": row.text,
        "due_on": row.due_on.isoformat(),
        "part": row.part_id,
        "unit": row.part.unit.serial if row.part is not None else "",
        "person": str(row.person or ""),
        "from_refusal": row.from_refusal,
        "done_at": _iso(row.done_at),
        "how": row.how,
    }


def project_flow(user: Any) -> dict[str, Any]:
    """Names and looks of states and choices, the same for all projects; one query for the suppliers of ``user``."""
    return {
        "states": {value: str(label) for value, label in Installation.State.choices},
        "styles": Installation.STATE_STYLES,
        "stages": list(STAGES),
        "names": STAGE_NAMES,
        "conditions": {value: str(label) for value, label in PackingLine.Condition.choices},
        "kinds": {value: str(label) for value, label in TrialEntry.Kind.choices},
        "rules": {value: str(label) for value, label in TrialRule.choices},
        "suppliers": _suppliers(user) if user is not None else [],
    }


def _suppliers(user: Any) -> list[list[Any]]:
    """Who may have sent the goods, as the notice on the pages offers them."""
    seen = Organization.objects.visible_to(user).order_by().values("pk")
    rows = Organization.objects.filter(Q(pk__in=seen) | Q(kind="supplier")).order_by("path")
    return [[one.pk, str(one)] for one in rows[:MOST_SUPPLIERS]]


def _plain(number: Any) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
