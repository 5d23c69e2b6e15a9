"""Clauses as a customer reads them: what, how long, when it counts, and what follows from a miss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo.promises.commitments import amountwords, wordlist, words
from jiannuo.promises.commitments.engine import Loaded
from jiannuo.promises.commitments.phrases import (
    basis_text,
    brought_text,
    calendar_text,
    condition_text,
    consequence_text,
    limit_before_text,
    limit_text,
    list_text,
    number_text,
    pay_text,
    period_text,
    point_text,
    price_text,
    range_text,
    rhythm_text,
    share_text,
    span_text,
    stake_text,
    target_text,
    window_text,
    yuan_text,
)
from jiannuo.rules import (
    CLAUSE_KINDS,
    AnyClause,
    ApprovalClause,
    Beginning,
    Calendar,
    ChargeClause,
    CoverageClause,
    Escalation,
    Limit,
    RecurringClause,
    Refusal,
    RemedyClause,
    SettlementClause,
    TargetClause,
    Tier,
    TimeClause,
)

Details = list[tuple[str, str]]
_Parts = tuple[str, str, Details]


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause in words. ``details`` are pairs of a label and a text."""

    id: str
    kind: str
    subject: str
    headline: str
    text: str
    source: str
    verify: bool
    conditions: tuple[str, ...]
    details: tuple[tuple[str, str], ...]


def clause_texts(
    loaded: Loaded, calendars: Mapping[str, Calendar], names: Mapping[str, str] | None = None
) -> list[ClauseText]:
    """Every clause of a version, by kind, promises of time first; ``names`` as for :func:`condition_text`."""
    letter = Letter(calendars, names, loaded.labels)
    order = list(CLAUSE_KINDS)
    ordered = sorted(loaded.commitment.clauses, key=lambda clause: order.index(clause.kind))
    return [letter.clause(clause) for clause in ordered]


class Letter:
    """Puts clauses into words: with calendars to describe, names of paths, and the commitment's own labels."""

    def __init__(
        self,
        calendars: Mapping[str, Calendar],
        names: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self._calendars = calendars
        self._own = dict(labels or {})
        self._names = {**self._own, **(names or {})}

    def clause(self, clause: AnyClause) -> ClauseText:
        """One clause in words."""
        writers: dict[type, Callable[[Any], _Parts]] = {
            TimeClause: self._time,
            CoverageClause: self._coverage,
            ChargeClause: self._charge,
            RemedyClause: self._remedy,
            RecurringClause: self._recurring,
            TargetClause: self._target,
            ApprovalClause: self._approval,
            SettlementClause: self._settlement,
        }
        subject, headline, details = writers[type(clause)](clause)
        return ClauseText(
            id=clause.id,
            kind=clause.kind,
            subject=subject,
            headline=headline,
            text=clause.text,
            source=" ".join(filter(None, (clause.source.document, clause.source.article))),
            verify=clause.verify,
            conditions=tuple(condition_text(one, self._names) for one in clause.when),
            details=tuple((label, text) for label, text in details if text),
        )

    # The kinds

    def _time(self, clause: TimeClause) -> _Parts:
        details = [
            (_("counts from"), "" if clause.before else self._word(words.EVENTS, clause.start)),
            (_("counts back from"), self._word(words.EVENTS, clause.before) if clause.before else ""),
            (pgettext("letter", "not earlier than"), self._before(clause.opens, clause.before)),
            (_("what is kept"), self._own_words(wordlist.PAPERS, clause.keeps)),
            (_("clock"), calendar_text(clause.calendar, self._calendars)),
            *self._duty(clause),
        ]
        headline = limit_text(clause.limit)
        if clause.before:
            headline = self._before(clause.limit, clause.before)
        elif clause.keeps and clause.limit.unit in amountwords.PERIODS:
            headline = str(amountwords.PERIODS[clause.limit.unit]).format(n=number_text(clause.limit.amount))
        return self._word(words.METRICS, clause.metric), headline, details

    def _before(self, limit: Limit | None, event: str) -> str:
        """A limit counted back from an event."""
        if limit is None:
            return ""
        return _("{limit} the event “{event}”").format(
            limit=limit_before_text(limit), event=self._word(words.EVENTS, event)
        )

    def _duty(self, clause: TimeClause | RecurringClause) -> Details:
        """Who owes, how it is watched over, what a miss brings about, and what proves that it was kept."""
        owed_by = "" if clause.debtor == "provider" else words.party_label(clause.debtor, self._own)
        owed_to = "" if clause.creditor == "customer" else words.party_label(clause.creditor, self._own)
        return [
            (_("owed by"), owed_by),
            (_("owed to"), owed_to),
            (_("clock may stand still"), self._words(words.PAUSE_REASONS, clause.pausable)),
            (_("warning"), point_text(clause.warn) if clause.warn else ""),
            (_("escalation"), "；".join(self._step(step) for step in clause.ladder)),
            (_("if missed"), "；".join(consequence_text(one) for one in clause.consequences)),
            (_("proof"), self._own_words(wordlist.PAPERS, clause.evidence)),
        ]

    def _coverage(self, clause: CoverageClause) -> _Parts:
        term = clause.term
        lengths = [period_text(period) for period in term.periods]
        lengths += [
            f"{words.label(amountwords.UNITS, name, self._own)} {number_text(value)}"
            for name, value in term.meters.items()
        ]
        headline = _(" or ").join(lengths)
        if len(lengths) > 1:
            headline = _("{lengths}, whichever comes first").format(lengths=headline)
        details = [
            *self._beginning(clause.begins),
            (_("includes"), self._words(words.ITEMS, clause.includes)),
            (_("does not cover"), self._own_words(wordlist.CAUSES, clause.excluded_causes)),
            (_("paid by"), self._word(words.PAYERS, clause.payer)),
            (_("repair time"), _("is added to the period") if term.repair_extends else ""),
            (_("replaced parts"), _("begin a period of their own") if term.replacement == "restarts" else ""),
        ]
        return self._components(clause.components) or str(words.WHOLE_PRODUCT), headline, details

    def _charge(self, clause: ChargeClause) -> _Parts:
        subject = self._words(words.ITEMS, clause.items)
        components = self._components(clause.components)
        free = ""
        if clause.free_up_to is not None:
            template = (
                _("up to {amount} yuan nothing, above it the whole")
                if clause.free_is_threshold
                else _("up to {amount} yuan nothing, above it the rest")
            )
            free = template.format(amount=number_text(clause.free_up_to))
        supplied = (
            "" if clause.supplied_by == "provider" else words.party_label(clause.supplied_by, self._own)
        )
        details = [
            (pgettext("letter", "applies"), str(words.SIDES[clause.applies])),
            (_("free part"), free),
            (pgettext("letter", "at most"), yuan_text(clause.cap)),
            (_("paid by"), self._word(words.PAYERS, clause.payer)),
            (_("supplied by"), supplied),
        ]
        return f"{subject} · {components}" if components else subject, basis_text(clause), details

    def _remedy(self, clause: RemedyClause) -> _Parts:
        window = clause.window
        details = [
            *(self._beginning(window.begins) if window else []),
            (_("while the warranty lasts"), _("yes") if clause.while_covered else ""),
            (pgettext("letter", "pays"), price_text(clause.price)),
            (_("an exchange"), _("costs what a refund is less by") if clause.price.asked_on_exchange else ""),
            (_("freight and the like borne by"), words.party_label(clause.bearer, self._own)),
        ]
        return self._words(words.REMEDIES, clause.offers), window_text(window, clause.while_covered), details

    def _recurring(self, clause: RecurringClause) -> _Parts:
        details = [
            *self._beginning(clause.begins),
            (_("the first"), _("within {period}").format(period=period_text(clause.first_within)))
            if clause.first_within
            else ("", ""),
            (pgettext("letter", "for"), period_text(clause.lasts) if clause.lasts else ""),
            (_("while the warranty lasts"), _("yes") if clause.while_covered else ""),
            (_("in all"), _("{n} times").format(n=clause.count) if clause.count else ""),
            (
                _("may come earlier by"),
                _days(clause.tolerance),
            ),
            (_("on a rest day"), _("moves to the next working day") if clause.roll_forward else ""),
            *self._duty(clause),
        ]
        return self._word(words.ACTIONS, clause.action), rhythm_text(clause), details

    def _target(self, clause: TargetClause) -> _Parts:
        unit = str(amountwords.TARGET_UNITS[clause.unit])
        details = [
            (pgettext("letter", "period"), self._word(amountwords.OVER, clause.over)),
            (_("asked of"), words.party_label(clause.whom, self._own)),
            (pgettext("letter", "weight"), "" if clause.weight is None else number_text(clause.weight)),
            (pgettext("letter", "steps"), "；".join(range_text(step, unit) for step in clause.steps)),
            (_("if met"), "；".join(stake_text(one, unit) for one in clause.stakes if one.when == "met")),
            (
                _("if missed"),
                "；".join(stake_text(one, unit) for one in clause.stakes if one.when == "missed"),
            ),
        ]
        return words.label(wordlist.MEASURES, clause.measure, self._own), target_text(clause), details

    def _approval(self, clause: ApprovalClause) -> _Parts:
        if clause.certificates:
            held = self._own_words(wordlist.CERTIFICATES, clause.certificates)
            return (
                self._word(words.APPROVAL_SUBJECTS, clause.subject),
                _("holders of {what}").format(what=held),
                [],
            )
        bounds = (
            [_("above {amount} yuan").format(amount=number_text(clause.above))]
            if clause.above is not None
            else []
        )
        if clause.up_to is not None:
            bounds.append(_("up to {amount} yuan").format(amount=number_text(clause.up_to)))
        details = [
            (_("amount"), _(", ").join(bounds)),
            (pgettext("letter", "decided"), limit_text(clause.limit) if clause.limit else ""),
            (_("clock"), calendar_text(clause.calendar, self._calendars) if clause.limit else ""),
        ]
        approvers = _(", then ").join(words.party_label(one, self._own) for one in clause.approvers)
        return (
            self._word(words.APPROVAL_SUBJECTS, clause.subject),
            _("consent of {who}").format(who=approvers),
            details,
        )

    def _settlement(self, clause: SettlementClause) -> _Parts:
        payee = words.party_label(clause.payee, self._own)
        deadline = ""
        if clause.deadline is not None:
            deadline = _("{limit} of {event}").format(
                limit=limit_text(clause.deadline), event=self._word(words.EVENTS, clause.start)
            )
        details = [
            (_("tiers"), "；".join(self._tier(tier, clause) for tier in clause.tiers)),
            (pgettext("letter", "at most"), yuan_text(clause.cap)),
            (_("with the claim"), self._own_words(wordlist.PAPERS, clause.documents)),
            (pgettext("letter", "claim"), deadline),
            (
                _("if late"),
                self._ground(clause.late)
                if clause.late
                else str(words.EFFECTS["refused"])
                if clause.deadline
                else "",
            ),
            (_("not paid in full"), "；".join(self._ground(one) for one in clause.refusals)),
            (_("paid by"), words.party_label(clause.payer, self._own)),
        ]
        return f"{payee} · {self._words(words.ITEMS, clause.items)}", pay_text(clause), details

    # Their parts

    def _word(self, table: Mapping[str, Any], word: str) -> str:
        return words.label(table, word)

    def _words(self, table: Mapping[str, Any], several: Iterable[str]) -> str:
        return list_text(words.label(table, word) for word in several)

    def _own_words(self, table: Mapping[str, Any], several: Iterable[str]) -> str:
        return list_text(words.label(table, word, self._own) for word in several)

    def _components(self, components: Sequence[tuple[str, ...]]) -> str:
        return list_text(words.component_label("/".join(path), self._names) for path in components)

    def _beginning(self, begins: Beginning) -> Details:
        events = self._words(words.EVENTS, begins.events)
        if len(begins.events) > 1:
            template = _("the first of {events}") if begins.pick == "first" else _("the last of {events}")
            events = template.format(events=events)
        return [(_("begins with"), events), (_("else with"), self._words(words.EVENTS, begins.fallbacks))]

    def _step(self, step: Escalation) -> str:
        text = _("{when}: {role}").format(
            when=point_text(step.at), role=words.party_label(step.role, self._own)
        )
        if step.kind != "notify":
            text = f"{text}（{words.label(wordlist.STEPS, step.kind, self._own)}）"
        if step.channels:
            text = _("{step} by {channels}").format(
                step=text, channels=self._words(words.CHANNELS, step.channels)
            )
        if step.repeat is not None:
            text = _("{step}, again every {n} minutes").format(step=text, n=number_text(step.repeat))
        return text

    def _tier(self, tier: Tier, clause: SettlementClause) -> str:
        unit = self._word(amountwords.UNITS, clause.per)
        where = span_text(tier.low, tier.high, unit)
        if tier.grade:
            where = f"{words.label({}, tier.grade, self._own)} {where}".strip()
        return f"{where}：{brought_text(tier.amount, None, tier.share)}"

    def _ground(self, ground: Refusal) -> str:
        effect = str(words.EFFECTS[ground.effect])
        if ground.effect == "reduced" and ground.share is not None:
            effect = _("reduced by {share}").format(share=share_text(ground.share))
        return f"{ground.text or words.label(wordlist.CIRCUMSTANCES, ground.flag, self._own)}：{effect}"


def _days(number: int) -> str:
    return str(amountwords.PERIODS["days"]).format(n=number) if number else ""
