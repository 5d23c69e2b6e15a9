"""What a task may be: what a missed promise brings about, and what a customer may choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class TaskKind:
    """``role`` is whose work it is; ``metrics`` the promises that doing it keeps; ``money`` whether it has a sum;
    ``subject`` what an approval clause calls it.
    """

    label: Any
    role: str
    hint: Any
    metrics: tuple[str, ...] = ()
    money: bool = False
    subject: str = ""


#: a consequence of rules (``CONSEQUENCES``) or a remedy (``REMEDIES``) → the work that it is
KINDS: dict[str, TaskKind] = {
    "loaner": TaskKind(
        _("lend a machine"),
        Role.STOREKEEPER,
        _("Lend a machine of the same grade until the customer's own is back. Write down its serial number."),
        metrics=("loaner",),
        subject="loan",
    ),
    "exchange_offer": TaskKind(
        _("offer an exchange"),
        Role.SERVICE_AGENT,
        _("Offer the customer a new machine of the same model and write down the answer."),
        metrics=("exchange",),
        subject="exchange",
    ),
    "refund_offer": TaskKind(
        _("offer a refund"),
        Role.SERVICE_AGENT,
        _("Offer the customer the money back and write down the answer."),
        metrics=("refund",),
        money=True,
        subject="refund",
    ),
    "compensation": TaskKind(
        _("compensate the customer"),
        Role.FINANCE_CLERK,
        _("Pay the customer or set it off against the next bill."),
        metrics=("compensation",),
        money=True,
        subject="compensation",
    ),
    "deduction": TaskKind(
        _("deduct from the pay"),
        Role.FINANCE_CLERK,
        _("Enter the deduction in the next settlement of whoever missed the promise."),
        money=True,
    ),
    "penalty": TaskKind(
        _("book the penalty"),
        Role.FINANCE_CLERK,
        _("Book the contract penalty to the credit of the customer."),
        money=True,
    ),
    "forfeiture": TaskKind(
        _("book the forfeiture"),
        Role.FINANCE_CLERK,
        _("What was to be paid or was deposited falls away: enter it in the settlement."),
        money=True,
    ),
    "extension": TaskKind(
        _("extend the term"),
        Role.SERVICE_AGENT,
        _("Extend the warranty or the contract by what was promised and tell the customer."),
    ),
    "free_service": TaskKind(
        _("service free of charge"),
        Role.DISPATCHER,
        _("The customer pays nothing for this service. The lines of the order follow by themselves."),
    ),
    "special_case": TaskKind(
        _("special case"),
        Role.DEPARTMENT_MANAGER,
        _("Look into it yourself, decide what is done and tell the customer."),
        subject="special_case",
    ),
    "replacement_provider": TaskKind(
        _("send somebody else"),
        Role.DISPATCHER,
        _("Give the work to another provider at the cost of the one who missed it."),
    ),
    "downgrade": TaskKind(
        _("lower the grade"),
        Role.DEPARTMENT_MANAGER,
        _("Lower the grade of the provider as its agreement says."),
    ),
    "termination": TaskKind(
        _("end the agreement"),
        Role.GENERAL_MANAGER,
        _("Decide on ending the agreement with whoever missed the promise."),
    ),
    "apology": TaskKind(
        _("apologise"),
        Role.SERVICE_AGENT,
        _("Call the customer, say sorry and explain what is done."),
    ),
    "refund": TaskKind(
        pgettext_lazy("task", "refund"),
        Role.FINANCE_CLERK,
        _("Pay back what the promise says and take the machine back."),
        metrics=("refund",),
        money=True,
        subject="refund",
    ),
    "exchange": TaskKind(
        pgettext_lazy("task", "exchange"),
        Role.STOREKEEPER,
        _("Give out a new machine, take the old one back and register the new one."),
        metrics=("exchange",),
        subject="exchange",
    ),
    "repair": TaskKind(
        pgettext_lazy("task", "repair"),
        Role.DISPATCHER,
        _("The customer wants it repaired: see that a work order is under way."),
    ),
    "price_reduction": TaskKind(
        _("reduce the price"),
        Role.FINANCE_CLERK,
        _("Pay back the reduction or set it off against the next bill."),
        money=True,
        subject="discount",
    ),
    "make_good": TaskKind(
        _("make good"),
        Role.DISPATCHER,
        _("Supply what is missing or do it again, free of charge."),
    ),
    "proof": TaskKind(
        _("prove it"),
        Role.TECHNICAL_APPRAISER,
        _("Show the customer the proof that was promised: a test report, an appraisal, a measurement."),
    ),
    "return": TaskKind(
        pgettext_lazy("task", "return"),
        Role.STOREKEEPER,
        _("Take the machine back and pay what the promise says."),
        metrics=("refund",),
        money=True,
        subject="return",
    ),
    "article_review": TaskKind(
        _("review an article"),
        Role.QUALITY_ENGINEER,
        _("Read it, ask those who use it, and choose “Still right” or write a new version."),
    ),
}
CHOICES = [(code, kind.label) for code, kind in KINDS.items()]
#: what the directors look at
SPECIAL = "special_case"
