"""What people are told about patrols, findings, trends and hand-overs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

ROUND_MISSED = register(
    NoticeKind(
        "maintenance.round_missed",
        title=_("Round missed: %(route)s, %(day)s (%(number)s)"),
        body=_("%(points)s points were not checked."),
    )
)
ROUND_NOTE = register(
    NoticeKind(
        "maintenance.round_note",
        title=_("Note from a patrol: %(what)s (%(number)s)"),
        body="%(text)s",
    )
)
FINDING = register(
    NoticeKind(
        "maintenance.finding",
        title=_("Finding: %(what)s at %(customer)s (%(number)s)"),
        body=_("Look at it, name who follows it, and make an order or ask the customer."),
    )
)
FINDING_YOURS = register(
    NoticeKind(
        "maintenance.finding_yours",
        title=_("You follow this finding: %(what)s at %(customer)s (%(number)s)"),
        body=_("It is yours until it is solved."),
    )
)
JOB_STUCK = register(
    NoticeKind(
        "maintenance.job_stuck",
        title=_("No work order for %(plan)s, due %(day)s"),
        body="%(why)s",
    )
)
HAND_OVER_WAITS = register(
    NoticeKind(
        "maintenance.hand_over_waits",
        title=_("Hand-over of %(book)s waits to be accepted (%(number)s)"),
        body=_("Until the next person accepts it, %(person)s stays on duty."),
    )
)
SHIFT_SENT_BACK = register(
    NoticeKind(
        "maintenance.shift_sent_back",
        title=_("Hand-over of %(book)s was sent back (%(number)s)"),
        body="%(reason)s",
    )
)
QUOTATION = register(
    NoticeKind(
        "maintenance.quotation",
        title=_("Quotation %(number)s: please decide"),
        body=_(
            "%(firm)s found at your equipment: %(what)s. The repair would cost you %(amount)s yuan. "
            "Accept or refuse it until %(until)s: %(url)s"
        ),
    )
)
QUOTATION_ANSWERED = register(
    NoticeKind(
        "maintenance.quotation_answered",
        title=_("Quotation %(number)s: %(answer)s"),
        body=_("%(customer)s · %(name)s %(remark)s"),
    )
)
LATE_ENTRY = register(
    NoticeKind(
        "maintenance.late_entry",
        title=_("Added to %(book)s after the hand-over (%(number)s)"),
        body=_("%(person)s: %(text)s"),
    )
)
