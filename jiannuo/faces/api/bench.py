"""Goods in the house and loaners over the API: list, read, take in, do; the goods book to read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet, version_of
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.files.services import store
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.operations.bench.filters import CarryInFilter, LoanFilter, MoveFilter
from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan
from jiannuo.operations.bench.queries import loans_for, moves_for, pool_for, receipts_for
from jiannuo.operations.bench.services import (
    Goods,
    Lending,
    TakingBack,
    ask_for_loan,
    lend,
    take_back,
    take_in,
)
from jiannuo.operations.workorders.consents import ConsentMissing, asked_text
from jiannuo.operations.workorders.forms.fields import SignatureField
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import normalise_phone


class CarryInSerializer(DocumentSerializer):
    """A carry-in receipt; ``order`` is the work order of the repair."""

    order = serializers.CharField(source="order.number", read_only=True)
    order_state = serializers.CharField(source="order.state", read_only=True)
    waiting_for = serializers.CharField(source="order.waiting_for", read_only=True)
    technician = serializers.CharField(source="order.technician.username", default=None, read_only=True)
    customer = serializers.CharField(source="customer.code", read_only=True)
    brought_phone = serializers.SerializerMethodField(help_text="masked for those who need not see it")

    class Meta(DocumentSerializer.Meta):
        model = CarryIn
        fields = (
            *DocumentSerializer.Meta.fields,
            "order",
            "order_state",
            "waiting_for",
            "technician",
            "customer",
            "what",
            "serial",
            "serial_matches",
            "serial_note",
            "way",
            "brought_name",
            "brought_phone",
            "condition",
            "meter_reading",
            "taken_at",
            "expected_at",
            "expected_why",
            "away_with",
            "refused",
            "outcome",
            "outcome_note",
            "ready_at",
            "collected_at",
            "charged",
        )
        read_only_fields = fields

    def get_brought_phone(self, receipt: CarryIn) -> str:
        return phone_for(self.context["request"].user, receipt.brought_phone, receipt)


class AccessorySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    quantity = serializers.IntegerField(min_value=1, max_value=999, default=1)


class TakeInSerializer(serializers.Serializer[Any]):
    """What a technician brings in from the site, or is handed in for an order."""

    order = serializers.CharField(max_length=32, help_text="number of the work order")
    condition = serializers.CharField(max_length=1000)
    brought_name = serializers.CharField(max_length=60)
    brought_phone = serializers.CharField(required=False, default="", allow_blank=True, max_length=20)
    what = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)
    serial = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    serial_note = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    way = serializers.ChoiceField(choices=CarryIn.Way.choices, default=CarryIn.Way.TECHNICIAN)
    meter_reading = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=14, decimal_places=2, min_value=0
    )
    accessories = AccessorySerializer(many=True, required=False, default=list)


class CarryInViewSet(DocumentViewSet):
    """Carry-in receipts. Attach photos with ``attachments`` afterwards."""

    model = CarryIn
    permission = "bench.view"
    permissions_by_action = {"create": "bench.handle"}
    serializer_class = CarryInSerializer
    filterset_class = CarryInFilter
    orderings = (NEWEST, Ordering("expected", gettext_lazy("expected ready"), ("expected_at",)))
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return CarryIn.objects.none()
        return receipts_for(self.request.user).select_related("created_by", "order__organization")

    @extend_schema(request=TakeInSerializer, responses={201: CarryInSerializer}, parameters=[KEY_PARAMETER])
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Write a receipt for an order; 422 says by field what is wrong."""
        given = TakeInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        rows = WorkOrder.objects.visible_to(request.user).select_related(
            "organization", "customer", "unit__model__category", "unit__dealer"
        )
        order = rows.filter(number=data.pop("order")).first()
        if order is None:
            raise DjangoValidationError({"order": [_("There is no such order, or you may not see it.")]})
        if not request.user.has_perm("bench.handle", order):
            raise PermissionDenied("bench.handle")
        accessories = [(one["name"], one["quantity"]) for one in data.pop("accessories")]
        made = take_in(Goods(order=order, accessories=accessories, **data), by=request.user)
        response = self.answer(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = request.build_absolute_uri(made.number + "/")
        return response


class LoanSerializer(DocumentSerializer):
    """A loan of a piece of the pool."""

    equipment = serializers.CharField(source="equipment.serial", read_only=True)
    model = serializers.CharField(source="equipment.model.code", read_only=True)
    customer = serializers.CharField(source="customer.code", read_only=True)
    receipt = serializers.CharField(source="carry_in.number", default=None, read_only=True)
    order = serializers.CharField(source="order.number", default=None, read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Loan
        fields = (
            *DocumentSerializer.Meta.fields,
            "equipment",
            "model",
            "customer",
            "receipt",
            "order",
            "reason",
            "was_owed",
            "lent_at",
            "due_back_at",
            "meter_out",
            "condition_out",
            "returned_at",
            "meter_back",
            "condition_back",
            "damage",
            "damage_amount",
            "damage_state",
        )
        read_only_fields = fields


class LendSerializer(serializers.Serializer[Any]):
    """A loan: for a receipt, an order, or a customer with the reason. Photos are attached afterwards."""

    equipment = serializers.CharField(max_length=60, help_text="serial number of a piece in the pool")
    receipt = serializers.CharField(required=False, default="", allow_blank=True, max_length=32)
    order = serializers.CharField(required=False, default="", allow_blank=True, max_length=32)
    customer = serializers.CharField(required=False, default="", allow_blank=True, help_text="code")
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    grade_note = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    due_back_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    condition = serializers.CharField(max_length=300)
    meter = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=14, decimal_places=2, min_value=0
    )
    signed_by = serializers.CharField(max_length=60)
    phone = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    signature = serializers.CharField(max_length=2_000_000, help_text="PNG as data address")


class TakeBackSerializer(serializers.Serializer[Any]):
    """How a loaner came back; ``usable`` says whether it goes into the pool again. Amounts in CNY."""

    returned_by = serializers.CharField(max_length=60)
    condition = serializers.CharField(max_length=300)
    meter = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=14, decimal_places=2, min_value=0
    )
    damage = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)
    amount = serializers.DecimalField(required=False, default=Decimal(0), max_digits=12, decimal_places=2)
    usable = serializers.BooleanField(default=True)


class LoanViewSet(DocumentViewSet):
    """Loans of machines: lend with POST, take back, and lend for longer, lose or waive with the actions."""

    model = Loan
    permission = "bench.view"
    permissions_by_action = {"create": "loans.lend", "take_back": "loans.lend"}
    serializer_class = LoanSerializer
    filterset_class = LoanFilter
    orderings = (NEWEST, Ordering("due_back", gettext_lazy("due back"), ("due_back_at",)))
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Loan.objects.none()
        return loans_for(self.request.user).select_related("created_by")

    @extend_schema(
        request=LendSerializer,
        responses={201: LoanSerializer, 202: OpenApiTypes.OBJECT},
        parameters=[KEY_PARAMETER],
    )
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Lend a piece of the pool; 202 when a consent was asked for first, 422 says by field what is wrong."""
        given = LendSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        lending = _lending(dict(given.validated_data), request.user)
        try:
            made = lend(lending, by=request.user)
        except ConsentMissing:
            approval = ask_for_loan(lending, by=request.user)
            if approval is None:
                raise
            return Response({"detail": asked_text(approval)}, status=202)
        response = self.answer(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = request.build_absolute_uri(made.number + "/")
        return response

    @extend_schema(
        request=TakeBackSerializer,
        responses=LoanSerializer,
        parameters=[KEY_PARAMETER, OpenApiParameter("If-Match", str, OpenApiParameter.HEADER)],
    )
    @action(detail=True, methods=["post"], url_path="take-back", url_name="take-back")
    def take_back(self, request: Any, **kwargs: Any) -> Response:
        """Take a loaner back with its damage assessed; 409 when it is back already."""
        loan = self.get_object()
        given = TakeBackSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        take_back(loan, TakingBack(**given.validated_data), by=request.user, version=version_of(request))
        return self.answer(self.get_queryset().get(pk=loan.pk))


def _lending(data: dict[str, Any], user: Any) -> Lending:
    """What was asked for, with the records that it names; raises ValidationError by field."""
    serial = data.pop("equipment").strip()
    piece = pool_for(user).filter(serial=serial).first()
    if piece is None:
        raise _unknown("equipment", _("There is no such piece, or you may not see it."))
    receipt = order = customer = None
    if number := data.pop("receipt"):
        receipts = receipts_for(user).select_related("order__organization", "order__customer")
        receipt = receipts.filter(number=number).first()
        if receipt is None:
            raise _unknown("receipt", _("There is no such receipt, or you may not see it."))
    if number := data.pop("order"):
        rows = WorkOrder.objects.visible_to(user).select_related(
            "organization", "customer", "unit__model__category"
        )
        order = rows.filter(number=number).first()
        if order is None:
            raise _unknown("order", _("There is no such order, or you may not see it."))
    if code := data.pop("customer"):
        customer = Customer.objects.visible_to(user).active().filter(code=code).first()
        if customer is None:
            raise _unknown("customer", _("There is no record with the code %(code)s.") % {"code": code})
    try:
        kept = store(SignatureField().clean(data.pop("signature")), by=user, kinds=("image",))
    except DjangoValidationError as error:
        raise DjangoValidationError({"signature": error.messages}) from error
    if data["phone"].strip():
        data["phone"] = normalise_phone(data["phone"].strip())
    return Lending(equipment=piece, carry_in=receipt, order=order, customer=customer, signature=kept, **data)


def _unknown(field: str, text: str) -> DjangoValidationError:
    return DjangoValidationError({field: [text]})


class GoodsMoveSerializer(serializers.ModelSerializer[GoodsMove]):
    """One line of the goods book; ``document`` is the number of the receipt or slip."""

    organization = serializers.CharField(source="organization.code", read_only=True)
    by = serializers.CharField(source="by.username", default=None, read_only=True)
    document = serializers.CharField(source="document.number", read_only=True)

    class Meta:
        model = GoodsMove
        fields = (
            "id",
            "organization",
            "direction",
            "reason",
            "at",
            "by",
            "document",
            "what",
            "serial",
            "party",
            "note",
        )
        read_only_fields = fields


class MoveViewSet(mixins.ListModelMixin, GenericViewSet[Any]):
    """The goods book."""

    permission = "bench.view"
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    serializer_class = GoodsMoveSerializer
    filterset_class = MoveFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return GoodsMove.objects.none()
        return moves_for(self.request.user)


api_router.register("carry-ins", CarryInViewSet, basename="carryin")
api_router.register("loans", LoanViewSet, basename="loan")
api_router.register("goods-moves", MoveViewSet, basename="goods-move")
