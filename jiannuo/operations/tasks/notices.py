"""What people are told about tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

NEW = register(
    NoticeKind(
        "tasks.new",
        title=_("To be done: %(what)s for %(customer)s (%(number)s)"),
        body="%(because)s\n%(hint)s",
    )
)
SPECIAL = register(
    NoticeKind(
        "tasks.special",
        title=_("Special case: %(customer)s (%(number)s)"),
        body="%(because)s\n%(hint)s",
        broadcast=True,
    )
)
YOURS = register(
    NoticeKind(
        "tasks.yours",
        title=_("Handed to you: %(what)s for %(customer)s (%(number)s)"),
        body="%(because)s\n%(hint)s",
    )
)
