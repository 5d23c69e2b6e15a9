"""The notices of the office itself: approvals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

APPROVAL_ASKED = register(
    NoticeKind(
        "approvals.asked",
        title=_("Please approve: %(subject)s (%(number)s)"),
        body=_("%(who)s asks: %(reason)s"),
    )
)
APPROVAL_REMINDED = register(
    NoticeKind(
        "approvals.reminded",
        title=_("Still waiting for your approval: %(subject)s (%(number)s)"),
        body=_("%(who)s asks: %(reason)s"),
    )
)
APPROVAL_DECIDED = register(
    NoticeKind(
        "approvals.decided",
        title=_("%(state)s: %(subject)s (%(number)s)"),
        body=_("%(remark)s"),
    )
)
