"""The duty logs that the phone takes along: who is on duty, what was written, what is open."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.maintenance.models import (
    DutyBook,
    DutyShift,
    LogEntry,
    LogReading,
    MaintenanceSettings,
    OpenItem,
)

WRITE = "logs.write"
#: what is built into a log changes with this number
FORMAT = 1
#: logs taken along, entries shown and names of values offered, at most
MOST, MOST_ENTRIES, MOST_NAMES = 30, 100, 20
_KEY = re.compile(r"log-(\d{1,18})\Z")


def key_of(book: DutyBook) -> str:
    """What the phone calls a log."""
    return f"log-{book.pk}"


def books_to_take(user: Any) -> QuerySet[DutyBook, Any]:
    """Logs in use into which ``user`` may write."""
    if not user.has_perm(WRITE):
        return DutyBook.objects.none()
    rows = DutyBook.objects.visible_to(user).filter(is_active=True)
    ids = organization_ids(user, WRITE)
    return (rows if ids is None else rows.filter(organization__in=ids)).order_by("name", "pk")


def find_book(key: str, user: Any) -> DutyBook | None:
    """The log of ``key`` among those of ``user``."""
    found = _KEY.match(key)
    if found is None:
        return None
    return books_to_take(user).filter(pk=int(found[1])).select_related("organization").first()


def log_stamps(user: Any) -> dict[str, str]:
    """Key → a word that changes with the log, for all that ``user`` should have. At most two queries."""
    running = DutyShift.objects.filter(book=OuterRef("pk"), is_running=True)
    entries = LogEntry.objects.filter(shift__book=OuterRef("pk"), shift__is_running=True).order_by()
    columns = ("name", "shifts", "_number", "_version", "_shift_state", "_entries", "_items", "_last")
    rows = (
        books_to_take(user)
        .annotate(
            _number=Subquery(running.values("number")[:1]),
            _version=Subquery(running.values("version")[:1]),
            _shift_state=Subquery(running.values("state")[:1]),
            _entries=Subquery(entries.values("shift__book").annotate(n=Count("pk")).values("n")[:1]),
            _items=Count("items", filter=Q(items__closed_at__isnull=True)),
            _last=Max("items__pk"),
        )
        .values_list("pk", *columns)[:MOST]
    )
    found = list(rows)
    if not found:
        return {}
    hours = MaintenanceSettings.present().late_entry_hours
    return {f"log-{row[0]}": _digest([FORMAT, hours, *row]) for row in found}


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, default=str, ensure_ascii=False).encode()).hexdigest()[:16]


def log_packs(user: Any, *, only: str) -> dict[str, dict[str, Any]]:
    """Key → the whole log as plain data, for the one with the key ``only``. At most eight queries."""
    book = find_book(only, user)
    if book is None:
        return {}
    entries = LogEntry.objects.select_related("by").prefetch_related("readings", "photos")
    shift = (
        book.duty_shifts.filter(is_running=True)
        .select_related("person")
        .prefetch_related(Prefetch("entries", entries.order_by("-at", "-pk")))
        .first()
    )
    items = OpenItem.objects.filter(book=book, closed_at__isnull=True).select_related("raised_by")
    return {
        only: {
            "key": only,
            "name": book.name,
            "customer": str(book.customer or ""),
            "shifts": book.shift_names,
            "shift": _shift(shift, user) if shift is not None else None,
            "items": [
                {"id": one.pk, "text": one.text, "by": str(one.raised_by), "at": one.raised_at.isoformat()}
                for one in items
            ],
            "kinds": [[value, str(label)] for value, label in LogEntry.Kind.choices],
            "readings": _names(book),
            "late_hours": MaintenanceSettings.present().late_entry_hours,
        }
    }


def _shift(shift: DutyShift, user: Any) -> dict[str, Any]:
    return {
        "number": shift.number,
        "name": shift.shift_name,
        "person": str(shift.person),
        "mine": shift.person_id == user.pk,
        "state": shift.state,
        "began_at": shift.began_at.isoformat(),
        "handed_at": shift.handed_at.isoformat() if shift.handed_at else None,
        "summary": shift.summary,
        "remark": shift.remark,
        "entries": [_entry(one) for one in list(shift.entries.all())[:MOST_ENTRIES]],
    }


def _entry(entry: LogEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "text": entry.text,
        "readings": [[one.name, one.shown] for one in entry.readings.all()],
        "photos": len(entry.photos.all()),
        "by": str(entry.by),
        "late": entry.late_reason,
    }


def _names(book: DutyBook) -> list[list[str]]:
    """What was read off in this log lately, each once with its unit, so that only the value is typed."""
    rows = LogReading.objects.filter(entry__shift__book=book).order_by("-pk")
    found: dict[str, str] = {}
    for name, unit in rows.values_list("name", "unit_of_measure")[:200]:
        found.setdefault(name, unit)
    return [[name, unit] for name, unit in found.items()][:MOST_NAMES]


def log_texts() -> dict[str, str]:
    """The words of duty logs."""
    return {
        "log": _("Duty log"),
        "logs": _("Duty logs"),
        "open_log": _("Open the log"),
        "no_such_log": _("This log is not on the phone. Perhaps it is no longer in use."),
        "log_nobody": _("Nobody is on duty"),
        "log_none_short": _("no shift"),
        "log_duty_short": _("on duty"),
        "log_waits_short": _("waiting to be accepted"),
        "log_on_duty": _("{person} on duty, {shift}"),
        "log_mine": _("You are on duty, {shift}"),
        "log_waits": _("{person} handed over, waiting to be accepted"),
        "log_waits_mine": _("Handed over. Until somebody accepts it, you stay on duty."),
        "log_since": _("since {at}"),
        "log_sent_back": _("Sent back: {reason}"),
        "log_begin": _("Begin the shift"),
        "log_which": _("Shift"),
        "log_others": _("Only the person on duty writes into the log."),
        "log_new": _("New entry"),
        "log_kind": _("Kind"),
        "log_what": pgettext("duty log", "What happened"),
        "log_when": _("Time (empty: now)"),
        "log_future": _("This time is still to come."),
        "log_before": _("This was before the shift."),
        "log_readings": _("Values"),
        "log_value_name": _("What was read"),
        "log_value": _("Value"),
        "log_unit": _("Unit"),
        "log_more_values": _("Another value"),
        "log_write": _("Write it down"),
        "log_empty": _("Write what happened, enter a value or take a photo."),
        "log_twice": _("Each value once."),
        "log_entries": _("Entries"),
        "log_no_entries": _("No entries yet"),
        "log_photos": _("{n} photos"),
        "log_late_mark": _("Late entry: {reason}"),
        "log_items": _("Open items"),
        "log_no_items": _("Nothing is open."),
        "log_item": _("Open item for the next shift"),
        "log_item_new": _("Raise it"),
        "log_item_say": _("Write what is open."),
        "log_item_close": _("Close it"),
        "log_result": _("What came of it"),
        "log_result_say": _("Say what came of it."),
        "log_hand_over": _("Hand the shift over"),
        "log_summary": _("Summary of the shift"),
        "log_summary_say": _("Write a summary for the next shift."),
        "log_accept": _("Take over the shift"),
        "log_accept_read": _("I have read it"),
        "log_accept_all": _("Tick every open item that you have read and take over."),
        "log_accept_sign": _("Sign in the box that you take over."),
        "log_late_words": _(
            "The shift was handed over before this arrived. Keep it as a late entry with the reason, or drop it."
        ),
        "log_late_reason": _("Why does it come late?"),
        "log_late_keep": _("Keep as a late entry"),
        "log_late_kept": _("Kept as a late entry; whoever is on duty is told."),
        "log_over_words": _(
            "The office takes no late entries of this shift any more. Tell the person on duty, then drop it."
        ),
        "log_state_words": _("The log went on without this. Fetch it anew, then drop this or try again."),
        "log_lost_words": _("This is no longer yours to write. Drop it."),
        "log_invalid_words": _("Drop this one and enter it again."),
        "drop_log": _("Drop everything of this log that is not sent? It cannot be brought back."),
        "step_log_begin": _("Begin the shift"),
        "step_log_entry": _("Entry"),
        "step_log_item": _("Open item"),
        "step_log_close": _("Open item closed"),
        "step_log_hand_over": _("Hand the shift over"),
        "step_log_accept": _("Take over the shift"),
    }
