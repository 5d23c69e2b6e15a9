"""What people, and suppliers outside, are told about installation projects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices.kinds import NoticeKind, register

TO_SUPPLIER = register(
    NoticeKind(
        "installations.to_supplier",
        _("Missing or damaged goods, please answer (%(number)s)"),
        _(
            "%(supplier)s: %(firm)s unpacked goods of yours and found:\n%(what)s\n%(remark)s\n"
            "See the list with photos and answer%(due)s: %(url)s"
        ),
    )
)
REMINDER = register(
    NoticeKind(
        "installations.remind_supplier",
        _("We still wait for your answer: missing or damaged goods (%(number)s)"),
        _("%(supplier)s: %(firm)s told you of:\n%(what)s\nPlease answer now: %(url)s"),
    )
)
ANSWERED = register(
    NoticeKind(
        "installations.supplier_answered",
        _("%(supplier)s has answered: %(way)s (%(number)s)"),
        _("%(name)s: %(answer)s\nPromised for: %(promised)s"),
    )
)
NOT_ARRIVED = register(
    NoticeKind(
        "installations.supplier_mail_failed",
        _("The mail to %(supplier)s did not arrive (%(number)s)"),
        _("%(error)s\nCorrect the address and send it again, or print the notice and send it by hand."),
    )
)
CALL = register(
    NoticeKind(
        "installations.supplier_late",
        _("%(supplier)s has not answered in time (%(number)s)"),
        _("%(what)s\n%(reminded)s"),
    )
)
ESCALATED = register(
    NoticeKind(
        "installations.supplier_silent",
        _("No answer from %(supplier)s although it was reminded (%(number)s)"),
        _("%(what)s\nAsked by: %(person)s"),
    )
)
YOURS = register(
    NoticeKind(
        "installations.yours",
        title=_("You go to this installation: %(what)s (%(number)s)"),
        body=_("It is on your phone for the days on which it is under way."),
    )
)
NOTE = register(
    NoticeKind(
        "installations.note",
        title=_("Note from an installation: %(what)s (%(number)s)"),
        body="%(text)s",
    )
)
