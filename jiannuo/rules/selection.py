"""Which promise counts when several apply: the one most favourable to the customer.

A commitment marked exclusive silences the others wherever it says something itself; a statutory floor is
heard even then, so nothing can undercut it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from jiannuo.rules.case import Applicable
from jiannuo.rules.reasons import Note, Reason

Value = TypeVar("Value")
Subject = str | tuple[tuple[str, ...], str]
"""What is chosen for: a word, or an item of a component."""


class Candidate(NamedTuple, Generic[Value]):
    """A clause that applies. The smallest ``rank`` is the best for the customer."""

    rank: tuple[float, ...]
    order: tuple[Any, ...]
    what: Applicable[Any]
    value: Value


def candidate(rank: tuple[float, ...], what: Applicable[Any], value: Value) -> Candidate[Value]:
    """A clause with its rank; among equals the order of commitments decides."""
    return Candidate(rank, what.order, what, value)


class Choice(Generic[Value]):
    """The candidate that counts; why, and why the others do not, is told when somebody asks."""

    __slots__ = ("_everyone", "_subject", "winner")

    def __init__(
        self, winner: Candidate[Value], everyone: Sequence[Candidate[Value]], subject: Subject
    ) -> None:
        self.winner = winner
        self._everyone = everyone
        self._subject = subject

    def why(self) -> Why:
        """Why the winner counts."""
        return Why(self)

    def lost(self) -> tuple[Choice[Value], ...]:
        """This choice, if there are others that lost; it tells why."""
        return (self,) if len(self._everyone) > 1 else ()

    def note(self) -> Note:
        """Why the winner counts."""
        everyone = self._everyone
        exclusive = _exclusive(everyone)
        if len(everyone) == 1:
            code = "chosen.only"
        elif self.winner.what.commitment.floor and exclusive is not None:
            code = "chosen.floor"
        elif exclusive is not None and not all(one.what.is_heard for one in everyone):
            code = "chosen.exclusive"
        else:
            code = "chosen.best"
        return self.winner.what.note(code, subject=self._subject, count=len(everyone))

    def reasons(self) -> Iterable[Reason]:
        """Why the others do not count."""
        exclusive = _exclusive(self._everyone)
        for one in sorted(self._everyone, key=_order):
            if one is self.winner:
                continue
            if exclusive is not None and not one.what.is_heard:
                note = one.what.note("lost.exclusive", winner=exclusive, subject=self._subject)
            else:
                winner = self.winner.what.clause.id
                note = one.what.note("lost.less_favourable", winner=winner, subject=self._subject)
            yield from note.reasons()


class Why(NamedTuple):
    """Why the winner of a choice counts."""

    choice: Choice[Any]

    def reasons(self) -> Iterable[Reason]:
        """One reason."""
        return self.choice.note().reasons()


def choose(candidates: Sequence[Candidate[Value]], subject: Subject) -> Choice[Value]:
    """Pick the best of at least one candidate; the order in which they are given does not matter."""
    if len(candidates) == 1:
        return Choice(candidates[0], candidates, subject)
    heard = candidates
    if any(one.what.is_exclusive for one in candidates):
        heard = [one for one in candidates if one.what.is_heard]
    return Choice(min(heard, key=_order), candidates, subject)


def silenced(what: Applicable[Any], speaking: Iterable[Applicable[Any]]) -> str:
    """The code of the exclusive commitment behind which a clause stands back; empty if there is none."""
    if what.is_heard:
        return ""
    return next((other.commitment.code for other in speaking if other.is_exclusive), "")


def _exclusive(candidates: Sequence[Candidate[Any]]) -> str | None:
    """The code of the first exclusive commitment among them."""
    return next((one.what.commitment.code for one in candidates if one.what.is_exclusive), None)


def _order(one: Candidate[Any]) -> tuple[tuple[float, ...], tuple[Any, ...]]:
    return one[:2]
