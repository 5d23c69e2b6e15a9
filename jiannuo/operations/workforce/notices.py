"""The notices about technicians."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

CERTIFICATE_ENDS = register(
    NoticeKind(
        "workforce.certificate",
        title=_("Certificate ends on %(day)s: %(kind)s of %(person)s"),
        body=_("Number %(certificate)s. Without it no work that needs it is given after that day."),
    )
)
