"""What the complaint desk tells people; only those who may see the complaint."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices import NoticeKind, register

NEW = register(
    NoticeKind("complaints.new", title=_("New complaint %(number)s: %(who)s"), body="%(text)s"),
)
YOURS = register(
    NoticeKind("complaints.yours", title=_("Complaint %(number)s is yours: %(who)s"), body="%(text)s"),
)
UPGRADED = register(
    NoticeKind(
        "complaints.upgraded",
        title=_("Complaint %(number)s was raised: %(what)s"),
        body=_("%(who)s\nBecause: %(because)s"),
    )
)
SPECIAL = register(
    NoticeKind(
        "complaints.special",
        title=_("Special case %(number)s: %(who)s"),
        body=_("The directors decide on it. Because: %(because)s"),
    )
)
UNSOLVED = register(
    NoticeKind(
        "complaints.unsolved",
        title=_("Complaint %(number)s is not solved: %(who)s"),
        body=_("Asked: %(whom)s. %(remark)s\nGo on until it is solved."),
    )
)
INSPECTED = register(
    NoticeKind(
        "complaints.inspected",
        title=_("Mystery inspection %(number)s of %(station)s was published"),
        body=_("%(total)s of 100 points."),
    )
)
PENALTIES = register(
    NoticeKind(
        "complaints.penalties",
        title=_("Penalty table %(number)s was handed over to finance"),
        body=_("%(count)s lines, %(amount)s yuan."),
    )
)
TO_PAY = register(
    NoticeKind(
        "complaints.to_pay", title=_("To be paid: %(payee)s, %(amount)s yuan (%(number)s)"), body="%(what)s"
    )
)
