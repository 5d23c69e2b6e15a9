"""Promises of consent: what may not be done without whose approval, and who may do the work at all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from jiannuo.rules.clauses.parts import Clause, Limit

ASSIGNMENT = "assignment"
"""The subject of a clause that lets only holders of certificates do the job."""

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
    ASSIGNMENT,
    "shipment",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalClause(Clause):
    """``subject`` needs the consent of ``approvers``, one after the other, above ``above`` yuan up to ``up_to``.

    Without ``above`` it always needs it where the conditions hold. An approver is a role, or a party such
    as ``customer``. ``limit`` is how long they have. Approvals of several clauses add up: none replaces another,
    except that within one commitment the clause with the highest ``above`` that applies speaks alone.

    With the subject ``assignment`` nobody is asked: ``certificates`` names the kinds that whoever does the job must
    hold on that day, all of them (``special_operation`` …). Those of several clauses add up, too.
    """

    kind: ClassVar[str] = "approval"
    subject: str
    approvers: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    above: Decimal | None = None
    up_to: Decimal | None = None
    limit: Limit | None = None
    calendar: str = "24x7"

    def __post_init__(self) -> None:
        if (self.subject == ASSIGNMENT) != bool(self.certificates):
            raise ValueError("the subject assignment and the certificates that it needs go together")
        if self.subject == ASSIGNMENT:
            asked = (self.approvers, self.above is not None, self.up_to is not None, self.limit is not None)
            if any(asked):
                raise ValueError("who holds the certificates may do the job: no approver, amount or limit")
        elif not self.approvers:
            raise ValueError("an approval needs somebody who approves")
