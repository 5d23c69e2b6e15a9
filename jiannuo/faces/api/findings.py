"""Findings, quotations for them and inspection reports over the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from jiannuo.faces.api.documents import DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.operations.maintenance import queries
from jiannuo.operations.maintenance.filters import FindingFilter, QuotationFilter, ReportFilter
from jiannuo.operations.maintenance.models import Finding, InspectionReport, Quotation, QuotationLine


class FindingSerializer(DocumentSerializer):
    """A finding."""

    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    serial = serializers.CharField(source="unit.serial", default=None, read_only=True)
    owner: Any = serializers.StringRelatedField()
    found_in = serializers.CharField(source="found_in.number", default=None, read_only=True)
    due_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta(DocumentSerializer.Meta):
        model = Finding
        fields = (
            *DocumentSerializer.Meta.fields,
            "customer",
            "serial",
            "place",
            "text",
            "value",
            "severity",
            "owner",
            "found_in",
            "found_at",
            "due_at",
            "estimate",
            "result",
            "solved_at",
            "refused_by",
            "refused_at",
        )
        read_only_fields = fields


class FindingViewSet(DocumentViewSet):
    """Findings; name owners, make orders and solve them with their actions."""

    model = Finding
    permission = "maintenance.view"
    serializer_class = FindingSerializer
    filterset_class = FindingFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Finding.objects.none()
        return queries.findings_for(self.request.user).select_related("created_by")


class QuotationLineSerializer(serializers.ModelSerializer[QuotationLine]):
    """A line with who pays; ``customer_amount`` is what the customer pays of it (CNY)."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)
    customer_amount = serializers.DecimalField(max_digits=14, decimal_places=2, read_only=True)

    class Meta:
        model = QuotationLine
        fields = (
            "id",
            "kind",
            "code",
            "description",
            "quantity",
            "unit_price",
            "list_price",
            "amount",
            "customer_amount",
            "covered",
            "payer",
            "basis",
            "clause",
        )
        read_only_fields = fields


class QuotationSerializer(DocumentSerializer):
    """A quotation for findings with its lines."""

    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    serial = serializers.CharField(source="unit.serial", default=None, read_only=True)
    findings: Any = serializers.SlugRelatedField(slug_field="number", many=True, read_only=True)
    order = serializers.CharField(source="order.number", default=None, read_only=True)
    replaces = serializers.CharField(source="replaces.number", default=None, read_only=True)
    lines = QuotationLineSerializer(many=True, read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Quotation
        fields = (
            *DocumentSerializer.Meta.fields,
            "customer",
            "serial",
            "findings",
            "total",
            "customer_total",
            "tax_percent",
            "note",
            "sent_at",
            "valid_until",
            "valid_because",
            "answered_at",
            "answered_by",
            "way",
            "consent",
            "order",
            "replaces",
            "lines",
        )
        read_only_fields = fields


class QuotationViewSet(DocumentViewSet):
    """Quotations; send and withdraw them and note answers with their actions."""

    model = Quotation
    permission = "maintenance.view"
    serializer_class = QuotationSerializer
    filterset_class = QuotationFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Quotation.objects.none()
        rows = queries.quotations_for(self.request.user).select_related("created_by", "order", "replaces")
        return rows.prefetch_related("lines", "findings")


class ReportSerializer(DocumentSerializer):
    """An inspection report."""

    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = InspectionReport
        fields = (
            *DocumentSerializer.Meta.fields,
            "customer",
            "inspected_on",
            "inspectors",
            "with_whom",
            "summary",
            "done",
            "advice",
            "next_on",
            "issued_at",
        )
        read_only_fields = fields


class ReportViewSet(DocumentViewSet):
    """Inspection reports."""

    model = InspectionReport
    permission = "maintenance.view"
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("customer")


api_router.register("findings", FindingViewSet, basename="finding")
api_router.register("quotations", QuotationViewSet, basename="quotation")
api_router.register("inspection-reports", ReportViewSet, basename="inspectionreport")
