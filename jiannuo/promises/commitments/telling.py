"""A decision as lines of text, in the order in which somebody at a counter asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo.promises.commitments import amountwords, wordlist, words
from jiannuo.promises.commitments.engine import Loaded
from jiannuo.promises.commitments.phrases import list_text, number_text, share_text, yuan_text
from jiannuo.promises.commitments.reading import Reader
from jiannuo.rules import (
    ASSIGNMENT,
    ChargeOutcome,
    CoverageOutcome,
    Decision,
    ObligationPlan,
    RecurrenceOutcome,
    RemedyOutcome,
    RetentionOutcome,
    SettlementOutcome,
    TargetOutcome,
)

_TICK = timedelta(microseconds=1)


def lines_of(decision: Decision, versions: Iterable[Loaded]) -> Iterator[str]:
    """The decision in words: every section that has something, then the reasons."""
    reader = Reader(versions)
    sections = (
        (_("Cover"), [_cover(one, reader) for one in decision.coverage]),
        (_("Obligations"), [line for one in _by_due(decision.obligations) for line in _obligation(one)]),
        (_("Again and again"), [_recurrence(one) for one in decision.recurrences]),
        (_("Charges"), [_charge(one, reader) for one in decision.charges]),
        (_("The customer may choose"), [_remedy(one) for one in decision.remedies]),
        (_("Targets"), [_target(one, reader) for one in decision.targets]),
        (
            _("Approvals"),
            [
                _approval(decision, one, reader)
                for one in dict.fromkeys(a.subject for a in decision.approvals)
            ],
        ),
        (_("Settlements"), [_settlement(one, reader) for one in decision.settlements]),
        (_("Kept"), [_retention(one, reader) for one in decision.retentions]),
    )
    for title, lines in sections:
        if lines:
            yield title
            yield from (f"  {line}" for line in lines)
    reasons = reader.reasons(decision)
    for title, lost in ((_("Why"), False), (_("What does not count, and why"), True)):
        told = [one for one in reasons if (one.style == "lost") is lost]
        if told:
            yield title
            yield from (f"  {one.text}{f' [{one.source}]' if one.source else ''}" for one in told)


def _line(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def _instant(moment: datetime) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M")


def _last_day(moment: datetime | None) -> str:
    return "" if moment is None else _("until {day}").format(day=localtime(moment - _TICK).date().isoformat())


def _by_due(obligations: Iterable[ObligationPlan]) -> list[ObligationPlan]:
    return sorted(obligations, key=lambda owed: (owed.due_at is None, owed.due_at or owed.started_at))


def _cover(outcome: CoverageOutcome, reader: Reader) -> str:
    return _line(
        reader.component("/".join(outcome.component), outcome.commitment),
        words.label(words.ITEMS, outcome.item),
        _("covered") if outcome.in_warranty else _("not covered"),
        _last_day(outcome.until),
        words.label(words.PAYERS, outcome.payer),
    )


def _obligation(owed: ObligationPlan) -> Iterator[str]:
    """The obligation on its time line: warning, steps, due, and what a miss brings about."""
    label = words.label({**words.ACTIONS, **words.METRICS}, owed.metric)
    yield _line(_instant(owed.due_at) if owed.due_at else "", label, owed.text, owed.commitment)
    if owed.warn_at:
        yield f"    {_instant(owed.warn_at)}  {_('warning')}"
    for step in owed.steps:
        yield f"    {_instant(step.at)}  {words.party_label(step.role)}"
    if owed.consequences:
        told = list_text(one.text or words.label(words.CONSEQUENCES, one.code) for one in owed.consequences)
        yield f"    {_('if missed')}  {told}"


def _recurrence(outcome: RecurrenceOutcome) -> str:
    due = _("next {day}").format(day=_instant(outcome.next.due_at)) if outcome.next.due_at else ""
    last = "" if outcome.last is None else _("until {day}").format(day=outcome.last.isoformat())
    return _line(words.label(words.ACTIONS, outcome.action), due, last, outcome.commitment)


def _charge(outcome: ChargeOutcome, reader: Reader) -> str:
    amount = yuan_text(outcome.amount)
    if outcome.per and amount:
        amount = _("{figure} for each {unit}").format(
            figure=amount, unit=words.label(amountwords.UNITS, outcome.per)
        )
    total = _("in all {amount}").format(amount=yuan_text(outcome.total)) if outcome.total is not None else ""
    return _line(
        reader.component("/".join(outcome.component), outcome.commitment),
        words.label(words.ITEMS, outcome.item),
        words.label(amountwords.CHARGE_BASES, outcome.basis),
        amount,
        total if outcome.total != outcome.amount else "",
        words.label(words.PAYERS, outcome.payer),
    )


def _remedy(outcome: RemedyOutcome) -> str:
    borne = _("freight borne by {who}").format(who=words.party_label(outcome.bearer))
    return _line(
        words.label(words.REMEDIES, outcome.remedy),
        _last_day(outcome.until),
        yuan_text(outcome.amount),
        _("the customer pays {amount}").format(amount=yuan_text(outcome.asks)) if outcome.asks else "",
        borne,
    )


def _target(outcome: TargetOutcome, reader: Reader) -> str:
    points = "" if outcome.points is None else _("{n} points").format(n=number_text(outcome.points))
    return _line(
        words.label(wordlist.MEASURES, outcome.measure, reader.own(outcome.commitment)),
        f"{number_text(outcome.figure)} {amountwords.TARGET_UNITS[outcome.unit]}",
        pgettext("letter", "met") if outcome.met else _("missed"),
        points,
        yuan_text(outcome.amount),
        "" if outcome.share is None else _signed(outcome.share),
    )


def _signed(share: Decimal) -> str:
    return f"-{share_text(-share)}" if share < 0 else share_text(share)


def _approval(decision: Decision, subject: str, reader: Reader) -> str:
    if subject == ASSIGNMENT:
        held = [
            words.label(wordlist.CERTIFICATES, kind, reader.own(one.commitment))
            for one in decision.approvals
            for kind in one.certificates
        ]
        return _line(
            words.label(words.APPROVAL_SUBJECTS, subject),
            _("holders of {what}").format(what=list_text(dict.fromkeys(held))),
        )
    who = list_text(words.party_label(one) for one in decision.approvers(subject))
    return _line(words.label(words.APPROVAL_SUBJECTS, subject), _("consent of {who}").format(who=who))


def _retention(outcome: RetentionOutcome, reader: Reader) -> str:
    return _line(
        words.label(wordlist.PAPERS, outcome.keeps, reader.own(outcome.commitment)),
        _last_day(outcome.until) or pgettext("limit", "forever"),
        outcome.commitment,
    )


def _settlement(outcome: SettlementOutcome, reader: Reader) -> str:
    own = reader.own(outcome.commitment)
    grounds = (*outcome.refused, *outcome.reduced, *outcome.forfeited)
    return _line(
        words.party_label(outcome.payee),
        list_text(words.label(words.ITEMS, item) for item in outcome.items),
        yuan_text(outcome.amount),
        "" if outcome.effect == "paid" else str(words.EFFECTS[outcome.effect]),
        list_text(words.label(wordlist.CIRCUMSTANCES, ground, own) for ground in grounds),
        _last_day(outcome.due_at),
    )
