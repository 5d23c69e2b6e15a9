"""Which clauses speak for a component: those that name it most closely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jiannuo.rules.case import Applicable, Speaking
from jiannuo.rules.clauses import REST, ChargeClause, CoverageClause
from jiannuo.rules.facts import Path

Near = dict[str, Speaking]
"""For each item the clauses that speak for a component; none where they stand on the other side of the warranty."""


def near_by_item(clauses: Iterable[Applicable[Any]], component: Path, side: str = "") -> Near:
    """For each item that clauses of cover or charges include for a component, the clauses that speak.

    Within one commitment the closest clause speaks alone, so that "wearing parts six months" is no gift of the two
    years that the whole product has. ``side`` leaves out charges for the other side of the warranty.
    """
    found: dict[str, list[tuple[Applicable[Any], int]]] = {}
    for what in clauses:
        depth = depth_in(what.clause, component)
        if depth >= 0:
            speaks = speaks_on(what.clause, side)
            for item in items_of(what.clause):
                near = found.setdefault(item, [])
                if speaks:
                    near.append((what, depth))
    return {item: Speaking(closest(near)) for item, near in found.items()}


def items_of(clause: CoverageClause | ChargeClause) -> tuple[str, ...]:
    """The items that a clause of cover or charges is about."""
    return clause.includes if isinstance(clause, CoverageClause) else clause.items


def speaks_on(clause: CoverageClause | ChargeClause, side: str) -> bool:
    """Whether a clause speaks on a side of the warranty; a cover always does."""
    return isinstance(clause, CoverageClause) or clause.applies in ("always", side)


def closest(near: Sequence[tuple[Applicable[Any], int]]) -> list[Applicable[Any]]:
    """Of each commitment, those of the clauses that name a component most closely."""
    best: dict[tuple[str, int], int] = {}
    for what, depth in near:
        if depth > best.get(what.key, -1):
            best[what.key] = depth
    return [what for what, depth in near if depth == best[what.key]]


def depth_in(clause: CoverageClause | ChargeClause, component: Path) -> int:
    """How closely a clause names a component; ``rest`` leaves out what clauses that are switched off name."""
    depth = depth_of(clause.components, component)
    if depth == 1 and isinstance(clause, CoverageClause):
        return -1 if any(component[: len(path)] == path for path in clause.besides) else depth
    return depth


def depth_of(components: tuple[Path, ...], component: Path) -> int:
    """How closely components name one: -1 not, 0 whole product, 1 ``rest``, then by length of path."""
    if not components:
        return 0
    depth = -1
    for path in components:
        if path == REST:
            depth = max(depth, 1 if component else -1)
        elif component[: len(path)] == path:
            depth = max(depth, 2 * len(path))
    return depth
