"""From records to the facts that the rules ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jiannuo.rules import Facts, path

#: What a date of the unit's file stands for beside its own event, where the file keeps no date of its own:
#: the invoice proves the sale, the installation ends with commissioning, acceptance is the handover.
ALSO_MEANS = {"invoiced": "sold", "installed": "commissioned", "accepted": "handed_over"}
#: What the use of a machine is by the kind of customer who has it.
USAGE = {"household": "household", "company": "commercial"}
#: Kinds of request that report a fault, which is then the last one of the run of faults.
FAULTS = frozenset({"repair", "help", "return", "complaint"})


@dataclass(frozen=True, slots=True)
class History:
    """Earlier service of the unit, counted by whoever keeps it. ``None`` is what nobody knows.

    ``replaced`` has the day on which each component was last replaced, by its path.
    """

    same_symptom_repairs: int | None = None
    consecutive_faults: int | None = None
    days_under_repair: int | None = None
    days_waiting_parts: int | None = None
    replacements: int | None = None
    unsolved_services: int | None = None
    replaced: Mapping[str, date] = field(default_factory=dict)


Keeper = Callable[..., History]
_keepers: list[Keeper] = []


def keeps_history(keeper: Keeper) -> Keeper:
    """Let a room above count the history of a unit (usable as a decorator); the last one that says so counts.

    The function takes ``unit``, and as keywords ``at`` (the instant), ``symptom``, ``component`` (its path) and
    ``fault`` (whether a fault is being reported now), and must not take more than one query.
    """
    _keepers[:] = [keeper]
    return keeper


@dataclass(frozen=True, slots=True)
class Proof:
    """What a room above knows to be so about a unit: flags and documents, as packs name them."""

    flags: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()


Prover = Callable[[Any], Proof]
_provers: list[Prover] = []


def proves(prover: Prover) -> Prover:
    """Let a room above prove something about a unit (usable as a decorator); at most one query."""
    if prover not in _provers:
        _provers.append(prover)
    return prover


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
    cause: Any = None,
    component: str = "",
    events: Mapping[str, datetime | date] | None = None,
    history: History | None = None,
    contract: str = "",
    service_level: str = "",
    flags: frozenset[str] = frozenset(),
    documents: frozenset[str] = frozenset(),
    at: datetime | None = None,
) -> Facts:
    """The facts of a case.

    ``events`` holds what has happened besides the dates in the unit's file (``requested``, ``arrived`` …); ``division``
    is a division or its code; ``component`` the path of the one concerned. The history of the unit is counted up to
    ``at`` (the request, else now) by the room that keeps it, unless it is given: one query; a unit with a meter costs
    another for its latest reading. Give the unit with ``model__category``, ``dealer`` and ``customer`` read along.
    ``flags`` and ``documents`` add to what the file of the unit and the rooms above prove (a query
    for each room that does).
    """
    customer = customer if customer is not None or unit is None else unit.customer
    happened = dict(events or {})
    if history is None:
        history = _counted(unit, at or happened.get("requested"), symptom, component, kind)
    dates: dict[str, date | datetime] = {**(_dates_of(unit) if unit is not None else {}), **happened}
    if component and (last := last_replaced(history, component)) is not None:
        dates.setdefault("component_replaced", last)
    product = category or (unit.model.category if unit is not None else None)
    proofs = [prover(unit) for prover in _provers] if unit is not None and unit.pk is not None else []
    flags = flags.union(_flags_of(unit), *(proof.flags for proof in proofs))
    documents = documents.union(_documents_of(unit), *(proof.documents for proof in proofs))
    return Facts(
        product=path(product.code_path) if product is not None else (),
        component=path(component),
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
        service_level=service_level or service_level_of(unit, customer),
        channel=channel,
        cause=getattr(cause or symptom, "cause_class", "") or "",
        symptom=getattr(symptom, "code", "") or "",
        usage=USAGE.get(getattr(customer, "kind", ""), ""),
        same_symptom_repairs=history.same_symptom_repairs,
        consecutive_faults=history.consecutive_faults,
        days_under_repair=history.days_under_repair,
        days_waiting_parts=history.days_waiting_parts,
        replacements=history.replacements,
        unsolved_services=history.unsolved_services,
        contract=contract,
        flags=flags,
        documents=documents,
    )


def service_level_of(unit: Any, customer: Any = None) -> str:
    """The level of service that was sold with the unit, else the one agreed with the customer; empty when neither."""
    return getattr(unit, "service_level", "") or getattr(customer, "service_level", "") or ""


def _counted(unit: Any, at: datetime | date | None, symptom: Any, component: str, kind: str) -> History:
    if unit is None or unit.pk is None or not _keepers:
        return History()
    instant = at if isinstance(at, datetime) else timezone.now()
    return _keepers[0](unit, at=instant, symptom=symptom, component=component, fault=kind in FAULTS)


def last_replaced(history: History, component: str) -> date | None:
    """When the component was last replaced, by itself or with what holds it."""
    wanted = path(component)
    days = [day for known, day in history.replaced.items() if wanted[: len(path(known))] == path(known)]
    return max(days, default=None)


def _dates_of(unit: Any) -> dict[str, date | datetime]:
    known: dict[str, date | datetime] = dict(unit.event_dates())
    for event, also in ALSO_MEANS.items():
        if event in known:
            known.setdefault(also, known[event])
    return known


def _flags_of(unit: Any) -> frozenset[str]:
    """What the file of the unit says is so."""
    if unit is None:
        return frozenset()
    known = {
        "invoice_present": bool(unit.invoice_number),
        "registered": unit.pk is not None,
        "sold_by_dealer": unit.dealer_id is not None,
    }
    return frozenset(name for name, holds in known.items() if holds)


def _documents_of(unit: Any) -> frozenset[str]:
    return frozenset({"invoice"}) if unit is not None and unit.invoice_number else frozenset()


def _meters_of(unit: Any) -> dict[str, Any]:
    name = unit.model.meter_unit
    if not name or unit.pk is None:
        return {}
    latest = unit.readings.order_by("-read_at", "-id").values_list("value", flat=True).first()
    return {} if latest is None else {name: latest}
