"""Reading and loading administrative divisions."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.regions import source
from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.regions.names import EMPTY_LEVELS, forget_names
from jiannuo.kernel.regions.parsing import ParsedAddress, parse_address

__all__ = [
    "ParsedAddress",
    "children",
    "find",
    "full_name",
    "load",
    "load_sample",
    "parse_address",
    "path_codes",
]

BATCH = 2000
CODE_LENGTHS = (2, 4, 6, 9)


@transaction.atomic
def load(rows: Iterable[source.Row]) -> tuple[int, int, int]:
    """Bring the table to ``rows`` (parents first). Returns how many were added, renamed and left alone.

    Divisions that are no longer in the data set stay: addresses may point to them.
    """
    stored = dict(Division.objects.values_list("code", "name"))
    added: list[Division] = []
    renamed: list[Division] = []
    unchanged = 0
    for row in rows:
        division = Division(code=row.code, name=row.name, level=row.level, parent_id=row.parent)
        if row.code not in stored:
            added.append(division)
        elif stored[row.code] != row.name:
            renamed.append(division)
        else:
            unchanged += 1
    Division.objects.bulk_create(added, batch_size=BATCH)
    Division.objects.bulk_update(renamed, ["name"], batch_size=BATCH)
    forget_names()
    _provinces.clear()
    return len(added), len(renamed), unchanged


def load_sample() -> None:
    """Load real divisions of Zhejiang, Shanghai, Jiangsu and Anhui (and a few beyond) that come with the product."""
    load(source.read(source.SAMPLE))


def children(code: str) -> list[dict[str, str]]:
    """Code and name of the divisions directly below ``code``; ``0`` gives the provinces."""
    below = (
        Division.objects.filter(level=Division.Level.PROVINCE)
        if code == "0"
        else Division.objects.filter(parent=code)
    )
    return [
        {"code": found, "name": name} for found, name in below.order_by("code").values_list("code", "name")
    ]


_provinces: list[tuple[str, str]] = []


def provinces() -> list[tuple[str, str]]:
    """Code and name of every province, for choices; read once a process, as soon as there are any."""
    if not _provinces:
        found = Division.objects.filter(level=Division.Level.PROVINCE).order_by("code")
        _provinces.extend(found.values_list("code", "name"))
    return list(_provinces)


def path_codes(code: str) -> list[str]:
    """The codes from the province down to ``code`` itself: 330106 → 33, 3301, 330106."""
    return [code[:length] for length in CODE_LENGTHS if length <= len(code)]


def full_name(division: Division | str | None) -> str:
    """The name with everything above it, as it stands in an address: 浙江省杭州市西湖区 (one query)."""
    if not division:
        return ""
    codes = path_codes(division if isinstance(division, str) else division.code)
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    return join_names([names[code] for code in codes if code in names])


def full_names(codes: Iterable[str]) -> dict[str, str]:
    """The full names of many divisions at once (one query)."""
    wanted = {code for code in codes if code}
    every = {part for code in wanted for part in path_codes(code)}
    names = dict(Division.objects.filter(code__in=every).values_list("code", "name"))
    return {code: join_names([names[part] for part in path_codes(code) if part in names]) for code in wanted}


def join_names(names: list[str]) -> str:
    """Names from the top down as one text, without levels that only exist in statistics and without repetition."""
    kept: list[str] = []
    for name in names:
        if name not in EMPTY_LEVELS and (not kept or kept[-1] != name):
            kept.append(name)
    return "".join(kept)


def find(code: str) -> Division:
    """The division with that code. Raises ValidationError with advice when there is none."""
    found = Division.objects.filter(code=code).first()
    if found is None:
        raise ValidationError(
            _(
                "There is no division with the code %(code)s. Choose province, city and district from the lists."
            )
            % {"code": code},
            code="unknown_division",
        )
    return found
