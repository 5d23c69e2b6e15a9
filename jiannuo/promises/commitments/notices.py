"""What people are told about commitments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

HANDED_OVER = register(
    NoticeKind(
        "commitments.handed_over",
        title=_("Handed to you to write: %(name)s, version %(number)s"),
        body=_("%(who)s handed you the draft.\n%(remark)s"),
    )
)
