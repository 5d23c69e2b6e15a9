"""Surveys over the API: answers to list, read, enter, count and leave out; their figures; statistics handed in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.months import month_named, month_of, months_before
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.surveys import queries
from jiannuo.operations.surveys.filters import AnswerFilter, ReportFilter
from jiannuo.operations.surveys.models import Questionnaire, SurveyAnswer, SurveyReport
from jiannuo.operations.surveys.services import enter_answer, hand_in
from jiannuo.operations.surveys.services.reporting import REPORT
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit


class SurveyAnswerSerializer(DocumentSerializer):
    """An answer with its figures and what was answered to each question."""

    questionnaire = serializers.CharField(source="edition.questionnaire.code", read_only=True)
    edition = serializers.IntegerField(source="edition.number", read_only=True)
    customer = serializers.CharField(source="customer.code", default=None, read_only=True)
    model = serializers.CharField(source="model.code", default=None, read_only=True)
    person = serializers.CharField(source="person.username", default=None, read_only=True)
    phone = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    replies = serializers.SerializerMethodField(help_text="by the code of the question, in words")

    class Meta(DocumentSerializer.Meta):
        model = SurveyAnswer
        fields = (
            *DocumentSerializer.Meta.fields,
            *("questionnaire", "edition", "way", "customer", "phone", "model", "person", "answered_at"),
            *("csi", "nps", "satisfied", "low", "flags", "replies"),
        )
        read_only_fields = fields

    def get_phone(self, answer: SurveyAnswer) -> str:
        return phone_for(self.context["request"].user, answer.phone, answer)

    def get_replies(self, answer: SurveyAnswer) -> dict[str, str]:
        return {reply.question.code: reply.shown for reply in answer.replies.all()}


class EnterSerializer(serializers.Serializer[Any]):
    """An answer to enter; ``replies`` by the code of the question: numbers, lists of places, or text."""

    questionnaire = serializers.SlugField()
    organization = serializers.CharField(help_text="its code")
    customer = serializers.IntegerField(required=False, help_text="key")
    unit = serializers.IntegerField(required=False, help_text="key")
    name = serializers.CharField(required=False, max_length=60)
    phone = serializers.CharField(required=False, max_length=20)
    way = serializers.ChoiceField(choices=["paper", "phone"], default="paper")
    answered_at = serializers.DateTimeField(required=False)
    replies = serializers.DictField()


class SurveyAnswerViewSet(DocumentViewSet):
    """Answers of customers, filtered as on their page."""

    model = SurveyAnswer
    permission = "surveys.view"
    permissions_by_action = {"create": "surveys.enter"}
    serializer_class = SurveyAnswerSerializer
    filterset_class = AnswerFilter
    orderings = (NEWEST, Ordering("answered", "answered", ("answered_at",)))
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return SurveyAnswer.objects.none()
        rows = queries.answers_for(self.request.user).select_related("created_by")
        return rows.prefetch_related("replies__question")

    @extend_schema(
        request=EnterSerializer, responses={201: SurveyAnswerSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any, **kwargs: Any) -> Response:
        """Enter an answer that was given on paper or by phone."""
        asked = EnterSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        user = request.user
        found = Questionnaire.objects.usable_by(user).filter(code=data["questionnaire"], is_active=True)
        chosen = found.select_related("organization").first()
        edition = chosen.current if chosen is not None else None
        if edition is None:
            raise DjangoValidationError(
                {"questionnaire": _("There is no published questionnaire with this code.")}
            )
        organization = Organization.objects.visible_to(user).filter(code=data["organization"]).first()
        if organization is None:
            raise DjangoValidationError({"organization": _("There is no such organisation.")})
        answer = enter_answer(
            edition,
            data["replies"],
            by=user,
            organization=organization,
            customer=self._named(Customer, data, "customer"),
            unit=self._named(InstalledUnit, data, "unit"),
            name=data.get("name", ""),
            phone=data.get("phone", ""),
            way=data["way"],
            answered_at=data.get("answered_at"),
        )
        return self.answer(self.get_queryset().get(pk=answer.pk), status=201)

    def _named(self, model: Any, data: dict[str, Any], name: str) -> Any:
        if name not in data:
            return None
        found = model.objects.visible_to(self.request.user).filter(pk=data[name]).first()
        if found is None:
            raise DjangoValidationError({name: _("There is none with this key, or you may not see it.")})
        return found


MONTH = "%Y-%m"


class SurveyReportSerializer(DocumentSerializer):
    """Statistics as they were handed in."""

    questionnaire = serializers.CharField(source="questionnaire.code", read_only=True)
    first = serializers.DateField(format=MONTH, read_only=True)
    last = serializers.DateField(format=MONTH, read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = SurveyReport
        fields: tuple[str, ...] = (
            *DocumentSerializer.Meta.fields,
            *("questionnaire", "first", "last", "answers", "csi", "remark"),
        )
        read_only_fields = fields


class SurveyReportDetailSerializer(SurveyReportSerializer):
    """The same with the rows of both forms (F59, F60) and the promises that it kept."""

    figures = serializers.JSONField(read_only=True)
    keeps = serializers.SerializerMethodField(help_text="keys of the obligations that it kept")

    class Meta(SurveyReportSerializer.Meta):
        fields = (*SurveyReportSerializer.Meta.fields, "figures", "keeps")
        read_only_fields = fields

    def get_keeps(self, report: SurveyReport) -> list[int]:
        rows = Obligation.objects.visible_to(self.context["request"].user).filter(evidence=report.pk)
        return list(rows.order_by("pk").values_list("pk", flat=True))


class HandInSerializer(serializers.Serializer[Any]):
    """Which statistics are handed in; months as 2026-06."""

    questionnaire = serializers.SlugField(help_text="its code")
    organization = serializers.CharField(help_text="its code")
    first = serializers.DateField(input_formats=[MONTH], format=MONTH, help_text="2026-06")
    last = serializers.DateField(input_formats=[MONTH], format=MONTH, help_text="2026-06")
    remark = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class SurveyReportViewSet(DocumentViewSet):
    """Statistics handed in, filtered as on their page."""

    model = SurveyReport
    permission = "surveys.view"
    permissions_by_action = {"create": REPORT}
    filterset_class = ReportFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return SurveyReport.objects.none()
        return queries.reports_for(self.request.user)

    def get_serializer_class(self) -> Any:
        return SurveyReportSerializer if self.action == "list" else SurveyReportDetailSerializer

    @extend_schema(
        request=HandInSerializer, responses={201: SurveyReportDetailSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any, **kwargs: Any) -> Response:
        """Freeze the statistics of whole months and hand them in: they keep the promise to survey."""
        asked = HandInSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        user = request.user
        usable = Questionnaire.objects.usable_by(user).filter(editions__state__in=["published", "retired"])
        found = usable.filter(code=data["questionnaire"]).select_related("organization").first()
        if found is None:
            raise DjangoValidationError(
                {"questionnaire": _("There is no published questionnaire with this code.")}
            )
        organization = (
            Organization.objects.visible_to(user).active().filter(code=data["organization"]).first()
        )
        if organization is None:
            raise DjangoValidationError({"organization": _("There is no such organisation.")})
        report = hand_in(
            found,
            organization=organization,
            first=data["first"],
            last=data["last"],
            remark=data.get("remark", ""),
            by=user,
        )
        return self.answer(self.get_queryset().get(pk=report.pk), status=201)


FIGURE_PARAMETERS = [
    OpenApiParameter("questionnaire", str, required=True, description="Its code."),
    OpenApiParameter("from", str, description="First month, 2026-06."),
    OpenApiParameter("to", str, description="Last month; the present one without."),
    OpenApiParameter("by", str, enum=list(queries.GROUPS), description="month without."),
    OpenApiParameter("organization", str, description="Code: it and those below."),
]


def _asked(request: Any) -> tuple[queries.Span, str]:
    """The span that a request asks for, at most three years, and by what its figures are told apart."""
    asked = request.query_params
    user = request.user
    found = Questionnaire.objects.usable_by(user).select_related("organization")
    questionnaire = found.filter(code=asked.get("questionnaire", "")).first()
    if questionnaire is None:
        raise DjangoValidationError({"questionnaire": _("Give the code of a questionnaire.")})
    by = asked.get("by", "month")
    if by not in queries.GROUPS:
        raise DjangoValidationError({"by": "month, organization, model, person"})
    organization = None
    if asked.get("organization"):
        organization = Organization.objects.visible_to(user).filter(code=asked["organization"]).first()
        if organization is None:
            raise DjangoValidationError({"organization": _("There is no such organisation.")})
    last = month_of(asked.get("to", ""))
    first = month_named(asked.get("from", "")) or months_before(last, queries.USUAL_MONTHS - 1)
    first = max(min(first, last), months_before(last, queries.MOST_MONTHS - 1))
    return queries.Span(questionnaire, first, last, organization), by


def _span(span: queries.Span, by: str) -> dict[str, Any]:
    return {
        "questionnaire": span.questionnaire.code,
        "from": f"{span.first:%Y-%m}",
        "to": f"{span.last:%Y-%m}",
        "by": by,
    }


class SurveyFigureViewSet(viewsets.ViewSet):
    """Satisfaction index, NPS, satisfied share and response by month, organisation, product or person."""

    permission = "surveys.view"
    permission_classes = (RolePermission,)

    @extend_schema(parameters=FIGURE_PARAMETERS, responses=OpenApiTypes.OBJECT)
    def list(self, request: Any) -> Response:
        """The figures of a questionnaire (F59); at most three years."""
        span, by = _asked(request)
        edition = span.questionnaire.current
        small = edition.small_number if edition else 0
        rows = queries.tallies(request.user, span, by, small_number=small)
        total = queries.total_of(rows, small_number=small)
        return Response({**_span(span, by), "rows": [_row(row) for row in rows], "total": _row(total)})


class SurveyOpinionFigureViewSet(viewsets.ViewSet):
    """Confirmed opinions by category, and by month, organisation, product or person."""

    permission = "surveys.view"
    permission_classes = (RolePermission,)

    @extend_schema(parameters=FIGURE_PARAMETERS, responses=OpenApiTypes.OBJECT)
    def list(self, request: Any) -> Response:
        """What customers say (F60); at most three years. ``unconfirmed`` opinions are in no other figure."""
        span, by = _asked(request)
        figures = queries.opinion_figures(request.user, span)
        return Response(
            {
                **_span(span, by),
                "categories": [
                    {
                        "code": row.category.code,
                        "name": row.category.name,
                        "count": row.count,
                        "share": row.share,
                        "examples": row.examples,
                    }
                    for row in figures.rows
                ],
                "rows": [
                    {
                        "label": group.label,
                        "count": group.count,
                        "share": group.share,
                        "categories": dict(group.categories),
                        "unconfirmed": group.unconfirmed,
                    }
                    for group in queries.opinion_groups(request.user, span, by)
                ],
                "total": figures.total,
                "unconfirmed": figures.unconfirmed,
            }
        )


def _row(row: queries.Tally) -> dict[str, Any]:
    return {
        "label": row.label,
        "answers": row.answers,
        "csi": row.csi,
        "nps": row.nps,
        "satisfaction": row.satisfaction,
        "response": row.response,
        "asked": row.asked,
        "few": row.is_small,
    }


api_router.register("survey-answers", SurveyAnswerViewSet, basename="surveyanswer")
api_router.register("survey-reports", SurveyReportViewSet, basename="surveyreport")
api_router.register("survey-figures", SurveyFigureViewSet, basename="surveyfigure")
api_router.register("survey-opinion-figures", SurveyOpinionFigureViewSet, basename="surveyopinionfigure")
