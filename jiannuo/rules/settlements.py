"""How a dealer, a station or a supplier is paid for a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from jiannuo.rules.case import Applicable, Case
from jiannuo.rules.civil import local_date, start_of_day
from jiannuo.rules.clauses import Limit, Refusal, SettlementClause, Tier
from jiannuo.rules.deadlines import limit_due
from jiannuo.rules.facts import Facts
from jiannuo.rules.money import ONE, known_amount, quantity, rounded
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Reasons, Untold
from jiannuo.rules.selection import silenced

Effect = Literal["paid", "reduced", "refused", "forfeited"]
NOTHING = Decimal(0)
_FIGURES = {"standard": ("standard",), "actual": ("actual",), "share": ("actual", "standard", "list")}
_LATE = Refusal(flag="late")


@outcome
class SettlementOutcome:
    """What ``payee`` is paid, or why nothing or less.

    ``amount`` is in yuan: for ``quantity`` times ``per``, or for one where the facts do not know how many, less
    what a reduction takes off; ``None`` when the facts know too little. ``refused``, ``reduced`` and ``forfeited``
    hold the grounds (flags; ``late``; ``documents``), ``missing`` the documents that are not there, ``due_at``
    the last instant for the claim.
    """

    payee: str
    payer: str
    items: tuple[str, ...]
    basis: str
    effect: Effect = "paid"
    amount: Decimal | None = None
    per: str = "order"
    quantity: Decimal | None = None
    refused: tuple[str, ...] = ()
    reduced: tuple[str, ...] = ()
    forfeited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    due_at: datetime | None = None
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: Reasons = ()


_made: Callable[..., SettlementOutcome] = maker(SettlementOutcome)


_Noted = tuple[str, dict[str, object]]


class _Ground(NamedTuple):
    """One ground for paying less or nothing."""

    name: str
    effect: Literal["refused", "reduced", "forfeited"]
    why: _Noted
    share: Decimal | None = None


def decide_settlements(case: Case) -> tuple[SettlementOutcome, ...]:
    """What each clause pays, those of each commitment for themselves; notes why some do not pay yet.

    Nothing is chosen by favour here. An exclusive commitment silences the others about the same payee and item.
    """
    clauses = case.clauses(SettlementClause)
    begun = _begun(clauses, case.facts)
    if case.argues:
        for what in clauses:
            if what not in begun:
                params = {"payee": what.clause.payee, "event": what.clause.start}
                case.notes.append(what.note("settlement.not_started", **params))
    if not begun:
        return ()
    exclusive = [what for what in begun if what.is_exclusive]
    outcomes: list[SettlementOutcome] = []
    for what in begun:
        silence = silenced(what, [one for one in exclusive if _is_about(one, what)]) if exclusive else ""
        if not silence:
            outcomes.append(_outcome(what, case))
        elif case.argues:
            case.losers.append(what.note("lost.exclusive", winner=silence, subject=what.clause.payee))
    return tuple(outcomes)


def _is_about(one: Applicable[SettlementClause], other: Applicable[SettlementClause]) -> bool:
    """Whether two clauses pay the same payee for one of the same items."""
    return one.clause.payee == other.clause.payee and not set(one.clause.items).isdisjoint(other.clause.items)


def _begun(
    clauses: Sequence[Applicable[SettlementClause]], facts: Facts
) -> Sequence[Applicable[SettlementClause]]:
    """Those of whose claims the facts speak: of the event, the papers, or amounts where no papers are wanted."""
    dates, has_amounts = facts.dates, bool(facts.amounts)
    if facts.documents or "claimed" in dates:
        return clauses
    return [
        what for what in clauses if what.clause.start in dates or (has_amounts and not what.clause.documents)
    ]


def _outcome(what: Applicable[SettlementClause], case: Case) -> SettlementOutcome:
    clause, facts = what.clause, case.facts
    due_at = None if clause.deadline is None else _deadline(what, clause.deadline, facts)
    missing: tuple[str, ...] = ()
    if not facts.documents.issuperset(clause.documents):
        missing = tuple(one for one in clause.documents if one not in facts.documents)
    grounds = _grounds(what, case, missing, due_at)
    amount, count, unknown = _amount(clause, facts)
    if amount is not None:
        amount = rounded(amount * _kept(grounds) if grounds else amount)
    return _made(
        clause.payee,
        clause.payer,
        clause.items,
        clause.basis,
        _effect(grounds) if grounds else "paid",
        amount,
        per=clause.per,
        quantity=count,
        refused=_named(grounds, "refused"),
        reduced=_named(grounds, "reduced"),
        forfeited=_named(grounds, "forfeited"),
        missing=missing,
        due_at=due_at,
        clause=clause.id,
        commitment=what.key[0],
        version=what.key[1],
        reasons=case.tell(("settlement", what.key, clause.id), _why, what, amount, unknown, grounds, case),
    )


def _why(
    what: Applicable[SettlementClause],
    amount: Decimal | None,
    unknown: _Noted | None,
    grounds: Sequence[_Ground],
    case: Case,
) -> Iterable[Untold]:
    clause = what.clause
    shown = "–" if amount is None else amount
    yield what.note("settlement.paid", payee=clause.payee, basis=clause.basis, amount=shown)
    if unknown is not None:
        code, params = unknown
        yield what.note(code, payee=clause.payee, **params)
    for ground in grounds:
        code, params = ground.why
        yield what.note(code, payee=clause.payee, **params)
    yield case.grounds(what)


def _named(grounds: Sequence[_Ground], effect: str) -> tuple[str, ...]:
    return tuple(one.name for one in grounds if one.effect == effect) if grounds else ()


def _amount(clause: SettlementClause, facts: Facts) -> tuple[Decimal | None, Decimal | None, _Noted | None]:
    """The sum before reductions, how many units it is for, and what was not known."""
    count = quantity(facts, clause.per)
    if clause.tiers:
        clause = _at_tier(clause, facts, count)
    if clause.basis == "none":
        return NOTHING, count, None
    times = ONE if count is None else count
    if clause.basis == "fixed":
        if clause.amount is None:
            return None, count, ("settlement.no_tier", {})
        one = clause.amount if clause.cap is None else min(clause.amount, clause.cap)
        return one * times, count, None
    total = NOTHING
    unknown: list[str] = []
    for item in clause.items:
        figure = _figure(clause, item, facts)
        if figure is None:
            unknown.append(f"amounts.{item}_{_FIGURES[clause.basis][0]}")
        else:
            total += figure
    if unknown:
        return None, count, ("settlement.amount_unknown", {"fact": ", ".join(unknown)})
    if clause.basis == "share":
        total *= clause.share or NOTHING
    return (total if clause.cap is None else min(total, clause.cap * times)), count, None


def _figure(clause: SettlementClause, item: str, facts: Facts) -> Decimal | None:
    """The known amount of an item: ``labour_standard``, ``parts_actual`` …, else ``labour``."""
    return known_amount(facts, *(f"{item}_{name}" for name in _FIGURES[clause.basis]), item)


def _at_tier(clause: SettlementClause, facts: Facts, count: Decimal | None) -> SettlementClause:
    """The clause with amount and share of the tier for this quantity or grade."""
    for tier in clause.tiers:
        if _is_at(tier, facts, count):
            amount = clause.amount if tier.amount is None else tier.amount
            return replace(clause, amount=amount, share=clause.share if tier.share is None else tier.share)
    return clause


def _is_at(tier: Tier, facts: Facts, count: Decimal | None) -> bool:
    if tier.grade and tier.grade != facts.service_level:
        return False
    if tier.low is None and tier.high is None:
        return True
    return (
        count is not None
        and (tier.low is None or count >= tier.low)
        and (tier.high is None or count < tier.high)
    )


def _grounds(
    what: Applicable[SettlementClause], case: Case, missing: Sequence[str], due_at: datetime | None
) -> list[_Ground]:
    clause = what.clause
    found: list[_Ground] = []
    if missing:
        why: _Noted = ("settlement.documents_missing", {"documents": ", ".join(missing)})
        found.append(_Ground("documents", "refused", why))
    if due_at is not None and _claimed_at(what, case) > due_at:
        late = clause.late or _LATE
        found.append(_Ground(late.flag, late.effect, ("settlement.late", {"due": due_at}), late.share))
    for refusal in clause.refusals:
        if refusal.flag in case.facts.flags:
            why = (f"settlement.{refusal.effect}", {"flag": refusal.flag})
            found.append(_Ground(refusal.flag, refusal.effect, why, refusal.share))
    return found


def _deadline(what: Applicable[SettlementClause], deadline: Limit, facts: Facts) -> datetime | None:
    """The last instant for the claim, if its event is known."""
    moment = facts.dates.get(what.clause.start)
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        moment = start_of_day(moment, what.calendar)
    return limit_due(deadline, what.calendar, moment)


def _claimed_at(what: Applicable[SettlementClause], case: Case) -> datetime:
    """When the claim came in; now where that is not known."""
    moment = case.facts.dates.get("claimed", case.now)
    return (
        moment
        if isinstance(moment, datetime)
        else start_of_day(local_date(moment, what.calendar), what.calendar)
    )


def _effect(grounds: Sequence[_Ground]) -> Effect:
    effects = {one.effect for one in grounds}
    if "forfeited" in effects:
        return "forfeited"
    if "refused" in effects:
        return "refused"
    return "reduced" if effects else "paid"


def _kept(grounds: Sequence[_Ground]) -> Decimal:
    """The part of the sum that the grounds leave."""
    if any(one.effect != "reduced" for one in grounds):
        return NOTHING
    return max(ONE - sum((one.share or NOTHING for one in grounds), NOTHING), NOTHING)
