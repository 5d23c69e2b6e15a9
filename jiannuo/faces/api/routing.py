"""The routing rules over the API: read and changed by those who keep the table."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER, clean_form
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.models import RoutingRule
from jiannuo.operations.desk.routing.forms import RuleForm
from jiannuo.operations.desk.routing.services import RELATED, move_rule, save_rule
from jiannuo.registry.products.models import Category, FaultCode, ProductModel

#: how the API names what the form knows by key
NAMED: dict[str, tuple[Any, str]] = {
    "organization": (Organization, "code"),
    "below": (Organization, "code"),
    "to_organization": (Organization, "code"),
    "to_person": (User, "username"),
    "symptom": (FaultCode, "code"),
    "category": (Category, "code_path"),
    "model": (ProductModel, "code"),
}
UNKNOWN = "0"


class RoutingRuleSerializer(serializers.ModelSerializer[RoutingRule]):
    """A line of the table: the first whose conditions all hold says who is responsible. Empty ones hold always."""

    organization = serializers.CharField(source="organization.code", help_text="whose table; code")
    below = serializers.CharField(source="below.code", default=None, allow_null=True)
    to_organization = serializers.CharField(source="to_organization.code")
    to_person = serializers.CharField(
        source="to_person.username", default=None, allow_null=True, help_text="user name; or else a role"
    )
    symptom = serializers.CharField(source="symptom.code", default=None, allow_null=True)
    category = serializers.CharField(source="category.code_path", default=None, allow_null=True)
    model = serializers.CharField(source="model.code", default=None, allow_null=True)
    division = serializers.CharField(source="division_id", default=None, allow_null=True)

    class Meta:
        model = RoutingRule
        fields = (
            *("id", "organization", "position", "name", "natures", "kinds", "severities", "channels"),
            *("grades", "symptom", "category", "model", "division", "below", "to_organization", "to_role"),
            *("to_person", "valid_from", "valid_to", "source", "is_active"),
        )
        read_only_fields = ("id", "position")


class RuleMoveSerializer(serializers.Serializer[Any]):
    up = serializers.BooleanField()


class RoutingRuleViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]
):
    """The routing rules of the tables that the caller keeps."""

    permission = "requests.routing"
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    serializer_class = RoutingRuleSerializer
    orderings = (Ordering("position", "position", ("organization_id", "position")), NEWEST)
    default_ordering = "position"
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return RoutingRule.objects.none()
        return RoutingRule.objects.visible_to(self.request.user).select_related(*RELATED)

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except NotPermitted as error:
            raise Http404 from error

    @extend_schema(
        request=RoutingRuleSerializer, responses={201: RoutingRuleSerializer}, parameters=[KEY_PARAMETER]
    )
    def create(self, request: Any, **kwargs: Any) -> Response:
        """A new rule at the end of its table; one that leads nowhere is refused with the reason."""
        rule = self._save(RoutingRule(), request)
        address = reverse("api:routingrule-detail", args=[rule.pk], request=request)
        return Response(self._shown(rule), status=201, headers={"Location": address})

    @extend_schema(request=RoutingRuleSerializer, responses=RoutingRuleSerializer)
    def update(self, request: Any, **kwargs: Any) -> Response:
        """The whole rule anew; what is left out is emptied. ``is_active: false`` takes it out of use."""
        return Response(self._shown(self._save(self.get_object(), request)))

    @extend_schema(request=RuleMoveSerializer, responses=RoutingRuleSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def move(self, request: Any, **kwargs: Any) -> Response:
        """One place up or down in its table; refused where it, or its neighbour, would never be reached."""
        rule = self.get_object()
        asked = RuleMoveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        move_rule(rule, up=asked.validated_data["up"], by=request.user)
        return Response(self._shown(rule))

    def _save(self, rule: RoutingRule, request: Any) -> RoutingRule:
        data = request.data
        if hasattr(data, "items"):
            data = {name: self._keyed(name, value) for name, value in data.items()}
            data.setdefault("is_active", True)
        form: Any = RuleForm(data, instance=rule, user=request.user)
        clean_form(form, data)
        return save_rule(form.instance, by=request.user)

    def _keyed(self, name: str, value: Any) -> Any:
        """The key of what is named; one that there is not where nothing has this name."""
        if name not in NAMED or not isinstance(value, str) or not value:
            return value
        model, field = NAMED[name]
        return model._default_manager.filter(**{field: value}).values_list("pk", flat=True).first() or UNKNOWN

    def _shown(self, rule: RoutingRule) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=rule.pk)).data


api_router.register("routing-rules", RoutingRuleViewSet, basename="routingrule")
