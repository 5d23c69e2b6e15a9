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

_RUN = re.compile(r"([\u3400-\u9fff]+)|([0-9a-z]+)")
_KEY_RUN = re.compile(r"[0-9a-z]+")
SHORTEST_MIDDLE = 3


@lru_cache(maxsize=1 << 15)
def _chinese(pair: str) -> str:
    return "c" + "".join(f"{ord(character):x}" for character in pair)


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """The runs of ``text``: whether Chinese, and the run, in lower case; all else parts them."""
    for match in _RUN.finditer(text.lower()):
        yield (True, match[1]) if match[1] else (False, match[2])


@lru_cache(maxsize=1 << 14)
def _initials(run: str) -> str:
    from pypinyin import Style, lazy_pinyin

    letters = [_initial(character) for character in run]
    return "".join(letters) if all(letters) else "".join(lazy_pinyin(run, style=Style.FIRST_LETTER))


@lru_cache(maxsize=1 << 14)
def _initial(character: str) -> str:
    """The initial of a character; empty where it is read in several ways, so that its neighbours must tell."""
    from pypinyin import Style, pinyin  # reads its dictionary at once, which not every process needs

    found = {reading[:1] for reading in pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]}
    return found.pop() if len(found) == 1 else ""


def grams_of_text(text: str) -> list[str]:
    """The grams of a name or sentence, in order; Chinese runs also by the initials of their pinyin."""
    found: list[str] = []
    for chinese, run in runs(text):
        if chinese:
            found += [_chinese(run[place : place + 2]) for place in range(len(run))]
            if len(run) <= 12 and (initials := _initials(run)).isascii():
                found.append("w" + initials)
        else:
            found.append("w" + run)
    return found


@lru_cache(maxsize=1 << 12)
def grams_of_key(key: str) -> tuple[str, ...]:
    """The grams of a phone, serial or document number: found whole, by beginning, by end and by its middle."""
    lower = key.lower()
    parts = [lower] if lower.isascii() and lower.isalnum() else _KEY_RUN.findall(lower)
    joined = "".join(parts)
    if not joined:
        return ()
    found = ["w" + joined, "r" + joined[::-1]]
    if len(parts) > 1:
        found += ["w" + part for part in parts]
    return *found, *["t" + joined[place : place + 3] for place in range(len(joined))]


def phrase_of(run: str, chinese: bool) -> tuple[list[str], bool]:
    """The grams that a run of the query must have side by side, and whether the last is only a beginning."""
    if chinese:
        if len(run) == 1:
            return [_chinese(run)], True
        return [_chinese(run[place : place + 2]) for place in range(len(run) - 1)], False
    return ["w" + run], True


def middle_of(run: str) -> list[str]:
    """The triples of a run of letters and digits that may stand in the middle of a key."""
    return ["t" + run[place : place + 3] for place in range(len(run) - 2)]


def backwards(run: str) -> str:
    """The gram whose beginning says that a key ends with ``run``."""
    return "r" + run[::-1]
