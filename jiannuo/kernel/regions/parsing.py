"""Free text to division: 浙江省杭州市西湖区文三路100号, or as people write it: 杭州西湖区文三路."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.regions.names import Names, names

_SEPARATORS = " \t\r\n,，、;；:：/|-－—·.。"
#: A short name before one of these is the name of a road or place: 中山路 is not in 中山市.
_ROAD = re.compile(
    r"(东|西|南|北|中|一|二|三|四|五)?(路|街|道|大道|巷|弄|胡同|里|村|新村|小区|广场|大厦|桥|苑|花园|镇|乡|号)"
)
_CANDIDATES_LIMIT = 20


class ParsedAddress(NamedTuple):
    """What was understood: the division if there is only one reading, the rest of the text, all readings otherwise."""

    division: Division | None
    rest: str
    candidates: tuple[Division, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    code: str
    level: int
    used: int


def parse_address(text: str) -> ParsedAddress:
    """Find the division at the beginning of an address (at most three queries).

    Province and city may be left out, and 省, 市, 区 and the like dropped. When several divisions fit equally well
    (西湖区 lies in Hangzhou and in Nanchang), ``division`` is None and ``candidates`` has them all.
    """
    plain = _plain(text)
    readings = _longest(_readings(plain, names()))
    codes = {reading.code for reading in readings}
    top = {code for code in codes if not any(code != other and code.startswith(other) for other in codes)}
    if not top:
        return ParsedAddress(None, plain)
    rest = _trim(plain[readings[0].used :])
    if len(top) > 1:
        found = Division.objects.filter(code__in=top).order_by("code")[:_CANDIDATES_LIMIT]
        return ParsedAddress(None, rest, tuple(found))
    division = Division.objects.get(pk=top.pop())
    return _with_street(division, rest)


def _plain(text: str) -> str:
    """Full-width signs made narrow, the country dropped, spaces between Chinese signs removed."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", plain)
    return _trim(re.sub(r"^(中华人民共和国|中国)", "", _trim(plain)))


def _trim(text: str) -> str:
    return text.lstrip(_SEPARATORS)


def _readings(text: str, known: Names, code: str = "", level: int = 0, used: int = 0) -> list[_Reading]:
    """Every chain of names, each below the one before, with which ``text`` begins."""
    start = used + len(text[used:]) - len(_trim(text[used:]))
    found: list[_Reading] = []
    for name in known.at_start_of(text[start:]):
        if name.level <= level or not name.code.startswith(code):
            continue
        end = start + len(name.text)
        if name.short and _ROAD.match(text, end):
            continue
        found.append(_Reading(name.code, name.level, end))
        if name.level < Division.Level.DISTRICT:
            found += _readings(text, known, name.code, name.level, end)
    return found


def _longest(readings: list[_Reading]) -> list[_Reading]:
    longest = max((reading.used for reading in readings), default=0)
    return [reading for reading in readings if reading.used == longest]


def _with_street(division: Division, rest: str) -> ParsedAddress:
    """One level deeper when the rest begins with the full name of a street or town."""
    if division.level == Division.Level.CITY:
        # A city without districts (东莞市) stands once more in the place of its district.
        division = Division.objects.filter(parent=division, name=division.name).first() or division
    if division.level != Division.Level.DISTRICT:
        return ParsedAddress(division, rest)
    streets = Division.objects.filter(parent=division, name__startswith=rest[:1]) if rest else ()
    fitting = [street for street in streets if rest.startswith(street.name)]
    if not fitting:
        return ParsedAddress(division, rest)
    street = max(fitting, key=lambda found: len(found.name))
    return ParsedAddress(street, _trim(rest[len(street.name) :]))
