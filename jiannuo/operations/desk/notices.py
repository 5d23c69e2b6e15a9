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
SENT = register(
    NoticeKind(
        "requests.sent",
        title=_("Request %(number)s is yours to arrange: %(customer)s"),
        body=_("%(title)s\nRule: %(rule)s"),
    )
)
UNSENT = register(
    NoticeKind(
        "requests.unsent",
        title=_("Request %(number)s stays with the agents: %(customer)s"),
        body=_("%(title)s\nThe rule “%(rule)s” leads nowhere: %(why)s"),
    )
)
DEAD_END = register(
    NoticeKind(
        "requests.rule_dead",
        title=_("Nobody is left to take what the rule “%(rule)s” sends"),
        body=_("%(why)s\nUntil then such requests go by the next rule that fits, or stay with the agents."),
    )
)
NOT_ARRANGED = register(
    NoticeKind(
        "requests.not_arranged",
        title=_("Nothing was arranged for %(number)s: %(customer)s"),
        body=_("%(title)s\nThe back office found: %(remark)s"),
    )
)
PUSHED_BACK = register(
    NoticeKind(
        "requests.pushed_back",
        title=_("%(dealer)s turned a customer away: %(number)s"),
        body=_("%(customer)s: %(reason)s\nDecide whether that was justified."),
    )
)
