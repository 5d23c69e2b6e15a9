"""Printed forms of orders: F13 dispatch order, F14 on-site record, F15, F22, F42 and F67 of repairs."""

from __future__ import annotations

import base64
from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.money import in_words
from jiannuo.kernel.printing import PrintForm, register
from jiannuo.office.documents.models import Attachment
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import RELATED, sources_of, totals
from jiannuo.operations.workorders.services.charging import decision_of
from jiannuo.operations.workorders.wording import explained
from jiannuo.promises.obligations.queries import for_document

MOST_PHOTOS = 6
FINISHED = ("completed", "signed", "reviewed", "closed")
BLANK_LINES = 4


def _rows(user: Any) -> Any:
    return WorkOrder.objects.visible_to(user).select_related("organization", *RELATED)


def picture(file: StoredFile | None, *, small: bool = False) -> str:
    """A stored picture as data address, because a printed form reads no network; empty when the file is gone."""
    if file is None:
        return ""
    content = file.thumbnail if small and file.thumbnail else file.file
    try:
        with content.open("rb") as opened:
            data = base64.b64encode(opened.read()).decode()
    except FileNotFoundError:
        return ""
    kind = "image/jpeg" if content is file.thumbnail else file.content_type
    return f"data:{kind};base64,{data}"


def _common(order: WorkOrder) -> dict[str, Any]:
    lines = explained(order.lines.select_related("component", "overridden_by"))
    visits = list(order.visits.select_related("technician"))
    decision = decision_of(order)
    amounts = totals(lines)
    return {
        "order": order,
        "sources": sources_of(order),
        "visits": visits,
        "visit": visits[-1] if visits else None,
        "lines": lines,
        "totals": amounts,
        "words": in_words(amounts["customer"]),
        "in_warranty": decision.in_warranty if decision is not None else None,
        "signature": picture(order.signature),
    }


def dispatch_order(order: WorkOrder) -> dict[str, Any]:
    """What F13 shows: the job, who goes, what was promised, room for what is done by hand."""
    blank = max(0, BLANK_LINES - order.lines.count())
    return {**_common(order), "obligations": for_document(order), "blank_lines": range(blank)}


def repair_record(order: WorkOrder) -> dict[str, Any]:
    """What F15, F22 and F67 show: fault, cause, measure, what was replaced, how it was tested, who signed."""
    return {**_common(order), "obligations": for_document(order)}


def added_items(order: WorkOrder) -> dict[str, Any]:
    """What F42 shows: the items beyond what was asked for, each with who agreed to it and when."""
    common = _common(order)
    lines = [line for line in common["lines"] if line.added]
    amounts = totals(lines)
    return {**common, "lines": lines, "totals": amounts, "words": in_words(amounts["customer"])}


def _is_repair(order: WorkOrder) -> bool:
    return order.job == WorkOrder.Kind.REPAIR and order.state != WorkOrder.State.CANCELLED


def _is_repaired(order: WorkOrder) -> bool:
    return _is_repair(order) and order.state in FINISHED


def _is_under_guarantee(order: WorkOrder) -> bool:
    """A finished repair of a unit that its clauses cover, wholly or by component."""
    if order.unit_id is None or not _is_repaired(order):
        return False
    decision = decision_of(order)
    return decision is not None and decision.in_warranty is not False


def _has_added_items(order: WorkOrder) -> bool:
    return order.lines.filter(added=True).exists()


def site_record(order: WorkOrder) -> dict[str, Any]:
    """What F14 shows: the whole record of the work on site."""
    rows = Attachment.objects.filter(document_id=order.pk, purpose__in=["before", "after"]).select_related(
        "file"
    )
    photos = [
        {
            "picture": picture(row.file, small=True),
            "label": row.get_purpose_display(),
            "taken_at": row.file.taken_at,
        }
        for row in rows.order_by("pk")[:MOST_PHOTOS]
    ]
    return {
        **_common(order),
        "checks": list(order.checks.all()),
        "photos": [photo for photo in photos if photo["picture"]],
    }


register(
    PrintForm(
        id="F13",
        title=_("Dispatch order"),
        template="workorders/print/dispatch_order.html",
        model=WorkOrder,
        rows=_rows,
        context=dispatch_order,
        permission="orders.view",
    )
)
register(
    PrintForm(
        id="F14",
        title=_("On-site work record"),
        template="workorders/print/site_record.html",
        model=WorkOrder,
        rows=_rows,
        context=site_record,
        permission="orders.view",
    )
)
for number, name, template, context, applies in (
    ("F15", _("Guarantee repair record"), "guarantee_record", repair_record, _is_under_guarantee),
    ("F22", _("Fault and repair report"), "repair_report", repair_record, _is_repaired),
    ("F42", _("Added repair items"), "added_items", added_items, _has_added_items),
    ("F67", _("Project repair task and service slip"), "project_repair", repair_record, _is_repair),
):
    register(
        PrintForm(
            id=number,
            title=name,
            template=f"workorders/print/{template}.html",
            model=WorkOrder,
            rows=_rows,
            context=context,
            permission="orders.view",
            applies=applies,
        )
    )
