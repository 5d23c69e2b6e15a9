"""What was decided and promised, as the panel beside a request shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiannuo.promises.commitments.reading import CoverLine, Reader, ReasonText
from jiannuo.promises.commitments.words import METRICS
from jiannuo.registry.products.models import Component
from jiannuo.rules import Decision, ObligationPlan


@dataclass(frozen=True, slots=True)
class ComponentCover:
    """One component: its items, and the clause that decided."""

    component: str
    items: tuple[CoverLine, ...]

    @property
    def main(self) -> CoverLine:
        """The line about parts, which says what people mean by "in warranty"."""
        return next((line for line in self.items if line.item_code == "parts"), self.items[0])

    @property
    def covered(self) -> bool:
        return self.main.covered

    @property
    def until(self) -> date | None:
        """The last day of the cover."""
        return self.main.last_day

    @property
    def begins(self) -> date | None:
        return self.main.begins

    @property
    def why(self) -> ReasonText | None:
        return self.main.why


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: what, by when, in whose words."""

    metric: str
    due: datetime | None
    warn: datetime | None
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision in the words of the reader."""

    in_warranty: bool | None
    cover: tuple[ComponentCover, ...]
    promises: tuple[Promise, ...]
    reasons: tuple[ReasonText, ...]

    @property
    def partly(self) -> bool:
        """Covered for some components and not for others."""
        return len({one.covered for one in self.cover}) > 1

    @property
    def won(self) -> list[ReasonText]:
        return [one for one in self.reasons if one.style != "lost"]

    @property
    def lost(self) -> list[ReasonText]:
        return [one for one in self.reasons if one.style == "lost"]


def view_of(
    decision: Decision | Mapping[str, Any] | None, model_id: int | None = None
) -> DecisionView | None:
    """The decision (or its JSON) for display; one query for the names of the model's components.

    Without a unit (no ``model_id``) nothing is known about cover, so none is shown.
    """
    if not decision:
        return None
    read = decision if isinstance(decision, Decision) else Decision.from_json(decision)
    named = any(outcome.component for outcome in read.coverage)
    reader = Reader(components=component_names(model_id) if model_id and named else {})
    groups: dict[str, list[CoverLine]] = {}
    for line in reader.cover(read) if model_id else ():
        groups.setdefault(line.component, []).append(line)
    promises = sorted(map(_promise, read.obligations), key=lambda one: (one.due is None, one.due))
    return DecisionView(
        in_warranty=read.in_warranty,
        cover=tuple(ComponentCover(component, tuple(lines)) for component, lines in groups.items()),
        promises=tuple(promises),
        reasons=tuple(
            one for one in reader.reasons(read) if model_id or not one.code.startswith("coverage.")
        ),
    )


def component_names(model_id: int) -> dict[str, str]:
    """Names of a model's components by their path."""
    return dict(Component.objects.filter(model_id=model_id).values_list("code_path", "name"))


def _promise(plan: ObligationPlan) -> Promise:
    return Promise(
        metric=str(METRICS.get(plan.metric, plan.metric)),
        due=plan.due_at,
        warn=plan.warn_at,
        text=plan.text,
        source=" ".join(filter(None, (plan.source.document, plan.source.article))),
    )
