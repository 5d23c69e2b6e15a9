"""Suggestions while a symptom is typed: what it likely is, which parts, how long, and on how many cases that rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from django.utils.functional import cached_property

from jiannuo.operations.knowledge.index.asking import Question, ask
from jiannuo.operations.knowledge.index.content import CASE
from jiannuo.operations.knowledge.models import Article, CasePart, SolvedCase
from jiannuo.operations.knowledge.queries import (
    NOTHING_KNOWN,
    About,
    case_scope,
    find_articles,
    reader_of,
    synonyms,
)

#: how many of the best cases figures rest on at most, and how many of them are shown
MOST_COUNTED, MOST_SHOWN = 200, 5
#: with fewer cases of the same model the whole category is asked
ENOUGH = 5
MOST_LIKELY = 4
MOST_ARTICLES = 4


@dataclass(frozen=True, slots=True)
class Likely:
    """Something that was so in ``count`` of the cases; ``share`` in per cent of those that say something about it."""

    name: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Usual:
    """How long it took: the median and the middle half (minutes), in ``count`` cases."""

    median: int
    low: int
    high: int
    count: int


@dataclass
class Suggestion:
    """What history and the articles say about a symptom."""

    cases: list[SolvedCase] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    parts: list[Likely] = field(default_factory=list)
    same_model: bool = False

    def __bool__(self) -> bool:
        return bool(self.cases or self.articles)

    @property
    def count(self) -> int:
        """On how many cases it rests."""
        return len(self.cases)

    @property
    def shown(self) -> list[SolvedCase]:
        return self.cases[:MOST_SHOWN]

    @cached_property
    def causes(self) -> list[Likely]:
        return _likely([str(case.cause) for case in self.cases if case.cause_id is not None])

    @cached_property
    def measures(self) -> list[Likely]:
        return _likely([str(case.measure) for case in self.cases if case.measure_id is not None])

    @cached_property
    def time(self) -> Usual | None:
        """The usual time; ``None`` while no case tells."""
        minutes = sorted(case.minutes for case in self.cases if case.minutes)
        if not minutes:
            return None
        if len(minutes) == 1:
            return Usual(minutes[0], minutes[0], minutes[0], 1)
        low, middle, high = quantiles(minutes, n=4, method="inclusive")
        return Usual(round(middle), round(low), round(high), len(minutes))


def suggest(user: Any, text: str, *, about: About = NOTHING_KNOWN) -> Suggestion:
    """What fits ``text`` and the symptom code, from cases in the person's scope and articles for them.

    Cases of the same model, of its category where those are too few. Eight queries, however many cases there are.
    """
    if len(text.strip()) < 2 and about.symptom is None:
        return Suggestion()
    groups = synonyms()
    keys, same_model = _keys(user, text, about, groups)
    rows = SolvedCase.objects.visible_to(user).filter(pk__in=keys)
    found = (
        rows.select_related("document", "symptom", "cause", "measure")
        .defer("work_done", "test_result")
        .in_bulk()
    )
    cases = [found[key] for key in keys if key in found]
    return Suggestion(
        cases=cases,
        articles=find_articles(reader_of(user), text, about=about, limit=MOST_ARTICLES, groups=groups),
        parts=_parts(cases),
        same_model=same_model,
    )


def _keys(user: Any, text: str, about: About, groups: Sequence[Sequence[str]]) -> tuple[list[int], bool]:
    """The best cases of the same model, else of the category; whether of the same model."""
    asked: dict[str, Any] = {
        "kind": CASE,
        "text": text,
        "synonyms": groups,
        "alike": about.alike,
        "organizations": case_scope(user),
    }
    if about.nearer:
        keys = ask(Question(**asked, within=[about.nearer]), MOST_COUNTED)
        if len(keys) >= ENOUGH:
            return keys, True
    within = [about.wide] if about.wide else ()
    return ask(Question(**asked, within=within, nearer=about.nearer), MOST_COUNTED), False


def _parts(cases: Sequence[SolvedCase]) -> list[Likely]:
    """In how many of the cases each part was used. One query."""
    if not cases:
        return []
    rows = (
        CasePart.objects.filter(case__in=[case.pk for case in cases])
        .values_list("name", "case_id")
        .distinct()
    )
    return _likely([name for name, _case in rows], of=len(cases))


def _likely(names: Sequence[str], of: int = 0) -> list[Likely]:
    total = of or len(names)
    return [
        Likely(name, count, round(100 * count / total))
        for name, count in Counter(names).most_common(MOST_LIKELY)
    ]
