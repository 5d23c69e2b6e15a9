"""Promises of consent: what may not be done without whose approval."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from jiannuo.rules.clauses.parts import Clause, Limit

APPROVAL_SUBJECTS = (
    "cost",
    "free_repair",
    "discount",
    "exchange",
    "refund",
    "return",
    "compensation",
    "loan",
    "parts_issue",
    "purchase",
    "outsourcing",
    "quotation",
    "contract",
    "plan",
    "waiver",
    "special_case",
    "late_card",
    "recall",
    "claim",
    "scrap",
    "publication",
    "overtime",
    "leave",
    "change",
    "correction",
    "work_start",
    "shipment",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalClause(Clause):
    """``subject`` needs the consent of ``approvers``, one after the other, above ``above`` yuan up to ``up_to``.

    Without ``above`` it always needs it where the conditions hold. An approver is a role, or a party such
    as ``customer``. ``limit`` is how long they have. Approvals of several clauses add up: none replaces another,
    except that within one commitment the clause with the highest ``above`` that applies speaks alone.
    """

    kind: ClassVar[str] = "approval"
    subject: str
    approvers: tuple[str, ...]
    above: Decimal | None = None
    up_to: Decimal | None = None
    limit: Limit | None = None
    calendar: str = "24x7"

    def __post_init__(self) -> None:
        if not self.approvers:
            raise ValueError("an approval needs somebody who approves")
