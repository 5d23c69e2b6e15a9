"""From a pack to what the rules execute."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from jiannuo.promises.commitments.packs.schema import CalendarPart, Pack, references, shortest
from jiannuo.rules import NO_HOLIDAYS, PERIOD_UNITS, Calendar, CommitmentInForce, HolidayTable

ALWAYS = "24x7"
REST = "rest"
Values = Mapping[str, str]
_SAME_NAME = ("name", "owner", "exclusive", "floor", "valid_from", "valid_to", "zones")


class PackRules(NamedTuple):
    """A commitment ready to decide, its calendars by the names its clauses use, and clauses left blank."""

    commitment: CommitmentInForce
    calendars: dict[str, Calendar]
    blank: tuple[str, ...]


def to_rules(
    pack: Pack,
    *,
    version: int = 1,
    parameters: Mapping[str, Decimal | str] | None = None,
    confirmed: Collection[str] = (),
    holidays: HolidayTable = NO_HOLIDAYS,
) -> PackRules:
    """Turn a pack into rules.

    ``parameters`` fill blanks or replace values of the pack; clauses with a blank left are not executed and
    come back by id. ``confirmed`` are ids of clauses marked ``verify`` that a person has confirmed. Calendars
    of the pack are named ``<code>/<name>``, so that packs cannot disturb each other. Raises ``ValueError``
    for a pack that :func:`check_pack` finds wrong.
    """
    content, blank = _content(pack, parameters, confirmed)
    calendars = {
        qualified(pack, name): calendar_of(qualified(pack, name), part, holidays)
        for name, part in pack.calendars.items()
    }
    for clause in content["clauses"]:
        if "calendar" in clause:
            clause["calendar"] = qualified(pack, clause["calendar"])
    return PackRules(CommitmentInForce.from_json({**content, "version": version}), calendars, blank)


def to_content(
    pack: Pack, *, parameters: Mapping[str, Decimal | str] | None = None, confirmed: Collection[str] = ()
) -> dict[str, Any]:
    """The content of a commitment version: the JSON form of the rules, calendars and labels beside it.

    Arguments as for :func:`to_rules`; clauses with a blank are left out.
    """
    content, _ = _content(pack, parameters, confirmed)
    if pack.calendars:
        content["calendars"] = {
            name: {key: value for key, value in calendar_of(name, part).to_json().items() if key != "name"}
            for name, part in pack.calendars.items()
        }
    if pack.labels:
        content["labels"] = dict(pack.labels)
    return content


def _content(
    pack: Pack, parameters: Mapping[str, Decimal | str] | None, confirmed: Collection[str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The commitment in the JSON form of the rules, and the ids of the clauses left blank."""
    values = parameter_values(pack, parameters)
    written = pack.content()
    clauses: list[dict[str, Any]] = []
    blank: list[str] = []
    off: list[str] = []
    for part, clause in zip(pack.clauses, written.get("clauses", ()), strict=True):
        is_blank = bool(blanks_of(clause, values))
        if is_blank:
            blank.append(part.id)
        else:
            clauses.append(clause_content(clause, values, confirmed))
        if part.kind == "coverage" and (is_blank or (part.verify and part.id not in confirmed)):
            off.extend(one for one in part.components if one != REST)
    for clause in clauses:
        if off and clause["kind"] == "coverage" and REST in clause.get("components", ()):
            clause["besides"] = sorted({*clause.get("besides", ()), *off})
    content = {
        "code": pack.code,
        "kind": pack.kind,
        **{key: written[key] for key in _SAME_NAME if key in written},
        "scope": _conditions(written.get("scope", {})),
        "clauses": clauses,
    }
    return content, tuple(blank)


def calendar_of(name: str, part: CalendarPart, holidays: HolidayTable = NO_HOLIDAYS) -> Calendar:
    """A calendar of a pack. Raises :class:`~jiannuo.rules.CalendarError`."""
    return Calendar.from_json({"name": name, **part.model_dump(mode="json")}, holidays)


def qualified(pack: Pack, name: str) -> str:
    """The name of a calendar outside its pack."""
    return f"{pack.code}/{name}" if name in pack.calendars else name


def parameter_values(pack: Pack, parameters: Mapping[str, Decimal | str] | None = None) -> dict[str, str]:
    """The value of each parameter that has one, as text; that of another where it refers to one.

    Parameters that refer to each other in a circle, or to a blank, have none.
    """
    own = {name: part.value for name, part in pack.parameters.items() if part.value is not None}
    given = {name: str(value) for name, value in {**own, **(parameters or {})}.items()}
    followed = {name: chain_of(name, given) for name in given}
    return {name: given[chain[-1]] for name, chain in followed.items() if not references(given[chain[-1]])}


def chain_of(name: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The parameters that one leads to, itself first, until a value, a blank, or one that was there before."""
    chain = [name]
    while (others := references(values[chain[-1]])) and others[0] in values and others[0] not in chain:
        chain.append(others[0])
    return tuple(chain)


def blanks_of(value: Any, values: Values) -> list[str]:
    """Parameters that a part of a pack refers to and that have no value."""
    if isinstance(value, str):
        return [name for name in references(value) if name not in values]
    if isinstance(value, Mapping):
        return [name for item in value.values() for name in blanks_of(item, values)]
    if isinstance(value, list | tuple):
        return [name for item in value for name in blanks_of(item, values)]
    return []


def _filled(value: Any, values: Values) -> Any:
    if isinstance(value, str):
        names = references(value)
        if len(names) == 1 and value == f"{{{names[0]}}}":
            return _amount_of(names[0], values[names[0]])
        for name in names:
            value = value.replace(f"{{{name}}}", values[name])
        return value
    if isinstance(value, Mapping):
        return {key: _filled(item, values) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, values) for item in value]
    return value


def _amount_of(name: str, value: str) -> int | float | str | None:
    try:
        return shortest(Decimal(value))
    except ArithmeticError as error:
        raise ValueError(f"the parameter {name!r} needs a number, not {value!r}") from error


def clause_content(
    written: Mapping[str, Any], values: Values, confirmed: Collection[str] = ()
) -> dict[str, Any]:
    """A clause of a pack's content in the JSON form of the rules, with its parameters filled in."""
    content = _filled(written, values)
    clause = {**content, "when": _conditions(content.get("when", {}))}
    if content["id"] in confirmed:
        clause.pop("verify", None)
    if "term" in content:
        term = dict(content["term"])
        units = [unit for unit in reversed(PERIOD_UNITS) if unit in term]
        term["periods"] = [{"amount": term.pop(unit), "unit": unit} for unit in units]
        clause["term"] = term
    return clause


def _conditions(when: Mapping[str, Any]) -> list[dict[str, Any]]:
    result = []
    for fact, match in when.items():
        if not isinstance(match, Mapping):
            result.append({"fact": fact, "any_of": match})
        elif words := [key for key in ("none_of", "all_of") if key in match]:
            result.append({"fact": fact, **{key: match[key] for key in words}})
        else:
            bounds = {"low": match.get("min"), "high": match.get("max")}
            result.append(
                {"fact": fact, **{key: value for key, value in bounds.items() if value is not None}}
            )
    return result
