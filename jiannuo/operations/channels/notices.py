"""What the channels tell people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

TAKEN_OVER = register(
    NoticeKind(
        "inbox.taken_over",
        title=_("%(by)s took over what you had: %(what)s"),
        body=_("Channel: %(channel)s. You no longer answer for it."),
    )
)
HANDED_OVER = register(
    NoticeKind(
        "inbox.handed_over",
        title=_("%(by)s handed over to you: %(what)s"),
        body=_("Channel: %(channel)s. You answer for it until it is closed.\n%(note)s"),
    )
)

WAITS = register(
    NoticeKind(
        "inbox.waits",
        title=_("Running short: %(what)s (%(who)s), due %(due)s"),
        body=_("Channel: %(channel)s. Responsible: %(owner)s (%(organization)s)"),
    )
)
OVERDUE = register(
    NoticeKind(
        "inbox.overdue",
        title=_("Overdue: %(what)s (%(who)s), was due %(due)s"),
        body=_("Channel: %(channel)s. Responsible: %(owner)s (%(organization)s)"),
    )
)
ESCALATED = register(
    NoticeKind(
        "inbox.escalated",
        title=_("Not yet seen to: %(what)s (%(who)s), was due %(due)s"),
        body=_("Channel: %(channel)s. Responsible: %(owner)s (%(organization)s)"),
    )
)
