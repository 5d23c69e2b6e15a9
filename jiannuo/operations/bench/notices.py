"""What customers and people of the house are told about goods and loaners."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices.kinds import NoticeKind, register

RECEIPT = register(
    NoticeKind(
        "bench.receipt",
        _("Receipt %(number)s for %(what)s"),
        _("%(firm)s took it in for repair. Expected ready: %(expected)s. Receipt and progress: %(url)s"),
    )
)
ESTIMATE = register(
    NoticeKind(
        "bench.estimate",
        _("Repair of %(what)s: please decide"),
        _("The repair would cost you %(amount)s yuan. Accept or refuse it until %(until)s: %(url)s"),
    )
)
READY = register(
    NoticeKind(
        "bench.ready",
        _("%(what)s is ready to collect"),
        _(
            "Please bring the receipt %(number)s or an identity paper. To pay: %(amount)s yuan. "
            "%(storage)s %(url)s"
        ),
    )
)
LOAN_DUE = register(
    NoticeKind(
        "bench.loan_due",
        _("The loaner %(what)s is due back on %(due)s"),
        _("%(firm)s lent it to you (slip %(number)s). Please bring it back in time, or call us."),
    )
)
LOAN_LATE = register(
    NoticeKind(
        "bench.loan_late",
        _("The loaner %(what)s should be back since %(due)s"),
        _("%(firm)s lent it to you (slip %(number)s). Please bring it back, or call us."),
    )
)
WORK = register(
    NoticeKind(
        "bench.work",
        _("On the bench for you: %(what)s (%(number)s)"),
        _("%(fault)s\nExpected ready: %(expected)s"),
    )
)
ANSWERED = register(
    NoticeKind(
        "bench.answered",
        _("The customer has answered: %(answer)s (%(number)s)"),
        _("%(what)s · %(name)s %(remark)s"),
    )
)
LATE_BACK = register(
    NoticeKind(
        "bench.late_back",
        _("A loaner is not back: %(what)s (%(number)s)"),
        _("%(customer)s, due %(due)s. Call the customer."),
        email=False,
    )
)
