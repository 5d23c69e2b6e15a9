"""Registration cards over the API: list, read, hand in, do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.operations.cards.checking import CardEntry
from jiannuo.operations.cards.filters import CardFilter
from jiannuo.operations.cards.models import RegistrationCard
from jiannuo.operations.cards.queries import cards_for, dealers_of
from jiannuo.operations.cards.services import submit_card
from jiannuo.registry.products.models import ProductModel


class CardSerializer(DocumentSerializer):
    """A registration card; its organisation is the dealer."""

    model = serializers.CharField(source="model.code", default=None, read_only=True)
    division = serializers.CharField(source="division_id", read_only=True, allow_null=True)
    phone = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    address = serializers.SerializerMethodField(help_text="masked for those who need not see it")

    class Meta(DocumentSerializer.Meta):
        model = RegistrationCard
        fields = (
            *DocumentSerializer.Meta.fields,
            "way",
            "received_at",
            "model",
            "serial",
            "sold_on",
            "invoice_number",
            "price",
            "customer_name",
            "phone",
            "division",
            "address",
            "card_number",
            "in_time",
            "recognised_at",
            "refusal",
            "refusal_reason",
        )
        read_only_fields = fields

    def get_phone(self, card: RegistrationCard) -> str:
        return phone_for(self.context["request"].user, card.phone, card)

    def get_address(self, card: RegistrationCard) -> str:
        return address_for(self.context["request"].user, card.address, card)


class NewCardSerializer(serializers.Serializer[Any]):
    """A sale that a dealer reports."""

    dealer = serializers.CharField(
        required=False, help_text="code of the dealer; may be left out by those who work for one only"
    )
    serial = serializers.CharField(max_length=60)
    model = serializers.CharField(
        required=False, help_text="code of the model, where the serial is not enough"
    )
    sold_on = serializers.DateField()
    invoice_number = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    price = serializers.DecimalField(
        required=False, allow_null=True, default=None, max_digits=14, decimal_places=2, min_value=0
    )
    customer_name = serializers.CharField(max_length=120)
    phone = serializers.CharField(max_length=40)
    division = serializers.CharField(required=False, default="", allow_blank=True, help_text="division code")
    address = serializers.CharField(required=False, default="", allow_blank=True, max_length=160)
    card_number = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)


class CardViewSet(DocumentViewSet):
    """Registration cards. Attach the picture with ``attachments`` afterwards."""

    model = RegistrationCard
    permission = "cards.view"
    permissions_by_action = {"create": "cards.create"}
    serializer_class = CardSerializer
    filterset_class = CardFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return RegistrationCard.objects.none()
        return cards_for(self.request.user).select_related("created_by")

    @extend_schema(request=NewCardSerializer, responses={201: CardSerializer}, parameters=[KEY_PARAMETER])
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Hand in a card; 422 says by field what is wrong with it."""
        given = NewCardSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        entry = _entry(given.validated_data, request.user)
        made = submit_card(by=request.user, entry=entry, way=RegistrationCard.Way.API)
        response = self.answer(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = request.build_absolute_uri(made.number + "/")
        return response


def _entry(data: dict[str, Any], user: Any) -> CardEntry:
    model = None
    if data.get("model"):
        model = ProductModel.objects.filter(code=data["model"]).select_related("category").first()
        if model is None:
            raise _wrong("model", _("There is no model %(code)s.") % {"code": data["model"]})
    division = None
    if data["division"]:
        division = Division.objects.filter(pk=data["division"]).first()
        if division is None:
            text = _("There is no division with the code %(code)s.") % {"code": data["division"]}
            raise _wrong("division", text)
    plain = (
        "serial",
        "sold_on",
        "invoice_number",
        "price",
        "customer_name",
        "phone",
        "address",
        "card_number",
    )
    dealer = _dealer(data.get("dealer"), user)
    return CardEntry(dealer=dealer, model=model, division=division, **{name: data[name] for name in plain})


def _dealer(code: str | None, user: Any) -> Any:
    rows = dealers_of(user)
    found = list((rows.filter(code=code) if code else rows)[:2])
    if not found and not code:
        raise PermissionDenied("cards.create")
    if len(found) != 1:
        raise _wrong("dealer", _("Give the code of a dealer for which you may hand in cards."))
    return found[0]


def _wrong(field: str, text: str) -> DjangoValidationError:
    return DjangoValidationError({field: [text]})


api_router.register("cards", CardViewSet, basename="card")
