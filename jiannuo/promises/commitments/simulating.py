"""Trying promises before they are made: the decision in words, the obligations on a time line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo import rules
from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments import fieldwords, wordlist, words
from jiannuo.promises.commitments.engine import Loaded, calendars_of
from jiannuo.promises.commitments.reading import CoverLine, Reader, ReasonText
from jiannuo.rules import Calendar, Decision, Facts, ObligationPlan, RecurringClause

OCCURRENCES = 8
_TICK = timedelta(microseconds=1)


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
    kept: list[Line] = field(default_factory=list)
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
        others = (self.approvals, self.targets, self.settlements, self.kept)
        return not any(outcomes) and not any(others)


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
        result.kept = [self.kept(one) for one in decision.retentions]
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
                (_("the customer pays"), yuan(one.asks) if one.asks else ""),
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
            value=" → ".join(map(role_label, one.approvers)) or self.holders(one),
            details=_pairs(
                (_("amount"), yuan(one.amount) if one.amount is not None else ""),
                (_("above (yuan)"), str(one.above or "")),
            ),
            style="info",
            reasons=self.why(one),
        )

    def holders(self, one: Any) -> str:
        """Who may do the job, where a clause names certificates."""
        own = self.reader.own(one.commitment)
        held = "、".join(words.label(wordlist.CERTIFICATES, kind, own) for kind in one.certificates)
        return _("holders of {what}").format(what=held) if held else ""

    def target(self, one: Any) -> Line:
        unit = fieldwords.word("unit", one.unit)
        wanted = f"{fieldwords.word('comparison', one.comparison)} {plain(one.value)}"
        if one.upper is not None:
            wanted += f"–{plain(one.upper)}"
        return Line(
            title=words.label(wordlist.MEASURES, one.measure, self.reader.own(one.commitment)),
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
        papers = [words.label(wordlist.PAPERS, paper, own) for paper in one.missing]
        grounds = [
            words.label(wordlist.CIRCUMSTANCES, ground, own)
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

    def kept(self, one: Any) -> Line:
        own = self.reader.own(one.commitment)
        return Line(
            title=words.label(wordlist.PAPERS, one.keeps, own),
            value=_("until {day}").format(day=_local(one.until - _TICK)[:10])
            if one.until is not None
            else pgettext("limit", "forever"),
            details=((_("from"), str(one.since)),),
            style="info",
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
