"""Lines on the timeline of the document about what is owed: one wording, in the language of the office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.documents.services import record
from jiannuo.promises.obligations.models import Obligation


def local_text(instant: datetime | None, organization: Any = None) -> str:
    """An instant in the zone of the organisation: 2026-11-21 14:05; a dash while the clock stands still."""
    if instant is None:
        return "—"
    zone = ZoneInfo(getattr(organization, "time_zone", "") or settings.TIME_ZONE)
    return date_format(instant.astimezone(zone), "Y-m-d H:i")


def note_each_document(
    obligations: Iterable[Obligation],
    code: Callable[[Obligation], str],
    *,
    at: datetime,
    by: Any = None,
    **more: Any,
) -> None:
    """One line for each document and kind of news."""
    groups: dict[tuple[int | None, str], list[Obligation]] = defaultdict(list)
    for one in obligations:
        groups[one.document_id, code(one)].append(one)
    for (_document, what), together in groups.items():
        note(together[0].document, what, together, at=at, by=by, **more)


def note(
    document: Document | None,
    code: str,
    obligations: Sequence[Obligation],
    *,
    at: datetime,
    by: Any = None,
    reason: str = "",
    **more: Any,
) -> None:
    """Write one line about ``obligations``; ``code`` says what happened to them. Without a document there is none."""
    if not obligations or document is None:
        return
    with override(settings.LANGUAGE_CODE):
        text = _wording(code, obligations, reason, more)
    data = {"what": code, "metrics": [one.metric for one in obligations], **more}
    record(document, TimelineEntry.Kind.OBLIGATION, by=by, at=at, action=code, text=text, data=data)


def _wording(code: str, obligations: Sequence[Obligation], reason: str, more: dict[str, Any]) -> str:
    metrics = _(", ").join(one.metric_label for one in obligations)
    first = obligations[0]
    due = local_text(first.due_at, first.organization)
    template = {
        "opened": _("Promised: {dues}"),
        "warned": _("Running short: {metrics}, due {due}"),
        "escalated": _("Escalated: {metrics} to {people}"),
        "nobody": _(
            "Nobody at this organisation or above holds the role “{people}”: {metrics} was not escalated"
        ),
        "missed": _("Missed: {metrics}, was due {due}"),
        "met": _("Kept: {metrics}"),
        "met_late": _("Kept late: {metrics}, was due {due}"),
        "paused": _("Clock paused: {metrics} ({reason})"),
        "resumed": _("Clock runs again: {dues}"),
        "waived": _("Waived: {metrics}. {reason}"),
        "acknowledged": _("{people} acknowledged: {metrics}"),
        "moved": _("Moved with its event: {dues}"),
        "cancelled": _("No longer owed: {metrics}. {reason}"),
        "assigned": _("{metrics} is now the task of {people}"),
    }[code]
    dues = _("; ").join(
        _("{metric} by {due}").format(metric=one.metric_label, due=local_text(one.due_at, one.organization))
        for one in obligations
    )
    text = template.format(metrics=metrics, due=due, dues=dues, reason=reason, people=more.get("people", ""))
    if code == "missed" and first.consequences:
        owed = _("; ").join(one.get("text") or one["code"] for one in first.consequences)
        text += _(". Owed instead: {owed}").format(owed=owed)
    return text.strip()
