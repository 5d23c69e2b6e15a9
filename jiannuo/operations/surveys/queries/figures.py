"""Figures of answers by month, organisation, product and person, and of each question (F59)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.months import next_month
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.surveys.models import (
    Edition,
    Invitation,
    Question,
    Questionnaire,
    Reply,
    SurveyAnswer,
)
from jiannuo.operations.surveys.scores import DETRACTOR_TO, PROMOTER_FROM
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.registry.products.models import ProductModel
from jiannuo.rules.targets import TargetOutcome

MOST_MONTHS = 36
USUAL_MONTHS = 6
MOST_ROWS = 200
#: by what the figures are told apart: field → label
GROUPS: dict[str, Any] = {
    "month": gettext_lazy("by month"),
    "organization": gettext_lazy("by organisation"),
    "model": gettext_lazy("by product"),
    "person": gettext_lazy("by technician"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months, both included, of a questionnaire and, if given, an organisation and those below it."""

    questionnaire: Questionnaire
    first: date
    last: date
    organization: Organization | None = None


@dataclass(slots=True)
class Tally:
    """What the answers of a group come to. Shares and indices are in percent and points, ``None`` without answers."""

    label: str = ""
    key: Any = None
    answers: int = 0
    csi_sum: Decimal = Decimal(0)
    csi_count: int = 0
    promoters: int = 0
    detractors: int = 0
    nps_count: int = 0
    satisfied: int = 0
    judged: int = 0
    asked: int = 0
    responded: int = 0
    small_number: int = 0

    @property
    def csi(self) -> Decimal | None:
        """The mean satisfaction index from 0 to 100."""
        return tenth(self.csi_sum / self.csi_count) if self.csi_count else None

    @property
    def nps(self) -> Decimal | None:
        """Promoters less detractors, from −100 to 100."""
        return (
            tenth(Decimal(100 * (self.promoters - self.detractors)) / self.nps_count)
            if self.nps_count
            else None
        )

    @property
    def satisfaction(self) -> Decimal | None:
        """The share of satisfied customers in percent."""
        return tenth(Decimal(100 * self.satisfied) / self.judged) if self.judged else None

    @property
    def response(self) -> Decimal | None:
        """The share of invitations that were answered, in percent."""
        return tenth(Decimal(100 * self.responded) / self.asked) if self.asked else None

    @property
    def is_small(self) -> bool:
        """Whether so few answers say little."""
        return 0 < self.answers < self.small_number

    def add(self, other: Tally) -> None:
        """Count another group in."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_SUMS = (
    *("answers", "csi_sum", "csi_count", "promoters", "detractors"),
    *("nps_count", "satisfied", "judged", "asked", "responded"),
)


def tenth(figure: Decimal) -> Decimal:
    return figure.quantize(Decimal("0.1"), ROUND_HALF_UP)


def months_of(span: Span) -> list[date]:
    """All months of a span."""
    months = [span.first]
    while months[-1] < span.last:
        months.append(next_month(months[-1]))
    return months


def within(rows: QuerySet[Any], span: Span, questionnaire: str) -> QuerySet[Any]:
    rows = rows.filter(**{questionnaire: span.questionnaire}, month__gte=span.first, month__lte=span.last)
    if span.organization is not None:
        rows = rows.filter(organization__path__startswith=span.organization.path)
    return rows


def counted(user: Any, span: Span) -> QuerySet[SurveyAnswer]:
    """The answers that the figures of a span rest on."""
    return within(SurveyAnswer.objects.visible_to(user).counted(), span, "edition__questionnaire")


def tallies(user: Any, span: Span, by: str, *, small_number: int = 0) -> list[Tally]:
    """The figures by one of ``GROUPS``, months in order, the others with most answers first; three queries."""
    found: dict[Any, Tally] = {}
    for row in (
        counted(user, span)
        .order_by()
        .values(by)
        .annotate(
            answers=Count("pk"),
            csi_sum=Sum("csi"),
            csi_count=Count("csi"),
            promoters=Count("pk", filter=Q(nps__gte=PROMOTER_FROM)),
            detractors=Count("pk", filter=Q(nps__lte=DETRACTOR_TO)),
            nps_count=Count("nps"),
            satisfied_count=Count("pk", filter=Q(satisfied=True)),
            judged=Count("satisfied"),
        )
    ):
        key = row.pop(by)
        row["satisfied"] = row.pop("satisfied_count")
        row["csi_sum"] = Decimal(row["csi_sum"] or 0)
        found[key] = Tally(key=key, small_number=small_number, **row)
    asked = within(Invitation.objects.visible_to(user), span, "questionnaire").exclude(
        state=Invitation.State.UNSENT
    )
    for row in (
        asked.order_by()
        .values(by)
        .annotate(asked=Count("pk"), responded=Count("pk", filter=Q(state=Invitation.State.ANSWERED)))
    ):
        tally = found.setdefault(row[by], Tally(key=row[by], small_number=small_number))
        tally.asked, tally.responded = row["asked"], row["responded"]
    if by == "month":
        for month in months_of(span):
            found.setdefault(month, Tally(key=month, small_number=small_number))
    labels = labels_of(by, found)
    for key, tally in found.items():
        tally.label = labels.get(key) or "—"
    if by == "month":
        return [found[key] for key in sorted(found)]
    return sorted(found.values(), key=lambda one: (-one.answers, -one.asked, one.label))[:MOST_ROWS]


def labels_of(by: str, keys: Iterable[Any]) -> dict[Any, str]:
    keys = [key for key in keys if key is not None]
    if by == "month":
        return {key: f"{key:%Y-%m}" for key in keys}
    model: Any = {"organization": Organization, "model": ProductModel, "person": User}[by]
    return {key: str(row) for key, row in model.objects.in_bulk(keys).items()}


def total_of(rows: Iterable[Tally], *, small_number: int = 0) -> Tally:
    """All groups together."""
    total = Tally(label=str(_("Total")), small_number=small_number)
    for row in rows:
        total.add(row)
    return total


def figures_of(total: Tally) -> dict[str, Decimal]:
    """The figures by the names that target clauses use for them."""
    named = {
        "satisfaction": total.satisfaction,
        "customer_praise": total.csi,
        "csi": total.csi,
        "nps": total.nps,
        "survey_response": total.response,
    }
    return {name: figure for name, figure in named.items() if figure is not None}


def targets_for(span: Span, total: Tally) -> tuple[TargetOutcome, ...]:
    """What the target clauses say of the figures of a span, as in force at its end; two queries."""
    figures = figures_of(total)
    if not figures:
        return ()
    end = timezone.make_aware(datetime.combine(next_month(span.last), time.min)) - timedelta(seconds=1)
    at = min(end, timezone.now())
    organization = span.organization or span.questionnaire.organization
    return decide(replace(facts_for(), figures=figures), at, organization).targets


# Statistics of the questions (F59)


@dataclass(slots=True)
class QuestionFigures:
    """The answers to one question: how often each was given; ``mean`` of scores and recommendations."""

    question: Question
    counts: Counter[str] = field(default_factory=Counter)
    number: int = 0
    sum: int = 0

    @property
    def mean(self) -> Decimal | None:
        if not self.number or self.question.kind not in (Question.Kind.SCORE, Question.Kind.NPS):
            return None
        return (Decimal(self.sum) / self.number).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def rows(self) -> list[tuple[str, int, Decimal]]:
        """Answer, how often, and its share in percent."""
        if self.question.kind == Question.Kind.SCORE:
            names = [str(place) for place in range(5, 0, -1)]
        elif self.question.kind == Question.Kind.NPS:
            names = [str(place) for place in range(10, -1, -1)]
        else:
            names = list(dict.fromkeys([*self.question.option_list, *self.counts]))
        whole = self.number or 1
        return [(name, self.counts[name], tenth(Decimal(100 * self.counts[name]) / whole)) for name in names]


def question_figures(user: Any, span: Span) -> list[QuestionFigures]:
    """The closed questions of a span in the order of the latest edition that asks them; three queries."""
    answers = counted(user, span).values("pk")
    questions = {
        row.pk: row
        for row in Question.objects.filter(edition__questionnaire=span.questionnaire)
        .exclude(kind=Question.Kind.TEXT)
        .exclude(edition__state=Edition.State.DRAFT)
        .order_by("edition__number")
    }
    latest = {(row.code, row.kind): row for row in questions.values()}
    found = {key: QuestionFigures(row) for key, row in latest.items()}
    replies = Reply.objects.filter(answer__in=answers, question__in=list(questions))
    for question, value, number in (
        replies.filter(value__isnull=False).order_by().values_list("question", "value").annotate(Count("pk"))
    ):
        row = questions[question]
        one = found[row.code, row.kind]
        one.number += number
        one.sum += value * number
        one.counts[_option(row, value)] += number
    several = [row.pk for row in questions.values() if row.kind == Question.Kind.CHOICES]
    if several:
        for question, places in replies.filter(question__in=several).values_list("question", "values"):
            row = questions[question]
            one = found[row.code, row.kind]
            one.number += 1
            one.counts.update(_option(row, place) for place in places)
    newest = max((row.edition_id for row in latest.values()), default=0)
    rows = [one for one in found.values() if one.number or one.question.edition_id == newest]
    return sorted(rows, key=lambda one: (one.question.position, one.question.pk))


def _option(question: Question, place: int) -> str:
    if question.kind in (Question.Kind.SCORE, Question.Kind.NPS):
        return str(place)
    options = question.option_list
    return options[place] if place < len(options) else "?"
