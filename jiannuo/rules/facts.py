"""What is known about a case when a decision is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from jiannuo.rules import jsonform
from jiannuo.rules.jsonform import nearest

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
    "day_closed",
    "week_closed",
    "expired",
    "season_opened",
)

#: What cannot happen before what: each pair an earlier and a later event.
ORDER = (
    *(
        ("produced", later)
        for later in ("shipped", "delivered", "sold", "installed", "commissioned", "accepted")
    ),
    ("ordered", "shipped"),
    ("shipped", "delivered"),
    ("delivered", "installed"),
    ("installed", "commissioned"),
    ("requested", "dispatched"),
    ("requested", "arrived"),
    ("dispatched", "arrived"),
    ("arrived", "repaired"),
    ("arrived", "completed"),
    ("repaired", "collected"),
    ("contract_signed", "contract_ended"),
    ("project_started", "project_finished"),
    ("sold", "warranty_ended"),
    ("part_issued", "part_received"),
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


class FactsError(ValueError):
    """Facts that cannot be used; ``problems`` holds each with its place and its mend."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_facts(data: Mapping[str, Any]) -> Facts:
    """Facts as people write them: paths as ``a/b/c``, dates and instants as ISO text.

    Raises :class:`FactsError` that names every unknown key with the nearest right one, what cannot be read, and
    dates in an order that cannot be.
    """
    problems = [
        *_unknown(data, [one.name for one in fields(Facts)], "facts"),
        *_unknown(data.get("dates") or {}, EVENTS, "facts.dates"),
    ]
    if problems:
        raise FactsError(problems)
    try:
        facts = Facts.from_json(data)
    except jsonform.JsonFormError as error:
        raise FactsError([str(error)]) from error
    naive = [event for event in facts.dates if (at := facts.instant(event)) is not None and at.tzinfo is None]
    problems = [
        f"facts.dates.{event}: the instant has no time zone: write it as 2026-03-02T09:00+08:00"
        for event in naive
    ]
    problems = problems or out_of_order(facts.dates)
    if problems:
        raise FactsError(problems)
    return facts


def out_of_order(dates: Mapping[str, date | datetime]) -> list[str]:
    """Dates that cannot be, because something happened before what has to come first; each with its mend."""
    return [
        f"facts.dates.{later}: {_shown(dates[later])} lies before {earlier} ({_shown(dates[earlier])}): "
        f"correct one of the two dates"
        for earlier, later in ORDER
        if earlier in dates and later in dates and _is_before(dates[later], dates[earlier])
    ]


def _is_before(one: date | datetime, other: date | datetime) -> bool:
    """Whether one lies before the other; by the day where only the date of one of them is known."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    first, second = (moment.date() if isinstance(moment, datetime) else moment for moment in (one, other))
    return first < second


def _shown(moment: date | datetime) -> str:
    return moment.isoformat(" ", "minutes") if isinstance(moment, datetime) else moment.isoformat()


def _unknown(data: Any, known: Iterable[str], place: str) -> list[str]:
    if not isinstance(data, Mapping):
        return [f"{place}: expected names with values, not {data!r}"]
    names = list(known)
    return [f"{place}: unknown key {key!r}: {nearest(str(key), names)}" for key in data if key not in names]
