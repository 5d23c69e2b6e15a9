"""Promises of cover: the warranty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from jiannuo.rules.civil import RollForward
from jiannuo.rules.clauses.parts import Beginning, Clause, Period
from jiannuo.rules.facts import Path

REST: Path = ("rest",)
"""Stands for every component that no other coverage clause of the same commitment names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long a warranty lasts: whichever of its periods and meter readings comes first.

    ``repair_extends`` adds the days under repair. ``replacement`` says whether a replaced component carries
    on with the old term or starts its own anew.
    """

    periods: tuple[Period, ...] = ()
    meters: Mapping[str, Decimal] = field(default_factory=dict)
    counts_start_day: bool = False
    roll_forward: RollForward | None = None
    repair_extends: bool = False
    replacement: Literal["continues", "restarts"] = "continues"

    def __post_init__(self) -> None:
        if not self.periods and not self.meters:
            raise ValueError("a warranty needs a period or a meter limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageClause(Clause):
    """Components covered, how long, from when, what is included and which causes are excluded.

    Without ``components`` the whole product is covered; ``rest`` stands for what no other clause of the
    commitment names, less ``besides``: components of clauses that are switched off, which have their own term all
    the same. ``calendar`` gives the zone, and the working days for ``roll_forward``.
    """

    kind: ClassVar[str] = "coverage"
    components: tuple[Path, ...] = ()
    term: Term
    begins: Beginning
    includes: tuple[str, ...] = ("parts", "labour")
    excluded_causes: tuple[str, ...] = ()
    payer: str = "manufacturer"
    calendar: str = "24x7"
    besides: tuple[Path, ...] = ()
