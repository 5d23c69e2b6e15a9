"""What people are told about mail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

FURTHER_MAIL = register(
    NoticeKind(
        "mail.further",
        title=_("%(who)s wrote again about %(about)s"),
        body=_("Subject: %(subject)s"),
        email=False,
    )
)
NOT_SENT = register(
    NoticeKind(
        "mail.not_sent",
        title=_("Your mail to %(to)s could not be sent"),
        body=_("Subject: %(subject)s\nReason: %(error)s\nTell the customer in another way."),
    )
)
