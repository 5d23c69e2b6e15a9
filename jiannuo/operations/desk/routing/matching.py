"""Which rule fits a case, and why the others do not. Pure: everything is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from jiannuo.office.organizations.models import area_prefix
from jiannuo.operations.desk.routing.models import RoutingRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What rules may ask for. Paths are those of the trees, ``division`` a code."""

    organization_path: str
    day: date
    nature: str = ""
    kind: str = ""
    severity: str = ""
    channel: str = ""
    grade: str = ""
    symptom_path: str = ""
    category_path: str = ""
    model_id: int | None = None
    division: str = ""


def case_of(request: Any, day: date, *, organization: Any = None) -> Case:
    """The case of a service request, saved or not; of the ``organization`` that took it, else of its own."""
    return Case(
        organization_path=(organization or request.organization).path,
        day=day,
        nature=request.nature,
        kind=request.request_kind,
        severity=request.severity,
        channel=request.channel,
        grade=request.customer.grade if request.customer is not None else "",
        symptom_path=request.symptom.path if request.symptom is not None else "",
        category_path=request.category.path if request.category is not None else "",
        model_id=request.unit.model_id if request.unit is not None else None,
        division=str(request.division_id or ""),
    )


class Condition(NamedTuple):
    """One column: what a rule asks, what a case has, whether that fits, and whether one answer holds another."""

    field: str
    asked: Callable[[RoutingRule], Any]
    has: Callable[[Case], Any]
    holds: Callable[[Any, Any], bool]
    covers: Callable[[Any, Any], bool]


def _among(asked: Sequence[str], value: str) -> bool:
    return value in asked


def _all_among(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    return bool(narrow) and set(narrow) <= set(wide)


def _below(asked: str, value: str) -> bool:
    return bool(value) and value.startswith(asked)


def _same(asked: Any, value: Any) -> bool:
    return bool(asked == value)


def _path(name: str) -> Callable[[RoutingRule], str]:
    def path(rule: RoutingRule) -> str:
        node = getattr(rule, name)
        return node.path if node is not None else ""

    return path


def _listed(name: str) -> Callable[[RoutingRule], list[str]]:
    return lambda rule: list(getattr(rule, name))


def _area(rule: RoutingRule) -> str:
    return area_prefix(rule.division_id) if rule.division_id else ""


CONDITIONS: tuple[Condition, ...] = (
    Condition("below", _path("below"), lambda c: c.organization_path, _below, _below),
    Condition("natures", _listed("natures"), lambda c: c.nature, _among, _all_among),
    Condition("kinds", _listed("kinds"), lambda c: c.kind, _among, _all_among),
    Condition("severities", _listed("severities"), lambda c: c.severity, _among, _all_among),
    Condition("channels", _listed("channels"), lambda c: c.channel, _among, _all_among),
    Condition("grades", _listed("grades"), lambda c: c.grade, _among, _all_among),
    Condition("symptom", _path("symptom"), lambda c: c.symptom_path, _below, _below),
    Condition("category", _path("category"), lambda c: c.category_path, _below, _below),
    Condition("model", lambda rule: rule.model_id, lambda c: c.model_id, _same, _same),
    Condition("division", _area, lambda c: c.division, _below, _below),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule asked about a case: whether it fits, by which conditions, and what stood in the way."""

    rule: RoutingRule
    fits: bool
    why: tuple[str, ...]


def ask(rule: RoutingRule, case: Case) -> Verdict:
    """Whether a rule fits, and why; of one that does not, the conditions that do not hold."""
    if not rule.is_valid_on(case.day):
        return Verdict(rule, False, (_("The rule is not in force on this day."),))
    held: list[str] = []
    failed: list[str] = []
    for condition in CONDITIONS:
        asked = condition.asked(rule)
        if not asked:
            continue
        (held if condition.holds(asked, condition.has(case)) else failed).append(label_of(condition.field))
    if failed:
        return Verdict(rule, False, tuple(_("does not fit: %(what)s") % {"what": one} for one in failed))
    return Verdict(rule, True, tuple(held) or (_("The rule has no condition: it takes everything."),))


def first_fitting(rules: Iterable[RoutingRule], case: Case) -> Verdict | None:
    """The first rule that fits, from the top."""
    for rule in rules:
        verdict = ask(rule, case)
        if verdict.fits:
            return verdict
    return None


def covers(wide: RoutingRule, narrow: RoutingRule) -> bool:
    """Whether ``wide`` takes every case that ``narrow`` would take, so that a rule below it is never reached."""
    if not wide.is_active or not narrow.is_active:
        return False
    if wide.valid_from is not None and (narrow.valid_from is None or narrow.valid_from < wide.valid_from):
        return False
    if wide.valid_to is not None and (narrow.valid_to is None or narrow.valid_to > wide.valid_to):
        return False
    for condition in CONDITIONS:
        asked = condition.asked(wide)
        if asked and not condition.covers(asked, condition.asked(narrow)):
            return False
    return True


def label_of(field: str) -> str:
    """The name of a condition for people."""
    return str(RoutingRule._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
