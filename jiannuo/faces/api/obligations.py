"""The ledger of obligations over the API: list, read, what people do with one, and how promises were kept."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER, clean_form
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.problems import Problem
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.files.services import store
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.promises.obligations import queries, services
from jiannuo.promises.obligations.filters import ObligationFilter
from jiannuo.promises.obligations.forms import KeepForm, PauseForm, WaiveForm
from jiannuo.promises.obligations.fulfilment import DIMENSIONS, OUTCOMES, Rate, together
from jiannuo.promises.obligations.fulfilment_views import Fulfilment
from jiannuo.promises.obligations.models import (
    Obligation,
    ObligationEvidence,
    ObligationPause,
    ObligationStep,
)


class ObligationSerializer(serializers.ModelSerializer[Obligation]):
    """What is owed, by whom to whom, until when."""

    metric_label = serializers.CharField(read_only=True)
    organization = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    customer = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    person = serializers.CharField(
        source="person.username", default=None, read_only=True, help_text="user name"
    )
    document = serializers.CharField(source="document.number", default=None, read_only=True)
    unit = serializers.CharField(
        source="unit.serial", default=None, read_only=True, help_text="serial number"
    )
    commitment = serializers.CharField(source="version.commitment.code", default=None, read_only=True)
    paused = serializers.BooleanField(source="is_paused", read_only=True)
    owed_instead = serializers.CharField(read_only=True)

    class Meta:
        model = Obligation
        fields: tuple[str, ...] = (
            "id",
            "metric",
            "metric_label",
            "text",
            "state",
            "paused",
            "debtor",
            "creditor",
            "organization",
            "customer",
            "person",
            "document",
            "unit",
            "duty",
            "commitment",
            "clause",
            "event",
            "product_path",
            "division_code",
            "zone",
            "started_at",
            "warn_at",
            "due_at",
            "missed_at",
            "met_at",
            "owed_instead",
            "waive_reason",
        )
        read_only_fields = fields


class StepSerializer(serializers.ModelSerializer[ObligationStep]):
    class Meta:
        model = ObligationStep
        fields = ("kind", "at", "role", "channels", "repeat", "told", "done_at", "acknowledged_at")


class PauseSerializer(serializers.ModelSerializer[ObligationPause]):
    class Meta:
        model = ObligationPause
        fields = ("reason", "from_at", "to_at")


class EvidenceSerializer(serializers.ModelSerializer[ObligationEvidence]):
    document = serializers.CharField(source="document.number", default=None, read_only=True)
    file = serializers.CharField(source="file.name", default=None, read_only=True)

    class Meta:
        model = ObligationEvidence
        fields = ("kind", "document", "file", "text", "at")


class ObligationDetailSerializer(ObligationSerializer):
    """An obligation with its ladder, pauses and evidence."""

    steps = StepSerializer(many=True, read_only=True)
    pauses = PauseSerializer(many=True, read_only=True)
    evidence = EvidenceSerializer(source="proofs", many=True, read_only=True)
    consequences = serializers.JSONField(read_only=True)

    class Meta(ObligationSerializer.Meta):
        fields = (*ObligationSerializer.Meta.fields, "steps", "pauses", "evidence", "consequences")
        read_only_fields = fields


class PauseReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()


class KeepSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    text = serializers.CharField(required=False)
    file = serializers.FileField(required=False)


class ObligationViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]
):
    """The ledger, filtered and sorted as on its page."""

    permission = "obligations.view"
    permissions_by_action = {
        "keep": "obligations.handle",
        "pause": "obligations.handle",
        "resume": "obligations.handle",
        "waive": "obligations.waive",
    }
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    filterset_class = ObligationFilter
    orderings = (Ordering("due", gettext_lazy("due"), ("due_at",)), NEWEST)
    default_ordering = "due"
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Obligation.objects.none()
        if self.detail:
            return queries.in_full(self.request.user)
        return queries.listed(self.request.user).select_related("version__commitment")

    def get_serializer_class(self) -> Any:
        return ObligationDetailSerializer if self.detail else ObligationSerializer

    def get_object(self) -> Any:
        """The obligation; 404 for what the caller may not see, also where a role elsewhere would allow it."""
        try:
            return super().get_object()
        except NotPermitted as error:
            raise Http404 from error

    @extend_schema(request=None, responses=ObligationDetailSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Any, **kwargs: Any) -> Response:
        """Say that the escalations told so far have arrived: they are not told again."""
        return self._after(lambda one: services.acknowledge(one, by=request.user))

    @extend_schema(request=KeepSerializer, responses=ObligationDetailSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def keep(self, request: Any, **kwargs: Any) -> Response:
        """Write down that it was kept ``at`` an instant, with ``text`` or ``file`` (multipart) as proof."""
        self.get_object()  # who may not see it learns nothing of what it would take
        data = clean_form(KeepForm(request.data, request.FILES), request.data)

        def do(one: Obligation) -> None:
            file = store(data["file"], by=request.user) if data["file"] else None
            services.keep(one, by=request.user, at=data["at"], text=data["text"], file=file)

        return self._after(do)

    @extend_schema(
        request=PauseReasonSerializer, responses=ObligationDetailSerializer, parameters=[KEY_PARAMETER]
    )
    @action(detail=True, methods=["post"])
    def pause(self, request: Any, **kwargs: Any) -> Response:
        """Stop the clock for a ``reason`` that the clause allows."""
        form: Form = PauseForm(request.data, reasons=self.get_object().pausable)
        data = clean_form(form, request.data)
        return self._after(lambda one: services.pause_one(one, data["reason"], by=request.user))

    @extend_schema(request=None, responses=ObligationDetailSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def resume(self, request: Any, **kwargs: Any) -> Response:
        """Let the clock run again."""
        return self._after(lambda one: services.resume_one(one, by=request.user))

    @extend_schema(
        request=PauseReasonSerializer, responses=ObligationDetailSerializer, parameters=[KEY_PARAMETER]
    )
    @action(detail=True, methods=["post"])
    def waive(self, request: Any, **kwargs: Any) -> Response:
        """Let go of it, with a ``reason``."""
        self.get_object()
        data = clean_form(WaiveForm(request.data), request.data)
        return self._after(lambda one: services.waive(one, by=request.user, reason=data["reason"]))

    def _after(self, do: Any) -> Response:
        """Do something with the obligation and show it as it is then."""
        obligation = self.get_object()
        try:
            do(obligation)
        except services.ObligationNotOpen as refusal:
            raise Problem(409, "not-open", str(refusal)) from refusal
        return Response(self.get_serializer(self.get_queryset().get(pk=obligation.pk)).data)


class RateSerializer(serializers.Serializer[Any]):
    """One line of the fulfilment; each obligation counts once, in the period of its due instant."""

    label = serializers.CharField()  # type: ignore[assignment]
    query = serializers.DictField(child=serializers.CharField(), help_text="narrows the ledger to this line")
    total = serializers.IntegerField(help_text="had to be kept: kept, late and missed")
    kept = serializers.IntegerField(help_text="on time")
    late = serializers.IntegerField()
    missed = serializers.IntegerField()
    waived = serializers.IntegerField()
    open = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="kept on time, of all that had to be kept")
    ledger = serializers.SerializerMethodField(help_text="for each figure the query of exactly its rows")

    def get_ledger(self, line: Rate) -> dict[str, str]:
        asked: Fulfilment = self.context["asked"]
        return {name: asked.ledger_query(line.query, name) for name in OUTCOMES}


class FulfilmentViewSet(ViewSet):
    """How promises were kept."""

    permission = "obligations.view"
    permission_classes = (RolePermission,)

    @extend_schema(
        responses=RateSerializer(many=True),
        parameters=[
            OpenApiParameter("by", str, enum=list(DIMENSIONS), description="What the lines are."),
            OpenApiParameter("month", str, description="As 2026-11; this month when no period is given."),
        ],
    )
    def list(self, request: Any, **kwargs: Any) -> Response:
        """Lines ``by`` clause, metric, commitment, product, organization, person, zone or month, and their sum.

        The filters are those of the ledger.
        """
        asked = Fulfilment(request.query_params, request)
        if asked.dimension is None:
            names = ", ".join(DIMENSIONS)
            raise serializers.ValidationError({"by": [_("Choose one of: %(kinds)s.") % {"kinds": names}]})
        if not asked.is_valid:
            raise serializers.ValidationError(
                {name: list(texts) for name, texts in asked.filter.form.errors.items()}
            )
        lines = asked.lines()
        context = {"asked": asked}
        return Response(
            {
                "by": asked.dimension.name,
                "results": RateSerializer(lines, many=True, context=context).data,
                "together": RateSerializer(together(lines), context=context).data,
            }
        )


api_router.register("obligations", ObligationViewSet, basename="obligation")
api_router.register("fulfilment", FulfilmentViewSet, basename="fulfilment")
