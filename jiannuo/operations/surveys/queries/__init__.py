"""Reading surveys: lists, figures by month, organisation, product and person, and the two statistics forms."""

from __future__ import annotations

from jiannuo.operations.surveys.queries.figures import (
    GROUPS,
    MOST_MONTHS,
    USUAL_MONTHS,
    QuestionFigures,
    Span,
    Tally,
    counted,
    figures_of,
    months_of,
    question_figures,
    tallies,
    targets_for,
    total_of,
)
from jiannuo.operations.surveys.queries.handed_in import frozen_figures
from jiannuo.operations.surveys.queries.lists import (
    answers_for,
    awaited,
    invitations_for,
    latest_of_customer,
    opinions_for,
    reports_for,
)
from jiannuo.operations.surveys.queries.opinions import (
    CategoryFigures,
    OpinionFigures,
    OpinionGroup,
    opinion_figures,
    opinion_groups,
)

__all__ = [
    "GROUPS",
    "MOST_MONTHS",
    "USUAL_MONTHS",
    "CategoryFigures",
    "OpinionFigures",
    "OpinionGroup",
    "QuestionFigures",
    "Span",
    "Tally",
    "answers_for",
    "awaited",
    "counted",
    "figures_of",
    "frozen_figures",
    "invitations_for",
    "latest_of_customer",
    "months_of",
    "opinion_figures",
    "opinion_groups",
    "opinions_for",
    "question_figures",
    "reports_for",
    "tallies",
    "targets_for",
    "total_of",
]
