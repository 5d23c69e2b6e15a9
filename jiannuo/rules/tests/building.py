"""Short ways to write down promises and cases in tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from jiannuo.rules import (
    ApprovalClause,
    Beginning,
    Calendar,
    ChargeClause,
    CommitmentInForce,
    Condition,
    CoverageClause,
    Decision,
    Facts,
    Limit,
    Period,
    Reason,
    RecurringClause,
    RemedyClause,
    RemedyWindow,
    SettlementClause,
    Source,
    TargetClause,
    Term,
    TimeClause,
    decide,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday, 09:00 in Shanghai
SOURCE = Source(document="Letter", article="3")
OFFICE = Calendar.from_json(
    {
        "name": "office",
        "weekly": {day: ["09:00-12:00", "13:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
CALENDARS = {"office": OFFICE}


def yuan(text: str | int | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def money(**amounts: str | int) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in amounts.items()}


def hours(amount: float, unit: str = "hours", **fields) -> Limit:
    return Limit(amount=Decimal(str(amount)), unit=unit, **fields)


def time_clause(metric="arrival", limit=None, clause_id="arrival", **fields) -> TimeClause:
    return TimeClause(
        id=clause_id, text="on time", source=SOURCE, metric=metric, limit=limit or hours(4), **fields
    )


def cover(clause_id="cover", periods=((2, "years"),), begins=("invoiced",), **fields) -> CoverageClause:
    term = fields.pop("term", None) or Term(periods=tuple(Period(amount=n, unit=u) for n, u in periods))
    return CoverageClause(
        id=clause_id, text="covered", source=SOURCE, term=term, begins=Beginning(events=begins), **fields
    )


def charge(basis="list", items=("parts",), clause_id="charge", **fields) -> ChargeClause:
    return ChargeClause(id=clause_id, text="charged", source=SOURCE, basis=basis, items=items, **fields)


def remedy(*offers: str, days=None, begins=("sold",), clause_id="remedy", **fields) -> RemedyClause:
    """``days`` are the first and the last day of the window."""
    if days is not None:
        fields["window"] = RemedyWindow(begins=Beginning(events=begins), from_day=days[0], to_day=days[1])
    return RemedyClause(id=clause_id, text="offered", source=SOURCE, offers=offers, **fields)


def recurring(
    every=None, action="visit", begins=("accepted",), clause_id="visit", **fields
) -> RecurringClause:
    """``every`` is an amount and a unit."""
    period = None if every is None else Period(amount=every[0], unit=every[1])
    return RecurringClause(
        id=clause_id,
        text="again and again",
        source=SOURCE,
        action=action,
        begins=Beginning(events=begins),
        every=period,
        **fields,
    )


def target(comparison="at_least", value: str | int = 95, clause_id="target", **fields) -> TargetClause:
    return TargetClause(
        id=clause_id,
        text="to be reached",
        source=SOURCE,
        measure=fields.pop("measure", "satisfaction"),
        comparison=comparison,
        value=Decimal(value),
        **fields,
    )


def approval(subject="cost", approvers=("manager",), clause_id="approval", **fields) -> ApprovalClause:
    return ApprovalClause(
        id=clause_id, text="with consent", source=SOURCE, subject=subject, approvers=approvers, **fields
    )


def settlement(basis="fixed", clause_id="settlement", **fields) -> SettlementClause:
    if basis == "fixed" and "tiers" not in fields:
        fields.setdefault("amount", Decimal(30))
    return SettlementClause(
        id=clause_id, text="paid", source=SOURCE, payee=fields.pop("payee", "dealer"), basis=basis, **fields
    )


def at_least(fact: str, low: int) -> Condition:
    return Condition(fact=fact, low=Decimal(low))


def one_of(fact: str, *words: str) -> Condition:
    return Condition(fact=fact, any_of=words)


def commitment(*clauses, code="A", **fields) -> CommitmentInForce:
    return CommitmentInForce(code=code, clauses=clauses, **fields)


def facts(**fields) -> Facts:
    return Facts(**{"dates": {"requested": NOW, "invoiced": date(2025, 1, 10)}, **fields})


def decided(*promised, now: datetime = NOW, **fields) -> Decision:
    """The decision of commitments, or of single clauses in a commitment of their own, about facts given by name."""
    commitments = [
        one if isinstance(one, CommitmentInForce) else commitment(one, code=f"C{place}")
        for place, one in enumerate(promised)
    ]
    return decide(commitments, facts(**fields), CALENDARS, now)


def codes(reasons: Iterable[Reason]) -> list[str]:
    return [reason.code for reason in reasons]
