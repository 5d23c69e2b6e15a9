"""Questionnaires with their editions, invitations, answers and the free opinions in them."""

from __future__ import annotations

from jiannuo.operations.surveys.models.answers import Reply, SurveyAnswer
from jiannuo.operations.surveys.models.invitations import Invitation, InvitationRule
from jiannuo.operations.surveys.models.opinions import Opinion, OpinionCategory
from jiannuo.operations.surveys.models.questionnaires import Edition, LowScoreRule, Question, Questionnaire
from jiannuo.operations.surveys.models.reports import SurveyReport

__all__ = [
    "Edition",
    "Invitation",
    "InvitationRule",
    "LowScoreRule",
    "Opinion",
    "OpinionCategory",
    "Question",
    "Questionnaire",
    "Reply",
    "SurveyAnswer",
    "SurveyReport",
]
