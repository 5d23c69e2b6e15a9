"""Every write about appointments."""

from __future__ import annotations

from jiannuo.operations.appointments.services.booking import (
    ChangedMeanwhile,
    TooLate,
    WindowTaken,
    book,
    give_to_order,
    give_up,
    present_window,
    remove_rule,
    save_rule,
)
from jiannuo.operations.appointments.services.links import (
    invite_customers,
    may_send_link,
    send_link,
)
from jiannuo.operations.appointments.services.visits import (
    announce_delay,
    note_customer_late,
    remind_of_appointments,
)

__all__ = [
    "ChangedMeanwhile",
    "TooLate",
    "WindowTaken",
    "announce_delay",
    "book",
    "give_to_order",
    "give_up",
    "invite_customers",
    "may_send_link",
    "note_customer_late",
    "present_window",
    "remind_of_appointments",
    "remove_rule",
    "save_rule",
    "send_link",
]
