"""Installation projects and goods notices over the API: list, read, begin, act, and the records of the stages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet, clean_form
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.operations.installations.filters import InstallationFilter, NoticeFilter
from jiannuo.operations.installations.models import GoodsNotice, Installation
from jiannuo.operations.installations.queries import units_to_install
from jiannuo.operations.installations.services import create_installation
from jiannuo.operations.installations.services.guard import WORK
from jiannuo.operations.installations.stages import missing
from jiannuo.operations.installations.stepforms import STEPS, carry_out


class InstallationSerializer(DocumentSerializer):
    """A project with the instants of its stages."""

    customer = serializers.CharField(source="customer.code", read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Installation
        fields = (
            *DocumentSerializer.Meta.fields,
            *("customer", "contract", "needed", "expected_at", "told_at", "arrived_at", "unpacked_at"),
            "commissioning_at",
            *("installed_at", "commissioned_at", "trial_hours", "trial_rule", "trial_started_at"),
            *("trial_ended_at", "documents_at", "trained_at", "accepted_at"),
        )
        read_only_fields = fields


class InstallationDetailSerializer(InstallationSerializer):
    """The same with every line of its stages, and what is missing to go on."""

    missing = serializers.SerializerMethodField(help_text="what is missing to go on, in words")
    units = serializers.SerializerMethodField()
    packing = serializers.SerializerMethodField()
    measures = serializers.SerializerMethodField()
    trial = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField()
    topics = serializers.SerializerMethodField()
    skills = serializers.SerializerMethodField()
    trainees = serializers.SerializerMethodField()
    remaining = serializers.SerializerMethodField()

    class Meta(InstallationSerializer.Meta):
        fields = (
            *InstallationSerializer.Meta.fields,
            *("missing", "units", "packing", "measures", "trial", "papers", "topics", "skills"),
            *("trainees", "remaining"),
        )
        read_only_fields = fields

    def get_missing(self, one: Installation) -> list[str]:
        return missing(one)

    def get_units(self, one: Installation) -> list[dict[str, Any]]:
        rows = one.parts.select_related("unit__model", "order")
        return [
            {
                "id": part.pk,
                "unit": part.unit_id,
                "serial": part.unit.serial,
                "model": part.unit.model.code,
                "order": part.order.number if part.order else None,
                "accepted_at": part.accepted_at,
            }
            for part in rows
        ]

    def get_packing(self, one: Installation) -> list[dict[str, Any]]:
        names = ("id", "part_id", "text", "expected", "received", "condition", "remark", "mended_at")
        return list(one.packing.values(*names))

    def get_measures(self, one: Installation) -> list[dict[str, Any]]:
        found = []
        for part in one.parts.prefetch_related("measures__readings"):
            for line in part.measures.all():
                readings = list(line.readings.all())
                found.append(
                    {
                        "id": line.pk,
                        "part": part.pk,
                        "text": line.text,
                        "unit": line.unit,
                        "minimum": line.minimum,
                        "maximum": line.maximum,
                        "required": line.required,
                        "readings": [{"value": r.value, "passed": r.passed, "at": r.at} for r in readings],
                    }
                )
        return found

    def get_trial(self, one: Installation) -> list[Any]:
        return list(one.trial.values("kind", "at", "text"))

    def get_papers(self, one: Installation) -> list[Any]:
        return list(one.papers.values("id", "title", "required", "copies", "handed_at"))

    def get_topics(self, one: Installation) -> list[Any]:
        return list(one.topics.values("id", "title", "hours", "held_hours", "held_at", "trainer"))

    def get_skills(self, one: Installation) -> list[Any]:
        return list(one.skills.values("id", "text"))

    def get_trainees(self, one: Installation) -> list[dict[str, Any]]:
        rows = one.trainees.prefetch_related("known")
        return [
            {
                "id": row.pk,
                "name": row.name,
                "duty": row.duty,
                "signed_at": row.signed_at,
                "assessed_at": row.assessed_at,
                "known": [skill.pk for skill in row.known.all()],
            }
            for row in rows
        ]

    def get_remaining(self, one: Installation) -> list[Any]:
        return list(one.remaining.values("id", "part_id", "text", "due_on", "done_at", "how"))


class NewInstallationSerializer(serializers.Serializer[Any]):
    """A new project."""

    units = serializers.ListField(
        child=serializers.IntegerField(), allow_empty=False, max_length=200, help_text="keys of the units"
    )
    contract = serializers.CharField(required=False, max_length=60, default="")
    trial_hours = serializers.DecimalField(required=False, max_digits=8, decimal_places=2, min_value=0)
    contact_name = serializers.CharField(required=False, max_length=60, default="")
    contact_phone = serializers.CharField(required=False, max_length=20, default="")


class InstallationViewSet(DocumentViewSet):
    """Projects, filtered as on their page."""

    model = Installation
    permission = "installations.view"
    permissions_by_action = {"create": "installations.plan", "record": WORK}
    serializer_class = InstallationSerializer
    filterset_class = InstallationFilter
    select_related = ("customer",)
    orderings = (NEWEST, Ordering("expected", "expected", ("expected_at",)))
    default_ordering = "-id"

    def get_serializer_class(self) -> Any:
        return InstallationSerializer if self.action == "list" else InstallationDetailSerializer

    @extend_schema(
        request=NewInstallationSerializer,
        responses={201: InstallationDetailSerializer},
        parameters=[KEY_PARAMETER],
    )
    def create(self, request: Any, **kwargs: Any) -> Response:
        """Begin a project for units of a customer."""
        asked = NewInstallationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        keys = data.pop("units")
        found = {unit.pk: unit for unit in units_to_install(request.user).filter(pk__in=keys)}
        if len(found) < len(set(keys)):
            raise DjangoValidationError(
                {"units": _("There is none with this key, or it is accepted or in a project already.")}
            )
        made = create_installation(by=request.user, units=[found[key] for key in keys], **data)
        return self.answer(self.get_queryset().get(pk=made.pk), status=201)

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses=InstallationDetailSerializer,
        parameters=[KEY_PARAMETER, OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(STEPS))],
    )
    @action(detail=True, methods=["post"], url_path=r"records/(?P<name>[a-z-]+)", url_name="record")
    def record(self, request: Any, name: str, **kwargs: Any) -> Response:
        """Record something in a stage, with what its form asks for; ``line`` is the id of a line."""
        installation = self.get_object()
        wanted = STEPS.get(name)
        if wanted is None:
            raise Http404
        if not request.user.has_perm(WORK, installation):
            raise PermissionDenied(WORK)
        form = wanted.form(request.data, request.FILES, installation=installation, user=request.user)
        with transaction.atomic():
            carry_out(wanted, installation, clean_form(form, request.data), by=request.user)
        return self.answer(self.get_queryset().get(pk=installation.pk))


class GoodsNoticeSerializer(DocumentSerializer):
    """A goods notice with its lines."""

    installation = serializers.CharField(source="project.number", read_only=True)
    to = serializers.CharField(read_only=True)
    lines = serializers.SerializerMethodField()

    class Meta(DocumentSerializer.Meta):
        model = GoodsNotice
        fields = (
            *DocumentSerializer.Meta.fields,
            *(
                "installation",
                "to",
                "text",
                "answer",
                "way",
                "promised_on",
                "answered_at",
                "answered_by",
                "answered_via",
                "told_at",
                "told_way",
                "link_until",
                "reminded_at",
                "closed_at",
                "lines",
            ),
        )
        read_only_fields = fields

    def get_lines(self, one: GoodsNotice) -> list[dict[str, Any]]:
        return [{"id": line.pk, "text": line.text, "problem": line.problem} for line in one.lines.all()]


class GoodsNoticeViewSet(DocumentViewSet):
    """Goods notices, filtered as on their page; they are sent by the record ``notice`` of a project."""

    model = GoodsNotice
    permission = "installations.view"
    serializer_class = GoodsNoticeSerializer
    filterset_class = NoticeFilter
    select_related = ("project", "addressee")
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("lines")


api_router.register("installations", InstallationViewSet, basename="installation")
api_router.register("goods-notices", GoodsNoticeViewSet, basename="goodsnotice")
