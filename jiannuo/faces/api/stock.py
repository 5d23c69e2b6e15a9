"""Stock over the API: what lies where, the ledger, the places; receive, move, count, take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.problems import Problem
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.operations.parts import services
from jiannuo.operations.parts.filters import EntryFilter, PlaceFilter, StockFilter
from jiannuo.operations.parts.models import Condition, StockBalance, StockEntry, StockLocation
from jiannuo.operations.parts.queries import entries_seen_by, places_seen_by, stock_seen_by
from jiannuo.operations.parts.services import Item, StockChanged, StockShort
from jiannuo.operations.parts.views.lists import BY_PART, BY_QUANTITY
from jiannuo.registry.products.models import SparePart

MOST_ITEMS = 200


class StockPlaceSerializer(serializers.ModelSerializer[StockLocation]):
    """A store, or the van of a person."""

    organization = serializers.CharField(source="organization.code", read_only=True)
    person = serializers.CharField(
        source="person.username", default=None, read_only=True, help_text="user name of the driver of a van"
    )

    class Meta:
        model = StockLocation
        fields = ("id", "organization", "kind", "name", "person", "active")
        read_only_fields = fields


class StockBalanceSerializer(serializers.ModelSerializer[StockBalance]):
    """How much of a part lies at a place in a condition."""

    location_name = serializers.CharField(source="location.name", read_only=True)
    part = serializers.CharField(source="part.code", read_only=True)
    part_name = serializers.CharField(source="part.name", read_only=True)
    unit = serializers.CharField(source="part.unit", read_only=True)
    value = serializers.DecimalField(
        max_digits=14, decimal_places=2, read_only=True, help_text="CNY, at the cost of today"
    )

    class Meta:
        model = StockBalance
        fields = (
            "id",
            "location",
            "location_name",
            "part",
            "part_name",
            "condition",
            "quantity",
            "unit",
            "value",
        )
        read_only_fields = fields


class StockEntrySerializer(serializers.ModelSerializer[StockEntry]):
    """An entry of the ledger; ``reverses`` names the entry that a red one takes back."""

    location_name = serializers.CharField(source="location.name", read_only=True)
    part = serializers.CharField(source="part.code", read_only=True)
    document = serializers.CharField(source="document.number", default=None, read_only=True)
    by = serializers.CharField(source="by.username", default=None, read_only=True)

    class Meta:
        model = StockEntry
        fields = (
            "id",
            "location",
            "location_name",
            "part",
            "condition",
            "quantity",
            "unit_cost",
            "cause",
            "document",
            "transfer",
            "reverses",
            "note",
            "by",
            "at",
        )
        read_only_fields = fields


class StockItemSerializer(serializers.Serializer[Any]):
    part = serializers.CharField(max_length=40, help_text="part number")
    quantity = serializers.DecimalField(max_digits=10, decimal_places=2)
    condition = serializers.ChoiceField(choices=Condition.choices, default=Condition.GOOD)


class StockReceiptSerializer(serializers.Serializer[Any]):
    location = serializers.IntegerField(min_value=1)
    items: Any = StockItemSerializer(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]
    cause = serializers.ChoiceField(choices=["received", "opening"], default="received")
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class StockMoveSerializer(serializers.Serializer[Any]):
    source = serializers.IntegerField(min_value=1)  # type: ignore[assignment]
    target = serializers.IntegerField(min_value=1)
    items: Any = StockItemSerializer(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class StockCountSerializer(serializers.Serializer[Any]):
    location = serializers.IntegerField(min_value=1)
    part = serializers.CharField(max_length=40, help_text="part number")
    condition = serializers.ChoiceField(choices=Condition.choices, default=Condition.GOOD)
    counted = serializers.DecimalField(max_digits=10, decimal_places=2)
    reason = serializers.CharField(max_length=300)
    expected = serializers.DecimalField(
        max_digits=10,
        decimal_places=2,
        required=False,
        allow_null=True,
        default=None,
        help_text="what the ledger said when it was counted; 409 when that is not so any more",
    )


class StockReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


def _place(user: Any, field: str, pk: int) -> StockLocation:
    """The place that a body names. Raises ValidationError for one that the caller may not see."""
    found = places_seen_by(user).filter(pk=pk).first()
    if found is None:
        raise DjangoValidationError({field: [_("There is no such store or van, or you may not see it.")]})
    return found


def _items(rows: Sequence[dict[str, Any]]) -> list[Item]:
    """What a body lists, with its parts; raises ValidationError by place (``items.0.part``)."""
    known = SparePart.objects.in_bulk({row["part"] for row in rows}, field_name="code")
    unknown = {
        f"items.{place}.part": [_("There is no part with the number %(code)s.") % {"code": row["part"]}]
        for place, row in enumerate(rows)
        if row["part"] not in known
    }
    if unknown:
        raise DjangoValidationError(unknown)
    return [Item(known[row["part"]], row["quantity"], row["condition"]) for row in rows]


class _Lists(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """What the lists of stock have in common."""

    permission = "stock.view"
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    lookup_value_regex = "[0-9]{1,18}"
    orderings: Any = (NEWEST,)
    default_ordering = "-id"

    def get_object(self) -> Any:
        """The record; 404 for what the caller may not see."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])


class StockViewSet(_Lists):
    """What lies in stores and vans."""

    serializer_class = StockBalanceSerializer
    filterset_class = StockFilter
    orderings = (BY_PART, BY_QUANTITY)
    default_ordering = "part"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return StockBalance.objects.none()
        return stock_seen_by(self.request.user)


class PlaceViewSet(_Lists):
    """Stores and vans."""

    serializer_class = StockPlaceSerializer
    filterset_class = PlaceFilter

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return StockLocation.objects.none()
        return places_seen_by(self.request.user)


class EntryViewSet(IdempotentMixin, _Lists):
    """The ledger, and what is booked into it. What is short answers 409 ``stock-short`` and books nothing."""

    permissions_by_action = {
        "receive": "stock.keep",
        "move": "stock.keep",
        "count": "stock.keep",
        "reverse": "stock.keep",
    }
    serializer_class = StockEntrySerializer
    filterset_class = EntryFilter

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return StockEntry.objects.none()
        return entries_seen_by(self.request.user)

    def _booked(self, entries: Sequence[StockEntry], status: int = 201) -> Response:
        rows = self.get_queryset().filter(pk__in=[entry.pk for entry in entries]).order_by("pk")
        return Response(self.get_serializer(rows, many=True).data, status=status)

    @extend_schema(
        request=StockReceiptSerializer,
        responses={201: StockEntrySerializer(many=True)},
        parameters=[KEY_PARAMETER],
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def receive(self, request: Any) -> Response:
        """Book parts that came from outside, all or none."""
        given = StockReceiptSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        place = _place(request.user, "location", data["location"])
        return self._booked(
            services.receive_all(
                place, _items(data["items"]), by=request.user, cause=data["cause"], note=data["note"]
            )
        )

    @extend_schema(
        request=StockMoveSerializer,
        responses={201: StockEntrySerializer(many=True)},
        parameters=[KEY_PARAMETER],
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def move(self, request: Any) -> Response:
        """Move parts from one place to another, all or none."""
        given = StockMoveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        source = _place(request.user, "source", data["source"])
        target = _place(request.user, "target", data["target"])
        try:
            moved = services.move(source, target, _items(data["items"]), by=request.user, note=data["note"])
        except StockShort as short:
            raise _short(short) from short
        return self._booked(moved)

    @extend_schema(
        request=StockCountSerializer,
        responses={200: StockEntrySerializer(many=True), 201: StockEntrySerializer(many=True)},
        parameters=[KEY_PARAMETER],
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def count(self, request: Any) -> Response:
        """Book what a stocktake found; 200 with an empty list when the ledger agrees."""
        given = StockCountSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        place = _place(request.user, "location", data.pop("location"))
        part = SparePart.objects.filter(code=data["part"]).first()
        if part is None:
            text = _("There is no part with the number %(code)s.") % {"code": data["part"]}
            raise DjangoValidationError({"part": [text]})
        try:
            entry = services.count(place, by=request.user, **{**data, "part": part})
        except StockChanged as changed:
            raise Problem(409, "stock-changed", changed.messages[0]) from changed
        return self._booked([entry]) if entry is not None else Response([], status=200)

    @extend_schema(
        request=StockReasonSerializer,
        responses={201: StockEntrySerializer(many=True)},
        parameters=[KEY_PARAMETER],
        filters=False,
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def reverse(self, request: Any, **kwargs: Any) -> Response:
        """Take an entry back by a red one, with the other side of a move."""
        entry = self.get_object()
        given = StockReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            red = services.reverse(entry, by=request.user, reason=given.validated_data["reason"])
        except StockShort as short:
            raise _short(short) from short
        except DjangoValidationError as error:
            if getattr(error, "code", "") in ("reversed", "is_red", "of_document"):
                raise Problem(409, "cannot-be-taken-back", error.messages[0]) from error
            raise
        return self._booked(red)


def _short(short: StockShort) -> Problem:
    return Problem(409, "stock-short", short.messages[0], errors={"non_field_errors": short.messages})


api_router.register("stock", StockViewSet, basename="stock")
api_router.register("stock-places", PlaceViewSet, basename="stockplace")
api_router.register("stock-entries", EntryViewSet, basename="stockentry")
