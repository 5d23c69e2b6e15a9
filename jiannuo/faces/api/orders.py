"""Work orders over the API: list, read, make, do."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet, clean_form
from jiannuo.faces.api.lines import LineSerializer, LinesMixin
from jiannuo.faces.api.remedies import RemediesMixin
from jiannuo.faces.api.router import api_router
from jiannuo.faces.api.splitting import PartOfJobSerializer, SplitMixin
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.dispatch.services import order_from_requests, requests_from
from jiannuo.operations.workorders.filters import WorkOrderFilter
from jiannuo.operations.workorders.forms import OrderForm
from jiannuo.operations.workorders.models import OrderCheck, Visit, WorkOrder
from jiannuo.operations.workorders.queries import orders_for, parts_of
from jiannuo.operations.workorders.services import create_order
from jiannuo.operations.workorders.wording import explained

MOST_REQUESTS = 20


class WorkOrderSerializer(DocumentSerializer):
    """A work order as lists show it."""

    customer = serializers.CharField(source="customer.code", read_only=True)
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    unit = serializers.CharField(
        source="unit.serial", default=None, read_only=True, help_text="serial number"
    )
    model = serializers.CharField(source="unit.model.code", default=None, read_only=True)
    technician = serializers.CharField(
        source="technician.username", default=None, read_only=True, help_text="user name"
    )
    division = serializers.CharField(source="division_id", read_only=True, allow_null=True)
    appointment = serializers.DateTimeField(read_only=True, allow_null=True)
    contact_phone = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    address = serializers.SerializerMethodField(help_text="masked for those who need not see it")

    class Meta(DocumentSerializer.Meta):
        model = WorkOrder
        fields = (
            *DocumentSerializer.Meta.fields,
            "job",
            "customer",
            "customer_name",
            "unit",
            "model",
            "technician",
            "division",
            "address",
            "contact_name",
            "contact_phone",
            "fault",
            "severity",
            "waiting_for",
            "appointment",
            "due_at",
        )
        read_only_fields = fields

    def get_contact_phone(self, order: WorkOrder) -> str:
        return phone_for(self.context["request"].user, order.contact_phone, order)

    def get_address(self, order: WorkOrder) -> str:
        return address_for(self.context["request"].user, order.address, order)


class VisitSerializer(serializers.ModelSerializer[Visit]):
    technician = serializers.CharField(source="technician.username", read_only=True)
    crew: Any = serializers.SlugRelatedField(slug_field="username", many=True, read_only=True)

    class Meta:
        model = Visit
        fields = (
            "sequence",
            "technician",
            "crew",
            "appointment_from",
            "appointment_to",
            "planned_from",
            "planned_to",
            "locked",
            "agreed_with",
            "accepted_at",
            "set_out_at",
            "arrived_at",
            "ended_at",
            "result",
            "reason",
        )


class OrderCheckSerializer(serializers.ModelSerializer[OrderCheck]):
    class Meta:
        model = OrderCheck
        fields = (
            "id",
            "text",
            "kind",
            "unit",
            "minimum",
            "maximum",
            "required",
            "value",
            "passed",
            "recorded_at",
        )


class WorkOrderDetailSerializer(WorkOrderSerializer):
    """A work order with everything recorded on it."""

    symptom = serializers.CharField(source="symptom.code", default=None, read_only=True)
    cause = serializers.CharField(source="cause.code", default=None, read_only=True)
    measure = serializers.CharField(source="measure.code", default=None, read_only=True)
    visits = VisitSerializer(many=True, read_only=True)
    lines = serializers.SerializerMethodField()
    checks = OrderCheckSerializer(many=True, read_only=True)
    parts = serializers.SerializerMethodField(help_text="of a divided job, those that you may see")

    class Meta(WorkOrderSerializer.Meta):
        fields = (
            *WorkOrderSerializer.Meta.fields,
            "symptom",
            "cause",
            "measure",
            "work_done",
            "test_result",
            "test_passed",
            "meter_reading",
            "signed_by",
            "signed_at",
            "opinion",
            "rating",
            "cancel_reason",
            "visits",
            "lines",
            "checks",
            "parts",
        )
        read_only_fields = fields

    @extend_schema(responses=PartOfJobSerializer(many=True))
    def get_parts(self, order: WorkOrder) -> Any:
        return PartOfJobSerializer(parts_of(order, self.context["request"].user), many=True).data

    @extend_schema(responses=LineSerializer(many=True))
    def get_lines(self, order: WorkOrder) -> Any:
        return LineSerializer(
            explained(order.lines.select_related("component", "overridden_by")), many=True
        ).data


class NewOrderSerializer(serializers.Serializer[Any]):
    """Either ``requests``, or the customer and what is to be done."""

    requests = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="numbers of open requests of one customer"
    )
    organization = serializers.CharField(required=False, help_text="code; of the first request when left out")
    job = serializers.ChoiceField(choices=WorkOrder.Kind.choices, required=False)
    fault = serializers.CharField(required=False)
    customer = serializers.CharField(required=False, help_text="customer number")
    unit = serializers.CharField(required=False, help_text="serial number")
    contact_name = serializers.CharField(required=False)
    contact_phone = serializers.CharField(required=False)
    division = serializers.CharField(required=False, help_text="division code")
    address = serializers.CharField(required=False)


class WorkOrderViewSet(LinesMixin, RemediesMixin, SplitMixin, DocumentViewSet):
    """Work orders."""

    model = WorkOrder
    permission = "orders.view"
    permissions_by_action = {"create": "orders.dispatch"}
    serializer_class = WorkOrderSerializer
    filterset_class = WorkOrderFilter
    orderings = (NEWEST, Ordering("due", gettext_lazy("due"), ("due_at",)))
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return WorkOrder.objects.none()
        rows = orders_for(self.request.user).select_related("created_by", "symptom", "cause", "measure")
        return rows.prefetch_related("visits__technician", "visits__crew", "checks") if self.detail else rows

    def get_serializer_class(self) -> Any:
        return WorkOrderDetailSerializer if self.detail or self.action == "create" else WorkOrderSerializer

    @extend_schema(
        request=NewOrderSerializer, responses={201: WorkOrderDetailSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Make an order: for ``requests``, or for a customer without a request."""
        made = self._from_requests(request) if "requests" in request.data else self._by_hand(request)
        order = orders_for(request.user).select_related("created_by").get(pk=made.pk)
        response = self.answer(order, status=201)
        response["Location"] = request.build_absolute_uri(order.number + "/")
        return response

    def _from_requests(self, request: Any) -> WorkOrder:
        numbers = request.data["requests"]
        if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
            raise DjangoValidationError({"requests": _("Give a list of numbers.")})
        if len(numbers) > MOST_REQUESTS:
            raise DjangoValidationError(
                {"requests": _("At most %(most)s requests.") % {"most": MOST_REQUESTS}}
            )
        job, fault = request.data.get("job", ""), request.data.get("fault", "")
        if job and job not in WorkOrder.Kind.values:
            kinds = ", ".join(WorkOrder.Kind.values)
            raise DjangoValidationError({"job": _("Choose one of: %(kinds)s.") % {"kinds": kinds}})
        if not isinstance(fault, str) or len(fault) > 4000:
            raise DjangoValidationError({"fault": _("Give a text of at most 4000 characters.")})
        return order_from_requests(
            requests_from(numbers, request.user),
            by=request.user,
            organization=self._organization(request),
            job=job,
            fault=fault,
        )

    def _by_hand(self, request: Any) -> WorkOrder:
        organization = self._organization(request)
        data = {name: request.data.get(name) for name in request.data}
        data["organization"] = organization.pk if organization is not None else request.user.organization_id
        cleaned = clean_form(OrderForm(data, user=request.user), data)
        if not request.user.has_perm("orders.dispatch", WorkOrder(organization=cleaned["organization"])):
            raise PermissionDenied("orders.dispatch")
        return create_order(by=request.user, **cleaned)

    def _organization(self, request: Any) -> Organization | None:
        code = request.data.get("organization")
        if not code:
            return None
        found = Organization.objects.visible_to(request.user).filter(code=str(code)).first()
        if found is None:
            raise DjangoValidationError(
                {"organization": _("There is no organisation %(code)s.") % {"code": code}}
            )
        return found


api_router.register("orders", WorkOrderViewSet, basename="order")
