"""The case that a decision is taken on, and the clauses that apply to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from jiannuo.rules.calendar import Calendar
from jiannuo.rules.civil import DAYS_IN, MONTHS_IN, local_date
from jiannuo.rules.clauses import (
    AnyClause,
    Beginning,
    CommitmentInForce,
    CoverageClause,
    RecurringClause,
    RemedyClause,
    SettlementClause,
    TimeClause,
)
from jiannuo.rules.deadlines import timing_of
from jiannuo.rules.facts import Facts, Path
from jiannuo.rules.matching import facts_used
from jiannuo.rules.reasons import Later, Note, Reason, Reasons, Told, Untold

ALWAYS = "24x7"
_DAYS_A_YEAR = 365.2425
PRECEDENCE = ("contract", "promotion", "maker", "dealer", "statute")
"""Which kind is named when two promise the same."""
Kind = TypeVar("Kind", bound=AnyClause, covariant=True)


class Applicable(Generic[Kind]):
    """A clause with its commitment and its calendar, and what is often asked of them."""

    __slots__ = (
        "beat",
        "calendar",
        "clause",
        "commitment",
        "is_exclusive",
        "is_heard",
        "key",
        "often",
        "order",
        "timing",
        "unpriced",
    )

    def __init__(self, commitment: CommitmentInForce, clause: Kind, calendar: Calendar) -> None:
        self.commitment = commitment
        self.clause = clause
        self.calendar = calendar
        self.key = (commitment.code, commitment.version)
        self.order = (PRECEDENCE.index(commitment.kind), commitment.code, commitment.version, clause.id)
        self.is_exclusive = commitment.exclusive
        self.is_heard = commitment.exclusive or commitment.floor
        self.timing = timing_of(clause) if isinstance(clause, TimeClause) else None
        self.often = times_a_year(clause) if isinstance(clause, RecurringClause) else 0.0
        self.unpriced: dict[str, Any] = {}  # what a charge asks for an item where no amounts are known
        self.beat = beat_of(clause) if isinstance(clause, RecurringClause) else None

    def note(self, code: str, **params: object) -> Note:
        """A reason that cites the clause."""
        return Note(code, self, params)


class Grounds(NamedTuple):
    """The facts for which a clause applies."""

    what: Applicable[AnyClause]
    facts: Facts
    in_warranty: bool | None

    def reasons(self) -> tuple[Reason, ...]:
        """One reason, or none when the clause asks for no fact."""
        conditions = (*self.what.commitment.scope, *self.what.clause.when)
        used = facts_used(conditions, self.facts, self.in_warranty)
        return tuple(self.what.note("clause.applies", facts=used).reasons()) if used else ()


class Book(Protocol):
    """Where the clauses of the commitments stand."""

    def applicable(self, kind: type[Kind], case: Case) -> Sequence[Applicable[Kind]]:
        """The clauses of a kind that apply; notes on others go to ``case.losers``."""

    def has_any(self, kind: type[Kind], case: Case) -> bool:
        """Whether any clause of a kind applies."""

    def by_subject(self, kind: type[Kind], case: Case) -> Iterable[tuple[Any, Sequence[Applicable[Kind]]]]:
        """The clauses of a kind that apply, those about one subject together, in the order of the subjects."""

    def near(
        self, kind: type[Kind], component: Path, side: str, case: Case
    ) -> dict[str, list[Applicable[Kind]]]:
        """For each item the clauses of a kind that speak for a component on a side of the warranty."""


class Case:
    """Facts and instants of a decision, and what has been noted so far.

    ``at`` is the instant on which cover, charges and remedies are judged: the request's if that is known.
    ``in_warranty`` is what the facts say of it, and once the cover is decided what follows from that. ``argues``
    says whether reasons are wanted now; if not, each outcome can ask for them later. ``page`` and ``looked_at`` are
    notes of the book.
    """

    __slots__ = (
        "_argue",
        "_clauses",
        "_dates",
        "_todays",
        "argues",
        "at",
        "book",
        "facts",
        "in_warranty",
        "looked_at",
        "losers",
        "notes",
        "now",
        "page",
        "page_warranty",
        "told",
    )

    def __init__(
        self,
        book: Book,
        facts: Facts,
        now: datetime,
        argue: Callable[[], Mapping[Hashable, Reasons]] | None = None,
    ) -> None:
        self.book = book
        self.facts = facts
        self.now = now
        self.at = facts.instant("requested") or now
        self.in_warranty = facts.in_warranty
        self.argues = argue is None
        self.notes: list[Untold] = []
        self.losers: list[Untold] = []
        self.looked_at: dict[int, bool] = {}
        self.told: dict[Hashable, Reasons] = {}
        self.page: Any = None
        self.page_warranty: bool | None = None
        self._argue = argue
        self._clauses: dict[type, Sequence[Applicable[Any]]] = {}
        self._dates: dict[tuple[str, ZoneInfo], date] = {}
        self._todays: dict[ZoneInfo, date] = {}

    def clauses(self, kind: type[Kind]) -> Sequence[Applicable[Kind]]:
        """The clauses of a kind that apply to the case, or of them those that can count."""
        found = self._clauses.get(kind)
        if found is None:
            found = self._clauses[kind] = self.book.applicable(kind, self)
        return found

    def tell(self, key: Hashable, untold: Callable[..., Iterable[Untold]], *about: Any) -> Reasons:
        """The reasons of one outcome: those that ``untold`` makes, now or when they are asked for."""
        if self._argue is not None:
            return Later(self._argue, key)
        told = self.told[key] = Told(untold(*about))
        return told

    def grounds(self, what: Applicable[AnyClause]) -> Grounds:
        """The facts for which a clause applies."""
        return Grounds(what, self.facts, self.in_warranty)

    def today(self, calendar: Calendar) -> date:
        """The date at which cover and the like are judged."""
        found = self._todays.get(calendar.zone)
        if found is None:
            found = self._todays[calendar.zone] = local_date(self.at, calendar)
        return found

    def date_of_decision(self, calendar: Calendar) -> date:
        """The date of ``now`` in the zone of a calendar."""
        return self._date("now", self.now, calendar)

    def day(self, event: str, calendar: Calendar) -> date | None:
        """The date of an event in the zone of a calendar."""
        moment = self.facts.dates.get(event)
        if type(moment) is date or moment is None:  # what is told most cheaply, and most often so
            return moment
        return self._date(event, moment, calendar)

    def _date(self, name: str, moment: date | datetime, calendar: Calendar) -> date:
        """The date of an instant in the zone of a calendar, worked out once."""
        key = (name, calendar.zone)
        found = self._dates.get(key)
        if found is None:
            found = self._dates[key] = local_date(moment, calendar)
        return found

    def beginning(self, rule: Beginning, calendar: Calendar) -> date | None:
        """The date a period runs from, see :func:`beginning`."""
        events = rule.events
        if len(events) == 1:  # what most clauses say, and asked most often
            moment = self.facts.dates.get(events[0])
            if type(moment) is date:
                return moment
            if moment is not None:
                return self._date(events[0], moment, calendar)
            if not rule.fallbacks:
                return None
        return beginning(rule, self.facts, calendar)

    def decisive_day(self, clause: AnyClause, calendar: Calendar) -> date:
        """The date on which a version had to be in force: that of its start event, else of the case."""
        if isinstance(clause, TimeClause | SettlementClause):
            return self.day(clause.start, calendar) or self.date_of_decision(calendar)
        begins = clause.begins if isinstance(clause, CoverageClause | RecurringClause) else None
        if isinstance(clause, RecurringClause) and any(one.before for one in clause.offsets):
            return self.date_of_decision(calendar)
        if isinstance(clause, RemedyClause) and clause.window is not None:
            begins = clause.window.begins
        if begins is not None:
            return self.beginning(begins, calendar) or self.date_of_decision(calendar)
        return self.today(calendar)


def beginning(rule: Beginning, facts: Facts, calendar: Calendar) -> date | None:
    """The date a period runs from: first or last known of its events, else the first known fall-back."""
    known = [local_date(facts.dates[event], calendar) for event in rule.events if event in facts.dates]
    if known:
        return min(known) if rule.pick == "first" else max(known)
    for event in rule.fallbacks:
        if event in facts.dates:
            return local_date(facts.dates[event], calendar)
    return None


def subject_of(clause: AnyClause) -> Any:
    """What a clause of time, or one that comes again, is about; of several about the same one is chosen."""
    if isinstance(clause, RecurringClause):
        return clause.action, bool(clause.offsets)
    return getattr(clause, "metric", "")


def times_a_year(clause: RecurringClause) -> float:
    """How many times a year something comes; what follows an event counts its times."""
    if clause.every is None:
        return float(clause.times * (len(clause.seasons) or len(clause.offsets)))
    amount, unit = clause.every.amount, clause.every.unit
    if unit in DAYS_IN:
        return clause.times * _DAYS_A_YEAR / (amount * DAYS_IN[unit])
    return clause.times * 12 / (amount * MONTHS_IN[unit])


class Beat(NamedTuple):
    """A period in months or days, and in how many parts it is cut that are no whole months or days."""

    months: int
    days: int
    times: int


def beat_of(clause: RecurringClause) -> Beat | None:
    """The rhythm of so many times in a period: twice a year is every six months."""
    every, times = clause.every, clause.times
    if every is None:
        return None
    months = every.amount * MONTHS_IN.get(every.unit, 0)
    days = every.amount * DAYS_IN.get(every.unit, 0)
    if (months or days) % times == 0:
        return Beat(months // times, days // times, 1)
    return Beat(months, days, times)


def events_of(rule: Beginning) -> str:
    """The events that a beginning looks for, as a list in words."""
    return ", ".join((*rule.events, *rule.fallbacks))


def with_always(calendars: Mapping[str, Calendar]) -> dict[str, Calendar]:
    """The calendars by name, and the one that never closes."""
    return {ALWAYS: Calendar.always_open(ALWAYS), **calendars}
