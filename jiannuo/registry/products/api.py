"""Product models over the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from jiannuo.registry.products import queries, services
from jiannuo.registry.products.forms import ProductModelForm
from jiannuo.registry.products.models import Category, Component, ProductModel
from jiannuo.registry.products.views.lists import ModelList
from jiannuo.registry.rest import RegistryViewSet


class ComponentSerializer(serializers.ModelSerializer[Component]):
    class Meta:
        model = Component
        fields = ("id", "code_path", "name", "has_serial")


class ProductModelSerializer(serializers.ModelSerializer[ProductModel]):
    """A model with its components."""

    category: Any = serializers.SlugRelatedField(slug_field="code_path", read_only=True)
    components = ComponentSerializer(many=True, read_only=True)

    class Meta:
        model = ProductModel
        fields = (
            "id",
            "version",
            "code",
            "name",
            "category",
            "maker",
            "meter_unit",
            "specification",
            "active",
            "components",
        )
        read_only_fields = fields


class ProductModelViewSet(RegistryViewSet):
    """Product models; ``category`` is given by its path (``appliance/air-conditioner``)."""

    queryset = ProductModel.objects.none()
    serializer_class = ProductModelSerializer
    page_class = ModelList
    permission = "products.view"
    edit_permission = "products.edit"
    codes = {"category": (Category, "code_path")}

    def get_queryset(self) -> Any:
        return queries.models_listed().prefetch_related("components")

    def form(self, data: Any, instance: Any = None) -> ProductModelForm:
        return ProductModelForm(data, instance=instance)

    def save(self, form: Any, instance: Any, request: Any) -> ProductModel:
        version = form.cleaned_data["version"]
        return services.save_model(instance, by=request.user, values=form.values(), version=version)


router_entries = [("models", ProductModelViewSet)]
