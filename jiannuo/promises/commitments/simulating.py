"""Trying promises before they are made: facts from a form, the decision in words, the obligations on a time line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from jiannuo import rules
from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments import fieldwords, words
from jiannuo.promises.commitments.engine import Loaded, calendars_of
from jiannuo.promises.commitments.packs import schema
from jiannuo.promises.commitments.reading import CoverLine, Reader, ReasonText
from jiannuo.rules import Calendar, Decision, Facts, FactsError, ObligationPlan, RecurringClause

OCCURRENCES = 8


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


# What came of it


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant on the time line; ``at`` in per cent of its width."""

    kind: Literal["start", "warn", "escalate", "due"]
    label: str
    instant: datetime
    at: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One obligation on the time line."""

    title: str
    who: str
    text: str
    source: str
    commitment: str
    started_at: datetime
    due_at: datetime | None
    due: Decimal
    marks: tuple[Mark, ...]
    consequences: tuple[str, ...]
    occurrence: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome in words: what, how much, and why."""

    title: str
    value: str
    details: tuple[tuple[str, str], ...] = ()
    style: str = "secondary"
    reasons: tuple[ReasonText, ...] = ()


@dataclass(slots=True)
class Result:
    """Everything that a decision says, for a page."""

    cover: dict[str, list[CoverLine]] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    recurring: list[tuple[str, list[Bar]]] = field(default_factory=list)
    charges: list[Line] = field(default_factory=list)
    remedies: list[Line] = field(default_factory=list)
    approvals: list[Line] = field(default_factory=list)
    targets: list[Line] = field(default_factory=list)
    settlements: list[Line] = field(default_factory=list)
    reasons: list[ReasonText] = field(default_factory=list)
    losers: list[ReasonText] = field(default_factory=list)
    commitments: int = 0

    @property
    def beaten(self) -> list[ReasonText]:
        """What was weighed and lost."""
        return [one for one in self.losers if one.code != "lost.fact_missing"]

    @property
    def unknown(self) -> list[ReasonText]:
        """What depends on a fact that is not known."""
        return [one for one in self.losers if one.code == "lost.fact_missing"]

    @property
    def says_nothing(self) -> bool:
        outcomes = (self.cover, self.bars, self.recurring, self.charges, self.remedies)
        return not any(outcomes) and not any((self.approvals, self.targets, self.settlements))


def simulate(versions: Sequence[Loaded], facts: Facts, at: datetime) -> Result:
    """What these versions decide about the case at an instant; nothing is kept. One query for office calendars.

    Raises ``ValueError`` for a calendar that stays shut.
    """
    calendars = calendars_of(versions)
    if "requested" not in facts.dates and "requested" in _starts(versions):
        facts = _with_request(facts, at)
    decision = rules.decide([one.commitment for one in versions], facts, calendars, at)
    return _Teller(versions, calendars, facts, at).tell(decision)


def _starts(versions: Iterable[Loaded]) -> set[str]:
    return {getattr(clause, "start", "") for one in versions for clause in one.commitment.clauses}


def _with_request(facts: Facts, at: datetime) -> Facts:
    return replace(facts, dates={**facts.dates, "requested": at})


class _Teller:
    """Puts a decision into the words of the page."""

    def __init__(
        self, versions: Sequence[Loaded], calendars: Mapping[str, Calendar], facts: Facts, at: datetime
    ) -> None:
        self.versions = {(one.commitment.code, one.commitment.version): one for one in versions}
        self.calendars = {"24x7": Calendar.always_open("24x7"), **calendars}
        self.facts, self.at = facts, at
        self.reader = Reader(versions)

    def tell(self, decision: Decision) -> Result:
        result = Result(commitments=len(self.versions))
        for line in self.reader.cover(decision):
            result.cover.setdefault(line.component, []).append(line)
        owed = sorted(decision.obligations, key=lambda one: (one.due_at is None, one.due_at, one.metric))
        result.bars = [self.bar(one) for one in owed]
        result.recurring = [self.recurring(one) for one in decision.recurrences]
        result.charges = [self.charge(one) for one in decision.charges]
        result.remedies = [self.remedy(one) for one in decision.remedies]
        result.approvals = [self.approval(one) for one in decision.approvals]
        result.targets = [self.target(one) for one in decision.targets]
        result.settlements = [self.settlement(one) for one in decision.settlements]
        result.reasons = list(dict.fromkeys(map(self.reader.reason, decision.all_reasons)))
        result.losers = list(dict.fromkeys(map(self.reader.reason, decision.losers)))
        return result

    def why(self, outcome: Any) -> tuple[ReasonText, ...]:
        return tuple(map(self.reader.reason, outcome.reasons))

    def commitment_name(self, code: str, version: int) -> str:
        known = self.versions.get((code, version))
        return known.commitment.name if known is not None else code

    # The time line

    def bar(self, plan: ObligationPlan, title: str = "", occurrence: str = "") -> Bar:
        last = max([plan.due_at or plan.started_at, *(step.at for step in plan.steps)])
        span = (last - plan.started_at) / timedelta(seconds=1) or 1.0

        def place(instant: datetime) -> Decimal:
            share = (instant - plan.started_at) / timedelta(seconds=1) / span
            return Decimal(str(round(2 + 94 * min(max(share, 0.0), 1.0), 1)))

        marks = [Mark("start", _("start"), plan.started_at, place(plan.started_at))]
        if plan.warn_at is not None:
            marks.append(Mark("warn", _("warning"), plan.warn_at, place(plan.warn_at)))
        for step in plan.steps:
            label = _("tell: %(role)s") % {"role": role_label(step.role)}
            marks.append(Mark("escalate", label, step.at, place(step.at)))
        if plan.due_at is not None:
            marks.append(Mark("due", _("due"), plan.due_at, place(plan.due_at)))
        return Bar(
            title=title or str(words.METRICS.get(plan.metric) or fieldwords.word("metric", plan.metric)),
            who=fieldwords.word("party", plan.debtor) if plan.debtor != "provider" else "",
            text=plan.text,
            source=" ".join(filter(None, (plan.source.document, plan.source.article))),
            commitment=self.commitment_name(plan.commitment, plan.version),
            started_at=plan.started_at,
            due_at=plan.due_at,
            due=place(plan.due_at) if plan.due_at is not None else Decimal(96),
            marks=tuple(sorted(marks, key=lambda one: one.instant)),
            consequences=tuple(
                one.text or fieldwords.word("consequence", one.code) for one in plan.consequences
            ),
            occurrence=occurrence,
        )

    def recurring(self, outcome: Any) -> tuple[str, list[Bar]]:
        title = fieldwords.word("action", outcome.action)
        known = self.versions.get((outcome.commitment, outcome.version))
        clause = known.clause(outcome.clause) if known is not None else None
        calendar = self.calendars.get(outcome.next.calendar)
        if not isinstance(clause, RecurringClause) or calendar is None or known is None:
            return title, [self.bar(outcome.next, title)]
        coming = rules.occurrences(clause, self.facts, calendar, since=self.at, count=OCCURRENCES)
        coming = tuple(one for one in coming if outcome.last is None or one.opens_at.date() <= outcome.last)
        return title, [
            self.bar(rules.occurrence_plan(clause, known.commitment, calendar, one), title, one.name)
            for one in coming
        ]

    # Outcomes

    def charge(self, one: Any) -> Line:
        item = words.ITEMS.get(one.item) or fieldwords.word("item", one.item)
        component = self.reader.component("/".join(one.component), one.commitment) if one.component else ""
        value = yuan(one.total) if one.total is not None else ""
        if not value and one.amount is not None:
            value = _("%(amount)s per %(unit)s") % {
                "amount": yuan(one.amount),
                "unit": fieldwords.word("unit", one.per),
            }
        return Line(
            title=f"{component} · {item}" if component else str(item),
            value=value,
            details=_pairs(
                (_("basis"), fieldwords.word("basis", one.basis)),
                (_("rate"), _share(one.rate)),
                (_("paid by"), str(words.PAYERS.get(one.payer, one.payer))),
                (
                    _("supplied by"),
                    fieldwords.word("party", one.supplied_by) if one.supplied_by != "provider" else "",
                ),
            ),
            style="success" if one.basis == "free" else "secondary",
            reasons=self.why(one),
        )

    def remedy(self, one: Any) -> Line:
        until = _local(one.until) if one.until is not None else _("no fixed end")
        return Line(
            title=fieldwords.word("remedy", one.remedy),
            value=yuan(one.amount) if one.amount is not None else "",
            details=_pairs(
                (_("from"), str(one.since or "")),
                (_("until"), until),
                (
                    _("who bears the cost"),
                    fieldwords.word("party", one.bearer) if one.bearer != "provider" else "",
                ),
            ),
            style="success",
            reasons=self.why(one),
        )

    def approval(self, one: Any) -> Line:
        return Line(
            title=fieldwords.word("subject of approval", one.subject),
            value=" → ".join(map(role_label, one.approvers)),
            details=_pairs(
                (_("amount"), yuan(one.amount) if one.amount is not None else ""),
                (_("above (yuan)"), str(one.above or "")),
            ),
            style="info",
            reasons=self.why(one),
        )

    def target(self, one: Any) -> Line:
        unit = fieldwords.word("unit", one.unit)
        wanted = f"{fieldwords.word('comparison', one.comparison)} {plain(one.value)}"
        if one.upper is not None:
            wanted += f"–{plain(one.upper)}"
        return Line(
            title=words.label(words.MEASURES, one.measure, self.reader.own(one.commitment)),
            value=f"{plain(one.figure)} {unit}",
            details=_pairs(
                (_("target"), f"{wanted} {unit}"),
                (_("for whom"), fieldwords.word("party", one.whom)),
                (_("points"), plain(one.points)),
                (_("amount"), yuan(one.amount) if one.amount is not None else ""),
                (_("share"), _share(one.share)),
            ),
            style="success" if one.met else "danger",
            reasons=self.why(one),
        )

    def settlement(self, one: Any) -> Line:
        own = self.reader.own(one.commitment)
        papers = [words.label(words.PAPERS, paper, own) for paper in one.missing]
        grounds = [
            words.label(words.CIRCUMSTANCES, ground, own)
            for ground in (*one.refused, *one.reduced, *one.forfeited)
        ]
        return Line(
            title=fieldwords.word("party", one.payee),
            value=yuan(one.amount) if one.amount is not None else fieldwords.word("effect", one.effect),
            details=_pairs(
                (_("basis"), fieldwords.word("basis", one.basis)),
                (_("paid by"), fieldwords.word("party", one.payer)),
                (_("deadline"), _local(one.due_at) if one.due_at else ""),
                (_("papers missing"), "、".join(papers)),
                (_("because of"), "、".join(grounds)),
            ),
            style="success" if one.effect == "paid" else "warning",
            reasons=self.why(one),
        )


def _pairs(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in pairs if value)


def role_label(role: str) -> str:
    return str(Role(role).label) if role in Role.values else fieldwords.word("party", role)


def yuan(amount: Decimal) -> str:
    return f"¥{amount:,.2f}"


def plain(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _share(value: Decimal | None) -> str:
    return f"{plain(value * 100)}%" if value is not None else ""


def _local(instant: datetime) -> str:
    local = instant.astimezone(ZoneInfo(settings.TIME_ZONE))
    midnight = local.time() == time(0)
    return f"{local - timedelta(days=1):%Y-%m-%d} 24:00" if midnight else f"{local:%Y-%m-%d %H:%M}"
