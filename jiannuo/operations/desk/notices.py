"""What the desk tells people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

WITHOUT_ORDER = register(
    NoticeKind(
        "requests.without_order",
        title=_("Nobody works on %(number)s any more"),
        body=_(
            "%(customer)s: %(title)s\nIts work orders were cancelled. Make a new one, answer it or cancel it."
        ),
    )
)
