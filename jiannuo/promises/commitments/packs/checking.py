"""Contradictions in a pack, found before it is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from jiannuo.promises.commitments.packs.reading import PackError, line_of
from jiannuo.promises.commitments.packs.schema import ClausePart, CoveragePart, Pack, TimePart
from jiannuo.promises.commitments.packs.translating import (
    ALWAYS,
    PackRules,
    blanks_of,
    calendar_of,
    parameter_values,
    to_rules,
)
from jiannuo.rules import (
    WEEKDAYS,
    Calendar,
    CalendarError,
    CommitmentInForce,
    CoverageClause,
    NeverOpensError,
    ObligationPlan,
    TimeClause,
    Window,
    nearest,
    next_opening,
    period_end,
    plan,
)

_SAMPLES = (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), datetime(2026, 3, 6, 9, 30, tzinfo=UTC))
"""A Monday morning and a Friday evening in China, to try limits at."""
_CLOCK = Calendar.always_open(ALWAYS)
_Found = Iterator[PackError]


def check_pack(pack: Pack, floors: Sequence[Pack] = ()) -> list[PackError]:
    """Everything wrong with a readable pack, in the order of its lines; ``floors`` are statutory packs.

    Warnings do not stop it from being loaded: blanks, overlapping hours, components nobody speaks of.
    """
    found = [
        *_duplicates(pack),
        *_references(pack),
        *_calendars(pack),
        *_overlaps(pack),
        *_components(pack),
    ]
    if not any(error.severity == "error" for error in found):
        rules = to_rules(pack)
        found += [*_late_steps(pack, rules), *_below_floor(pack, rules, floors)]
    return sorted(found, key=lambda error: (error.line, error.message))


def _error(
    pack: Pack, place: tuple[str | int, ...], message: str, mend: str, *, warning: bool = False
) -> PackError:
    is_clause = len(place) > 1 and place[0] == "clauses"
    return PackError(
        message=message,
        mend=mend,
        file=pack._file,
        line=line_of(pack, *place),
        clause=pack.clauses[int(place[1])].id if is_clause else "",
        severity="warning" if warning else "error",
        place=place,
    )


def _duplicates(pack: Pack) -> _Found:
    seen: set[str] = set()
    for index, clause in enumerate(pack.clauses):
        if clause.id in seen:
            yield _error(
                pack, ("clauses", index, "id"), f"the id {clause.id!r} is used twice", "Choose another."
            )
        seen.add(clause.id)


def _references(pack: Pack) -> _Found:
    """Calendars, zones and parameters that clauses name."""
    values = parameter_values(pack)
    content = pack.content().get("clauses", ())
    for index, clause in enumerate(pack.clauses):
        place = ("clauses", index)
        for name in dict.fromkeys(blanks_of(content[index], values)):
            if name not in pack.parameters:
                others = list(pack.parameters)
                mend = f"Declare it under parameters; {nearest(name, others)}" if others else "Declare it."
                yield _error(pack, place, f"unknown parameter {name!r}", mend)
            else:
                label = pack.parameters[name].label
                mend = "The clause stays off until it has one."
                yield _error(pack, place, f"the blank {name!r} ({label}) has no value", mend, warning=True)
        calendar = getattr(clause, "calendar", ALWAYS)
        if calendar != ALWAYS and calendar not in pack.calendars:
            mend = nearest(calendar, [ALWAYS, *pack.calendars]).capitalize()
            yield _error(pack, (*place, "calendar"), f"unknown calendar {calendar!r}", mend)
        match = clause.when.get("zone")
        for zone in match if isinstance(match, tuple) else ():
            if zone not in pack.zones:
                mend = "Name its divisions under zones, or make sure that sites carry this zone."
                yield _error(pack, (*place, "when"), f"unknown zone {zone!r}", mend, warning=True)


def _calendars(pack: Pack) -> _Found:
    for name, part in pack.calendars.items():
        place = ("calendars", name)
        try:
            calendar = calendar_of(name, part)
            next_opening(calendar, _SAMPLES[0])
        except (CalendarError, NeverOpensError) as error:
            yield _error(pack, place, str(error), "")
            continue
        for day, windows in zip(WEEKDAYS, calendar.weekly, strict=True):
            if _overlap(windows):
                message = f"calendar {name!r}: hours of {day} overlap"
                yield _error(
                    pack, (*place, "weekly", day), message, "They count once; merge them.", warning=True
                )


def _overlap(windows: Sequence[Window]) -> bool:
    return any(first.closes > second.opens for first, second in pairwise(windows))


def _overlaps(pack: Pack) -> _Found:
    """Two clauses that say different things of the same case."""
    seen: dict[tuple[object, ...], str] = {}
    for index, clause in enumerate(pack.clauses):
        for subject in _subjects(clause):
            key = (*subject, str(sorted(clause.when.items(), key=lambda item: item[0])))
            if key in seen:
                mend = "Tell them apart by when, or remove one."
                yield _error(
                    pack, ("clauses", index), f"says the same as {seen[key]!r} with no order between", mend
                )
                break
            seen[key] = clause.id


def _subjects(clause: ClausePart) -> list[tuple[str, ...]]:
    if isinstance(clause, TimePart):
        return [("time", clause.metric, clause.start)]
    if not isinstance(clause, CoveragePart):
        return []
    return [
        ("coverage", component, item) for component in clause.components or ("",) for item in clause.includes
    ]


def _components(pack: Pack) -> _Found:
    """Components that the pack is about but gives no term to."""
    covers = [clause for clause in pack.clauses if isinstance(clause, CoveragePart)]
    named = [component for clause in covers for component in clause.components]
    if "rest" in named or any(not clause.components for clause in covers):
        return
    for index, component in enumerate(pack.components):
        if not any(f"{component}/".startswith(f"{prefix}/") for prefix in named):
            mend = "Add it to a coverage clause, or add one for rest."
            yield _error(pack, ("components", index), f"the component {component!r} has no term", mend)
    if covers and not pack.components:
        mend = "Add a coverage clause for rest if they have a term."
        yield _error(pack, ("clauses",), "components that no clause names have no term", mend, warning=True)


def _late_steps(pack: Pack, rules: PackRules) -> _Found:
    for clause in rules.commitment.clauses:
        if not isinstance(clause, TimeClause):
            continue
        place = ("clauses", next(i for i, part in enumerate(pack.clauses) if part.id == clause.id))
        for owed in _tried(clause, rules.commitment, rules.calendars):
            early = [step for step in clause.ladder if step.at.anchor != "missed"]
            late = sum(step.at > owed.due_at for step in owed.steps if owed.due_at) > len(
                clause.ladder
            ) - len(early)
            if late:
                mend = "Move it before the due instant, or anchor it at missed."
                yield _error(pack, (*place, "ladder"), "an escalation comes after the due instant", mend)
                break
            if owed.warn_at and owed.due_at and owed.warn_at > owed.due_at:
                yield _error(
                    pack, (*place, "warn"), "the warning comes after the due instant", "Move it forward."
                )
                break


def _tried(
    clause: TimeClause, commitment: CommitmentInForce, calendars: dict[str, Calendar]
) -> list[ObligationPlan]:
    calendar = calendars.get(clause.calendar, _CLOCK)
    return [plan(clause, commitment, calendar, start) for start in _SAMPLES]


def _below_floor(pack: Pack, rules: PackRules, floors: Sequence[Pack]) -> _Found:
    """Promises that give less than a statutory floor about the same thing."""
    for floor in floors:
        if floor.code == pack.code or not floor.floor:
            continue
        law = to_rules(floor, confirmed=[clause.id for clause in floor.clauses])
        for clause in rules.commitment.clauses:
            place = ("clauses", next(i for i, part in enumerate(pack.clauses) if part.id == clause.id))
            for least in law.commitment.clauses:
                if not _same_product(pack, clause, floor, least):
                    continue
                if _is_less(clause, rules, least, law):
                    message = f"promises less than {floor.name} allows ({least.source.article or least.id})"
                    yield _error(pack, place, message, f"The floor is: {least.text}")


def _is_less(
    clause: TimeClause | CoverageClause, rules: PackRules, least: TimeClause | CoverageClause, law: PackRules
) -> bool:
    if isinstance(clause, TimeClause) and isinstance(least, TimeClause):
        if (clause.metric, clause.start) != (least.metric, least.start):
            return False
        mine = _tried(clause, rules.commitment, rules.calendars)
        theirs = _tried(least, law.commitment, law.calendars)
        return any(a.due_at and b.due_at and a.due_at > b.due_at for a, b in zip(mine, theirs, strict=True))
    if isinstance(clause, CoverageClause) and isinstance(least, CoverageClause):
        return _same_component(clause, least) and _shortest(clause) < _shortest(least)
    return False


def _shortest(clause: CoverageClause) -> datetime:
    ends = [period_end(_SAMPLES[0], p.amount, p.unit, calendar=_CLOCK) for p in clause.term.periods]
    return min(ends, default=datetime.max.replace(tzinfo=UTC))


def _same_component(clause: CoverageClause, least: CoverageClause) -> bool:
    if not clause.components or not least.components:
        return clause.components == least.components
    return any(a[: len(b)] == b for a in clause.components for b in least.components)


def _same_product(
    pack: Pack, clause: TimeClause | CoverageClause, floor: Pack, least: TimeClause | CoverageClause
) -> bool:
    mine, theirs = _products(pack, clause.id), _products(floor, least.id)
    if not mine or not theirs:
        return not theirs
    return any(f"{a}/".startswith(f"{b}/") or f"{b}/".startswith(f"{a}/") for a in mine for b in theirs)


def _products(pack: Pack, clause: str) -> tuple[str, ...]:
    part = next(part for part in pack.clauses if part.id == clause)
    match = part.when.get("product") or pack.scope.get("product") or ()
    return match if isinstance(match, tuple) else ()
