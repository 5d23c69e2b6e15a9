"""Announced events over the API: contracts, seasons, expiries and deliveries that another system knows first."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.models import Commitment
from jiannuo.promises.obligations import announcing, queries
from jiannuo.promises.obligations.announcing import ANNOUNCE
from jiannuo.promises.obligations.filters import EventFilter
from jiannuo.promises.obligations.models import AnnouncedEvent
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Category


class EventSerializer(serializers.ModelSerializer[AnnouncedEvent]):
    """An event, its day, and whose it is."""

    organization = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    customer = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    unit = serializers.CharField(
        source="unit.serial", default=None, read_only=True, help_text="serial number"
    )
    commitment = serializers.CharField(source="commitment.code", default=None, read_only=True)
    product = serializers.CharField(source="category.code_path", default=None, read_only=True)
    announced_by = serializers.CharField(
        source="announced_by.username", default=None, read_only=True, help_text="user name"
    )

    class Meta:
        model = AnnouncedEvent
        fields = (
            "id",
            "event",
            "event_label",
            "on",
            "clock",
            "state",
            "organization",
            "customer",
            "unit",
            "commitment",
            "product",
            "matter",
            "occasion",
            "note",
            "source",
            "announced_by",
            "announced_at",
            "called_off_at",
            "reason",
        )
        read_only_fields = fields


class AnnounceSerializer(serializers.Serializer[Any]):
    event = serializers.ChoiceField(choices=AnnouncedEvent.EVENTS)
    on = serializers.DateField()
    clock = serializers.TimeField(required=False, allow_null=True)
    organization = serializers.CharField(help_text="its code")
    customer = serializers.IntegerField(required=False, help_text="key")
    unit = serializers.IntegerField(required=False, help_text="key")
    commitment = serializers.CharField(required=False, help_text="its code")
    product = serializers.CharField(required=False, help_text="such as vehicle/electric")
    matter = serializers.CharField(required=False, max_length=60)
    occasion = serializers.CharField(required=False, max_length=60)
    note = serializers.CharField(required=False, max_length=200)


class DaySerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    clock = serializers.TimeField(required=False, allow_null=True)


class CallOffSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class EventViewSet(IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """Announced events, filtered and sorted as on their page."""

    permission = "obligations.view"
    permissions_by_action = {"create": ANNOUNCE, "move": ANNOUNCE, "call_off": ANNOUNCE}
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    serializer_class = EventSerializer
    filterset_class = EventFilter
    orderings = (NEWEST, Ordering("on", "day", ("on",)))
    default_ordering = "-id"
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return AnnouncedEvent.objects.none()
        return queries.announced(self.request.user)

    def get_object(self) -> Any:
        """The event; 404 for what the caller may not see, also where a role elsewhere would allow it."""
        try:
            return super().get_object()
        except NotPermitted as error:
            raise Http404 from error

    @extend_schema(
        request=AnnounceSerializer,
        responses={200: EventSerializer, 201: EventSerializer},
        parameters=[KEY_PARAMETER],
    )
    def create(self, request: Any, **kwargs: Any) -> Response:
        """Announce an event: 201 when it is new, 200 when it was known; told with another day it moves."""
        asked = AnnounceSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = dict(asked.validated_data)
        user = request.user
        found = {
            "organization": (Organization.objects.visible_to(user), "code"),
            "customer": (Customer.objects.visible_to(user), "pk"),
            "unit": (InstalledUnit.objects.visible_to(user).select_related(*UNIT), "pk"),
            "commitment": (Commitment.objects.visible_to(user), "code"),
            "product": (Category.objects.all(), "code_path"),
        }
        for name, (rows, field) in found.items():
            if name in data:
                data[name] = rows.filter(**{field: data[name]}).first()
                if data[name] is None:
                    raise DjangoValidationError(
                        {name: _("There is none with this key, or you may not see it.")}
                    )
        if "product" in data:
            data["category"] = data.pop("product")
        row, is_new = announcing.announce(data.pop("event"), by=user, **data)
        return self._answer(row.pk, status=201 if is_new else 200)

    @extend_schema(request=DaySerializer, responses=EventSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def move(self, request: Any, **kwargs: Any) -> Response:
        """Move it to another day."""
        row = self._changeable()
        asked = DaySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        announcing.change_day(row, data["on"], clock=data.get("clock"), by=request.user)
        return self._answer(row.pk)

    @extend_schema(request=CallOffSerializer, responses=EventSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"], url_path="call-off")
    def call_off(self, request: Any, **kwargs: Any) -> Response:
        """Say that it will not be, with a ``reason``."""
        row = self._changeable()
        asked = CallOffSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        announcing.call_off_event(row, reason=asked.validated_data["reason"], by=request.user)
        return self._answer(row.pk)

    def _changeable(self) -> AnnouncedEvent:
        """What people announced; what an agreement tells is changed in the file of the organisation."""
        row: AnnouncedEvent = self.get_object()
        if row.source != AnnouncedEvent.Source.PERSON:
            raise DjangoValidationError(_("This is told by the agreement on file. Change it there."))
        return row

    def _answer(self, pk: int, status: int = 200) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, status=status)


UNIT = ("organization", "customer", "model__category", "address", "dealer")

api_router.register("announced-events", EventViewSet, basename="announcedevent")
