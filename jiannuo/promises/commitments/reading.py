"""Decisions and their reasons in the words of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiannuo.promises.commitments import words
from jiannuo.promises.commitments.engine import Loaded, known, published
from jiannuo.promises.commitments.phrases import list_text
from jiannuo.rules import REASON_TEMPLATES, CoverageOutcome, Decision, Reason

_LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A reason as people read it. ``style`` is ``won``, ``lost`` or ``note``."""

    text: str
    source: str = ""
    clause: str = ""
    code: str = ""
    style: str = "note"


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One line of the cover: an item of a component, whether it is covered, until when, and why."""

    component: str
    item: str
    item_code: str
    covered: bool
    payer: str
    until: datetime | None
    begins: date | None
    reasons: tuple[ReasonText, ...]

    @property
    def why(self) -> ReasonText | None:
        """The first reason: the clause that decided."""
        return self.reasons[0] if self.reasons else None

    @property
    def last_day(self) -> date | None:
        """The last day of the cover in the zone of the office; ``until`` is the midnight that ends it."""
        if self.until is None:
            return None
        return (self.until - timedelta(microseconds=1)).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


class Reader:
    """Puts decisions into words; knows the text of the published clauses and the names of components."""

    def __init__(
        self, versions: Iterable[Loaded] | None = None, components: Mapping[str, str] | None = None
    ) -> None:
        """``versions`` to quote from; left out, those read so far, and all others when one is missing."""
        self._complete = versions is not None
        self._names: dict[str, str] = {}
        self._clauses: dict[tuple[str, str], str] = {}
        self._components = dict(components or {})
        self._labels: dict[str, str] = {}
        self._learn(known() if versions is None else versions)

    def _learn(self, versions: Iterable[Loaded]) -> None:
        for one in versions:
            self._names[one.commitment.code] = one.commitment.name
            self._labels.update(one.labels)
            for clause in one.commitment.clauses:
                self._clauses[one.commitment.code, clause.id] = clause.text

    def _look_up(self, commitment: str) -> None:
        """Read the published versions once when a decision cites one that this process has not seen."""
        if commitment and commitment not in self._names and not self._complete:
            self._complete = True
            self._learn(published())

    def reasons(self, decision: Decision) -> list[ReasonText]:
        """Every reason of the decision: what counts first, then what did not and why."""
        counted = [self.reason(one) for one in decision.all_reasons]
        lost = [self.reason(one) for one in decision.losers]
        return list(dict.fromkeys([*counted, *lost]))

    def reason(self, what: Reason) -> ReasonText:
        """One reason as a sentence, with the place it comes from."""
        self._look_up(what.commitment)
        template = _(REASON_TEMPLATES[what.code])
        values = {key: self._word(key, value, what) for key, value in what.params.items()}
        source = " ".join(filter(None, (what.source.document, what.source.article))) if what.source else ""
        style = "lost" if what.code.startswith("lost.") else "won" if what.code in _WON else "note"
        return ReasonText(template.format_map(values), source, what.clause, what.code, style)

    def cover(self, decision: Decision) -> list[CoverLine]:
        """The cover line by line."""
        return [self._cover_line(outcome) for outcome in decision.coverage]

    def _cover_line(self, outcome: CoverageOutcome) -> CoverLine:
        return CoverLine(
            component=words.component_label("/".join(outcome.component), self._components),
            item=str(words.ITEMS.get(outcome.item, outcome.item)),
            item_code=outcome.item,
            covered=outcome.in_warranty,
            payer=str(words.PAYERS.get(outcome.payer, outcome.payer)),
            until=outcome.until,
            begins=outcome.begins,
            reasons=tuple(self.reason(one) for one in outcome.reasons),
        )

    def _word(self, key: str, value: str, what: Reason) -> str:
        """A parameter in the words of the reader."""
        if key == "component":
            return words.component_label(value, self._components)
        if key == "subject":
            return self._subject(value)
        if key in _MOMENTS:
            return _moment(value)
        if key in ("clause", "winner"):
            return self._quoted(value, what)
        if key in _TABLES:
            return words.label(_TABLES[key], value, self._labels)
        if key in _LISTS:
            return list_text(words.label(_LISTS[key], one, self._labels) for one in value.split(", "))
        if key in ("payee", "approvers"):
            return list_text(words.party_label(one, self._labels) for one in value.split(", "))
        if key == "commitment":
            return self._names.get(value) or value
        if key == "facts":
            return "；".join(self._fact(one) for one in value.split(", "))
        return list_text(map(words.fact_label, value.split(", "))) if key == "fact" else value

    def _subject(self, value: str) -> str:
        """What was chosen for: ``component: item``, or a metric, remedy, action, measure, subject or payee."""
        component, colon, item = value.rpartition(": ")
        if not colon:
            return words.label(_SUBJECTS, value, self._labels)
        label = words.component_label(component, self._components)
        return f"{label} · {words.label(words.ITEMS, item)}"

    def _fact(self, text: str) -> str:
        """A fact that was used, written ``fact=value``."""
        fact, _equals, value = text.partition("=")
        if fact in ("product", "component"):
            shown = words.component_label(value, {**self._components, **self._labels})
        else:
            shown = list_text(words.value_label(fact, one, self._labels) for one in value.split(" "))
        return _("{fact}: {values}").format(fact=words.fact_label(fact), values=shown)

    def _quoted(self, clause: str, what: Reason) -> str:
        """The clause in its own words, shortened; a commitment by its name."""
        if clause in self._names:
            return f"《{self._names[clause] or clause}》"
        text = self._clauses.get((what.commitment, clause)) or next(
            (text for (_code, known), text in self._clauses.items() if known == clause), clause
        )
        short = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
        return f"“{short}”"


_WON = {
    "coverage.covered",
    "time.chosen",
    "charge.decided",
    "remedy.offered",
    "recurring.chosen",
    "target.met",
    "target.missed",
    "approval.needed",
    "approval.needed_above",
    "settlement.paid",
    "chosen.only",
    "chosen.best",
    "chosen.exclusive",
    "chosen.floor",
}
_MOMENTS = ("due", "begins", "until", "day")
_TABLES = {
    "metric": words.METRICS,
    "item": words.ITEMS,
    "event": words.EVENTS,
    "cause": words.CAUSES,
    "basis": {**words.CHARGE_BASES, **words.SETTLEMENT_BASES},
    "rule": words.PRICE_RULES,
    "remedy": words.REMEDIES,
    "action": words.ACTIONS,
    "measure": words.MEASURES,
    "comparison": words.COMPARISONS,
    "approval": words.APPROVAL_SUBJECTS,
    "flag": words.CIRCUMSTANCES,
}
_LISTS = {"events": words.EVENTS, "documents": words.PAPERS}
_SUBJECTS = {
    **words.PARTIES,
    **words.APPROVAL_SUBJECTS,
    **words.MEASURES,
    **words.ACTIONS,
    **words.REMEDIES,
    **words.METRICS,
}


def reason_texts(decision: Decision, components: Mapping[str, str] | None = None) -> list[ReasonText]:
    """The reasons of a decision in the language of the reader; ``components`` gives names of component paths."""
    return Reader(components=components).reasons(decision)


def _moment(value: str) -> str:
    """A date, or an instant in the zone of the office."""
    if not value:
        return _("no fixed end")
    if "T" not in value:
        return value
    instant = datetime.fromisoformat(value).astimezone(ZoneInfo(settings.TIME_ZONE))
    return date_format(instant, "Y-m-d H:i")
