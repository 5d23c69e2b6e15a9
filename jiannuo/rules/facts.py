"""What is known about a case when a decision is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from jiannuo.rules import jsonform

Path = tuple[str, ...]

#: Events that start clocks and warranties. ``Facts.dates`` maps them to a date or an aware instant.
EVENTS = (
    "produced",
    "shipped",
    "delivered",
    "sold",
    "invoiced",
    "installed",
    "commissioned",
    "accepted",
    "handed_over",
    "component_replaced",
    "requested",
    "called_back",
    "dispatched",
    "appointed",
    "arrived",
    "diagnosed",
    "inspected",
    "repaired",
    "completed",
    "collected",
    "complained",
    "applied",
    "received",
    "registered",
    "ordered",
    "paid",
    "quoted",
    "approved",
    "notified",
    "reported",
    "discovered",
    "confirmed",
    "returned",
    "part_issued",
    "part_received",
    "part_removed",
    "loaned",
    "visited",
    "followed_up",
    "trained",
    "claimed",
    "contract_signed",
    "contract_ended",
    "warranty_ended",
    "project_started",
    "project_finished",
    "month_closed",
    "quarter_closed",
    "year_closed",
    "recalled",
    "missed",
    "changed",
    "published",
)


def path(text: str) -> Path:
    """Split a tree path such as ``appliance/air-conditioner`` into its segments."""
    return tuple(part for part in text.strip("/").split("/") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The case. Leave out what is not known: a clause that asks for it then does not apply, with a reason.

    ``dates`` holds when events happened (see :data:`EVENTS`); a clock needs an aware instant, a warranty is
    content with a date. ``division`` is the administrative code of the site (``310115``); ``zones`` are zone
    names known otherwise. ``severity`` and ``service_level`` are words such as ``critical`` and ``A``.
    ``meters`` and ``amounts`` are by name. ``flags`` are things that are so (``invoice_present``, ``site_ready``);
    what is not among them is not so. ``documents`` are those at hand, ``figures`` what the measures of targets have
    come to. The history, ``same_symptom_repairs`` to ``unsolved_services``, is counted up to now.
    """

    product: Path = ()
    component: Path = ()
    model: str = ""
    serial: str = ""
    dates: Mapping[str, date | datetime] = field(default_factory=dict)
    price: Decimal | None = None
    dealer: str = ""
    meters: Mapping[str, Decimal] = field(default_factory=dict)
    customer_class: str = ""
    division: str = ""
    zones: frozenset[str] = frozenset()
    request_kind: str = ""
    severity: str = ""
    service_level: str = ""
    channel: str = ""
    cause: str = ""
    symptom: str = ""
    sale_channel: str = ""
    usage: str = ""
    complaint_grade: str = ""
    subject: str = ""
    same_symptom_repairs: int | None = None
    consecutive_faults: int | None = None
    days_under_repair: int | None = None
    days_waiting_parts: int | None = None
    replacements: int | None = None
    unsolved_services: int | None = None
    batch_size: int | None = None
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    contract: str = ""
    flags: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    in_warranty: bool | None = None
    """Set by the engine from its own coverage decision; give it only to override that."""

    def instant(self, event: str) -> datetime | None:
        """The instant of an event, if it is known to the minute."""
        moment = self.dates.get(event)
        return moment if isinstance(moment, datetime) else None

    def to_json(self) -> dict[str, Any]:
        """Return the facts that are known as a JSON object."""
        data: dict[str, Any] = jsonform.to_json(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote; paths may also be written ``a/b/c``."""
        return jsonform.from_json(cls, data)
