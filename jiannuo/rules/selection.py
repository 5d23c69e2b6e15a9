"""Which promise counts when several apply: the one most favourable to the customer.

A commitment marked exclusive silences the others wherever it says something itself; a statutory floor is
heard even then, so nothing can undercut it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from jiannuo.rules.case import Applicable
from jiannuo.rules.reasons import Note, Reason

Value = TypeVar("Value")
Subject = str | tuple[tuple[str, ...], str]
"""What is chosen for: a word, or an item of a component."""
Rank = tuple[float, ...]
Option = tuple[Applicable[Any], Value]
"""A clause that applies, and what it gives."""


class Choice(Generic[Value]):
    """The option that counts; why, and why the others do not, is told when somebody asks."""

    __slots__ = ("_everyone", "_rank", "_subject", "value", "what")

    def __init__(
        self,
        winner: Option[Value],
        everyone: Sequence[Option[Value]],
        rank: Callable[[Applicable[Any], Value], Rank],
        subject: Subject,
    ) -> None:
        self.what, self.value = winner
        self._everyone = everyone
        self._rank = rank
        self._subject = subject

    def why(self) -> Why:
        """Why the winner counts."""
        return Why(self)

    def lost(self) -> tuple[Choice[Value], ...]:
        """This choice, if there are others that lost; it tells why."""
        return (self,) if len(self._everyone) > 1 else ()

    def note(self) -> Note:
        """Why the winner counts."""
        everyone = [what for what, _ in self._everyone]
        exclusive = _exclusive(everyone)
        if len(everyone) == 1:
            code = "chosen.only"
        elif self.what.commitment.floor and exclusive is not None:
            code = "chosen.floor"
        elif exclusive is not None and not all(what.is_heard for what in everyone):
            code = "chosen.exclusive"
        else:
            code = "chosen.best"
        return self.what.note(code, subject=self._subject, count=len(everyone))

    def reasons(self) -> Iterable[Reason]:
        """Why the others do not count."""
        exclusive = _exclusive([what for what, _ in self._everyone])
        for what, _ in sorted(self._everyone, key=lambda one: (self._rank(*one), one[0].order)):
            if what is self.what:
                continue
            if exclusive is not None and not what.is_heard:
                note = what.note("lost.exclusive", winner=exclusive, subject=self._subject)
            else:
                best = {"winner": self.what.clause.id, "winner_of": self.what.commitment.code}
                note = what.note("lost.less_favourable", **best, subject=self._subject)
            yield from note.reasons()


class Why(NamedTuple):
    """Why the winner of a choice counts."""

    choice: Choice[Any]

    def reasons(self) -> Iterable[Reason]:
        """One reason."""
        return self.choice.note().reasons()


def choose(
    options: Sequence[Option[Value]], rank: Callable[[Applicable[Any], Value], Rank], subject: Subject
) -> Choice[Value]:
    """Pick the best of at least one option; the order in which they are given does not matter.

    The smallest ``rank`` is the best for the customer; among equals the order of commitments decides.
    """
    winner = options[0]
    if len(options) > 1:
        heard = options
        if True in [what.is_exclusive for what, _ in options]:
            heard = [one for one in options if one[0].is_heard]
        keys = [(rank(what, value), what.order) for what, value in heard]
        winner = heard[keys.index(min(keys))]
    return Choice(winner, options, rank, subject)


def silenced(what: Applicable[Any], speaking: Iterable[Applicable[Any]]) -> str:
    """The code of the exclusive commitment behind which a clause stands back; empty if there is none."""
    if what.is_heard:
        return ""
    return next((other.commitment.code for other in speaking if other.is_exclusive), "")


def _exclusive(clauses: Iterable[Applicable[Any]]) -> str | None:
    """The code of the first exclusive commitment among them."""
    return next((what.commitment.code for what in clauses if what.is_exclusive), None)
