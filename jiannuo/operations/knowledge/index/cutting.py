"""Cutting Chinese into words (jieba) and into pairs of signs, the same way for what is indexed and what is asked."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from opencc import OpenCC

if TYPE_CHECKING:
    import rjieba

LEXICON = Path(__file__).with_name("lexicon.txt")
STOPWORDS = Path(__file__).with_name("stopwords.txt")
LONGEST_QUERY = 300
_RUN = re.compile(r"[\u3400-\u9fff]+|[0-9a-z]+")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)")


@cache
def _jieba() -> rjieba.Jieba:
    """The cutter with the words of the trade; made once a process (a tenth of a second)."""
    import rjieba  # reads its dictionary at once, which only those who search need

    cutter = rjieba.Jieba()
    for word in lexicon():
        cutter.add_word(word, None, None)
    return cutter


def _lines(path: Path) -> tuple[str, ...]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def lexicon() -> tuple[str, ...]:
    """Words of the trade that the general dictionary cuts apart."""
    return _lines(LEXICON)


@cache
def stopwords() -> frozenset[str]:
    """Words that say nothing about a fault."""
    return frozenset(_lines(STOPWORDS))


@cache
def cutting_version() -> str:
    """Changes whenever texts are cut otherwise, so that an index made before is made anew."""
    content = "\n".join((*lexicon(), *sorted(stopwords()), "2"))
    return hashlib.sha256(content.encode()).hexdigest()[:12]


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Simplified characters, small letters, full-width signs as usual ones."""
    return str(_simplifier().convert(unicodedata.normalize("NFKC", text))).lower()


def words(text: str) -> list[str]:
    """The words of a text in order, longer ones with the words inside them; without those that say nothing."""
    found = _jieba().cut_for_search(plain(text))
    return [word for word in found if word not in stopwords() and _RUN.fullmatch(word.replace("-", ""))]


def pairs(text: str) -> list[str]:
    """Overlapping pairs of Chinese signs, and words of letters and digits whole: consecutive ones make a phrase."""
    found: list[str] = []
    for run in _RUN.findall(plain(text)):
        if run.isascii() or len(run) == 1:
            found.append(run)
        else:
            found += [run[place : place + 2] for place in range(len(run) - 1)]
    return found


def without_phones(text: str) -> str:
    """A text without telephone numbers: what others learn from a case must not name whom to call."""
    return _PHONE.sub("…", text)
