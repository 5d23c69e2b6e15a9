"""Follow-ups, letters and campaigns over the API: list, read, do."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from jiannuo.faces.api.documents import DocumentSerializer, DocumentViewSet
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.office.accounts.privacy import address_for
from jiannuo.operations.followups.filters import CampaignFilter, FollowUpFilter, LetterFilter
from jiannuo.operations.followups.models import Campaign, FollowUp, Letter
from jiannuo.operations.followups.queries import campaigns_for, followups_for, letters_for


class FollowUpSerializer(DocumentSerializer):
    """A follow-up: what for, by when, what came of it."""

    followup_kind = serializers.CharField(source="followup_kind.name", read_only=True)
    customer = serializers.CharField(source="customer.code", read_only=True)
    unit = serializers.CharField(source="unit.serial", default=None, read_only=True)
    owner = serializers.CharField(
        source="owner.username", default=None, read_only=True, help_text="user name"
    )

    class Meta(DocumentSerializer.Meta):
        model = FollowUp
        fields = (
            *DocumentSerializer.Meta.fields,
            "followup_kind",
            "customer",
            "unit",
            "owner",
            "purpose",
            "due_at",
            "call_at",
            "attempts",
            "ended_at",
            "spoken_with",
            "summary",
            "wishes",
            "hopes",
            "grievances",
            "issue_kind",
            "issue_text",
            "solution",
            "solved_at",
            "told_text",
            "told_at",
            "reason",
        )
        read_only_fields = fields


class FollowUpViewSet(DocumentViewSet):
    """Follow-ups."""

    model = FollowUp
    permission = "followups.view"
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilter
    orderings = (NEWEST, Ordering("due", "due", ("due_at",)))
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return FollowUp.objects.none()
        return followups_for(self.request.user).select_related("created_by")


class LetterSerializer(DocumentSerializer):
    """A letter."""

    customer = serializers.CharField(source="customer.code", read_only=True)
    campaign = serializers.CharField(source="mailing.number", default=None, read_only=True)
    followup = serializers.CharField(source="talk.number", default=None, read_only=True)
    address = serializers.SerializerMethodField(help_text="masked for those who need not see it")

    class Meta(DocumentSerializer.Meta):
        model = Letter
        fields = (
            *DocumentSerializer.Meta.fields,
            "letter_kind",
            "customer",
            "campaign",
            "followup",
            "recipient",
            "address",
            "subject",
            "body",
            "due_on",
            "sent_on",
            "posting",
            "returned_on",
            "reason",
        )
        read_only_fields = fields

    def get_address(self, letter: Letter) -> str:
        return address_for(self.context["request"].user, letter.address_text, letter)


class LetterViewSet(DocumentViewSet):
    """Letters to customers."""

    model = Letter
    permission = "followups.view"
    serializer_class = LetterSerializer
    filterset_class = LetterFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Letter.objects.none()
        return letters_for(self.request.user).select_related("created_by")


class CampaignSerializer(DocumentSerializer):
    """A campaign with how many are invited and told."""

    campaign_kind = serializers.CharField(source="campaign_kind.name", read_only=True)
    invited = serializers.IntegerField(read_only=True)
    told = serializers.IntegerField(read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Campaign
        fields = (
            *DocumentSerializer.Meta.fields,
            "campaign_kind",
            "text",
            "place",
            "takes_place_at",
            "ends_on",
            "announce_by",
            "audience",
            "invited",
            "told",
            "opted_out",
            "without_phone",
            "minutes",
        )
        read_only_fields = fields


class CampaignViewSet(DocumentViewSet):
    """Campaigns."""

    model = Campaign
    permission = "followups.view"
    serializer_class = CampaignSerializer
    filterset_class = CampaignFilter
    orderings = (NEWEST,)
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Campaign.objects.none()
        return campaigns_for(self.request.user).select_related("created_by")


api_router.register("followups", FollowUpViewSet, basename="followup")
api_router.register("letters", LetterViewSet, basename="letter")
api_router.register("campaigns", CampaignViewSet, basename="campaign")
