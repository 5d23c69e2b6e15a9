"""What people are told about follow-ups."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

UNSOLVED = register(
    NoticeKind(
        "followups.unsolved",
        title=_("A customer waits for an answer: %(customer)s (%(number)s)"),
        body="%(text)s",
    )
)
SOLVED = register(
    NoticeKind(
        "followups.solved",
        title=_("Tell the customer today: %(customer)s (%(number)s)"),
        body="%(solution)s",
    )
)
YOURS = register(
    NoticeKind(
        "followups.yours",
        title=_("A follow-up was handed to you: %(what)s (%(number)s)"),
        body="%(customer)s",
    )
)
