"""Maintenance over the API: plans, planned jobs, patrol rounds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.problems import Problem
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.filters import (
    JobFilter,
    PlanFilter,
    RoundFilter,
)
from jiannuo.operations.maintenance.models import (
    MaintenancePlan,
    PatrolRound,
    PlannedJob,
    RoundCheck,
    RoundPoint,
    Season,
)
from jiannuo.operations.maintenance.models.plans import JOBS
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit


class PlanSerializer(DocumentSerializer):
    """A maintenance plan."""

    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    season = serializers.CharField(source="season.name", default=None, read_only=True)
    next_due = serializers.DateField(read_only=True, allow_null=True)
    late_jobs = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta(DocumentSerializer.Meta):
        model = MaintenancePlan
        fields = (
            *DocumentSerializer.Meta.fields,
            "customer",
            "source",
            "reference",
            "clause",
            "job",
            "work",
            "rhythm",
            "every_amount",
            "every_unit",
            "season",
            "season_when",
            "season_days",
            "weekdays",
            "meter_every",
            "meter_months",
            "starts_on",
            "ends_on",
            "lead_days",
            "automatic",
            "next_due",
            "late_jobs",
        )
        read_only_fields = fields


class NewPlanSerializer(serializers.Serializer[Any]):
    """A plan by calendar, season, day of the week or meter; ``start`` makes it run at once."""

    organization = serializers.CharField(help_text="code")
    customer = serializers.CharField(help_text="code")
    title = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    units = serializers.ListField(child=serializers.CharField(max_length=60), required=False, default=list)
    source: Any = serializers.ChoiceField(choices=["contract", "other"], default="contract")
    reference = serializers.CharField(required=False, default="", allow_blank=True, max_length=160)
    job = serializers.ChoiceField(choices=JOBS, default="maintenance")
    work = serializers.CharField(max_length=2000)
    rhythm = serializers.ChoiceField(choices=["calendar", "season", "weekdays", "meter"])
    every_amount = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=1000)
    every_unit = serializers.ChoiceField(choices=MaintenancePlan.Unit.choices, default="months")
    season = serializers.CharField(required=False, default="", allow_blank=True, help_text="its name")
    season_when = serializers.ChoiceField(choices=MaintenancePlan.When.choices, default="before")
    season_days = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=180)
    weekdays = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=7, help_text="0 is Monday: 0246"
    )
    meter_every = serializers.DecimalField(
        required=False, allow_null=True, min_value=0, max_digits=12, decimal_places=2
    )
    meter_months = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=120)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    lead_days = serializers.IntegerField(default=14, min_value=0, max_value=366)
    automatic = serializers.BooleanField(default=False)
    start = serializers.BooleanField(default=False)


class PlanViewSet(DocumentViewSet):
    """Maintenance plans. Start, pause and end one with its actions."""

    model = MaintenancePlan
    permission = "maintenance.view"
    permissions_by_action = {"create": "maintenance.plan"}
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return MaintenancePlan.objects.none()
        return queries.plans_for(self.request.user).select_related("created_by")

    @extend_schema(request=NewPlanSerializer, responses={201: PlanSerializer}, parameters=[KEY_PARAMETER])
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Make a plan; 422 says by field what cannot be planned."""
        given = NewPlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        start = values.pop("start")
        user = request.user
        values["organization"] = _one(Organization.objects.visible_to(user), "organization", values)
        values["customer"] = _one(Customer.objects.visible_to(user).active(), "customer", values)
        values["units"] = _units(values, user)
        name = values.pop("season")
        if name:
            season = Season.objects.filter(name=name).first()
            if season is None:
                raise _wrong("season", _("There is no such season."))
            values["season"] = season
        plan = services.create_plan(by=user, **values)
        if start:
            services.do_plan(plan, "activate", by=user)
        response = self.answer(self.get_queryset().get(pk=plan.pk), status=201)
        response["Location"] = request.build_absolute_uri(plan.number + "/")
        return response


def _one(rows: Any, field: str, values: dict[str, Any]) -> Any:
    found = rows.filter(code=values[field]).first()
    if found is None:
        raise _wrong(field, _("There is no record with the code %(code)s.") % {"code": values[field]})
    return found


def _units(values: dict[str, Any], user: Any) -> list[InstalledUnit]:
    serials = [serial.strip().upper() for serial in values["units"]]
    rows = InstalledUnit.objects.visible_to(user).filter(serial__in=serials)
    found: dict[str, InstalledUnit] = {}
    for unit in rows.select_related("model__category", "customer", "dealer"):
        if unit.serial not in found or unit.customer_id == values["customer"].pk:
            found[unit.serial] = unit
    missing = [serial for serial in serials if serial not in found]
    if missing:
        raise _wrong("units", _("There is no unit %(serials)s.") % {"serials": "、".join(missing[:5])})
    return [found[serial] for serial in dict.fromkeys(serials)]


def _wrong(field: str, text: str) -> DjangoValidationError:
    return DjangoValidationError({field: [text]})


class JobSerializer(serializers.ModelSerializer[PlannedJob]):
    """One occurrence of a plan."""

    plan: Any = serializers.SlugRelatedField(slug_field="number", read_only=True)
    organization: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    serial = serializers.CharField(source="unit.serial", default=None, read_only=True)
    order: Any = serializers.SlugRelatedField(slug_field="number", read_only=True)
    is_late = serializers.BooleanField(read_only=True)

    class Meta:
        model = PlannedJob
        fields = (
            "id",
            "plan",
            "organization",
            "customer",
            "serial",
            "opens_on",
            "due_on",
            "occasion",
            "is_forecast",
            "state",
            "is_late",
            "order",
            "done_at",
            "skip_reason",
        )
        read_only_fields = fields


class JobViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[PlannedJob]
):
    """Planned jobs: due, ordered, done, left out."""

    permission = "maintenance.view"
    permissions_by_action = {"make_order": "maintenance.plan"}
    permission_classes = (RolePermission,)
    serializer_class = JobSerializer
    filterset_class = JobFilter
    pagination_class = DocumentViewSet.pagination_class
    orderings = (NEWEST,)
    default_ordering = "-id"
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PlannedJob.objects.none()
        return queries.jobs_for(self.request.user)

    @extend_schema(request=None, responses={201: JobSerializer}, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"], url_path="order", url_name="order")
    def make_order(self, request: Any, **kwargs: Any) -> Response:
        """The work order of a due job."""
        job = self.get_object()
        services.order_job(job, by=request.user)
        return Response(self.get_serializer(self.get_queryset().get(pk=job.pk)).data, status=201)


class RoundCheckSerializer(serializers.ModelSerializer[RoundCheck]):
    """A check at a point, with its answer."""

    class Meta:
        model = RoundCheck
        fields = (
            "id",
            "text",
            "kind",
            "unit_of_measure",
            "minimum",
            "maximum",
            "required",
            "value",
            "passed",
            "recorded_at",
        )
        read_only_fields = fields


class PointSerializer(serializers.ModelSerializer[RoundPoint]):
    """A point of a round with its checks."""

    serial = serializers.CharField(source="unit.serial", default=None, read_only=True)
    checks = RoundCheckSerializer(many=True, read_only=True)

    class Meta:
        model = RoundPoint
        fields = ("id", "position", "name", "serial", "state", "recorded_at", "remark", "checks")
        read_only_fields = fields


class RoundSerializer(DocumentSerializer):
    """A patrol round; ``points`` are there once it was started."""

    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    route = serializers.CharField(source="route.name", read_only=True)
    person: Any = serializers.StringRelatedField()
    points_all = serializers.IntegerField(read_only=True, allow_null=True)
    points_done = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta(DocumentSerializer.Meta):
        model = PatrolRound
        fields = (
            *DocumentSerializer.Meta.fields,
            "customer",
            "route",
            "day",
            "occasion",
            "person",
            "started_at",
            "finished_at",
            "remark",
            "points_all",
            "points_done",
        )
        read_only_fields = fields


class RecordSerializer(serializers.Serializer[Any]):
    """What was found at a point: the answers by the id of the check, or why it is left out."""

    answers = serializers.DictField(child=serializers.CharField(max_length=200), required=False, default=dict)
    skip_reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    remark = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    latitude = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)


class RoundViewSet(DocumentViewSet):
    """Patrol rounds: start and finish with their actions, record each point with ``points``."""

    model = PatrolRound
    permission = "maintenance.view"
    permissions_by_action = {"record": "patrols.record"}
    serializer_class = RoundSerializer
    filterset_class = RoundFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PatrolRound.objects.none()
        return queries.rounds_for(self.request.user).select_related("created_by")

    @extend_schema(responses=PointSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def points(self, request: Any, **kwargs: Any) -> Response:
        """The points of a round in their order, with what is asked at each."""
        rows = self.get_object().points.select_related("unit").prefetch_related("checks")
        return Response(PointSerializer(rows, many=True).data)

    @extend_schema(
        request=RecordSerializer,
        responses=PointSerializer,
        parameters=[KEY_PARAMETER, OpenApiParameter("point", int, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["post"], url_path=r"points/(?P<point>[0-9]{1,18})", url_name="record")
    def record(self, request: Any, point: str, **kwargs: Any) -> Response:
        """Record one point, once; 409 when somebody else did."""
        one = self.get_object()
        here = one.points.filter(pk=int(point)).first()
        if here is None:
            raise Http404
        given = RecordSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        try:
            if data["skip_reason"].strip():
                services.skip_point(here, by=request.user, reason=data["skip_reason"])
            else:
                answers = {int(key): value for key, value in data["answers"].items() if key.isdecimal()}
                services.record_point(
                    here,
                    answers,
                    by=request.user,
                    remark=data["remark"],
                    latitude=data.get("latitude"),
                    longitude=data.get("longitude"),
                )
        except services.PointRecorded as error:
            raise Problem(409, "point-recorded", str(error)) from error
        fresh = one.points.select_related("unit").prefetch_related("checks").get(pk=here.pk)
        return Response(PointSerializer(fresh).data)


api_router.register("maintenance-plans", PlanViewSet, basename="maintenanceplan")
api_router.register("planned-jobs", JobViewSet, basename="plannedjob")
api_router.register("patrol-rounds", RoundViewSet, basename="patrolround")
