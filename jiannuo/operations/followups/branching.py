"""Which question of a script comes next, and what answers bring about. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

END = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """When an answer is so, go on at ``goto`` (``END``: nothing more); ``issue`` is the request that it suggests."""

    operator: str
    value: str = ""
    goto: int | None = None
    issue: str = ""

    def holds(self, answer: str) -> bool:
        """Whether the rule applies to an answer; a figure that cannot be read does not."""
        if self.operator == "any":
            return bool(answer)
        if self.operator == "is":
            return answer == self.value
        if self.operator == "is_not":
            return bool(answer) and answer != self.value
        try:
            given, wanted = Decimal(answer), Decimal(self.value)
        except InvalidOperation:
            return False
        return given <= wanted if self.operator == "at_most" else given >= wanted


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the walk needs it: ``identity`` tells that questions of two scripts ask the same."""

    pk: int
    identity: str
    rules: tuple[Rule, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Walk:
    """The way through a script: questions to answer on it, those left out as known, and the next without an answer."""

    path: tuple[int, ...]
    known: tuple[int, ...]
    next: int | None
    issue: str = ""


def _is_known(one: Asked, known: Mapping[str, str]) -> bool:
    """Whether the customer answered it before; what was left empty is asked again only where it must be answered."""
    return one.identity in known and (bool(known[one.identity]) or not one.required)


def walk(questions: Sequence[Asked], answers: Mapping[int, str], known: Mapping[str, str]) -> Walk:
    """Go through ``questions`` in their order with the ``answers`` given (by key of the question).

    What the customer answered before (``known``, by identity) is not asked again, but still leads the way. An empty
    answer to a question that need not be answered is an answer, also one given before.
    """
    places = {one.pk: place for place, one in enumerate(questions)}
    path: list[int] = []
    skipped: list[int] = []
    issue = ""
    place = 0
    while place < len(questions):
        one = questions[place]
        if one.pk in answers:
            answer = answers[one.pk]
            path.append(one.pk)
        elif _is_known(one, known):
            answer = known[one.identity]
            skipped.append(one.pk)
        else:
            path.append(one.pk)
            return Walk(tuple(path), tuple(skipped), one.pk, issue)
        holding = [rule for rule in one.rules if rule.holds(answer)]
        if one.pk in answers:
            issue = issue or next((rule.issue for rule in holding if rule.issue), "")
        goto = next((rule.goto for rule in holding if rule.goto is not None), None)
        if goto == END:
            break
        place = max(places.get(goto, place + 1), place + 1) if goto is not None else place + 1
    return Walk(tuple(path), tuple(skipped), None, issue)
