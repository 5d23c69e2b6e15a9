"""Cutting text into grams, so that any piece of two Chinese characters, or of a number, is found by an index.

A run of Chinese characters 空调机 gives the pairs 空调 调机 and the last character 机; consecutive pairs make a
phrase, so a query of any length matches exactly the substrings. A run of letters and digits (a serial, a phone)
gives the whole word, the word backwards (people remember the last digits) and its triples for the middle.
Each gram is written in ASCII: a letter for its sort, then code points in hexadecimal, which every full-text
parser takes as one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_RUN = re.compile(r"([\u3400-\u9fff]+)|([0-9a-z]+)")
SHORTEST_MIDDLE = 3


@lru_cache(maxsize=1 << 16)
def _code(sort: str, text: str) -> str:
    if text.isascii():
        return sort + text
    return sort + "".join(f"{ord(character):x}" if ord(character) > 127 else character for character in text)


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """The runs of ``text``: whether Chinese, and the run, in lower case; all else parts them."""
    for match in _RUN.finditer(text.lower()):
        yield (True, match[1]) if match[1] else (False, match[2])


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run))]


def _triples(run: str) -> list[str]:
    return [run[i : i + 3] for i in range(len(run))]


@lru_cache(maxsize=1 << 14)
def _initials(run: str) -> str:
    return "".join(lazy_pinyin(run, style=Style.FIRST_LETTER))


def grams_of_text(text: str) -> list[str]:
    """The grams of a name or sentence, in order; Chinese runs also by the initials of their pinyin."""
    found: list[str] = []
    for chinese, run in runs(text):
        if chinese:
            found += [_code("c", pair) for pair in _pairs(run)]
            if len(run) <= 12 and (initials := _initials(run)).isascii():
                found.append(_code("w", initials))
        else:
            found.append(_code("w", run))
    return found


def grams_of_key(key: str) -> list[str]:
    """The grams of a phone, serial or document number: found whole, by beginning, by end and by its middle."""
    parts = [run for chinese, run in runs(key) if not chinese]
    joined = "".join(parts)
    if not joined:
        return []
    found = [_code("w", joined), _code("r", joined[::-1])]
    if len(parts) > 1:
        found += [_code("w", part) for part in parts]
    return found + ["t" + triple for triple in _triples(joined)]


def phrase_of(run: str, chinese: bool) -> tuple[list[str], bool]:
    """The grams that a run of the query must have side by side, and whether the last is only a beginning."""
    if chinese:
        if len(run) == 1:
            return [_code("c", run)], True
        return [_code("c", run[i : i + 2]) for i in range(len(run) - 1)], False
    return [_code("w", run)], True


def middle_of(run: str) -> list[str]:
    """The triples of a run of letters and digits that may stand in the middle of a key."""
    return [_code("t", run[i : i + 3]) for i in range(len(run) - 2)]


def backwards(run: str) -> str:
    """The gram whose beginning says that a key ends with ``run``."""
    return _code("r", run[::-1])
