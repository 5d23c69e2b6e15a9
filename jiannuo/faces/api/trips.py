"""Business trips over the API: list, read, plan, act, write down expenses and the feedback form."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet, clean_form
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.operations.trips import queries, services
from jiannuo.operations.trips.balances import balances_of
from jiannuo.operations.trips.filters import TripFilter
from jiannuo.operations.trips.forms import ExpenseForm, FeedbackForm, TripForm
from jiannuo.operations.trips.models import BusinessTrip
from jiannuo.operations.trips.models.trip import takes_part

OWN = "trips.own"


class TripSerializer(DocumentSerializer):
    """A trip; ``people`` are user names, each one person-trip; ``spent`` in CNY."""

    cause = serializers.CharField(source="cause.code", read_only=True)
    people = serializers.SerializerMethodField()
    spent = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    payer_order = serializers.CharField(source="payer_order.number", default=None, read_only=True)
    has_feedback = serializers.SerializerMethodField()

    class Meta(DocumentSerializer.Meta):
        model = BusinessTrip
        fields = (
            *DocumentSerializer.Meta.fields,
            *(
                "cause",
                "people",
                "from_place",
                "place",
                "starts_on",
                "ends_on",
                "means",
                "purpose",
                "estimate",
            ),
            *("spent", "payer", "payer_order", "payer_name", "set_out_at", "returned_at", "settled_at"),
            "has_feedback",
        )
        read_only_fields = fields

    def get_people(self, one: BusinessTrip) -> list[str]:
        return [line.person.username for line in one.people.all()]

    def get_has_feedback(self, one: BusinessTrip) -> bool:
        return getattr(one, "feedback", None) is not None


class TripDetailSerializer(TripSerializer):
    """The same with what it serves, its expenses, and what is due to each traveller."""

    orders = serializers.SerializerMethodField(help_text="numbers of those that you may see")
    expenses = serializers.SerializerMethodField()
    balances = serializers.SerializerMethodField(help_text="due above zero: to be paid to the person (CNY)")

    class Meta(TripSerializer.Meta):
        fields = (*TripSerializer.Meta.fields, "orders", "expenses", "balances")
        read_only_fields = fields

    def get_orders(self, one: BusinessTrip) -> list[str]:
        rows: Any = one.orders
        return list(
            rows.visible_to(self.context["request"].user).order_by("pk").values_list("number", flat=True)
        )

    def get_expenses(self, one: BusinessTrip) -> list[Any]:
        names = (
            "id",
            "kind",
            "spent_on",
            "amount",
            "paid_by",
            "text",
            "no_receipt",
            "over_limit",
            "over_reason",
        )
        rows = one.expenses.select_related("traveller__person")
        return [
            {"person": row.traveller.person.username, **{name: getattr(row, name) for name in names}}
            for row in rows
        ]

    def get_balances(self, one: BusinessTrip) -> list[dict[str, Any]]:
        return [
            {
                "person": row.traveller.person.username,
                "spent": row.spent,
                "paid_directly": row.paid_directly,
                "advanced": row.advanced,
                "due": row.due,
            }
            for row in balances_of(one)
        ]


class TripViewSet(DocumentViewSet):
    """Business trips, filtered as on their page: the own ones, and those of the organisations whose trips one sees."""

    model = BusinessTrip
    permission = OWN
    serializer_class = TripSerializer
    filterset_class = TripFilter
    orderings = (NEWEST, Ordering("starts_on", gettext_lazy("first day"), ("starts_on",)))
    default_ordering = "-id"

    def get_serializer_class(self) -> Any:
        return TripSerializer if self.action == "list" else TripDetailSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return BusinessTrip.objects.none()
        return queries.trips_for(self.request.user).select_related("created_by")

    @extend_schema(
        request=OpenApiTypes.OBJECT, responses={201: TripDetailSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any, **kwargs: Any) -> Response:
        """Plan a trip with the fields of its form: ``organization``, ``people`` and ``cause`` by key, ``orders`` and
        ``serials`` as text with spaces between them; 422 says by field what is wrong.
        """
        form = TripForm(request.data, user=request.user)
        clean_form(form, request.data)
        made = services.plan_trip(form.plan(), by=request.user)
        return self.answer(self.get_queryset().get(pk=made.pk), status=201)

    @extend_schema(
        request={"multipart/form-data": {"type": "object"}},
        responses={201: TripDetailSerializer},
        parameters=[KEY_PARAMETER],
    )
    @action(detail=True, methods=["post"])
    def expenses(self, request: Any, **kwargs: Any) -> Response:
        """Write down an expense with the fields of its form; ``receipt`` as a file (multipart), or ``no_receipt``."""
        trip = self._own()
        form = ExpenseForm(request.data, request.FILES, trip=trip, user=request.user)
        clean_form(form, request.data)
        with transaction.atomic():
            services.add_expense(trip, form.line(), by=request.user)
        return self.answer(self.get_queryset().get(pk=trip.pk), status=201)

    @extend_schema(
        request=OpenApiTypes.OBJECT, responses={201: TripDetailSerializer}, parameters=[KEY_PARAMETER]
    )
    @action(detail=True, methods=["post"])
    def feedback(self, request: Any, **kwargs: Any) -> Response:
        """Hand in the feedback form: visited, found, cause, done, remaining, opinion, suggestion."""
        trip = self._own()
        form: Any = FeedbackForm(request.data)
        data = clean_form(form, request.data)
        services.write_feedback(trip, by=request.user, **data)
        return self.answer(self.get_queryset().get(pk=trip.pk), status=201)

    def _own(self) -> BusinessTrip:
        trip: BusinessTrip = self.get_object()
        if not takes_part(trip, self.request.user):
            raise PermissionDenied(OWN)
        return trip


api_router.register("trips", TripViewSet, basename="trip")
