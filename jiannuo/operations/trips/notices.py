"""The notices about business trips."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

DECIDED = register(
    NoticeKind(
        "trips.decided",
        title=_("Your business trip: %(state)s (%(number)s)"),
        body=_("%(title)s\n%(reason)s"),
    )
)
FEEDBACK = register(
    NoticeKind(
        "trips.feedback",
        title=_("The feedback form of the trip is missing (%(number)s)"),
        body=_("%(title)s ended on %(day)s. Please write the feedback form and hand it in."),
    )
)
