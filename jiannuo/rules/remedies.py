"""What the customer may choose now: refund, exchange, repair and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from jiannuo.rules.applicable import Applicable, Case, applicable, beginning, events_of
from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import end_of_day, last_day, local_date
from jiannuo.rules.clauses import REMEDIES, Price, RemedyClause, RemedyWindow
from jiannuo.rules.coverage import Cover
from jiannuo.rules.facts import Facts
from jiannuo.rules.money import ONE, rounded
from jiannuo.rules.reasons import Reason
from jiannuo.rules.selection import Candidate, choose

PAID = ("refund", "return", "price_reduction", "compensation")
"""Remedies that pay money, to which the price rule of a clause belongs."""
CURRENT_PRICE = "current_price"
_NO_END = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyOutcome:
    """One remedy that may be chosen now: until when, what it pays, and who bears what it costs."""

    remedy: str
    since: date | None = None
    until: datetime | None = None
    amount: Decimal | None = None
    price_rule: str = "none"
    bearer: str = "provider"
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Offer:
    """What one clause offers now."""

    what: Applicable[RemedyClause]
    since: date | None = None
    until: datetime | None = None
    amount: Decimal | None = None
    notes: tuple[Reason, ...] = ()


def decide_remedies(
    case: Case, cover: Cover
) -> tuple[tuple[RemedyOutcome, ...], tuple[Reason, ...], tuple[Reason, ...]]:
    """The remedies that may be chosen now, why some may not, and what lost.

    The offers of all commitments come together; of several offers of one remedy the one that pays most, then the one
    that lasts longest counts. Windows are judged at the instant of the request.
    """
    notes: list[Reason] = []
    losers: list[Reason] = []
    offers: list[_Offer] = []
    for what in applicable(RemedyClause, case, losers):
        offer = _offer(what, case, cover)
        if isinstance(offer, _Offer):
            offers.append(offer)
        else:
            (losers if offer.code.startswith("lost.") else notes).append(offer)
    outcomes: list[RemedyOutcome] = []
    for remedy in REMEDIES:
        own = [offer for offer in offers if remedy in offer.what.clause.offers]
        if own:
            outcome, lost = _outcome(remedy, own, case.facts)
            outcomes.append(outcome)
            losers.extend(lost)
    return tuple(outcomes), tuple(notes), tuple(losers)


def _outcome(remedy: str, offers: Sequence[_Offer], facts: Facts) -> tuple[RemedyOutcome, tuple[Reason, ...]]:
    candidates = [
        Candidate(offer.what.commitment, offer.what.clause, _rank(offer, remedy), offer) for offer in offers
    ]
    choice = choose(candidates, remedy)
    best = choice.winner.value
    what, clause = best.what, best.what.clause
    is_paid = remedy in PAID
    offered = what.because(
        "remedy.offered", remedy=remedy, until="" if best.until is None else best.until.isoformat()
    )
    outcome = RemedyOutcome(
        remedy=remedy,
        since=best.since,
        until=best.until,
        amount=best.amount if is_paid else None,
        price_rule=clause.price.rule if is_paid else "none",
        bearer=clause.bearer,
        clause=clause.id,
        commitment=what.commitment.code,
        version=what.commitment.version,
        reasons=(offered, *(best.notes if is_paid else ()), *what.grounds(facts), choice.why),
    )
    return outcome, choice.losers


def _offer(what: Applicable[RemedyClause], case: Case, cover: Cover) -> _Offer | Reason:
    """What a clause offers now, or why it offers nothing."""
    clause, calendar = what.clause, what.calendar
    window, begins = clause.window, None
    opens: date | None = None
    last: date | None = None
    if window is not None:
        begins = beginning(window.begins, case.facts, calendar)
        if begins is None:
            return what.because("remedy.not_started", events=events_of(window.begins))
        opens, last = window_of(window, begins, calendar)
    today = local_date(case.at, calendar)
    if opens is not None and today < opens:
        return what.because("remedy.not_open", begins=opens)
    if last is not None and today > last:
        return what.because("remedy.over", until=last)
    until = None if last is None else end_of_day(last, calendar)
    if clause.while_covered or (window is not None and last is None):
        standing = cover.standing()
        if standing.in_warranty is None:
            return what.because("lost.fact_missing", fact="in_warranty")
        if not standing.in_warranty:
            return what.because("remedy.not_covered")
        until = min((end for end in (until, standing.until) if end is not None), default=None)
    amount, notes = _price(what, clause.price, begins, today, case.facts)
    return _Offer(what, opens, until, amount, notes)


def window_of(window: RemedyWindow, begins: date, calendar: Calendar) -> tuple[date, date | None]:
    """The first and the last day of a window; ``None`` where only the end of the cover ends it."""
    counted = int(window.counts_start_day)
    opens = begins if window.from_day <= 1 else begins + timedelta(days=window.from_day - counted)
    ends: list[date] = []
    if window.to_day is not None:
        ends.append(begins + timedelta(days=window.to_day - counted))
    if window.within is not None:
        length = window.within
        ends.append(
            last_day(
                begins,
                length.amount,
                length.unit,
                counts_start_day=window.counts_start_day,
                calendar=calendar,
            )
        )
    return opens, min(ends, default=None)


def _price(
    what: Applicable[RemedyClause], price: Price, begins: date | None, today: date, facts: Facts
) -> tuple[Decimal | None, tuple[Reason, ...]]:
    """What the price rule pays, and the argument."""

    def paid(amount: Decimal, **params: object) -> tuple[Decimal, tuple[Reason, ...]]:
        amount = rounded(max(amount, Decimal(0)))
        return amount, (what.because("remedy.price", amount=amount, rule=price.rule, **params),)

    rate = ONE if price.rate is None else price.rate
    if price.rule == "none":
        return None, ()
    if price.rule == "fixed":
        return paid(price.amount or Decimal(0))
    if price.rule == "current":
        current = facts.amounts.get(CURRENT_PRICE)
        if current is None:
            return None, (what.because("remedy.price_unknown", fact=f"amounts.{CURRENT_PRICE}"),)
        return paid(current * rate)
    if facts.price is None:
        return None, (what.because("remedy.price_unknown", fact="price"),)
    if price.rule != "depreciated":
        return paid(facts.price * rate)
    since = _bought(facts, what.calendar) or begins
    if since is None:
        return None, (what.because("remedy.price_unknown", fact="dates.sold"),)
    days = max((today - since).days - (facts.days_under_repair or 0), 0)
    amount, _ = paid(facts.price * (ONE - rate * days))
    return amount, (
        what.because("remedy.price_depreciated", amount=amount, price=facts.price, rate=rate, days=days),
    )


def _bought(facts: Facts, calendar: Calendar) -> date | None:
    known = (facts.dates.get(event) for event in ("invoiced", "sold", "delivered"))
    return next((local_date(moment, calendar) for moment in known if moment is not None), None)


def _rank(offer: _Offer, remedy: str) -> tuple[float, ...]:
    """What pays more, then what lasts longer, then what costs the customer nothing beside."""
    paid = float(offer.amount or 0) if remedy in PAID else 0.0
    end = _NO_END if offer.until is None else offer.until.timestamp()
    return (-paid, -end, float(offer.what.clause.bearer == "customer"))
