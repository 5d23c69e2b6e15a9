"""Asking the index: words ranked by BM25, with synonyms, inside what a person may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tantivy import Occur, Query

from jiannuo.operations.knowledge.index import store
from jiannuo.operations.knowledge.index.cutting import LONGEST_QUERY, pairs, plain, words

#: a word in the title, the question or the fault counts more than one in the answer
HEAD_WEIGHT, BODY_WEIGHT = 2.0, 1.0
SYNONYM_WEIGHT = 1.5
#: what the same symptom code is worth beside words, and what the same model adds to either
SYMPTOM_WEIGHT, NEARER_WEIGHT = 6.0, 2.0
#: what scores less than this share of the best is about something else
CUT = 0.35


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``text``, or tags ``alike`` (the symptom); ``within`` tags of which each set needs one.

    Tags that are ``nearer`` (the model) only move up what fits anyway. ``organizations`` and ``readers`` limit it to
    what a person may see; ``None`` sets no limit.
    """

    kind: str
    text: str
    synonyms: Sequence[Sequence[str]] = ()
    within: Sequence[Collection[str]] = ()
    alike: Collection[str] = ()
    nearer: Collection[str] = ()
    organizations: Collection[int] | None = None
    readers: Collection[str] | None = None


def ask(question: Question, limit: int = 50) -> list[int]:
    """Keys of the records that fit, best first; nothing while there is no index."""
    searcher = store.searcher()
    query = _query(question)
    if searcher is None or query is None:
        return []
    hits = searcher.search(query, limit=limit, count=False).hits
    if not hits:
        return []
    least = max(hits[0][0] - NEARER_WEIGHT * len(question.nearer), 0.0) * CUT
    addresses = [address for score, address in hits if score >= least]
    return [int(pk) for pk in searcher.fast_field_values("pk", addresses) if pk is not None]


def _query(question: Question) -> Query | None:
    wanted = [*_word_queries(question.text), *_synonym_queries(question.text, question.synonyms)]
    wanted += [_constant("tags", tag, SYMPTOM_WEIGHT) for tag in sorted(question.alike)]
    if not wanted:
        return None
    parts = [(Occur.Must, Query.boolean_query([(Occur.Should, one) for one in wanted]))]
    parts.append((Occur.Must, _constant("kind", question.kind, 0.0)))
    parts += [(Occur.Should, _constant("tags", tag, NEARER_WEIGHT)) for tag in sorted(question.nearer)]
    for tags in question.within:
        parts.append((Occur.Must, _any_of("tags", tags)))
    if question.organizations is not None:
        parts.append((Occur.Must, _any_of("organization", question.organizations)))
    if question.readers is not None:
        parts.append((Occur.Must, _any_of("readers", question.readers)))
    return Query.boolean_query(parts)


def _word_queries(text: str) -> list[Query]:
    schema = store.schema()
    found = []
    for word in dict.fromkeys(words(text[:LONGEST_QUERY])):
        for name, weight in (("head", HEAD_WEIGHT), ("body", BODY_WEIGHT)):
            found.append(Query.boost_query(Query.term_query(schema, name, word, "freq"), weight))
    return found


def _synonym_queries(text: str, groups: Sequence[Sequence[str]]) -> list[Query]:
    """For each group of which the text holds a word: any of its words, whichever fits best."""
    said = plain(text[:LONGEST_QUERY])
    return [
        Query.boost_query(Query.disjunction_max_query([_phrase(word) for word in group]), SYNONYM_WEIGHT)
        for group in groups
        if any(word in said for word in group)
    ]


def _phrase(word: str) -> Query:
    """The signs of ``word`` side by side, however the text around them was cut into words."""
    found = pairs(word)
    schema = store.schema()
    if not found:
        return Query.empty_query()
    if len(found) == 1:
        return Query.term_query(schema, "pairs", found[0])
    return Query.phrase_query(schema, "pairs", list(found))


def _constant(name: str, value: str, score: float) -> Query:
    return Query.const_score_query(Query.term_query(store.schema(), name, value, "basic"), score)


def _any_of(name: str, values: Collection[str] | Collection[int]) -> Query:
    if not values:
        return Query.empty_query()
    return Query.const_score_query(Query.term_set_query(store.schema(), name, sorted(values)), 0.0)
