"""Duty logs over the API: logs, shifts, entries, open items, and the hand-over between shifts."""

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
from jiannuo.kernel.files.services import store
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.filters import ShiftFilter
from jiannuo.operations.maintenance.models import DutyBook, DutyShift, LogEntry, OpenItem
from jiannuo.operations.maintenance.services.logs import open_items
from jiannuo.operations.workorders.forms.fields import SignatureField
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit

WRITE = "logs.write"


def _wrong(field: str, text: str) -> DjangoValidationError:
    return DjangoValidationError({field: [text]})


class DutyBookSerializer(serializers.ModelSerializer[DutyBook]):
    """A log, who is on duty now, and how much is open."""

    organization: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    shifts = serializers.ListField(source="shift_names", child=serializers.CharField(), read_only=True)
    running = serializers.CharField(source="running_number", read_only=True, allow_null=True)
    running_state = serializers.CharField(read_only=True, allow_null=True)
    on_duty = serializers.CharField(read_only=True, allow_null=True)
    open_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = DutyBook
        fields = (
            "id",
            "organization",
            "customer",
            "name",
            "shifts",
            "is_active",
            "running",
            "running_state",
            "on_duty",
            "open_count",
        )
        read_only_fields = fields


class NewBookSerializer(serializers.Serializer[Any]):
    """A log with the names of its shifts."""

    organization = serializers.CharField(help_text="code")
    customer = serializers.CharField(required=False, default="", allow_blank=True, help_text="code")
    name = serializers.CharField(max_length=80)
    shifts = serializers.ListField(child=serializers.CharField(max_length=40), max_length=10)


class ShiftBeginSerializer(serializers.Serializer[Any]):
    """Which shift of the log begins."""

    shift_name = serializers.CharField(max_length=40)


class EntrySerializer(serializers.ModelSerializer[LogEntry]):
    """One line of a log."""

    serial = serializers.CharField(source="unit.serial", default=None, read_only=True)
    by: Any = serializers.StringRelatedField()
    readings: Any = serializers.StringRelatedField(many=True)

    class Meta:
        model = LogEntry
        fields = ("id", "at", "kind", "text", "serial", "by", "readings", "recorded_at", "late_reason")
        read_only_fields = fields


class NewEntrySerializer(serializers.Serializer[Any]):
    """A line of the log; without ``at`` it is now."""

    kind = serializers.ChoiceField(choices=LogEntry.Kind.choices, default=LogEntry.Kind.RUNNING)
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    text = serializers.CharField(max_length=1000)
    serial = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)


class OpenItemSerializer(serializers.ModelSerializer[OpenItem]):
    """Something that the next shift must know, and what came of it."""

    raised_in = serializers.CharField(source="raised_in.number", read_only=True)
    raised_by: Any = serializers.StringRelatedField()

    class Meta:
        model = OpenItem
        fields = ("id", "text", "raised_in", "raised_at", "raised_by", "closed_at", "result")
        read_only_fields = fields


class NewItemSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=300)


class CloseItemSerializer(serializers.Serializer[Any]):
    result = serializers.CharField(max_length=300)


class AcceptSerializer(serializers.Serializer[Any]):
    """Who takes over names the shift that begins, every open item that was read, and signs."""

    shift_name = serializers.CharField(max_length=40)
    read = serializers.ListField(
        child=serializers.IntegerField(), default=list, help_text="ids of open items"
    )
    remark = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    signature = serializers.CharField(max_length=2_000_000, help_text="PNG as data address")


class ShiftSerializer(DocumentSerializer):
    """A shift of a log."""

    book = serializers.IntegerField(source="book_id", read_only=True)
    log = serializers.CharField(source="book.name", read_only=True)
    person: Any = serializers.StringRelatedField()
    accepted_by: Any = serializers.StringRelatedField()

    class Meta(DocumentSerializer.Meta):
        model = DutyShift
        fields = (
            *DocumentSerializer.Meta.fields,
            *("book", "log", "shift_name", "person", "began_at", "handed_at", "summary"),
            *("accepted_by", "accepted_at", "remark"),
        )
        read_only_fields = fields


class ShiftDetailSerializer(ShiftSerializer):
    """The same with its entries, and what is open now or was handed over with it."""

    entries = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()

    class Meta(ShiftSerializer.Meta):
        fields = (*ShiftSerializer.Meta.fields, "entries", "items")
        read_only_fields = fields

    def get_entries(self, shift: DutyShift) -> list[Any]:
        rows = shift.entries.select_related("unit", "by").prefetch_related("readings")[:500]
        return list(EntrySerializer(rows, many=True).data)

    def get_items(self, shift: DutyShift) -> list[Any]:
        if shift.is_running:
            return list(OpenItemSerializer(open_items(shift.book_id), many=True).data)
        handed = shift.handed.select_related("item__raised_in", "item__raised_by")
        return list(OpenItemSerializer([one.item for one in handed], many=True).data)


class BookViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[DutyBook]
):
    """Duty logs. The first shift of a log is begun here; each later one by accepting the one before."""

    permission = "logs.view"
    permissions_by_action = {"create": "maintenance.plan", "begin": WRITE}
    permission_classes = (RolePermission,)
    serializer_class = DutyBookSerializer
    pagination_class: Any = KeysetPagination
    orderings = (NEWEST,)
    default_ordering = "-id"
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return DutyBook.objects.none()
        return queries.books_for(self.request.user)

    @extend_schema(request=NewBookSerializer, responses={201: DutyBookSerializer}, parameters=[KEY_PARAMETER])
    def create(self, request: Any, **kwargs: Any) -> Response:
        """Keep a new log."""
        given = NewBookSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        house = Organization.objects.visible_to(request.user).filter(code=data["organization"]).first()
        if house is None:
            raise _wrong("organization", _no_record(data["organization"]))
        customer = None
        if data["customer"]:
            customer = (
                Customer.objects.visible_to(request.user).active().filter(code=data["customer"]).first()
            )
            if customer is None:
                raise _wrong("customer", _no_record(data["customer"]))
        names = ",".join(name.replace(",", " ").strip() for name in data["shifts"])
        made = services.save_book(
            DutyBook(organization=house, customer=customer, name=data["name"].strip(), shifts=names),
            by=request.user,
        )
        return Response(self.get_serializer(self.get_queryset().get(pk=made.pk)).data, status=201)

    @extend_schema(
        request=ShiftBeginSerializer, responses={201: ShiftDetailSerializer}, parameters=[KEY_PARAMETER]
    )
    @action(detail=True, methods=["post"])
    def begin(self, request: Any, **kwargs: Any) -> Response:
        """Begin the first shift; 422 while somebody is on duty."""
        book = self.get_object()
        given = ShiftBeginSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        shift = services.begin_shift(book, by=request.user, shift_name=given.validated_data["shift_name"])
        return Response(ShiftDetailSerializer(shift, context=self.get_serializer_context()).data, status=201)


def _no_record(code: str) -> str:
    return _("There is no record with the code %(code)s.") % {"code": code}


class ShiftViewSet(DocumentViewSet):
    """Shifts of duty logs: hand over and send back with the actions, take over with ``accept``."""

    model = DutyShift
    permission = "logs.view"
    permissions_by_action = {"entries": WRITE, "items": WRITE, "close_item": WRITE, "accept": WRITE}
    serializer_class = ShiftSerializer
    filterset_class = ShiftFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return DutyShift.objects.none()
        return queries.shifts_for(self.request.user).select_related("created_by")

    def get_serializer_class(self) -> Any:
        return ShiftSerializer if self.action == "list" else ShiftDetailSerializer

    @extend_schema(request=NewEntrySerializer, responses={201: EntrySerializer}, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def entries(self, request: Any, **kwargs: Any) -> Response:
        """Write a line of the log; only who is on duty may."""
        shift = self.get_object()
        given = NewEntrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        unit = None
        if serial := data.pop("serial").strip():
            unit = InstalledUnit.objects.visible_to(request.user).filter(serial__iexact=serial).first()
            if unit is None:
                raise _wrong("serial", _("There is no unit %(serials)s.") % {"serials": serial})
        entry = services.write_entry(shift, by=request.user, unit=unit, **data)
        return Response(EntrySerializer(entry).data, status=201)

    @extend_schema(request=NewItemSerializer, responses={201: OpenItemSerializer}, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def items(self, request: Any, **kwargs: Any) -> Response:
        """Something for the next shift; it stays until it is closed."""
        shift = self.get_object()
        given = NewItemSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        item = services.raise_item(shift, by=request.user, text=given.validated_data["text"])
        return Response(OpenItemSerializer(item).data, status=201)

    @extend_schema(
        request=CloseItemSerializer,
        responses=OpenItemSerializer,
        parameters=[KEY_PARAMETER, OpenApiParameter("item", int, OpenApiParameter.PATH)],
    )
    @action(
        detail=True, methods=["post"], url_path=r"items/(?P<item>[0-9]{1,18})/close", url_name="close-item"
    )
    def close_item(self, request: Any, item: str, **kwargs: Any) -> Response:
        """What came of an open item, during one's own shift."""
        shift = self.get_object()
        found = OpenItem.objects.filter(pk=int(item), book=shift.book_id).first()
        if found is None:
            raise Http404
        given = CloseItemSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        closed = services.close_item(found, shift, by=request.user, result=given.validated_data["result"])
        return Response(OpenItemSerializer(closed).data)

    @extend_schema(
        request=AcceptSerializer, responses={201: ShiftDetailSerializer}, parameters=[KEY_PARAMETER]
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Any, **kwargs: Any) -> Response:
        """Take over; answers the shift that begins. 409 when other items are open than those that were read."""
        shift = self.get_object()
        given = AcceptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        try:
            signature = store(SignatureField().clean(data["signature"]), by=request.user, kinds=("image",))
        except DjangoValidationError as error:
            raise DjangoValidationError({"signature": error.messages}) from error
        data["signature"] = signature
        try:
            mine = services.accept_shift(shift, by=request.user, **data)
        except services.ItemsChanged as error:
            raise Problem(409, "items-changed", str(error)) from error
        return self.answer(self.get_queryset().get(pk=mine.pk), status=201)


api_router.register("duty-logs", BookViewSet, basename="dutylog")
api_router.register("duty-shifts", ShiftViewSet, basename="dutyshift")
