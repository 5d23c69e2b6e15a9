"""The notices about leave and standby."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

DECIDED = register(
    NoticeKind(
        "staffing.decided", title=_("Your leave: %(state)s (%(number)s)"), body=_("%(span)s\n%(reason)s")
    )
)
DEPUTY = register(
    NoticeKind(
        "staffing.deputy",
        title=_("You stand in for %(person)s (%(number)s)"),
        body=_("%(span)s. Their promises come to you meanwhile; the list is under “My work”."),
    )
)
EMERGENCY = register(
    NoticeKind(
        "staffing.emergency",
        title=_("Emergency while you are on standby: %(what)s (%(number)s)"),
        body=_("%(customer)s, %(place)s\nCall %(phone)s. You are number %(rank)s on the roster."),
        broadcast=True,
    )
)
