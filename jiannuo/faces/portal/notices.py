"""What customers are told, with the links to their pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices.kinds import NoticeKind, register

RECEIVED = register(
    NoticeKind(
        "portal.received",
        _("We have received your request %(number)s"),
        _("%(title)s\nSee how far it is: %(url)s"),
    )
)
APPOINTMENT = register(
    NoticeKind(
        "portal.appointment",
        _("We come %(window)s (%(number)s)"),
        _("Please be there or send somebody. %(link)s"),
    )
)
DIVIDED = register(
    NoticeKind(
        "portal.divided",
        _("We come %(count)s times (%(number)s)"),
        _("%(times)s\nPlease be there or send somebody. %(link)s"),
    )
)
CHOOSE = register(
    NoticeKind(
        "portal.choose",
        _("When shall we come? %(job)s %(what)s (%(number)s)"),
        _("Choose the time that suits you: %(link)s"),
    )
)
REMINDER = register(
    NoticeKind(
        "portal.reminder",
        _("Reminder: we come %(window)s (%(number)s)"),
        _("Please be there or send somebody. %(link)s"),
    )
)
DELAY = register(
    NoticeKind(
        "portal.delay",
        _("We come later: expected %(window)s (%(number)s)"),
        _("We are sorry. %(reason)s"),
    )
)
ABSENT = register(
    NoticeKind(
        "portal.absent",
        _("We did not meet you (%(number)s)"),
        _("Choose another time, or call us. %(link)s"),
    )
)
COMPLAINT = register(
    NoticeKind(
        "portal.complaint",
        _("We have received your complaint %(number)s"),
        _("The complaint desk, which is independent of the service, looks into it. See its state: %(url)s"),
    )
)
DELIVERY = register(
    NoticeKind(
        "portal.delivery",
        _("%(what)s arrives %(expected)s (%(number)s)"),
        _("Please have the site ready and somebody there who takes the goods. %(url)s"),
    )
)
COMMISSIONED = register(
    NoticeKind(
        "portal.commissioned",
        _("%(what)s is commissioned: %(values)s (%(number)s)"),
        _("See the values measured: %(url)s"),
    )
)
ACCEPTED = register(
    NoticeKind(
        "portal.accepted",
        _("The acceptance of %(what)s is signed (%(number)s)"),
        _("%(name)s signed on %(day)s. Read it, with what begins now, and keep the form: %(url)s"),
    )
)
RECORD = register(
    NoticeKind(
        "portal.record",
        _("The work for %(unit)s is done"),
        _("Read and keep the record %(number)s: %(url)s"),
    )
)
