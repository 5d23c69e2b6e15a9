"""Handing in the statistics of some months, and what surveys keep of the promises to survey (``action: survey``)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.months import months_before, next_month
from jiannuo.office.documents import services as documents
from jiannuo.operations.surveys import queries
from jiannuo.operations.surveys.models import Questionnaire, SurveyAnswer, SurveyReport
from jiannuo.operations.surveys.queries import OpinionGroup, Span, Tally
from jiannuo.operations.surveys.wording import target_rows
from jiannuo.promises.obligations import services as obligations

REPORT, METRIC = "surveys.report", "survey"
#: what clauses call the two forms of a report (F59, F60)
PAPERS = ("satisfaction_statistics", "opinion_statistics")
#: how a report tells opinions apart
FROZEN_GROUPS = ("month", "organization", "model")


@transaction.atomic
def hand_in(
    questionnaire: Questionnaire,
    *,
    organization: Any,
    first: date,
    last: date,
    by: Any,
    remark: str = "",
    at: datetime | None = None,
    is_demo: bool = False,
) -> SurveyReport:
    """Freeze the statistics of whole months and keep the promise to survey and count them.

    Raises PermissionDenied without ``surveys.report`` there; ValidationError for months to come, more than
    ``queries.MOST_MONTHS``, a questionnaire of somewhere else, or months in which nobody's answer counts.
    """
    at = at or timezone.now()
    if not by.has_perm(REPORT, organization):
        raise PermissionDenied(REPORT)
    span = _checked(questionnaire, organization, first.replace(day=1), last.replace(day=1), at)
    figures, total = _frozen(span, by)
    if not total.answers:
        raise ValidationError(
            {
                "organization": _(
                    "No answer of these months counts. Ask customers, or check the doubtful ones."
                )
            }
        )
    report = SurveyReport(
        organization=organization,
        questionnaire=questionnaire,
        first=span.first,
        last=span.last,
        answers=total.answers,
        csi=total.csi,
        figures=figures,
        remark=remark.strip(),
        created_at=at,
        is_demo=is_demo,
    )
    report.title = f"{questionnaire} · {report.months}"
    documents.create_document(report, by=by, text=report.remark)
    keep_by_report(report, at=at, by=by)
    return report


def _checked(questionnaire: Questionnaire, organization: Any, first: date, last: date, at: datetime) -> Span:
    if first > last:
        raise ValidationError({"last": _("The last month cannot lie before the first.")})
    if last > timezone.localdate(at):
        raise ValidationError({"last": _("This month has not begun yet.")})
    if first < months_before(last, queries.MOST_MONTHS - 1):
        raise ValidationError(
            {"first": _("Choose at most %(count)s months.") % {"count": queries.MOST_MONTHS}}
        )
    if not organization.path.startswith(questionnaire.organization.path):
        raise ValidationError({"questionnaire": _("The questionnaire is not for this organisation.")})
    return Span(questionnaire, first, last, organization)


def _frozen(span: Span, by: Any) -> tuple[dict[str, Any], Tally]:
    """The rows of both forms as plain values, and the total."""
    edition = span.questionnaire.current
    small = edition.small_number if edition is not None else 0
    months = queries.tallies(by, span, "month", small_number=small)
    total = queries.total_of(months, small_number=small)
    opinions = queries.opinion_figures(by, span)
    figures = {
        "small_number": small,
        "months": [_row(one) for one in months],
        "total": _row(total),
        "groups_by": [_row(one) for one in queries.tallies(by, span, "organization", small_number=small)],
        "models": [_row(one) for one in queries.tallies(by, span, "model", small_number=small)],
        "questions": [
            {
                "question": {"text": one.question.text},
                "number": one.number,
                "mean": _text(one.mean),
                "rows": [[name, count, _text(share)] for name, count, share in one.rows],
            }
            for one in queries.question_figures(by, span)
        ],
        "targets": [
            {"measure": one.measure, "figure": _text(one.figure), "wanted": one.wanted, "met": one.met}
            for one in target_rows(queries.targets_for(span, total))
        ],
        "opinions": {
            "rows": [
                {
                    "category": one.category.name,
                    "count": one.count,
                    "share": _text(one.share),
                    "examples": one.examples,
                }
                for one in opinions.rows
            ],
            "total": opinions.total,
            "unconfirmed": opinions.unconfirmed,
            "groups": {
                name: [_group(one) for one in queries.opinion_groups(by, span, name)]
                for name in FROZEN_GROUPS
            },
        },
    }
    return figures, total


def _group(group: OpinionGroup) -> dict[str, Any]:
    plain = {name: getattr(group, name) for name in ("label", "count", "unconfirmed")}
    return {
        **plain,
        "share": _text(group.share),
        "categories": [[name, count] for name, count in group.categories],
    }


def _row(tally: Tally) -> dict[str, Any]:
    shown = ("csi", "nps", "satisfaction", "response")
    plain = {name: getattr(tally, name) for name in ("label", "answers", "asked", "is_small")}
    return {**plain, **{name: _text(getattr(tally, name)) for name in shown}}


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)


def keep_by_report(report: SurveyReport, *, at: datetime, by: Any) -> None:
    """A report keeps what the organisation owes a partner (its maker, say) for the months it is about."""
    period = (_begin(report.first), _begin(next_month(report.last)))
    obligations.kept_by_all(
        Q(organization=report.organization, customer__isnull=True),
        METRIC,
        at=at,
        evidence=report,
        papers=PAPERS,
        period=period,
        by=by,
    )


def _begin(month: date) -> datetime:
    return timezone.make_aware(datetime.combine(month, time.min))


def keep_by_answer(answer: SurveyAnswer, *, by: Any = None) -> None:
    """An answer that counts keeps the promise to ask this customer, about the unit it names or about all of theirs."""
    if answer.customer_id is None or answer.state != SurveyAnswer.State.COUNTED:
        return
    those = Q(customer=answer.customer_id)
    if answer.unit_id is not None:
        those &= Q(unit=answer.unit_id) | Q(unit__isnull=True)
    papers = (answer.edition.questionnaire.paper,)
    obligations.kept_by_all(those, METRIC, at=answer.answered_at, evidence=answer, papers=papers, by=by)
