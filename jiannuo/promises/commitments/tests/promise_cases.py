"""The cases of the packs: what a promise must decide, read from YAML and compared with the decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jiannuo.kernel.calendars.holidays import chinese_holidays
from jiannuo.promises.commitments.packs import Pack, PackRules, load_pack, read_plain, to_rules
from jiannuo.rules import (
    ACTIONS,
    APPROVAL_SUBJECTS,
    ITEMS,
    METRICS,
    PARTIES,
    REMEDIES,
    Calendar,
    CoverageOutcome,
    Decision,
    Facts,
    FactsError,
    decide,
    nearest,
    occurrences,
    read_facts,
)
from jiannuo.rules import path as component_path

PACKS = Path(__file__).parents[4] / "packs"
CHINA = ZoneInfo("Asia/Shanghai")
CASE_KEYS = ("name", "parameters", "confirmed", "at", "given", "then")
_END = timedelta(microseconds=1)
_CODE = re.compile(r"^code: (\S+)", re.MULTILINE)


class CaseError(ValueError):
    """A case that is not written as ``docs/developers/packs.md`` says."""


@dataclass(frozen=True)
class Case:
    """One case of one pack."""

    code: str
    name: str
    given: Mapping[str, Any]
    then: Mapping[str, Any]
    at: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()


def read_cases(file: Path) -> list[Case]:
    """The cases of a file. Raises :class:`CaseError` for a key that is not known, or a case that says nothing."""
    data = read_plain(file.read_text(encoding="utf-8"))
    check_keys(data, ("code", "cases"), file.name)
    return [read_case(str(data["code"]), one, file.name) for one in data["cases"]]


def read_case(code: str, data: Mapping[str, Any], place: str) -> Case:
    place = f"{place}: {data.get('name', '?')}"
    check_keys(data, CASE_KEYS, place)
    for key in ("name", "given", "then"):
        if not data.get(key):
            raise CaseError(f"{place}: {key!r} is missing or empty")
    check_keys(data["then"], CHECKS, f"{place}: then")
    return Case(
        code=code,
        name=data["name"],
        given=data["given"],
        then=data["then"],
        at=data.get("at", ""),
        parameters=data.get("parameters") or {},
        confirmed=tuple(data.get("confirmed") or ()),
    )


def check_keys(data: Any, known: Iterable[str], place: str) -> None:
    names = list(known)
    if not isinstance(data, Mapping):
        raise CaseError(f"{place}: expected names with values, not {data!r}")
    for key in data:
        if key not in names:
            raise CaseError(f"{place}: unknown key {key!r}: {nearest(str(key), names)}")


@cache
def pack_files() -> dict[str, Path]:
    """The file of each pack, by code."""
    files = sorted(PACKS.glob("s*/*.yaml"))
    return {_CODE.search(file.read_text(encoding="utf-8"))[1]: file for file in files}


@cache
def pack_of(code: str) -> Pack:
    return load_pack(pack_files()[code])


@dataclass(frozen=True)
class Decided:
    """The decision of a case with what it was taken from."""

    facts: Facts
    rules: PackRules
    decision: Decision

    def calendar(self, name: str) -> Calendar:
        return self.rules.calendars.get(name) or Calendar.always_open(name)

    def last_days(self, action: str, count: int) -> list[str]:
        """The last days of the first occurrences of an action, of all clauses that owe it."""
        found: list[date] = []
        for outcome in self.decision.recurrences:
            clause = next(one for one in self.rules.commitment.clauses if one.id == outcome.clause)
            if outcome.action != action:
                continue
            end = (
                None
                if outcome.last is None
                else datetime.combine(outcome.last + timedelta(days=1), datetime.min.time(), CHINA)
            )
            coming = occurrences(
                clause, self.facts, self.calendar(clause.calendar), count=count, covered_until=end
            )
            found.extend(last_day(one.due_at) for one in coming)
        return [day.isoformat() for day in sorted(found)[:count]]


def decided(case: Case) -> Decided:
    """Decide a case by its pack alone."""
    files = pack_files()
    if case.code not in files:
        raise CaseError(f"there is no pack {case.code!r}: {nearest(case.code, files)}")
    pack = pack_of(case.code)
    check_keys(case.parameters, pack.parameters, f"{case.name}: parameters")
    check_keys(
        dict.fromkeys(case.confirmed), [clause.id for clause in pack.clauses], f"{case.name}: confirmed"
    )
    try:
        facts = read_facts(case.given)
    except FactsError as error:
        raise CaseError(f"{case.name}: {error}") from error
    at = datetime.fromisoformat(case.at) if case.at else facts.instant("requested")
    if at is None or at.tzinfo is None:
        raise CaseError(f"{case.name}: give the instant of the decision as at, or as dates.requested")
    values = {name: str(value) for name, value in case.parameters.items()}
    rules = to_rules(pack, parameters=values, confirmed=case.confirmed, holidays=chinese_holidays())
    return Decided(facts, rules, decide([rules.commitment], facts, rules.calendars, at))


def differences(case: Case) -> list[str]:
    """What the decision says otherwise than the case."""
    result = decided(case)
    return [
        f"{key}.{name}: expected {wanted!r}, decided {found!r}"
        for key, expected in case.then.items()
        for name, wanted, found in CHECKS[key](result, expected)
        if wanted != found
    ]


def last_day(instant: datetime) -> date:
    """The day that an instant ends: 24:00 belongs to the day before."""
    return (instant - _END).astimezone(CHINA).date()


Compared = list[tuple[str, Any, Any]]


def _known(names: Mapping[str, Any], words: Iterable[str], key: str) -> None:
    check_keys(names, words, f"then.{key}")


def _instant(wanted: Any, found: datetime | None) -> tuple[Any, Any]:
    """Compare by instant, or by the day that ends where only a date is wanted."""
    if wanted is None or found is None:
        return wanted, found and found.astimezone(CHINA).isoformat()
    if len(str(wanted)) <= len("2026-01-31"):
        return str(wanted), last_day(found).isoformat()
    at = datetime.fromisoformat(str(wanted))
    return at.astimezone(CHINA).isoformat(), found.astimezone(CHINA).isoformat()


def _of_obligation(name: str) -> Callable[[Decided, Any], Compared]:
    def compare(result: Decided, expected: Any) -> Compared:
        _known(expected, METRICS, name)
        compared = []
        for metric, wanted in expected.items():
            owed = result.decision.obligation(metric)
            found = None if owed is None else getattr(owed, f"{name}_at")
            compared.append((metric, *_instant(wanted, found)))
        return compared

    return compare


def _opens(result: Decided, expected: Any) -> Compared:
    _known(expected, METRICS, "opens")
    owed = {metric: result.decision.obligation(metric) for metric in expected}
    return [
        (metric, *_instant(wanted, owed[metric] and owed[metric].started_at))
        for metric, wanted in expected.items()
    ]


def _kept(result: Decided, expected: Any) -> Compared:
    """Until when something is kept: its last day, ``forever``, or ``null`` where its time has not begun."""
    compared: Compared = []
    for thing, wanted in expected.items():
        outcome = result.decision.retention(thing)
        if outcome is None or outcome.until is None:
            compared.append((thing, wanted, None if outcome is None else "forever"))
        else:
            compared.append((thing, *_instant(wanted, outcome.until)))
    return compared


def _missed(result: Decided, expected: Any) -> Compared:
    _known(expected, METRICS, "missed")
    compared = []
    for metric, wanted in expected.items():
        owed = result.decision.obligation(metric)
        found = None if owed is None else [one.code for one in owed.consequences]
        compared.append((metric, wanted, found))
    return compared


def _fields(name: str, wanted: Any, outcome: Any, fields: Mapping[str, Callable[[Any], Any]]) -> Compared:
    """Compare the named fields of an outcome; ``null`` wants that there is none."""
    if wanted is None:
        return [(name, None, outcome)]
    check_keys(wanted, fields, f"then: {name}")
    if outcome is None:
        return [(name, wanted, None)]
    return [(f"{name}.{key}", _same(value), _same(fields[key](outcome))) for key, value in wanted.items()]


def _same(value: Any) -> Any:
    """Values of YAML and of outcomes in one form."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)).normalize()
    if isinstance(value, list | tuple):
        return sorted(value)
    return str(value)


def _field(name: str) -> Callable[[Any], Any]:
    return lambda outcome: getattr(outcome, name)


COVER = {
    "covered": _field("in_warranty"),
    "until": lambda outcome: outcome.until and last_day(outcome.until),
    "begins": _field("begins"),
    "payer": _field("payer"),
}
CHARGE = {name: _field(name) for name in ("basis", "amount", "per", "rate", "total", "payer", "supplied_by")}
TARGET = {name: _field(name) for name in ("met", "points", "amount", "share")}


def _component_and_item(key: str) -> tuple[Any, str]:
    component, colon, item = key.rpartition(":")
    _known({item: None}, ITEMS, "cover and charges")
    return (component_path(component) if colon else None), item


def _cover(result: Decided, expected: Any) -> Compared:
    compared: Compared = []
    for key, wanted in expected.items():
        component, item = _component_and_item(key)
        outcome = result.decision.cover(item, component)
        if outcome is None and wanted is not None:  # nothing speaks of a cover: there is none
            outcome = CoverageOutcome(
                component=component or (), item=item, in_warranty=False, payer="customer"
            )
        compared += _fields(f"cover {key}", wanted, outcome, COVER)
    return compared


def _charges(result: Decided, expected: Any) -> Compared:
    compared: Compared = []
    for key, wanted in expected.items():
        component, item = _component_and_item(key)
        compared += _fields(f"charge {key}", wanted, result.decision.charge(item, component), CHARGE)
    return compared


def _remedies(result: Decided, expected: Any) -> Compared:
    _known(dict.fromkeys(expected), REMEDIES, "remedies")
    return [("remedies", sorted(expected), sorted(one.remedy for one in result.decision.remedies))]


def _refund(result: Decided, expected: Any) -> Compared:
    outcome = result.decision.remedy("refund") or result.decision.remedy("return")
    return [("refund", _same(expected), _same(outcome and outcome.amount))]


def _pays(result: Decided, expected: Any) -> Compared:
    _known(expected, REMEDIES, "pays")
    outcomes = {name: result.decision.remedy(name) for name in expected}
    return [
        (name, _same(wanted), _same(outcomes[name] and outcomes[name].amount))
        for name, wanted in expected.items()
    ]


def _asks(result: Decided, expected: Any) -> Compared:
    _known(expected, REMEDIES, "asks")
    outcomes = {name: result.decision.remedy(name) for name in expected}
    return [
        (name, _same(wanted), _same(outcomes[name] and outcomes[name].asks))
        for name, wanted in expected.items()
    ]


def _bearer(result: Decided, expected: Any) -> Compared:
    _known(expected, REMEDIES, "bearer")
    outcomes = {name: result.decision.remedy(name) for name in expected}
    return [(name, wanted, outcomes[name] and outcomes[name].bearer) for name, wanted in expected.items()]


def _recurring(result: Decided, expected: Any) -> Compared:
    _known(expected, ACTIONS, "recurring")
    compared: Compared = []
    for action, wanted in expected.items():
        days = [str(day) for day in wanted or ()]
        compared.append((action, days, result.last_days(action, max(len(days), 1))))
    return compared


def _targets(result: Decided, expected: Any) -> Compared:
    compared: Compared = []
    for measure, wanted in expected.items():
        found = [one for one in result.decision.targets if one.measure == measure]
        for outcome in found or [None]:
            compared += _fields(measure, wanted, outcome, TARGET)
    return compared


def _approvals(result: Decided, expected: Any) -> Compared:
    _known(expected, APPROVAL_SUBJECTS, "approvals")
    return [
        (subject, list(wanted or ()), list(result.decision.approvers(subject)))
        for subject, wanted in expected.items()
    ]


def _certificates(result: Decided, expected: Any) -> Compared:
    return [("kinds", list(expected or ()), list(result.decision.certificates))]


@dataclass(frozen=True)
class _Paid:
    """What one payee is paid by all clauses together."""

    amount: Decimal | None
    refused: tuple[str, ...]
    reduced: tuple[str, ...]
    forfeited: tuple[str, ...]
    missing: tuple[str, ...]
    due: date | None


SETTLEMENT = {name: _field(name) for name in ("amount", "refused", "reduced", "forfeited", "missing", "due")}


def _settlement(result: Decided, expected: Any) -> Compared:
    compared: Compared = []
    for key, wanted in expected.items():
        payee, colon, item = key.partition(":")
        _known({payee: None}, PARTIES, "settlement")
        found = [
            one
            for one in result.decision.settlements
            if one.payee == payee and (not colon or item in one.items or item == one.clause)
        ]
        compared += _fields(key, wanted, _paid(found) if found else None, SETTLEMENT)
    return compared


def _paid(outcomes: list[Any]) -> _Paid:
    def together(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for one in outcomes for word in getattr(one, name)))

    refused = (*together("refused"), *together("forfeited"))
    sums = [one.amount for one in outcomes if one.amount is not None]
    ends = [last_day(one.due_at) for one in outcomes if one.due_at is not None]
    return _Paid(
        sum(sums, Decimal(0)) if sums else None,
        refused,
        together("reduced"),
        together("forfeited"),
        together("missing"),
        min(ends, default=None),
    )


CHECKS: dict[str, Callable[[Decided, Any], Compared]] = {
    "due": _of_obligation("due"),
    "warn": _of_obligation("warn"),
    "opens": _opens,
    "missed": _missed,
    "kept": _kept,
    "cover": _cover,
    "charges": _charges,
    "remedies": _remedies,
    "refund": _refund,
    "pays": _pays,
    "asks": _asks,
    "bearer": _bearer,
    "recurring": _recurring,
    "targets": _targets,
    "approvals": _approvals,
    "certificates": _certificates,
    "settlement": _settlement,
}
