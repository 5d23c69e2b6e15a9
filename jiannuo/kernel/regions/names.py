"""The names by which people call divisions: in full (杭州市) and short (杭州)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from jiannuo.kernel.regions.models import Division

#: Levels that only exist in statistics; nobody writes them into an address.
EMPTY_LEVELS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})

_KIND = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|新区|地区|省|市|盟|区|县|旗)$")
_PEOPLES = (
    "土家族|布依族|哈尼族|景颇族|傈僳族|朝鲜族|哈萨克|柯尔克孜|蒙古族|藏族|回族|壮族|苗族|侗族|彝族|羌族|白族|傣族|"
    "满族|瑶族|畲族|黎族|水族|佤族|土族|裕固族|保安族|东乡族|撒拉族|拉祜族|纳西族|锡伯族|达斡尔族|鄂温克族|仡佬族|仫佬族|"
    "毛南族|普米族|怒族|独龙族|布朗族|塔吉克|维吾尔|各族|蒙古"
)
_PEOPLE_AT_END = re.compile(rf"({_PEOPLES})$")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a division at the beginning of an address."""

    text: str
    code: str
    level: int
    short: bool


@dataclass(frozen=True, slots=True)
class Names:
    """Every name of the upper three levels, by its first sign, longest first."""

    by_first: dict[str, tuple[Name, ...]]

    def at_start_of(self, text: str) -> Iterator[Name]:
        """The names with which ``text`` begins."""
        for name in self.by_first.get(text[:1], ()):
            if text.startswith(name.text):
                yield name


def short_names(name: str) -> set[str]:
    """What people leave of a name: 浦东新区 → 浦东, 延边朝鲜族自治州 → 延边. Never a single sign."""
    found: set[str] = set()
    bare = _KIND.sub("", name)
    if bare != name:
        while (stripped := _PEOPLE_AT_END.sub("", bare)) != bare and len(stripped) > 1:
            bare = stripped
        found.add(bare)
    if name.endswith("自治州"):
        found.add(f"{bare}州")
    if name.endswith("新区"):
        found.add(name[:-1])
    return {short for short in found if len(short) > 1 and short != name}


_known: tuple[int, Names] | None = None


def names() -> Names:
    """The names of the upper levels, read once a process and again when divisions were added (one query)."""
    global _known
    stamp = Division.objects.filter(level__lte=Division.Level.DISTRICT).count()
    if _known is None or _known[0] != stamp:
        _known = (stamp, _read())
    return _known[1]


def forget_names() -> None:
    """Read the names anew the next time."""
    global _known
    _known = None


def _read() -> Names:
    rows = list(
        Division.objects.filter(level__lte=Division.Level.DISTRICT)
        .order_by("code")
        .values_list("code", "name", "level")
    )
    provinces = {code: name for code, name, level in rows if level == Division.Level.PROVINCE}
    by_first: defaultdict[str, list[Name]] = defaultdict(list)
    for code, name, level in rows:
        # The city level of a municipality bears the municipality's name in addresses (上海市上海市浦东新区).
        spoken = provinces.get(code[:2], name) if name in EMPTY_LEVELS else name
        if name in EMPTY_LEVELS and not code.startswith(("11", "12", "31", "50")):
            continue
        by_first[spoken[0]].append(Name(spoken, code, level, short=False))
        for short in short_names(spoken):
            by_first[short[0]].append(Name(short, code, level, short=True))
    return Names({sign: tuple(sorted(found, key=lambda n: -len(n.text))) for sign, found in by_first.items()})
