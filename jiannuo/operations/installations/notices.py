"""What people are told about installation projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

YOURS = register(
    NoticeKind(
        "installations.yours",
        title=_("You go to this installation: %(what)s (%(number)s)"),
        body=_("It is on your phone for the days on which it is under way."),
    )
)
NOTE = register(
    NoticeKind(
        "installations.note",
        title=_("Note from an installation: %(what)s (%(number)s)"),
        body="%(text)s",
    )
)
