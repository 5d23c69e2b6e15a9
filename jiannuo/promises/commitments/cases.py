"""A case to be tried: its facts as a form asks for them, and read from what was typed or pasted."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from jiannuo import rules
from jiannuo.promises.commitments import words
from jiannuo.promises.commitments.packs import schema
from jiannuo.rules import Facts, FactsError

# What is asked


class MomentPart(schema.Part):
    """When something happened: a day, and for clocks the time of day."""

    event: schema.Event
    day: date
    time: str = ""


class CasePart(schema.Part):
    """The facts of a case as a form asks for them."""

    product: str = ""
    request_kind: str = ""
    severity: str = ""
    customer_class: str = ""
    in_warranty: str = ""
    channel: str = ""
    dates: tuple[MomentPart, ...] = ()
    component: str = ""
    division: str = ""
    zones: tuple[str, ...] = ()
    cause: str = ""
    price: schema.Amount | None = None
    same_symptom_repairs: schema.Amount | None = None
    consecutive_faults: schema.Amount | None = None
    days_under_repair: schema.Amount | None = None
    days_waiting_parts: schema.Amount | None = None
    replacements: schema.Amount | None = None
    unsolved_services: schema.Amount | None = None
    flags: tuple[str, ...] = ()
    amounts: dict[str, schema.Amount] = Field(default_factory=dict)
    meters: dict[str, schema.Amount] = Field(default_factory=dict)
    figures: dict[str, schema.Amount] = Field(default_factory=dict)
    documents: tuple[str, ...] = ()
    service_level: str = ""
    model: str = ""
    dealer: str = ""
    contract: str = ""
    symptom: str = ""
    sale_channel: str = ""
    usage: str = ""
    complaint_grade: str = ""
    subject: str = ""
    batch_size: schema.Amount | None = None


#: groups of the form: title, fields, folded away
CASE_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("case", ("product", "request_kind", "severity", "customer_class", "channel", "in_warranty", "dates")),
    ("place", ("division", "zones", "component", "cause", "symptom", "service_level")),
    (
        "history",
        (
            "same_symptom_repairs",
            "consecutive_faults",
            "days_under_repair",
            "days_waiting_parts",
            "replacements",
            "unsolved_services",
            "flags",
        ),
    ),
    ("money", ("price", "amounts", "meters", "figures", "documents", "batch_size")),
    ("other", ("model", "dealer", "contract", "sale_channel", "usage", "complaint_grade", "subject")),
)


def facts_data(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into the form, in the shape that :func:`jiannuo.rules.read_facts` takes."""
    data = {key: value for key, value in typed.items() if key not in ("dates", "in_warranty")}
    data["dates"] = {}
    for one in typed.get("dates", ()):
        if one.get("event") and one.get("day"):
            data["dates"][one["event"]] = f"{one['day']}T{one['time']}" if one.get("time") else one["day"]
    if typed.get("in_warranty"):
        data["in_warranty"] = typed["in_warranty"] == "yes"
    return data


class _WithoutDates(SafeConstructor):
    """Leaves dates as they are written, so that an impossible one can be named."""


_WithoutDates.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def pasted(text: str) -> dict[str, Any]:
    """Facts that were pasted as YAML or JSON. Raises FactsError with the line of what cannot be read."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _WithoutDates
    try:
        data = yaml.load(io.StringIO(text))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        raise FactsError([_("line %(line)d: this is neither YAML nor JSON") % {"line": line}]) from error
    if not isinstance(data, Mapping):
        raise FactsError([_("Write names with values, such as severity: critical")])
    return {str(key): value for key, value in data.items()}


def read_case(data: Mapping[str, Any]) -> Facts:
    """The facts, with instants without a zone taken as the office's. Raises FactsError naming key and mend."""
    dates = data.get("dates")
    if isinstance(dates, Mapping):
        data = {**data, "dates": {str(event): _moment(str(event), when) for event, when in dates.items()}}
    return rules.read_facts(json.loads(json.dumps(data, default=str)))


def _moment(event: str, value: Any) -> str:
    """A date or an instant as ISO text with a zone."""
    text = value.isoformat() if isinstance(value, date) else str(value).strip().replace(" ", "T", 1)
    if len(text) <= len("2026-01-01"):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise _no_date(event, text) from error
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_date(event, text) from error
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    return instant.isoformat()


def _no_date(event: str, text: str) -> FactsError:
    message = _(
        "%(event)s: “%(text)s” is no date of the calendar. Write it as 2026-03-02 or 2026-03-02 09:00."
    )
    return FactsError([message % {"event": event_label(event), "text": text}])


def event_label(event: str) -> str:
    return str(words.EVENTS.get(event, event))


def doubts(facts: Facts, at: datetime) -> list[str]:
    """Dates that lie ahead although they should have happened, each with its mend."""
    found = []
    days = {event: _day(when) for event, when in facts.dates.items()}
    for event, day in days.items():
        if day > _day(at) + timedelta(days=1) and event not in (
            "appointed",
            "warranty_ended",
            "contract_ended",
        ):
            text = _("%(event)s lies after the day of the decision. Move one of them.")
            found.append(text % {"event": event_label(event)})
    return found


def _day(when: date | datetime) -> date:
    return when.astimezone(ZoneInfo(settings.TIME_ZONE)).date() if isinstance(when, datetime) else when


def typed_from(facts: Facts) -> dict[str, Any]:
    """Known facts in the shape of the form."""
    zone = ZoneInfo(settings.TIME_ZONE)
    data = facts.to_json()
    typed = {
        key: data[key] for key in CasePart.model_fields if key in data and key not in ("dates", "in_warranty")
    }
    for key in ("product", "component"):
        if key in typed:
            typed[key] = "/".join(getattr(facts, key))
    typed["dates"] = []
    for event, when in facts.dates.items():
        local = when.astimezone(zone) if isinstance(when, datetime) else None
        clock = f"{local:%H:%M}" if local is not None else ""
        typed["dates"].append({"event": event, "day": str(_day(when)), "time": clock})
    if facts.in_warranty is not None:
        typed["in_warranty"] = "yes" if facts.in_warranty else "no"
    return typed
