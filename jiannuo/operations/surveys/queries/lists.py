"""Rows of the lists of surveys, always of those that the reader may see."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from jiannuo.operations.surveys.models import Invitation, Opinion, SurveyAnswer, SurveyReport


def answers_for(user: Any) -> QuerySet[SurveyAnswer]:
    """Rows of the list of answers."""
    rows: QuerySet[SurveyAnswer] = SurveyAnswer.objects.visible_to(user).select_related(
        "organization", "customer", "model", "person", "edition__questionnaire"
    )
    return rows


def invitations_for(user: Any) -> QuerySet[Invitation]:
    """Rows of the list of invitations."""
    rows: QuerySet[Invitation] = Invitation.objects.visible_to(user).select_related(
        "organization", "customer", "model", "person", "questionnaire", "document"
    )
    return rows


def opinions_for(user: Any) -> QuerySet[Opinion]:
    """Rows of the list of opinions."""
    rows: QuerySet[Opinion] = Opinion.objects.visible_to(user).select_related(
        "organization", "answer", "suggested", "category", "confirmed_by", "question"
    )
    return rows


def reports_for(user: Any) -> QuerySet[SurveyReport]:
    """Rows of the list of statistics handed in, and of their pages and prints."""
    rows: QuerySet[SurveyReport] = SurveyReport.objects.visible_to(user).select_related(
        "organization", "questionnaire__organization", "created_by"
    )
    return rows


def latest_of_customer(customer: Any, user: Any, most: int = 5) -> list[SurveyAnswer]:
    """The latest answers of a customer that ``user`` may see; one query."""
    rows = (
        SurveyAnswer.objects.visible_to(user)
        .filter(customer=customer)
        .select_related("organization", "person")
    )
    return list(rows.order_by("-pk")[:most])


def awaited(user: Any) -> QuerySet[Invitation]:
    """Invitations that nobody has answered and that are still good, oldest first: who is to be called."""
    rows: QuerySet[Invitation] = invitations_for(user).exclude(state=Invitation.State.ANSWERED)
    return rows.filter(expires_at__gt=timezone.now()).order_by(F("pk"))
