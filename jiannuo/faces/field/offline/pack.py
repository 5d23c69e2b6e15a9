"""What the phone takes along for a job: everything from its opening to the signature, without asking again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from jiannuo.faces.field.flow import NEXT_STEP, OTHER_STEPS, SECTIONS, targets
from jiannuo.faces.field.offline.knowing import history_of_unit, knowledge_for, tried_before
from jiannuo.faces.field.offline.late import notes_of
from jiannuo.faces.field.offline.specs import MOST_CHOICES, form_specs
from jiannuo.faces.field.offline.van import shown
from jiannuo.faces.field.page import navigation_url
from jiannuo.office.documents.models import Attachment
from jiannuo.operations.appointments.models import VisitNote
from jiannuo.operations.workorders.models import OrderCheck, OrderLine, Visit, WorkOrder
from jiannuo.operations.workorders.queries import (
    components_for,
    jobs_of,
    labour_for,
    parts_for,
)
from jiannuo.operations.workorders.quoting import quotes_of
from jiannuo.operations.workorders.services.completing import not_passed, wanted_fields
from jiannuo.operations.workorders.services.proofs import missing_photos
from jiannuo.operations.workorders.services.visits import times_absent
from jiannuo.operations.workorders.vans import at_hand
from jiannuo.operations.workorders.wording import explained
from jiannuo.registry.products.models import FaultCode, PartListLine, SparePart

#: how many days ahead jobs are taken along, today included
DAYS = 3
#: what is built into a pack changes with this number
FORMAT = 4
SEVERITY_STYLES = {"major": "warning", "critical": "danger"}
RECORD = (
    "symptom_id",
    "cause_id",
    "measure_id",
    "work_done",
    "test_result",
    "test_passed",
    "meter_reading",
)


def jobs_to_take(user: Any) -> QuerySet[WorkOrder, Any]:
    """Open jobs of ``user`` of the next days by appointment or plan; those begun or without any time always."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=DAYS)
    return jobs_of(user).filter(
        Q(appointment_from__isnull=True, planned_from__isnull=True)
        | Q(appointment_from__lt=end)
        | Q(planned_from__lt=end)
        | ~Q(state__in=["dispatched", "accepted"])
    )


def stamps(user: Any, in_van: Collection[int] = ()) -> dict[str, str]:
    """Number → a word that changes with the job, for all that ``user`` should have. One query.

    It changes as well with which parts are ``in_van``, for they are among the choices; not with how many.
    """
    checks = OrderCheck.objects.filter(order=OuterRef("pk")).order_by().values("order")
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    notes = VisitNote.objects.filter(visit__order=OuterRef("pk")).order_by().values("visit__order")
    files = Attachment.objects.filter(document=OuterRef("pk")).order_by().values("document")
    rows = jobs_to_take(user).annotate(
        _checks=Subquery(checks.annotate(latest=Max("recorded_at")).values("latest")),
        _lines=Subquery(lines.annotate(latest=Max("pk")).values("latest")),
        _line_count=Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0),
        _notes=Coalesce(Subquery(notes.annotate(n=Count("pk")).values("n")), 0),
        _files=Coalesce(Subquery(files.annotate(n=Count("pk")).values("n")), 0),
    )
    today = timezone.localdate().isoformat()
    columns = (
        "number",
        "version",
        "updated_at",
        "state",
        "appointment_from",
        "appointment_to",
        "planned_from",
        "planned_to",
        "free_because",
        *RECORD,
        "_checks",
        "_lines",
        "_line_count",
        "_files",
        "_notes",
    )
    van = sorted(in_van)
    return {row[0]: _digest([FORMAT, today, van, *row]) for row in rows.values_list(*columns)}


def _digest(values: list[Any]) -> str:
    plain = json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def pack(order: WorkOrder, user: Any) -> dict[str, Any]:
    """The whole job as plain data."""
    visit = order.visits.filter(ended_at__isnull=True).order_by("-sequence").first()
    unit = order.unit
    return {
        "number": order.number,
        "title": order.title,
        "state": order.state,
        "job": order.get_job_display(),
        "severity": order.severity_label,
        "severity_style": SEVERITY_STYLES.get(order.severity, "secondary"),
        "fault": "\n".join([order.fault, *tried_before(order)]),
        "waiting_for": order.get_waiting_for_display() if order.waiting_for else "",
        "customer": str(order.customer),
        "contact": order.contact_name,
        "phone": order.contact_phone,
        "place": order.place,
        "navigation": navigation_url(order),
        "due_at": _iso(order.due_at),
        "appointment": _appointment(visit),
        "absences": times_absent(order),
        "free_because": order.free_because,
        "unit": _unit(unit) if unit is not None else None,
        "record": {name.removesuffix("_id"): _plain(getattr(order, name)) for name in RECORD},
        "checks": [_check(check) for check in order.checks.all()],
        "lines": [
            _line(line) for line in explained(order.lines.select_related("component", "overridden_by"))
        ],
        "photos": _photo_counts(order),
        "late": notes_of(visit),
        "signed": {"by": order.signed_by, "at": _iso(order.signed_at)},
        "needs": {
            "fields": wanted_fields(order),
            "not_passed": not_passed(),
            "photos": [
                {"purposes": [str(purpose) for purpose in one.purposes], "text": one.text}
                for one in missing_photos(order)
            ],
        },
        "forms": form_specs(order, user),
        "catalogue": _catalogue(order, user),
        "van": {key: shown(quantity) for key, quantity in at_hand(order, user).items()},
        "quotes": quotes_of(order),
        "history": history_of_unit(order),
        "knowledge": knowledge_for(order, user),
    }


def flow() -> dict[str, Any]:
    """What can be done in which state, the same for all jobs."""
    return {
        "next": NEXT_STEP,
        "other": OTHER_STEPS,
        "sections": SECTIONS,
        "steps": targets(),
        "states": {value: str(label) for value, label in WorkOrder.State.choices},
        "styles": WorkOrder.STATE_STYLES,
    }


def _appointment(visit: Visit | None) -> dict[str, Any]:
    """The window that the customer was told, and apart from it the time that the office set aside for the work."""
    if visit is None:
        return {"from": None, "to": None, "with": "", "planned_from": None, "planned_to": None}
    return {
        "from": _iso(visit.appointment_from),
        "to": _iso(visit.appointment_to),
        "with": visit.agreed_with,
        "planned_from": _iso(visit.planned_from),
        "planned_to": _iso(visit.planned_to),
    }


def _unit(unit: Any) -> dict[str, Any]:
    return {
        "serial": unit.serial,
        "label": unit.label_code,
        "model": str(unit.model),
        "meter": unit.model.meter_unit,
    }


def _check(check: OrderCheck) -> dict[str, Any]:
    return {
        "id": check.pk,
        "text": check.text,
        "kind": check.kind,
        "purpose": check.purpose,
        "unit": check.unit,
        "minimum": _plain(check.minimum),
        "maximum": _plain(check.maximum),
        "limits": check.limits,
        "required": check.required,
        "value": check.value,
        "passed": check.passed,
        "answered": check.answered,
    }


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "id": line.pk,
        "kind": line.kind,
        "description": line.description,
        "part": line.part_id,
        "source": line.source,
        "component": line.component.code_path if line.component else "",
        "quantity": _plain(line.quantity),
        "amount": str(line.amount),
        "customer_amount": str(line.customer_amount),
        "payer": line.payer,
        "payer_label": str(line.get_payer_display()),
        "why": line.why,  # type: ignore[attr-defined]
        "added": line.added,
        "consented_by": line.consented_by,
        "new_serial": line.new_serial,
        "old_serial": line.old_serial,
        "overridden": line.overridden_by_id is not None,
    }


def _photo_counts(order: WorkOrder) -> dict[str, int]:
    rows = Attachment.objects.filter(document_id=order.pk, purpose__in=("before", "after", "video")).values(
        "purpose"
    )
    return {row["purpose"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def _catalogue(order: WorkOrder, user: Any) -> dict[str, Any]:
    """Prices and what else the app must know about what is chosen from the lists, by key."""
    parts = list(parts_for(order, at_hand(order, user).keys())[:MOST_CHOICES])
    used = PartListLine.objects.filter(part__in=[part.pk for part in parts], component__isnull=False)
    if order.unit is not None:
        used = used.filter(model=order.unit.model_id)
    sits_in = dict(used.values_list("part_id", "component_id"))
    causes = FaultCode.objects.filter(kind="cause", active=True).exclude(cause_class="")
    return {
        "labour": {
            item.pk: {"name": item.name, "price": str(item.price), "minutes": item.minutes}
            for item in labour_for(order)[:MOST_CHOICES]
        },
        "parts": {
            part.pk: {
                "code": part.code,
                "name": part.name,
                "price": str(part.list_price),
                "consumable": part.kind == SparePart.Kind.CONSUMABLE,
                "component": sits_in.get(part.pk),
            }
            for part in parts
        },
        "components": {
            one.pk: {"path": one.code_path, "name": one.name, "serial": one.has_serial}
            for one in components_for(order)
        },
        "causes": dict(causes.values_list("pk", "cause_class")),
    }


def _plain(value: Any) -> Any:
    """A value as JSON holds it; numbers as text without needless zeros."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
