"""Targets in words for the statistics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.promises.commitments import fieldwords
from jiannuo.rules.targets import TargetOutcome

MEASURES: dict[str, Any] = {
    "satisfaction": gettext_lazy("satisfaction rate"),
    "customer_praise": gettext_lazy("satisfaction index (CSI)"),
    "csi": gettext_lazy("satisfaction index (CSI)"),
    "nps": gettext_lazy("recommendation (NPS)"),
    "survey_response": gettext_lazy("response rate"),
}


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A figure beside what a clause promises."""

    measure: str
    figure: Decimal
    wanted: str
    met: bool
    source: str


def target_rows(outcomes: Iterable[TargetOutcome]) -> list[TargetRow]:
    """What the statistics show of target clauses."""
    return [
        TargetRow(
            measure=str(MEASURES.get(one.measure, one.measure)),
            figure=one.figure,
            wanted=_wanted(one),
            met=one.met,
            source=f"{one.commitment} · {one.clause}",
        )
        for one in outcomes
    ]


def _wanted(one: TargetOutcome) -> str:
    value = _plain(one.value) + (f"–{_plain(one.upper)}" if one.upper is not None else "")
    unit = "%" if one.unit == "percent" else str(fieldwords.word("unit", one.unit))
    return _("%(comparison)s %(value)s %(unit)s") % {
        "comparison": fieldwords.word("comparison", one.comparison),
        "value": value,
        "unit": unit,
    }


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
