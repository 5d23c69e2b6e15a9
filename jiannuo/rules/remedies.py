"""What the customer may choose now: refund, exchange, repair and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.case import Applicable, Case, events_of
from jiannuo.rules.civil import end_of_day, last_day
from jiannuo.rules.clauses import REMEDIES, RemedyClause, RemedyWindow
from jiannuo.rules.coverage import Cover, Standing
from jiannuo.rules.money import ONE, rounded
from jiannuo.rules.outcomes import maker, outcome
from jiannuo.rules.reasons import Note, Reasons, Untold
from jiannuo.rules.selection import Choice, choose

PAID = ("refund", "return", "price_reduction", "compensation")
"""Remedies that pay money, to which the price rule of a clause belongs."""
EXCHANGE = "exchange"
CURRENT_PRICE = "current_price"
_NO_END = 1e15
_NOTHING = Decimal(0)


@outcome
class RemedyOutcome:
    """One remedy that may be chosen now: until when, what it pays, and who bears what it costs.

    ``asks`` is what the customer pays for the use so far when an exchange is chosen.
    """

    remedy: str
    since: date | None = None
    until: datetime | None = None
    amount: Decimal | None = None
    asks: Decimal | None = None
    price_rule: str = "none"
    bearer: str = "provider"
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: Reasons = ()


_made = maker(RemedyOutcome)


class _Offer(NamedTuple):
    """What one clause offers now."""

    what: Applicable[RemedyClause]
    since: date | None = None
    until: datetime | None = None
    amount: Decimal | None = None
    notes: tuple[Note, ...] = ()


def decide_remedies(case: Case, cover: Cover) -> tuple[RemedyOutcome, ...]:
    """The remedies that may be chosen now; notes why some may not.

    The offers of all commitments come together; of several offers of one remedy the one that pays most, then the one
    that lasts longest counts. Windows are judged at the instant of the request.
    """
    offers: dict[str, list[_Offer]] = {}
    standing: Standing | None = None
    for what in case.clauses(RemedyClause):
        clause = what.clause
        if standing is None and _asks_for_cover(clause):
            standing = cover.standing()
        offer = _offer(what, case, standing)
        if offer is not None:
            for remedy in clause.offers:
                offers.setdefault(remedy, []).append(offer)
    return tuple(_outcome(remedy, offers[remedy], case) for remedy in REMEDIES if remedy in offers)


def _asks_for_cover(clause: RemedyClause) -> bool:
    """Whether a remedy lasts only as long as the cover does."""
    window = clause.window
    return clause.while_covered or (window is not None and window.to_day is None and window.within is None)


def _outcome(remedy: str, offers: Sequence[_Offer], case: Case) -> RemedyOutcome:
    choice = choose(
        [(offer.what, offer) for offer in offers], _paid_most if remedy in PAID else _longest, remedy
    )
    if case.argues:
        case.losers += choice.lost()
    best = choice.value
    what, clause = best.what, best.what.clause
    is_paid = remedy in PAID
    return _made(
        remedy=remedy,
        since=best.since,
        until=best.until,
        amount=best.amount if is_paid else None,
        asks=_asked(best, remedy, case),
        price_rule=clause.price.rule if is_paid else "none",
        bearer=clause.bearer,
        clause=clause.id,
        commitment=what.key[0],
        version=what.key[1],
        reasons=case.tell(("remedy", remedy), _why, choice, remedy, case),
    )


def _asked(offer: _Offer, remedy: str, case: Case) -> Decimal | None:
    """What an exchange costs the customer: what use has taken off the price."""
    price = offer.what.clause.price
    if not price.asked_on_exchange or remedy != EXCHANGE or offer.amount is None or case.facts.price is None:
        return None
    return case.facts.price - offer.amount


def _why(choice: Choice[_Offer], remedy: str, case: Case) -> Iterable[Untold]:
    best = choice.value
    yield best.what.note("remedy.offered", remedy=remedy, until=best.until)
    if remedy in PAID:
        yield from best.notes
    asks = _asked(best, remedy, case)
    if asks is not None:
        yield from best.notes
        yield best.what.note("remedy.asks", asks=asks)
    yield case.grounds(best.what)
    yield choice.why()


def _offer(what: Applicable[RemedyClause], case: Case, standing: Standing | None) -> _Offer | None:
    """What a clause offers now; notes why it offers nothing."""
    clause, calendar = what.clause, what.calendar
    opens: date | None = None
    last: date | None = None
    begins: date | None = None
    if clause.window is not None:
        begins = case.beginning(clause.window.begins, calendar)
        if begins is None:
            _nothing(case, what, "remedy.not_started", events=events_of(clause.window.begins))
            return None
        today = case.today(calendar)
        if not case.argues and _is_over(clause.window, begins, today):
            return None
        opens, last = window_of(clause.window, begins, calendar)
        if last is not None and today > last:
            _nothing(case, what, "remedy.over", until=last)
            return None
        if today < opens:
            _nothing(case, what, "remedy.not_open", begins=opens)
            return None
    until = None if last is None else end_of_day(last, calendar)
    if standing is not None and _asks_for_cover(clause):
        if standing.in_warranty is None:
            _nothing(case, what, "lost.fact_missing", fact="in_warranty")
            return None
        if not standing.in_warranty:
            _nothing(case, what, "remedy.not_covered")
            return None
        until = min((end for end in (until, standing.until) if end is not None), default=None)
    if clause.price.rule == "none":
        return _Offer(what, opens, until)
    amount, note = _price(what, begins, case)
    return _Offer(what, opens, until, amount, (note,))


def _is_over(window: RemedyWindow, begins: date, today: date) -> bool:
    """Whether the days of a window are over, told by counting them: that is how most windows are."""
    return window.to_day is not None and (today - begins).days > window.to_day - window.counts_start_day


def _nothing(case: Case, what: Applicable[RemedyClause], code: str, **params: object) -> None:
    """Note why a clause offers nothing."""
    if case.argues:
        (case.losers if code.startswith("lost.") else case.notes).append(what.note(code, **params))


def window_of(window: RemedyWindow, begins: date, calendar: Calendar) -> tuple[date, date | None]:
    """The first and the last day of a window; ``None`` where only the end of the cover ends it."""
    counted = int(window.counts_start_day)
    opens = begins if window.from_day <= 1 else begins + timedelta(days=window.from_day - counted)
    last = None if window.to_day is None else begins + timedelta(days=window.to_day - counted)
    within = window.within
    if within is not None:
        end = last_day(begins, within.amount, within.unit, counts_start_day=bool(counted), calendar=calendar)
        last = end if last is None else min(last, end)
    return opens, last


def _price(what: Applicable[RemedyClause], begins: date | None, case: Case) -> tuple[Decimal | None, Note]:
    """What the price rule pays, and the argument."""
    price, facts = what.clause.price, case.facts
    rate = ONE if price.rate is None else price.rate
    if price.rule == "fixed":
        return _paid(what, price.amount or _NOTHING)
    if price.rule == "current":
        current = facts.amounts.get(CURRENT_PRICE)
        if current is None:
            return None, what.note("remedy.price_unknown", fact=f"amounts.{CURRENT_PRICE}")
        return _paid(what, current * rate)
    if facts.price is None:
        return None, what.note("remedy.price_unknown", fact="price")
    if price.rule == "metered":
        reading = facts.meters.get(price.meter)
        if reading is None:
            return None, what.note("remedy.price_unknown", fact=f"meters.{price.meter}")
        amount = rounded(max(facts.price * (ONE - rate * reading / price.per), _NOTHING))
        return amount, what.note(
            "remedy.price_metered",
            amount=amount,
            price=facts.price,
            rate=rate,
            per=price.per,
            reading=reading,
            meter=price.meter,
        )
    if price.rule != "depreciated":
        return _paid(what, facts.price * rate)
    since = _bought(case, what.calendar) or begins
    if since is None:
        return None, what.note("remedy.price_unknown", fact="dates.sold")
    days = max((case.today(what.calendar) - since).days - (facts.days_under_repair or 0), 0)
    amount = rounded(max(facts.price * (ONE - rate * days), _NOTHING))
    return amount, what.note(
        "remedy.price_depreciated", amount=amount, price=facts.price, rate=rate, days=days
    )


def _paid(what: Applicable[RemedyClause], amount: Decimal) -> tuple[Decimal, Note]:
    amount = rounded(amount)
    return amount, what.note("remedy.price", amount=amount, rule=what.clause.price.rule)


def _bought(case: Case, calendar: Calendar) -> date | None:
    """The date of the invoice, else of the sale or the delivery: from then on a product is used."""
    known = (case.day(event, calendar) for event in ("invoiced", "sold", "delivered"))
    return next((day for day in known if day is not None), None)


def _paid_most(what: Applicable[RemedyClause], offer: _Offer) -> tuple[float, ...]:
    """What pays more, then what lasts longer, then what costs the customer nothing beside."""
    return (-float(offer.amount or 0), *_longest(what, offer))


def _longest(what: Applicable[RemedyClause], offer: _Offer) -> tuple[float, ...]:
    """What lasts longer, then what costs the customer nothing beside."""
    end = _NO_END if offer.until is None else offer.until.timestamp()
    return (-end, float(what.clause.bearer == "customer"))
