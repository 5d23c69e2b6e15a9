"""What is wrong with a pack, found before it is published: words, references, and what the rules refuse."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise

from jiannuo.promises.commitments.packs.contradictions import contradictions
from jiannuo.promises.commitments.packs.floors import below_floors
from jiannuo.promises.commitments.packs.reading import PackError, mistake
from jiannuo.promises.commitments.packs.schema import CoveragePart, Pack, references
from jiannuo.promises.commitments.packs.translating import (
    ALWAYS,
    REST,
    blanks_of,
    calendar_of,
    chain_of,
    clause_content,
    parameter_values,
    to_rules,
)
from jiannuo.promises.commitments.packs.trials import SAMPLES
from jiannuo.rules import (
    WEEKDAYS,
    CalendarError,
    JsonFormError,
    NeverOpensError,
    Window,
    clause_from_json,
    nearest,
    next_opening,
)

_Found = Iterator[PackError]
_DIVISION = re.compile(r"\d{2}(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?")
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
_NEAR = 0.75


def check_pack(
    pack: Pack, floors: Sequence[Pack] = (), *, divisions: Collection[str] = ()
) -> list[PackError]:
    """Everything wrong with a readable pack, in the order of its lines; ``floors`` are statutory packs.

    ``divisions`` are the administrative codes that are known; without them only the shape of a code is looked at.
    Warnings do not stop it from being loaded: blanks, overlapping hours, components nobody speaks of.
    """
    found = [
        *_duplicates(pack),
        *_circles(pack),
        *_references(pack),
        *_calendars(pack),
        *_divisions(pack, divisions),
        *_components(pack),
        *_unknown_components(pack),
        *_refused(pack),
    ]
    if not any(error.severity == "error" for error in found):
        rules = to_rules(pack)
        found += [*contradictions(pack, rules), *below_floors(pack, rules, floors)]
    return sorted(found, key=lambda error: (error.line, error.message))


def _duplicates(pack: Pack) -> _Found:
    seen: set[str] = set()
    for index, clause in enumerate(pack.clauses):
        if clause.id in seen:
            yield mistake(
                pack, ("clauses", index, "id"), f"the id {clause.id!r} is used twice", "Choose another."
            )
        seen.add(clause.id)


def _circles(pack: Pack) -> _Found:
    """Parameters whose values refer to each other, or to one that nobody declared."""
    values = {name: str(part.value) for name, part in pack.parameters.items() if part.value is not None}
    for name in values:
        chain = chain_of(name, values)
        further = references(values[chain[-1]])
        if name in further:
            circle = " → ".join((*chain, name))
            yield mistake(
                pack, ("parameters", name), f"parameters refer to each other: {circle}", "Give one a value."
            )
        elif further and further[0] not in pack.parameters:
            mend = nearest(further[0], pack.parameters).capitalize()
            yield mistake(pack, ("parameters", name), f"unknown parameter {further[0]!r}", mend)


def _refused(pack: Pack) -> _Found:
    """Clauses that the rules cannot execute: a charge without a figure, days that are no whole number …"""
    values = parameter_values(pack)
    for index, written in enumerate(pack.content().get("clauses", ())):
        if blanks_of(written, values):
            continue
        try:
            clause_from_json(clause_content(written, values))
        except JsonFormError as error:
            message = str(error).partition(": ")[2] or str(error)
            yield mistake(pack, ("clauses", index), message, "Mend the figure, or leave a blank.")


def _divisions(pack: Pack, known: Collection[str]) -> _Found:
    """Administrative codes that cannot be, in zones and in conditions."""
    places: list[tuple[tuple[str | int, ...], Sequence[str]]] = [
        (("zones", name), codes) for name, codes in pack.zones.items()
    ]
    conditions = [
        (("scope",), pack.scope),
        *((("clauses", n, "when"), c.when) for n, c in enumerate(pack.clauses)),
    ]
    for place, when in conditions:
        match = when.get("division")
        if isinstance(match, tuple):
            places.append(((*place, "division"), match))
    for place, codes in places:
        for code in codes:
            if not _DIVISION.fullmatch(code) or not _PROVINCES.match(code):
                mend = "Write 2, 4, 6, 9 or 12 digits that begin with a province: 31 for Shanghai, 310115 for Pudong."
                yield mistake(pack, place, f"unknown division code {code!r}", mend)
            elif known and code not in known:
                mend = "Load the divisions, or mend the code."
                yield mistake(
                    pack, place, f"the division {code!r} is not among those loaded here", mend, warning=True
                )


def _unknown_components(pack: Pack) -> _Found:
    """Components that clauses name and the pack does not, where it names its components at all."""
    known = [component for component in pack.components if component != REST]
    for index, clause in enumerate(pack.clauses) if known else ():
        for component in getattr(clause, "components", ()):
            if component == REST or any(_is_in(component, one) or _is_in(one, component) for one in known):
                continue
            near = get_close_matches(component, known, n=1, cutoff=_NEAR)
            mend = f"Did you mean {near[0]!r}?" if near else "Declare it under components."
            place = ("clauses", index, "components")
            yield mistake(pack, place, f"unknown component {component!r}", mend, warning=not near)


def _is_in(component: str, other: str) -> bool:
    return f"{component}/".startswith(f"{other}/")


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
                yield mistake(pack, place, f"unknown parameter {name!r}", mend)
            else:
                label = pack.parameters[name].label
                mend = "The clause stays off until it has one."
                yield mistake(pack, place, f"the blank {name!r} ({label}) has no value", mend, warning=True)
        calendar = getattr(clause, "calendar", ALWAYS)
        if calendar != ALWAYS and calendar not in pack.calendars:
            mend = nearest(calendar, [ALWAYS, *pack.calendars]).capitalize()
            yield mistake(pack, (*place, "calendar"), f"unknown calendar {calendar!r}", mend)
        match = clause.when.get("zone")
        for zone in match if isinstance(match, tuple) else ():
            if zone not in pack.zones:
                mend = "Name its divisions under zones, or make sure that sites carry this zone."
                yield mistake(pack, (*place, "when"), f"unknown zone {zone!r}", mend, warning=True)


def _calendars(pack: Pack) -> _Found:
    for name, part in pack.calendars.items():
        place = ("calendars", name)
        try:
            calendar = calendar_of(name, part)
            next_opening(calendar, SAMPLES[0])
        except (CalendarError, NeverOpensError) as error:
            yield mistake(pack, place, str(error), "")
            continue
        for day, windows in zip(WEEKDAYS, calendar.weekly, strict=True):
            if _overlap(windows):
                message = f"calendar {name!r}: hours of {day} overlap"
                yield mistake(
                    pack, (*place, "weekly", day), message, "They count once; merge them.", warning=True
                )


def _overlap(windows: Sequence[Window]) -> bool:
    return any(first.closes > second.opens for first, second in pairwise(windows))


def _components(pack: Pack) -> _Found:
    """Components that the pack is about but gives no term to."""
    covers = [clause for clause in pack.clauses if isinstance(clause, CoveragePart)]
    named = [component for clause in covers for component in clause.components]
    if "rest" in named or any(not clause.components for clause in covers):
        return
    for index, component in enumerate(pack.components):
        if not any(f"{component}/".startswith(f"{prefix}/") for prefix in named):
            mend = "Add it to a coverage clause, or add one for rest."
            yield mistake(pack, ("components", index), f"the component {component!r} has no term", mend)
    if covers and not pack.components:
        mend = "Add a coverage clause for rest if they have a term."
        yield mistake(pack, ("clauses",), "components that no clause names have no term", mend, warning=True)
