"""F58, the questionnaire on paper: blank to be filled in, and an answer as it was given."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.operations.surveys.models import Edition, Questionnaire, SurveyAnswer, SurveyReport
from jiannuo.operations.surveys.queries import answers_for, frozen_figures, reports_for


def _editions(user: Any) -> Any:
    usable = Questionnaire.objects.usable_by(user)
    return Edition.objects.filter(questionnaire__in=usable).select_related("questionnaire__organization")


def blank(edition: Edition) -> dict[str, Any]:
    """An edition with room for marks."""
    return {
        "edition": edition,
        "organization": edition.questionnaire.organization,
        "rows": [(question, None) for question in edition.questions.all()],
        "scores": range(1, 6),
        "likely": range(11),
    }


def filled(answer: SurveyAnswer) -> dict[str, Any]:
    """An answer with the questions that were left empty, too."""
    given = {reply.question_id: reply for reply in answer.replies.select_related("question")}
    questions = answer.edition.questions.all()
    return {
        "edition": answer.edition,
        "answer": answer,
        "rows": [(question, given.get(question.pk)) for question in questions],
    }


def handed_in(report: SurveyReport) -> dict[str, Any]:
    """The rows of F59 and F60 as they were handed in."""
    return {
        **frozen_figures(report),
        "span": report,
        "first": report.first,
        "last": report.last,
        "organization": report.organization,
    }


register(
    PrintForm(
        id="F58",
        title=_("Satisfaction survey"),
        template="surveys/print/f58.html",
        model=SurveyAnswer,
        rows=answers_for,
        context=filled,
        permission="surveys.view",
    )
)
register(
    PrintForm(
        id="F58-blank",
        title=_("Satisfaction survey"),
        template="surveys/print/f58.html",
        model=Edition,
        rows=_editions,
        context=blank,
        permission="surveys.view",
    )
)
for number, title, template in (
    ("F59", _("Statistics of the satisfaction survey"), "surveys/print/f59.html"),
    ("F60", _("Statistics of opinions"), "surveys/print/f60.html"),
):
    register(
        PrintForm(
            id=number,
            title=title,
            template=template,
            model=SurveyReport,
            rows=reports_for,
            context=handed_in,
            permission="surveys.view",
        )
    )
