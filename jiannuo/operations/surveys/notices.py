"""What customers and the desk are told."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices.kinds import NoticeKind, register

INVITATION = register(
    NoticeKind(
        "surveys.invitation",
        _("How satisfied are you with our service?"),
        _("%(firm)s: please judge the service of %(day)s (one minute): %(url)s"),
    )
)
