"""How answers, invitations and opinions are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.surveys.models import (
    Invitation,
    Opinion,
    OpinionCategory,
    Questionnaire,
    SurveyAnswer,
    SurveyReport,
)


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _questionnaires(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    return Questionnaire.objects.usable_by(user) if user is not None else Questionnaire.objects.none()


class _Below(filters.FilterSet):
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)


class AnswerFilter(_Below):
    """Number, state, questionnaire, way, low scores, satisfied, when."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=SurveyAnswer.State.choices)
    questionnaire = filters.ModelChoiceFilter(
        label=_("questionnaire"), queryset=_questionnaires, field_name="edition__questionnaire"
    )
    way = filters.MultipleChoiceFilter(label=_("way"), choices=SurveyAnswer.Way.choices)
    low = filters.BooleanFilter(label=_("low score"))
    satisfied = filters.BooleanFilter(label=_("satisfied"))
    answered = filters.DateFromToRangeFilter(label=_("when it was answered"), field_name="answered_at")

    class Meta:
        model = SurveyAnswer
        fields: tuple[str, ...] = ()

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows


class InvitationFilter(_Below):
    """State, questionnaire, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Invitation.State.choices)
    questionnaire = filters.ModelChoiceFilter(label=_("questionnaire"), queryset=_questionnaires)

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ()


class OpinionFilter(_Below):
    """Confirmed or not, category, month."""

    confirmed = filters.BooleanFilter(
        label=_("confirmed"), field_name="category", lookup_expr="isnull", exclude=True
    )
    category = filters.ModelChoiceFilter(label=_("category"), queryset=OpinionCategory.objects.all())
    suggested = filters.ModelChoiceFilter(
        label=_("suggested category"), queryset=OpinionCategory.objects.all()
    )
    text = filters.CharFilter(label=_("words"), field_name="text", lookup_expr="contains")

    class Meta:
        model = Opinion
        fields: tuple[str, ...] = ()


class ReportFilter(_Below):
    """Statistics handed in: questionnaire, where, by month."""

    questionnaire = filters.ModelChoiceFilter(label=_("questionnaire"), queryset=_questionnaires)
    last = filters.DateFromToRangeFilter(label=_("to month"))

    class Meta:
        model = SurveyReport
        fields: tuple[str, ...] = ()
