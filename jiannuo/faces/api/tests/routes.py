"""Routes of the tests: a kind of documents with all that the base gives, and one that creates."""

from __future__ import annotations

from django.db import OperationalError
from django.urls import include, path
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from jiannuo.config.urls import urlpatterns as whole
from jiannuo.faces.api.documents import DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.router import ApiRouter
from jiannuo.office.documents.tests.makers import request_at
from jiannuo.operations.desk.models import ServiceRequest


class RequestSerializer(DocumentSerializer):
    class Meta(DocumentSerializer.Meta):
        model = ServiceRequest
        fields = (*DocumentSerializer.Meta.fields, "symptom_text")


class RequestViewSet(DocumentViewSet):
    model = ServiceRequest
    permission = "requests.view"
    serializer_class = RequestSerializer


class NewSerializer(serializers.Serializer):
    symptom_text = serializers.CharField(max_length=20)


class CreatingViewSet(IdempotentMixin, ViewSet):
    permission_classes = (RolePermission,)
    permission = "requests.create"
    permissions_by_action = {"list": "requests.view"}

    def list(self, request):
        return Response([])

    def create(self, request):
        serializer = NewSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        document = request_at(request.user.organization, by=request.user, **serializer.validated_data)
        if document.symptom_text == "boom":
            raise ZeroDivisionError
        if document.symptom_text == "busy":
            raise OperationalError
        return Response(
            {"number": document.number}, status=201, headers={"Location": f"/there/{document.number}"}
        )


class ClosedViewSet(ViewSet):
    """Names no permission, hence is open to nobody."""

    permission_classes = (RolePermission,)

    def list(self, request):
        return Response([])


router = ApiRouter()
router.register("requests", RequestViewSet, basename="request")
router.register("new", CreatingViewSet, basename="new")
router.register("closed", ClosedViewSet, basename="closed")
urlpatterns = [path("test/v1/", include((router.urls, "testapi"))), *whole]
