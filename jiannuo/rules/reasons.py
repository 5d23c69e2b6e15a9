"""Reasons: why a decision is as it is, in codes that an interface can translate."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol, overload

from jiannuo.rules.clauses import Clause, CommitmentInForce, Source
from jiannuo.rules.facts import Path


def _(text: str) -> str:
    """Mark a text that interfaces translate."""
    return text


REASON_TEMPLATES: dict[str, str] = {
    "coverage.covered": _("{component}: {item} covered from {begins} until {until}."),
    "coverage.expired": _("{component}: the period of {clause} that began on {begins} ended on {until}."),
    "coverage.not_begun": _("{component}: the period of {clause} begins on {begins}."),
    "coverage.no_start": _("{component}: none of the events {events} is known, so {clause} cannot be dated."),
    "coverage.meter_passed": _("{component}: {meter} reads {reading}, over the limit of {limit}."),
    "coverage.meter_unknown": _(
        "{component}: {meter} is not known, so its limit of {limit} was not checked."
    ),
    "coverage.cause_excluded": _("{component}: the cause {cause} is excluded."),
    "coverage.item_excluded": _("{component}: no clause in force includes {item}."),
    "coverage.extended_by_repair": _("{component}: {days} days under repair were added to the period."),
    "coverage.restarted": _(
        "{component}: the period began anew when the component was replaced on {begins}."
    ),
    "time.chosen": _("{metric} is due at {due}, as {clause} promises."),
    "time.not_started": _("{metric}: the clock of {clause} starts with the event {event}."),
    "time.start_not_exact": _(
        "{metric}: {clause} needs the time of the event {event}, only its date is known."
    ),
    "time.event_unknown": _(
        "{metric}: {clause} waits, for it is counted back from the event {event}, whose date is not known yet."
    ),
    "time.counted_back": _("{metric}: {clause} is counted back from the event {event} on {at}."),
    "time.too_late": _("{metric}: it was due before it could begin, for the event {event} is so near."),
    "retention.until": _("{keeps}: kept from {since} until {until}, as {clause} says."),
    "retention.forever": _("{keeps}: kept forever, as {clause} says."),
    "charge.decided": _("{component}: {item} is charged by the basis “{basis}”, as {clause} says."),
    "charge.amount_unknown": _("{item}: {fact} is not known, so no sum was worked out."),
    "charge.free_part": _("{item}: of {sum} yuan, {free} are free, so {charged} are asked."),
    "charge.capped": _("{item}: {sum} yuan are more than the {cap} that are asked at most."),
    "remedy.offered": _("{remedy} may be chosen until {until}, as {clause} promises."),
    "remedy.not_started": _("None of the events {events} is known, so {clause} offers nothing yet."),
    "remedy.not_open": _("The days of {clause} begin on {begins}."),
    "remedy.over": _("The days of {clause} ended on {until}."),
    "remedy.not_covered": _("{clause} lasts as long as the warranty, which has ended or never began."),
    "remedy.price": _("{amount} yuan by the price rule “{rule}”."),
    "remedy.price_depreciated": _("{amount} yuan: {price} less {rate} of it for each of {days} days of use."),
    "remedy.price_metered": _(
        "{amount} yuan: {price} less {rate} of it for each {per} of {reading} ({meter})."
    ),
    "remedy.asks": _("{asks} yuan are asked for the use so far."),
    "remedy.price_unknown": _("{fact} is not known, so no sum was worked out."),
    "recurring.chosen": _("{action} is next due at {due}, as {clause} promises."),
    "recurring.not_started": _("{action}: none of the events {events} is known, so {clause} has not begun."),
    "recurring.not_covered": _("{action}: {clause} lasts as long as the warranty, which never began."),
    "recurring.ended": _("{action}: nothing more is owed by {clause}; its last day was {until}."),
    "target.met": _("{measure} came to {figure} and meets the target ({comparison} {target}) of {clause}."),
    "target.missed": _(
        "{measure} came to {figure} and misses the target ({comparison} {target}) of {clause}."
    ),
    "target.brings": _("{measure}: points {points}, yuan {amount}, share {share}."),
    "approval.needed": _("{approval} needs the consent of {approvers}, as {clause} says."),
    "approval.needed_above": _("{approval}: {amount} yuan are above {above}, so {approvers} must consent."),
    "approval.certificates": _("Only who holds {certificates} may do the job, as {clause} says."),
    "settlement.paid": _("{payee} is paid {amount} yuan by the basis “{basis}”, as {clause} says."),
    "settlement.not_started": _("{payee}: the settlement of {clause} begins with the event {event}."),
    "settlement.amount_unknown": _("{payee}: {fact} is not known, so no sum was worked out."),
    "settlement.no_tier": _("{payee}: no step of {clause} fits the quantity or grade."),
    "settlement.documents_missing": _("{payee}: the claim is refused without {documents}."),
    "settlement.late": _("{payee}: the claim came after {due}."),
    "settlement.refused": _("{payee}: the claim is refused because of {flag}."),
    "settlement.reduced": _("{payee}: the sum is reduced because of {flag}."),
    "settlement.forfeited": _("{payee}: the claim is forfeited because of {flag}."),
    "clause.applies": _("{clause} applies to this case: {facts}."),
    "calendar.holidays_unknown": _(
        "The official holidays of {years} are not known; the weekly hours were used."
    ),
    "chosen.only": _("{clause} is the only promise for {subject}."),
    "chosen.best": _("{clause} is the best of {count} promises for {subject}."),
    "chosen.exclusive": _("{clause} of {commitment} applies alone to {subject}."),
    "chosen.floor": _("{clause} of {commitment} applies to {subject} because the law allows no less."),
    "lost.less_favourable": _("{clause} promises less than {winner}."),
    "lost.exclusive": _("{clause} stands back behind the exclusive commitment {winner}."),
    "lost.not_in_force": _("{commitment} was not in force on {day}."),
    "lost.newer_version": _("Version {version} of {commitment} is older than the one in force on {day}."),
    "lost.unverified": _("{clause} is switched off until its figure has been confirmed."),
    "lost.calendar_missing": _("{clause} counts on the calendar {calendar}, which does not exist."),
    "lost.fact_missing": _("{clause} depends on {fact}, which is not known."),
}
"""English text of each reason code; parameters in braces are keys of ``Reason.params``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of the argument. ``params`` are words, ISO dates and instants, or numbers as text."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    clause: str = ""
    commitment: str = ""
    source: Source | None = None


Reasons = Sequence[Reason]


class Cites(Protocol):
    """What a reason cites: a clause of a commitment."""

    @property
    def commitment(self) -> CommitmentInForce: ...
    @property
    def clause(self) -> Clause: ...


class Note(NamedTuple):
    """A reason that is not yet worded: its code, what it cites, and its parameters as they are."""

    code: str
    what: Cites | None
    params: Mapping[str, object]

    def reasons(self) -> Iterable[Reason]:
        """The reason in words."""
        words = {key: _text(value) for key, value in self.params.items()}
        if self.what is None:
            return (Reason(code=self.code, params=words),)
        clause, commitment = self.what.clause, self.what.commitment
        params = {"clause": clause.id, "commitment": commitment.code, **words}
        return (
            Reason(
                code=self.code,
                params=params,
                clause=clause.id,
                commitment=commitment.code,
                source=clause.source,
            ),
        )


class Untold(Protocol):
    """Something that becomes reasons when somebody asks."""

    def reasons(self) -> Iterable[Reason]: ...


class _Lazy(Sequence[Reason]):
    """Reasons that are worded when they are first read. Equal to any sequence of the same reasons."""

    __slots__ = ("_told",)
    _told: tuple[Reason, ...] | None

    @abstractmethod
    def _tell(self) -> tuple[Reason, ...]:
        """Word the reasons."""

    def _all(self) -> tuple[Reason, ...]:
        if self._told is None:
            self._told = self._tell()
        return self._told

    @overload
    def __getitem__(self, index: int) -> Reason: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Reason]: ...
    def __getitem__(self, index: int | slice) -> Reason | Sequence[Reason]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return self._all() == tuple(other)

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[type[tuple[Reason, ...]], tuple[tuple[Reason, ...]]]:
        return tuple, (self._all(),)


class Told(_Lazy):
    """Reasons that have been noted and are not yet worded."""

    __slots__ = ("_untold",)

    def __init__(self, untold: Iterable[Untold]) -> None:
        self._untold = untold
        self._told = None

    def _tell(self) -> tuple[Reason, ...]:
        return tuple(reason for one in self._untold for reason in one.reasons())


class Later(_Lazy):
    """Reasons that nobody has noted yet: most decisions are taken and never argued about.

    ``argue`` decides the case once more and notes everything; ``key`` tells which of the reasons these are.
    """

    __slots__ = ("_argue", "_key")

    def __init__(self, argue: Callable[[], Mapping[Hashable, Reasons]], key: Hashable) -> None:
        self._argue = argue
        self._key = key
        self._told = None

    def _tell(self) -> tuple[Reason, ...]:
        return tuple(self._argue()[self._key])


def name_of(component: Path) -> str:
    """A component as reasons name it."""
    return "/".join(component) or "whole product"


def in_english(what: Reason) -> str:
    """The English sentence of a reason."""
    return REASON_TEMPLATES[what.code].format_map(what.params)


def _text(value: object) -> str:
    """A parameter as text: paths and subjects by name, instants in ISO form."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            component, item = value
            return f"{name_of(component)}: {item}"
        return name_of(value)
    return "" if value is None else str(value)
