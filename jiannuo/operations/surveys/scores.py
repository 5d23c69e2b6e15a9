"""Scores of an answer: index, recommendation, satisfied or not, low or not. No tables are read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jiannuo.operations.surveys.models import Edition, LowScoreRule, Question

BEST, WORST = 5, 1
MOST_NPS = 10
PROMOTER_FROM, DETRACTOR_TO = 9, 6
LONGEST_TEXT = 2000
CENT = Decimal("0.01")
Kind = Question.Kind


@dataclass(slots=True)
class Given:
    """What was answered to one question."""

    question: Question
    value: int | None = None
    values: list[int] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures of one answer; ``csi`` from 0 to 100."""

    csi: Decimal | None
    nps: int | None
    satisfied: bool | None
    low: bool


def read_replies(questions: Iterable[Question], values: Mapping[str, Any]) -> list[Given]:
    """The replies by the codes of their questions; empty ones are left out.

    Raises ValidationError with a message for each code that is missing, out of range or unknown.
    """
    faults: dict[str, str] = {}
    given = []
    known = set()
    for question in questions:
        known.add(question.code)
        try:
            one = _read(question, values.get(question.code))
        except ValueError as error:
            faults[question.code] = str(error)
            continue
        if one is not None:
            given.append(one)
        elif question.required:
            faults[question.code] = _("Please answer this question.")
    for code in values:
        if code not in known:
            faults[code] = _("The questionnaire has no such question.")
    if faults:
        raise ValidationError(faults)
    if not given:
        raise ValidationError(_("Nothing was answered."))
    return given


def _read(question: Question, value: Any) -> Given | None:
    if value is None or value == "" or value == []:
        return None
    if question.kind == Kind.TEXT:
        text = str(value).strip()
        if len(text) > LONGEST_TEXT:
            raise ValueError(_("At most %(most)s characters.") % {"most": LONGEST_TEXT})
        return Given(question, text=text) if text else None
    if question.kind == Kind.CHOICES:
        if not isinstance(value, (list, tuple)):
            raise ValueError(_("Give a list of choices."))
        most = len(question.option_list) - 1
        return Given(question, values=sorted({_whole(one, 0, most) for one in value}))
    low, high = {
        Kind.SCORE: (WORST, BEST),
        Kind.NPS: (0, MOST_NPS),
        Kind.CHOICE: (0, len(question.option_list) - 1),
    }[Kind(question.kind)]
    return Given(question, value=_whole(value, low, high))


def _whole(value: Any, low: int, high: int) -> int:
    text = str(value).strip()
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if isinstance(value, bool) or not text.isdecimal() or len(text) > 3 or not low <= int(text) <= high:
        raise ValueError(_("Give a whole number from %(low)s to %(high)s.") % {"low": low, "high": high})
    return int(text)


def scores_of(edition: Edition, given: Iterable[Given], rules: Iterable[LowScoreRule]) -> Scores:
    """The figures of an answer.

    The index is Σ weight·(score − 1)/4 / Σ weight · 100 over the scores that were given: 5 is 100, 1 is 0.
    """
    given = list(given)
    scored = [one for one in given if one.question.kind == Kind.SCORE and one.value is not None]
    weights = sum((one.question.weight for one in scored), Decimal(0))
    mean = None
    if weights:
        mean = sum((one.question.weight * Decimal(one.value or 0) for one in scored), Decimal(0)) / weights
    csi = None if mean is None else _rounded((mean - WORST) / (BEST - WORST) * 100)
    nps = next((one.value for one in given if one.question.kind == Kind.NPS), None)
    overall = next((Decimal(one.value or 0) for one in scored if one.question.is_overall), None)
    judged = overall if overall is not None else mean
    satisfied = None if judged is None else judged >= edition.satisfied_from
    figures: dict[str, Decimal | None] = {
        LowScoreRule.Measure.CSI: csi,
        LowScoreRule.Measure.NPS: None if nps is None else Decimal(nps),
        LowScoreRule.Measure.ANY: min((Decimal(one.value or 0) for one in scored), default=None),
        LowScoreRule.Measure.OVERALL: overall,
    }
    low = any(
        figure is not None and figure <= rule.at_most
        for rule in rules
        for figure in (figures.get(rule.measure),)
    )
    return Scores(csi, nps, satisfied, low)


def _rounded(figure: Decimal) -> Decimal:
    return figure.quantize(CENT, ROUND_HALF_UP)
