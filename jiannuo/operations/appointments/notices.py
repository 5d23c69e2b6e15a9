"""What dispatchers are told about appointments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

NOT_GIVEN = register(
    NoticeKind(
        "appointments.not_given",
        title=_("Give by hand: a customer chose %(window)s (%(number)s)"),
        body="%(reason)s",
    )
)
GIVEN_UP = register(
    NoticeKind(
        "appointments.given_up",
        title=_("The customer gave up the appointment of %(window)s (%(number)s)"),
        body=_("Agree another time."),
    )
)
DELAY = register(
    NoticeKind(
        "appointments.delay",
        title=_("Late: expected %(window)s (%(number)s)"),
        body="%(reason)s",
        email=False,
    )
)
