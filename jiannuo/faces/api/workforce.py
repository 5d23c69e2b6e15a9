"""Shifts, standby, leave and appointments over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.office.accounts.models import User
from jiannuo.office.documents.queries import visible_document
from jiannuo.operations.appointments import services
from jiannuo.operations.appointments.windows import offers, subject_of
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.staffing.models import LeaveRequest
from jiannuo.operations.staffing.queries import leaves_for, reachable_in_scope
from jiannuo.operations.staffing.services import ask_leave
from jiannuo.operations.staffing.tables import LeaveFilter
from jiannuo.operations.workforce.models import Absence, Shift, Technician
from jiannuo.operations.workorders.models import WorkOrder

MOST_DAYS = 31
_FROM = OpenApiParameter("from", OpenApiTypes.DATETIME, description="default: now")
_TO = OpenApiParameter("to", OpenApiTypes.DATETIME, description="default: a week later; at most 31 days")


class SpanSerializer(serializers.Serializer[Any]):
    """A shift or an absence of a technician."""

    technician = serializers.CharField(source="technician.user.username", help_text="user name")
    organization = serializers.CharField(source="technician.organization.code")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    break_from = serializers.DateTimeField(default=None, help_text="lunch; of shifts only")
    break_to = serializers.DateTimeField(default=None)
    standby = serializers.BooleanField(default=False)
    reason = serializers.CharField(default="", help_text="of absences only")


class ShiftViewSet(viewsets.ViewSet):
    """Shifts of the technicians in scope within a span of time, for planning systems; ``absences`` beside them."""

    permission = "workforce.view"
    permission_classes = (RolePermission,)

    @extend_schema(responses=SpanSerializer(many=True), parameters=[_FROM, _TO])
    def list(self, request: Any) -> Response:
        """Shifts and absences that meet the span."""
        asked = _SpanAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        begins = asked.validated_data.get("from_") or timezone.now()
        ends = asked.validated_data.get("to") or begins + timedelta(days=7)
        if not timedelta() < ends - begins <= timedelta(days=MOST_DAYS):
            raise DjangoValidationError({"to": _("Ask for at most %(days)s days.") % {"days": MOST_DAYS}})
        people = Technician.objects.visible_to(request.user).filter(active=True)
        found: dict[str, Any] = {}
        for name, model in (("shifts", Shift), ("absences", Absence)):
            rows = model.objects.filter(technician__in=people, starts_at__lt=ends, ends_at__gt=begins)
            rows = rows.select_related("technician__user", "technician__organization").order_by(
                "starts_at", "pk"
            )
            found[name] = SpanSerializer(rows, many=True).data
        return Response(found)


class _SpanAsked(serializers.Serializer[Any]):
    to = serializers.DateTimeField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateTimeField(required=False, source="from_")}


class DutySerializer(serializers.Serializer[Any]):
    """Who can be reached."""

    organization = serializers.CharField(source="organization.code")
    person = serializers.CharField(source="person.username", help_text="user name")
    name = serializers.CharField(source="person.name")
    phone = serializers.CharField()
    rank = serializers.IntegerField(help_text="1 is called first")
    kind = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class StandbyViewSet(viewsets.ViewSet):
    """Who is on standby now, for telephone systems that route emergencies."""

    permission = "workforce.standby"
    permission_classes = (RolePermission,)

    @extend_schema(responses=DutySerializer(many=True))
    def list(self, request: Any) -> Response:
        """By organisation, first called first."""
        return Response(DutySerializer(reachable_in_scope(request.user), many=True).data)


class LeaveSerializer(DocumentSerializer):
    """A leave and who stands in."""

    person = serializers.CharField(source="person.username", read_only=True, help_text="user name")
    deputy = serializers.CharField(source="deputy.username", read_only=True, help_text="user name")

    class Meta(DocumentSerializer.Meta):
        model = LeaveRequest
        fields = (
            *DocumentSerializer.Meta.fields,
            *("person", "reason", "starts_at", "ends_at", "days", "deputy", "text", "refusal"),
        )
        read_only_fields = fields


class NewLeaveSerializer(serializers.Serializer[Any]):
    """The own leave to ask for."""

    reason = serializers.ChoiceField(choices=Absence.Reason.choices, default=Absence.Reason.LEAVE)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    deputy = serializers.CharField(help_text="user name")
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class LeaveViewSet(DocumentViewSet):
    """Leave: the own, that in which one stands in, that of the people whose work one plans."""

    model = LeaveRequest
    permission = "workforce.own"
    serializer_class = LeaveSerializer
    filterset_class = LeaveFilter
    orderings = (NEWEST, Ordering("starts_at", "begins", ("starts_at",)))
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return LeaveRequest.objects.none()
        return leaves_for(self.request.user).select_related("created_by")

    @extend_schema(request=NewLeaveSerializer, responses={201: LeaveSerializer}, parameters=[KEY_PARAMETER])
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Ask for leave; 422 says by field what is wrong with it."""
        asked = NewLeaveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        deputy = User.objects.filter(username=data.pop("deputy"), is_active=True).first()
        if deputy is None:
            raise DjangoValidationError({"deputy": _("Nobody signs in with this name.")})
        leave = ask_leave(request.user, deputy=deputy, **data)
        return self.answer(self.get_queryset().get(pk=leave.pk), status=201)


class WindowSerializer(serializers.Serializer[Any]):
    """A window, with how many technicians could still come in it."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    places = serializers.IntegerField(read_only=True)


class WindowBookingSerializer(serializers.Serializer[Any]):
    """A window to agree."""

    document = serializers.CharField(help_text="number of the request or order")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    agreed_with = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)


class WindowLinkSerializer(serializers.Serializer[Any]):
    """An order whose customer is to choose a window."""

    document = serializers.CharField(help_text="number of the order")
    sent_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)


class WindowViewSet(IdempotentMixin, viewsets.ViewSet):
    """Windows that can be offered for a request or an order, and agreeing one."""

    permission = "orders.view"
    permission_classes = (RolePermission,)

    @extend_schema(
        responses=WindowSerializer(many=True),
        parameters=[OpenApiParameter("document", str, required=True, description="number")],
    )
    def list(self, request: Any) -> Response:
        """The free windows, soonest first."""
        subject = subject_of(_document(request.query_params.get("document", ""), request.user))
        return Response(WindowSerializer(offers(subject), many=True).data)

    @extend_schema(
        request=WindowBookingSerializer, responses={201: WindowSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any) -> Response:
        """Agree a window; 409 when it was taken meanwhile."""
        asked = WindowBookingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        subject = subject_of(_document(data.pop("document"), request.user))
        try:
            booking = services.book(subject, by=request.user, **data)
        except services.WindowTaken as error:
            return Response({"title": " ".join(error.messages), "status": 409}, status=409)
        return Response(
            {
                "starts_at": booking.starts_at,
                "ends_at": booking.ends_at,
                "technician": booking.technician.username,
            },
            status=201,
        )

    @extend_schema(
        request=WindowLinkSerializer, responses={201: WindowLinkSerializer}, parameters=[KEY_PARAMETER]
    )
    @action(detail=False, methods=["post"])
    def link(self, request: Any) -> Response:
        """Send the customer of an order the link to choose a window; 422 says why not."""
        asked = WindowLinkSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        order = _document(asked.validated_data["document"], request.user)
        if not isinstance(order, WorkOrder):
            raise DjangoValidationError({"document": _("This is no work order.")})
        sent = services.send_link(order, by=request.user)
        answer = {"document": order.number, "sent_at": sent.sent_at, "expires_at": sent.expires_at}
        return Response(WindowLinkSerializer(answer).data, status=201)


def _document(number: str, user: Any) -> Any:
    document = visible_document(number, user)
    if not isinstance(document, (WorkOrder, ServiceRequest)):
        raise DjangoValidationError({"document": _("There is no request or order with this number.")})
    return document


api_router.register("shifts", ShiftViewSet, basename="shift")
api_router.register("standby", StandbyViewSet, basename="standby")
api_router.register("leaves", LeaveViewSet, basename="leave")
api_router.register("windows", WindowViewSet, basename="window")
