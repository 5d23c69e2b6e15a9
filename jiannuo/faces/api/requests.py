"""Service requests over the API: list, read, register, do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.problems import Problem
from jiannuo.faces.api.remedies import RemediesMixin
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.filters import ServiceRequestFilter
from jiannuo.operations.desk.models import Nature, ServiceRequest
from jiannuo.operations.desk.services import NewCustomer, NewUnit, PossibleDuplicate, register_request
from jiannuo.operations.desk.views.pages import RELATED, rows_for
from jiannuo.promises.commitments.showing import view_of
from jiannuo.promises.obligations.queries import for_document
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import FaultCode, ProductModel

UNIT_DATES = ("produced_on", "shipped_on", "delivered_on", "invoiced_on", "installed_on", "accepted_on")


class RequestSerializer(DocumentSerializer):
    """A service request as lists show it."""

    customer = serializers.CharField(source="customer.code", read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    unit = serializers.CharField(
        source="unit.serial", default=None, read_only=True, help_text="serial number"
    )
    model = serializers.CharField(source="unit.model.code", default=None, read_only=True)
    owner = serializers.CharField(
        source="owner.username", default=None, read_only=True, help_text="user name"
    )
    next_due = serializers.DateTimeField(read_only=True, allow_null=True)
    reporter_phone = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    address = serializers.SerializerMethodField(help_text="masked for those who need not see it")

    class Meta(DocumentSerializer.Meta):
        model = ServiceRequest
        fields = (
            *DocumentSerializer.Meta.fields,
            "request_kind",
            "severity",
            "nature",
            "responsible_role",
            "channel",
            "received_at",
            "customer",
            "customer_name",
            "unit",
            "model",
            "in_warranty",
            "symptom_text",
            "reporter_name",
            "reporter_phone",
            "address",
            "owner",
            "next_due",
        )
        read_only_fields = fields

    def get_reporter_phone(self, request: ServiceRequest) -> str:
        return phone_for(self.context["request"].user, request.reporter_phone, request)

    def get_address(self, request: ServiceRequest) -> str:
        return address_for(self.context["request"].user, request.address, request)


class CoverSerializer(serializers.Serializer[Any]):
    component = serializers.CharField()
    item = serializers.CharField(source="item_code")
    covered = serializers.BooleanField()
    payer = serializers.CharField(help_text="in the caller's language")
    until = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(source="why.text", default="")
    source: Any = serializers.CharField(source="why.source", default="")


class ObligationSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField()
    label: Any = serializers.CharField(source="metric_label")
    text = serializers.CharField()
    state = serializers.CharField()
    paused = serializers.BooleanField(source="is_paused")
    due_at = serializers.DateTimeField(allow_null=True)
    warn_at = serializers.DateTimeField(allow_null=True)
    met_at = serializers.DateTimeField(allow_null=True)
    person = serializers.CharField(source="person.username", default=None)


class RequestDetailSerializer(RequestSerializer):
    """A service request with its cover and what is owed."""

    symptom = serializers.CharField(source="symptom.code", default=None, read_only=True)
    division = serializers.CharField(source="division_id", read_only=True, allow_null=True)
    merged_into = serializers.CharField(source="merged_into.number", default=None, read_only=True)
    cover = serializers.SerializerMethodField()
    obligations = serializers.SerializerMethodField()

    class Meta(RequestSerializer.Meta):
        fields = (
            *RequestSerializer.Meta.fields,
            "symptom",
            "division",
            "wished_from",
            "wished_to",
            "answer",
            "merged_into",
            "cover",
            "obligations",
        )
        read_only_fields = fields

    @extend_schema(responses=CoverSerializer(many=True))
    def get_cover(self, request: ServiceRequest) -> Any:
        view = view_of(request.decision, request.unit.model_id if request.unit is not None else None)
        lines = [line for group in view.cover for line in group.items] if view is not None else []
        return CoverSerializer(lines, many=True).data

    @extend_schema(responses=ObligationSerializer(many=True))
    def get_obligations(self, request: ServiceRequest) -> Any:
        return ObligationSerializer(for_document(request), many=True).data


class NewCustomerSerializer(serializers.Serializer[Any]):
    """A customer who is not in the files."""

    name = serializers.CharField(max_length=120)
    phone = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(choices=Customer.Kind.choices, default=Customer.Kind.HOUSEHOLD)
    division = serializers.CharField(required=False, default="", allow_blank=True, help_text="division code")
    address = serializers.CharField(required=False, default="", allow_blank=True, max_length=160)


class NewUnitSerializer(serializers.Serializer[Any]):
    """A unit that is not in the files."""

    model = serializers.CharField(help_text="code of the model")
    serial = serializers.CharField(max_length=60)
    produced_on = serializers.DateField(required=False)
    shipped_on = serializers.DateField(required=False)
    delivered_on = serializers.DateField(required=False)
    invoiced_on = serializers.DateField(required=False)
    installed_on = serializers.DateField(required=False)
    accepted_on = serializers.DateField(required=False)


class NewRequestSerializer(serializers.Serializer[Any]):
    """What a customer asks. Name the customer by number or give a new one; the unit likewise, or none."""

    organization = serializers.CharField(
        required=False, help_text="code; found from unit or customer when left out"
    )
    customer = serializers.CharField(required=False, help_text="customer number")
    new_customer = NewCustomerSerializer(required=False)
    unit = serializers.CharField(required=False, help_text="serial number")
    model = serializers.CharField(
        required=False, help_text="code of the model, where the serial is not enough"
    )
    new_unit = NewUnitSerializer(required=False)
    request_kind = serializers.ChoiceField(
        choices=ServiceRequest.Kind.choices, default=ServiceRequest.Kind.REPAIR
    )
    severity = serializers.ChoiceField(
        choices=ServiceRequest.Severity.choices, default=ServiceRequest.Severity.NORMAL
    )
    channel = serializers.ChoiceField(
        choices=ServiceRequest.Channel.choices, default=ServiceRequest.Channel.API
    )
    nature = serializers.ChoiceField(choices=["", *Nature.values], default="", required=False)
    symptom_text = serializers.CharField(max_length=4000)
    symptom = serializers.CharField(required=False, help_text="code of the symptom")
    reporter_name = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    reporter_phone = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    division = serializers.CharField(required=False, default="", help_text="division code of the site")
    address = serializers.CharField(required=False, default="", allow_blank=True, max_length=220)
    received_at = serializers.DateTimeField(required=False)
    wished_from = serializers.DateTimeField(required=False)
    wished_to = serializers.DateTimeField(required=False)
    allow_duplicate = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("customer" in attrs) == ("new_customer" in attrs):
            raise serializers.ValidationError({"customer": [_("Give either customer or new_customer.")]})
        if "unit" in attrs and "new_unit" in attrs:
            raise serializers.ValidationError({"unit": [_("Give either unit or new_unit.")]})
        return attrs


class RequestViewSet(RemediesMixin, DocumentViewSet):
    """Service requests."""

    model = ServiceRequest
    permission = "requests.view"
    permissions_by_action = {"create": "requests.create"}
    serializer_class = RequestSerializer
    filterset_class = ServiceRequestFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return ServiceRequest.objects.none()
        rows = rows_for(self.request.user).select_related("created_by")
        return rows.defer(None).select_related(*RELATED) if self.detail else rows

    def get_serializer_class(self) -> Any:
        return RequestDetailSerializer if self.detail or self.action == "create" else RequestSerializer

    @extend_schema(
        request=NewRequestSerializer, responses={201: RequestDetailSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Register a request. 409 when an open one for the same unit may be the same; send ``allow_duplicate`` then."""
        given = NewRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = register_request(by=request.user, **_arguments(given.validated_data, request.user))
        except PossibleDuplicate as refusal:
            numbers = [one.number for one in refusal.requests]
            raise Problem(409, "possible-duplicate", str(refusal), {"open": numbers}) from refusal
        self.detail = True
        registered = rows_for(request.user).defer(None).select_related("created_by", *RELATED).get(pk=made.pk)
        response = self.answer(registered, status=201)
        response["Location"] = request.build_absolute_uri(made.number + "/")
        return response


def _arguments(data: dict[str, Any], user: Any) -> dict[str, Any]:
    """What :func:`register_request` takes, with names looked up in the scope of ``user``."""
    plain = {
        name: data[name]
        for name in (
            "request_kind",
            "severity",
            "nature",
            "channel",
            "symptom_text",
            "reporter_name",
            "reporter_phone",
            "address",
            "allow_duplicate",
        )
    }
    times: dict[str, Any] = {
        name: data[name] for name in ("received_at", "wished_from", "wished_to") if name in data
    }
    return {
        **plain,
        **times,
        "organization": _organization(data.get("organization"), user),
        "customer": _customer(data, user),
        "unit": _unit(data, user),
        "division": _division(data["division"]),
        "symptom": _symptom(data.get("symptom")),
    }


def _missing(field: str, text: str) -> DjangoValidationError:
    return DjangoValidationError({field: [text]})


def _organization(code: str | None, user: Any) -> Organization | None:
    if not code:
        return None
    found = Organization.objects.visible_to(user).filter(code=code).first()
    if found is None:
        raise _missing("organization", _("There is no organisation %(code)s.") % {"code": code})
    return found


def _customer(data: dict[str, Any], user: Any) -> Customer | NewCustomer:
    new = data.get("new_customer")
    if new is not None:
        return NewCustomer(
            name=new["name"],
            phone=new["phone"],
            kind=new["kind"],
            division=_division(new["division"]),
            detail=new["address"],
        )
    rows = Customer.objects.visible_to(user).active().select_related("organization")
    found = rows.filter(code=data["customer"]).first()
    if found is None:
        raise _missing("customer", _("There is no customer %(code)s.") % {"code": data["customer"]})
    return found


def _unit(data: dict[str, Any], user: Any) -> InstalledUnit | NewUnit | None:
    new = data.get("new_unit")
    if new is not None:
        model = ProductModel.objects.filter(code=new["model"]).select_related("category").first()
        if model is None:
            raise _missing("new_unit", _("There is no model %(code)s.") % {"code": new["model"]})
        return NewUnit(model=model, serial=new["serial"], dates={name: new.get(name) for name in UNIT_DATES})
    if not data.get("unit"):
        return None
    rows = InstalledUnit.objects.visible_to(user).filter(serial=data["unit"])
    if data.get("model"):
        rows = rows.filter(model__code=data["model"])
    found = list(rows.select_related("organization", "model__category", "dealer", "address__division")[:2])
    if not found:
        raise _missing("unit", _("There is no unit %(serial)s.") % {"serial": data["unit"]})
    if len(found) > 1:
        raise _missing(
            "model", _("Several models have a unit %(serial)s. Give the model.") % {"serial": data["unit"]}
        )
    return found[0]


def _division(code: str) -> Division | None:
    if not code:
        return None
    found = Division.objects.filter(pk=code).first()
    if found is None:
        raise _missing("division", _("There is no division with the code %(code)s.") % {"code": code})
    return found


def _symptom(code: str | None) -> FaultCode | None:
    if not code:
        return None
    found = FaultCode.objects.filter(code=code, kind=FaultCode.Kind.SYMPTOM).first()
    if found is None:
        raise _missing("symptom", _("There is no symptom %(code)s.") % {"code": code})
    return found


api_router.register("requests", RequestViewSet, basename="request")
