"""The notices about work orders."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

ASSIGNED = register(
    NoticeKind(
        "orders.assigned",
        title=_("New job: %(what)s (%(number)s)"),
        body=_("%(customer)s, %(address)s\nAppointment: %(appointment)s\nDue: %(due)s"),
    )
)
TAKEN_AWAY = register(
    NoticeKind(
        "orders.taken_away",
        title=_("No longer your job: %(what)s (%(number)s)"),
        body="%(reason)s",
        email=False,
    )
)
OTHER_SUM = register(
    NoticeKind(
        "orders.other_sum",
        title=_("Another sum was signed: %(what)s (%(number)s)"),
        body="%(text)s",
        email=False,
    )
)
FIELD_NOTE = register(
    NoticeKind(
        "orders.field_note",
        title=_("Note of a technician: %(what)s (%(number)s)"),
        body="%(text)s",
        email=False,
    )
)
PART_MISSING = register(
    NoticeKind(
        "orders.part_missing",
        title=_("Not in the van any more: %(what)s (%(number)s)"),
        body="%(text)s",
        email=False,
    )
)
MOVED = register(
    NoticeKind(
        "orders.moved",
        title=_("Other time: %(what)s (%(number)s)"),
        body=_("%(customer)s, %(address)s\nPlanned: %(planned)s\nAppointment: %(appointment)s"),
        email=False,
    )
)
HELPS = register(
    NoticeKind(
        "orders.helps",
        title=_("You help with: %(what)s (%(number)s)"),
        body=_("%(customer)s, %(address)s\nPlanned: %(planned)s\nResponsible: %(technician)s"),
        email=False,
    )
)
SENT_BACK = register(
    NoticeKind("orders.sent_back", title=_("Sent back: %(what)s (%(number)s)"), body="%(reason)s")
)
BACK = register(
    NoticeKind(
        "orders.back",
        title=_("To be dispatched again: %(what)s (%(number)s)"),
        body="%(reason)s",
        email=False,
    )
)
