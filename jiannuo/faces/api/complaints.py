"""Complaints, suggestions, penalty tables and payouts over the API: list, read, do."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from jiannuo.faces.api.documents import DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.operations.complaints.filters import (
    ComplaintFilter,
    InspectionFilter,
    PayoutFilter,
    SheetFilter,
    SuggestionFilter,
)
from jiannuo.operations.complaints.models import Complaint, Inspection, Payout, PenaltySheet, Suggestion
from jiannuo.operations.complaints.queries import (
    complaints_for,
    inspections_for,
    payouts_for,
    sheets_for,
    suggestions_for,
)


class ComplaintSerializer(DocumentSerializer):
    """A complaint, for those who may see it."""

    customer = serializers.CharField(source="customer.code", default=None, read_only=True)
    who = serializers.CharField(read_only=True)
    phone = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    matter = serializers.CharField(source="matter.code", default=None, read_only=True)
    officer = serializers.CharField(
        source="officer.username", default=None, read_only=True, help_text="user name"
    )
    next_due = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta(DocumentSerializer.Meta):
        model = Complaint
        fields = (
            *DocumentSerializer.Meta.fields,
            "channel",
            "received_at",
            "customer",
            "who",
            "phone",
            "text",
            "matter",
            "grade",
            "weight",
            "level",
            "special",
            "circumstances",
            "officer",
            "is_valid",
            "at_fault",
            "responsibility",
            "findings",
            "ruling",
            "compensation",
            "answer",
            "failed_callbacks",
            "reopened",
            "next_due",
        )
        read_only_fields = fields

    def get_phone(self, complaint: Complaint) -> str:
        return phone_for(self.context["request"].user, complaint.phone, complaint)


class ComplaintViewSet(DocumentViewSet):
    """Complaints of the independent desk."""

    model = Complaint
    permission = "complaints.view"
    serializer_class = ComplaintSerializer
    filterset_class = ComplaintFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Complaint.objects.none()
        return complaints_for(self.request.user).select_related("created_by")


class SuggestionSerializer(DocumentSerializer):
    """A suggestion."""

    customer = serializers.CharField(source="customer.code", default=None, read_only=True)
    who = serializers.CharField(read_only=True)
    department = serializers.CharField(source="department.code", default=None, read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Suggestion
        fields = (
            *DocumentSerializer.Meta.fields,
            "channel",
            "place",
            "received_at",
            "customer",
            "who",
            "text",
            "department",
            "opinion",
            "answer",
            "reward",
        )
        read_only_fields = fields


class SuggestionViewSet(DocumentViewSet):
    """Suggestions of customers."""

    model = Suggestion
    permission = "suggestions.view"
    serializer_class = SuggestionSerializer
    filterset_class = SuggestionFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Suggestion.objects.none()
        return suggestions_for(self.request.user).select_related("created_by")


class SheetSerializer(DocumentSerializer):
    """A penalty table with its sum."""

    count = serializers.IntegerField(read_only=True)
    total = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True, allow_null=True)

    class Meta(DocumentSerializer.Meta):
        model = PenaltySheet
        fields = (*DocumentSerializer.Meta.fields, "month", "signed_at", "count", "total")
        read_only_fields = fields


class SheetViewSet(DocumentViewSet):
    """Penalty tables: published ones for everybody."""

    model = PenaltySheet
    permission = "penalties.view"
    serializer_class = SheetSerializer
    filterset_class = SheetFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PenaltySheet.objects.none()
        return sheets_for(self.request.user).select_related("created_by")


class InspectionScoreSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(source="item.title")
    weight = serializers.IntegerField(source="item.weight")
    highest = serializers.IntegerField(source="item.highest")
    score = serializers.IntegerField()
    remark = serializers.CharField()


class InspectionSerializer(DocumentSerializer):
    """A mystery inspection with its scores."""

    form = serializers.CharField(source="form.__str__", read_only=True)
    inspector = serializers.CharField(source="inspector.username", read_only=True, help_text="user name")
    scores = InspectionScoreSerializer(many=True, read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Inspection
        fields = (
            *DocumentSerializer.Meta.fields,
            "form",
            "visited_at",
            "inspector",
            "guise",
            "summary",
            "total",
            "published_at",
            "scores",
        )
        read_only_fields = fields


class InspectionViewSet(DocumentViewSet):
    """Mystery inspections: published ones, and for the complaint desk all."""

    model = Inspection
    permission = "inspections.view"
    serializer_class = InspectionSerializer
    filterset_class = InspectionFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Inspection.objects.none()
        rows = inspections_for(self.request.user).select_related("created_by")
        return rows.prefetch_related("scores__item")


class PayoutSerializer(DocumentSerializer):
    """What is paid to a customer."""

    customer = serializers.CharField(source="customer.code", default=None, read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Payout
        fields = (
            *DocumentSerializer.Meta.fields,
            "purpose",
            "customer",
            "payee",
            "amount",
            "way",
            "paid_on",
            "reference",
        )
        read_only_fields = fields


class PayoutViewSet(DocumentViewSet):
    """Compensation and rewards that finance pays."""

    model = Payout
    permission = "payouts.view"
    serializer_class = PayoutSerializer
    filterset_class = PayoutFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Payout.objects.none()
        return payouts_for(self.request.user).select_related("created_by")


api_router.register("inspections", InspectionViewSet, basename="inspection")
api_router.register("complaints", ComplaintViewSet, basename="complaint")
api_router.register("suggestions", SuggestionViewSet, basename="suggestion")
api_router.register("penalties", SheetViewSet, basename="penalty")
api_router.register("payouts", PayoutViewSet, basename="payout")
