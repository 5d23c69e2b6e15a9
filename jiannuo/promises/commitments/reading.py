"""Decisions and their reasons in the words of the reader."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo.promises.commitments import amountwords, factwords, wordlist, words
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
        self._labels: dict[str, dict[str, str]] = {}
        self._learn(known() if versions is None else versions)

    def _learn(self, versions: Iterable[Loaded]) -> None:
        for one in versions:
            self._names[one.commitment.code] = one.commitment.name
            self._labels[one.commitment.code] = dict(one.labels)
            for clause in one.commitment.clauses:
                self._clauses[one.commitment.code, clause.id] = clause.text

    def _look_up(self, commitment: str) -> None:
        """Read the published versions once when a decision cites one that this process has not seen."""
        if commitment and commitment not in self._names and not self._complete:
            self._complete = True
            self._learn(published())

    def own(self, commitment: str) -> Mapping[str, str]:
        """How words that only this commitment uses are read; without one, those of all."""
        self._look_up(commitment)
        return self._labels.get(commitment, {}) if commitment else ChainMap(*self._labels.values())

    def component(self, path: str, commitment: str = "") -> str:
        """The name of a component: as the catalogue has it, else as the commitment that speaks of it."""
        return words.component_label(path, {**self.own(commitment), **self._components})

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
            component=self.component("/".join(outcome.component), outcome.commitment),
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
        own = self.own(what.commitment)
        if key == "component":
            return self.component(value, what.commitment)
        if key == "subject":
            return self._subject(value, what)
        if key in _MOMENTS:
            return _moment(value)
        if key == "clause":
            return self._quoted(value, what.commitment)
        if key == "winner":
            return self._quoted(value, what.params.get("winner_of", what.commitment))
        if key in _TABLES:
            return words.label(_TABLES[key], value)
        if key in _FREE:
            return words.label(_FREE[key], value, own)
        if key in _LISTS:
            return list_text(_LISTS[key](one, own) for one in value.split(", "))
        if key == "commitment":
            return self._names.get(value) or value
        return "；".join(self._fact(one, what) for one in value.split(", ")) if key == "facts" else value

    def _subject(self, value: str, what: Reason) -> str:
        """What was chosen for: ``component: item``, or a metric, remedy, action, measure, subject or payee."""
        component, colon, item = value.rpartition(": ")
        if not colon:
            own = {} if value in _SUBJECTS else self.own(what.commitment)
            return words.label({**wordlist.PAPERS, **wordlist.MEASURES, **_SUBJECTS}, value, own)
        return f"{self.component(component, what.commitment)} · {words.label(words.ITEMS, item)}"

    def _fact(self, text: str, what: Reason) -> str:
        """A fact that was used, written ``fact=value``."""
        fact, _equals, value = text.partition("=")
        own = self.own(what.commitment)
        if fact in ("product", "component"):
            shown = self.component(value, what.commitment)
        elif fact == "flag" and value == "none":
            shown = pgettext("circumstances", "none")
        else:
            shown = list_text(factwords.value_label(fact, one, own) for one in value.split(" "))
        return _("{fact}: {values}").format(fact=factwords.fact_label(fact, own), values=shown)

    def _quoted(self, clause: str, commitment: str) -> str:
        """The clause in its own words, shortened; a commitment by its name."""
        if clause in self._names:
            return f"《{self._names[clause] or clause}》"
        self._look_up(commitment)
        text = self._clauses.get((commitment, clause)) or next(
            (text for (_code, known), text in self._clauses.items() if known == clause), clause
        )
        short = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
        return f"“{short}”"


_WON = {
    "coverage.covered",
    "time.chosen",
    "retention.until",
    "retention.forever",
    "charge.decided",
    "remedy.offered",
    "recurring.chosen",
    "target.met",
    "target.missed",
    "approval.needed",
    "approval.needed_above",
    "approval.certificates",
    "settlement.paid",
    "chosen.only",
    "chosen.best",
    "chosen.exclusive",
    "chosen.floor",
}
_MOMENTS = ("due", "begins", "until", "day", "at", "since")
_TABLES = {
    "metric": words.METRICS,
    "item": words.ITEMS,
    "event": words.EVENTS,
    "basis": {**amountwords.CHARGE_BASES, **amountwords.SETTLEMENT_BASES},
    "rule": amountwords.PRICE_RULES,
    "remedy": words.REMEDIES,
    "action": words.ACTIONS,
    "comparison": amountwords.COMPARISONS,
    "approval": words.APPROVAL_SUBJECTS,
}
#: words that packs choose themselves
_FREE = {
    "cause": wordlist.CAUSES,
    "measure": wordlist.MEASURES,
    "flag": wordlist.CIRCUMSTANCES,
    "meter": amountwords.UNITS,
    "keeps": wordlist.PAPERS,
}
_LISTS: dict[str, Callable[[str, Mapping[str, str]], str]] = {
    "events": lambda word, own: words.label(words.EVENTS, word),
    "documents": lambda word, own: words.label(wordlist.PAPERS, word, own),
    "payee": words.party_label,
    "approvers": words.party_label,
    "certificates": lambda word, own: words.label(wordlist.CERTIFICATES, word, own),
    "fact": factwords.fact_label,
}
_SUBJECTS = {
    **words.PARTIES,
    **words.APPROVAL_SUBJECTS,
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
