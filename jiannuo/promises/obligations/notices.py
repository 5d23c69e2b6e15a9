"""What the ledger tells people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

WARNING = register(
    NoticeKind(
        "obligations.warning",
        title=_("Running short: %(metric)s for %(customer)s, due %(due)s (%(number)s)"),
        body=_("%(title)s\nPromised: %(promise)s"),
    )
)
MISSED = register(
    NoticeKind(
        "obligations.missed",
        title=_("Missed: %(metric)s for %(customer)s, was due %(due)s (%(number)s)"),
        body=_("%(title)s\nPromised: %(promise)s\n%(instead)s"),
        broadcast=True,
    )
)
ESCALATED = register(
    NoticeKind(
        "obligations.escalated",
        title=_("Escalated to you: %(metric)s for %(customer)s, due %(due)s (%(number)s)"),
        body=_("%(title)s\nPromised: %(promise)s\nResponsible: %(person)s (%(organization)s)\n%(instead)s"),
        broadcast=True,
        answer=_("Acknowledge"),
        answer_path="acknowledge/",
    )
)
