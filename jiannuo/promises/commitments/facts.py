"""From records to the facts that the rules ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiannuo.rules import Facts, path

#: What a date of the unit's file stands for beside its own event, where the file keeps no date of its own:
#: the invoice proves the sale, the installation ends with commissioning, acceptance is the handover.
ALSO_MEANS = {"invoiced": "sold", "installed": "commissioned", "accepted": "handed_over"}


@dataclass(frozen=True, slots=True)
class History:
    """Earlier service of the unit, counted by whoever keeps it."""

    same_symptom_repairs: int | None = None
    consecutive_faults: int | None = None
    days_under_repair: int | None = None


def facts_for(
    *,
    unit: Any = None,
    customer: Any = None,
    category: Any = None,
    division: Any = None,
    kind: str = "",
    severity: str = "",
    channel: str = "",
    symptom: Any = None,
    events: Mapping[str, datetime | date] | None = None,
    history: History | None = None,
    contract: str = "",
) -> Facts:
    """The facts of a case.

    ``events`` holds what has happened besides the dates in the unit's file (``requested``, ``arrived`` …);
    ``division`` is a division or its code. A unit with a meter costs one query for its latest reading; give it with
    ``model__category`` and ``dealer`` read along.
    """
    history = history or History()
    product = category or (unit.model.category if unit is not None else None)
    dates: dict[str, date | datetime] = {**(_dates_of(unit) if unit is not None else {}), **(events or {})}
    return Facts(
        product=path(product.code_path) if product is not None else (),
        model=unit.model.code if unit is not None else "",
        serial=unit.serial if unit is not None else "",
        dates=dates,
        price=unit.price if unit is not None else None,
        dealer=unit.dealer.code if unit is not None and unit.dealer_id else "",
        meters=_meters_of(unit) if unit is not None else {},
        customer_class=getattr(customer, "grade", ""),
        division=str(getattr(division, "code", None) or division or ""),
        request_kind=kind,
        severity=severity,
        channel=channel,
        cause=getattr(symptom, "cause_class", "") or "",
        same_symptom_repairs=history.same_symptom_repairs,
        consecutive_faults=history.consecutive_faults,
        days_under_repair=history.days_under_repair,
        contract=contract,
    )


def _dates_of(unit: Any) -> dict[str, date | datetime]:
    known: dict[str, date | datetime] = dict(unit.event_dates())
    for event, also in ALSO_MEANS.items():
        if event in known:
            known.setdefault(also, known[event])
    return known


def _meters_of(unit: Any) -> dict[str, Any]:
    name = unit.model.meter_unit
    if not name or unit.pk is None:
        return {}
    latest = unit.readings.order_by("-read_at", "-id").values_list("value", flat=True).first()
    return {} if latest is None else {name: latest}
