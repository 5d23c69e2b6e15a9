"""Views that belong to no room: the root, who am I, and what is not there."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from jiannuo.faces.api.permissions import RolePermission
from jiannuo.office.accounts.access import SIGNED_IN
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE


class ApiRoot(APIView):
    """What the API offers."""

    permission = SIGNED_IN
    permission_classes = (RolePermission,)
    _ignore_model_permissions = True
    schema = None
    api_root_dict: dict[str, str] | None = None

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        names = {prefix: f"api:{name}" for prefix, name in (self.api_root_dict or {}).items()}
        names |= {"me": "api:me", "schema": "api:schema"}
        return Response({prefix: reverse(name, request=request) for prefix, name in sorted(names.items())})


class MeSerializer(serializers.Serializer[Any]):
    """The person whose key or session this is."""

    username = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    organization = serializers.CharField(source="organization.code", default="")
    roles = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()

    def get_roles(self, user: Any) -> list[str]:
        return sorted(user.roles)

    def get_permissions(self, user: Any) -> list[str]:
        return sorted({name for role in user.roles for name in PERMISSIONS_BY_ROLE.get(role, ())})


class MeView(APIView):
    """Who I am and what I may do."""

    permission = SIGNED_IN
    permission_classes = (RolePermission,)

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Any) -> Response:
        return Response(MeSerializer(request.user).data)


class NotFoundView(APIView):
    """Any other address below the API: a problem document instead of a page."""

    permission = SIGNED_IN
    permission_classes = (RolePermission,)
    schema = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
