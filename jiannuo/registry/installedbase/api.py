"""Installed units over the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase import queries, services
from jiannuo.registry.installedbase.forms import UnitForm
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.views.lists import UnitList
from jiannuo.registry.products.models import ProductModel
from jiannuo.registry.rest import RegistryViewSet


class UnitSerializer(serializers.ModelSerializer[InstalledUnit]):
    """A unit; foreign keys by their codes."""

    organization: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    dealer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    model: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    customer: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = InstalledUnit
        fields = (
            "id",
            "version",
            "model",
            "serial",
            "batch",
            "label_code",
            "status",
            "organization",
            "customer",
            "address",
            "dealer",
            *InstalledUnit.DATE_FIELDS.values(),
            "invoice_number",
            "price",
            "service_level",
            "configuration",
            "remark",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class UnitViewSet(RegistryViewSet):
    """Installed units. ``model``, ``customer``, ``organization`` and ``dealer`` are given by code."""

    queryset = InstalledUnit.objects.none()
    serializer_class = UnitSerializer
    page_class = UnitList
    permission = "units.view"
    edit_permission = "units.edit"
    codes = {
        "model": (ProductModel, "code"),
        "organization": (Organization, "code"),
        "dealer": (Organization, "code"),
        "customer": (Customer, "code"),
    }

    def get_queryset(self) -> Any:
        return queries.listed(self.request.user)

    def form(self, data: Any, instance: Any = None) -> UnitForm:
        return UnitForm(data, instance=instance, user=self.request.user)

    def save(self, form: Any, instance: Any, request: Any) -> InstalledUnit:
        if instance is None:
            return services.register_unit(by=request.user, **form.values())
        version = int(form.cleaned_data["version"])
        return services.update_unit(instance, by=request.user, version=version, **form.values())


router_entries = [("units", UnitViewSet)]
