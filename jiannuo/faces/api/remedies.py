"""Remedies over the API: what a customer may choose now, and the choice."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, clean_form
from jiannuo.office.documents.flow import all_actions
from jiannuo.operations.workorders import consents, remedies
from jiannuo.operations.workorders.forms.remedies import RemedyForm


class OfferSerializer(serializers.Serializer[Any]):
    """A remedy that may be chosen now."""

    remedy = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    until = serializers.DateTimeField(allow_null=True)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True, help_text="CNY")
    bearer = serializers.CharField(help_text="who bears freight and the like")
    reasons = serializers.SerializerMethodField(help_text="why, in the caller's language")

    def get_reasons(self, offer: remedies.Offer) -> list[str]:
        return [reason.text for reason in offer.reasons]


class ChoiceSerializer(serializers.Serializer[Any]):
    """What the customer chose and said."""

    remedy = serializers.CharField()
    said = serializers.CharField(required=False)


class RemediesMixin:
    """Adds ``remedies`` to the view set of a kind of document: read the offers, record a choice."""

    @extend_schema(methods=["get"], responses=OfferSerializer(many=True), filters=False)
    @extend_schema(methods=["post"], request=ChoiceSerializer, responses=None, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def remedies(self: Any, request: Any, **kwargs: Any) -> Response:
        """What may be chosen now; POST records the choice, or says whose consent was asked (202)."""
        document = self.get_object()
        offers = remedies.offers_for(document)
        if request.method == "GET":
            return Response(OfferSerializer(offers, many=True).data)
        if not all_actions(type(document))[remedies.ACTION].allowed(document, request.user):
            raise PermissionDenied(remedies.ACTION)
        data = clean_form(RemedyForm(request.data, offers=offers), request.data)
        done, approval = remedies.choose(document, data["remedy"], by=request.user, said=data["said"])
        if approval is not None:
            return Response({"detail": consents.asked_text(approval)}, status=202)
        return self.answer(self.get_queryset().get(pk=done.pk))
