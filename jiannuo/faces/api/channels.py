"""What came in over the API: the inbox and what people do with it, calls, mails."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.documents import KEY_PARAMETER
from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.problems import Problem
from jiannuo.faces.api.router import api_router
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.office.accounts.privacy import mask_email, phone_for, sees_personal_data
from jiannuo.operations.channels import services
from jiannuo.operations.channels.filters import CallFilter, InboxFilter
from jiannuo.operations.channels.mail.filters import MailFilter
from jiannuo.operations.channels.models import Call, InboxItem, InboxLine, MailMessage
from jiannuo.operations.channels.queries import calls_for, items_for, people_with
from jiannuo.operations.channels.services import ItemConflict


def _address(user: Any, address: str, place: Any) -> str:
    """An address of a sender, covered for those who need not see it."""
    if not address or sees_personal_data(user, place):
        return address
    return mask_email(address) if "@" in address else f"{address[:1]}***"


class _ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """Rows in scope, by key; what the caller may not see is not there, also where a role elsewhere would allow it."""

    permission: str = ""
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    filterset_class: Any = None
    orderings = (NEWEST,)
    default_ordering = NEWEST.key
    lookup_value_regex = r"\d{1,18}"
    model: Any = None
    detail_serializer_class: Any = None

    @abstractmethod
    def rows(self) -> Any:
        """What the caller may see."""

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        return self.rows()

    def get_serializer_class(self) -> Any:
        return self.detail_serializer_class if self.detail else self.serializer_class

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except NotPermitted as error:
            raise Http404 from error


class InboxItemSerializer(serializers.ModelSerializer[InboxItem]):
    """One thing that came in; who answers for it, until when."""

    organization = serializers.CharField(source="organization.code", read_only=True)
    customer = serializers.CharField(source="customer.code", default=None, read_only=True)
    owner = serializers.CharField(
        source="owner.username", default=None, read_only=True, help_text="user name"
    )
    request = serializers.CharField(source="request.number", default=None, read_only=True)
    sender_phone = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    sender_address = serializers.SerializerMethodField(help_text="masked for those who need not see it")

    class Meta:
        model = InboxItem
        fields: tuple[str, ...] = (
            *("id", "organization", "channel", "kind", "source", "state", "subject", "sender_name"),
            *("sender_phone", "sender_address", "customer", "owner", "request", "received_at", "due_at"),
            *("taken_at", "closed_at", "reason", "version"),
        )
        read_only_fields = fields

    def get_sender_phone(self, item: InboxItem) -> str:
        return phone_for(self.context["request"].user, item.sender_phone, item)

    def get_sender_address(self, item: InboxItem) -> str:
        return _address(self.context["request"].user, item.sender_address, item)


class InboxLineSerializer(serializers.ModelSerializer[InboxLine]):
    by = serializers.CharField(source="by.username", default=None, read_only=True)
    to = serializers.CharField(source="to.username", default=None, read_only=True)

    class Meta:
        model = InboxLine
        fields = ("kind", "at", "by", "to", "text")
        read_only_fields = fields


class InboxItemDetailSerializer(InboxItemSerializer):
    """An item with its text and everything that happened to it."""

    lines = InboxLineSerializer(many=True, read_only=True)

    class Meta(InboxItemSerializer.Meta):
        fields = (*InboxItemSerializer.Meta.fields, "text", "lines")
        read_only_fields = fields


class HandOverSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=150, help_text="user name")
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=4000)


class DismissSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class AnswerSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000)
    close = serializers.BooleanField(default=True)


class InboxViewSet(IdempotentMixin, _ReadViewSet):
    """The inbox, filtered as on its page. Whoever takes an item answers for it until it is closed or handed over."""

    model = InboxItem
    permission = "inbox.view"
    permissions_by_action = dict.fromkeys(
        ("take", "take_over", "hand_over", "dismiss", "answer"), "inbox.handle"
    )
    serializer_class = InboxItemSerializer
    detail_serializer_class = InboxItemDetailSerializer
    filterset_class = InboxFilter

    def rows(self) -> Any:
        rows = items_for(self.request.user)
        return rows.defer(None).prefetch_related("lines__by", "lines__to") if self.detail else rows

    @extend_schema(request=None, responses=InboxItemDetailSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def take(self, request: Any, **kwargs: Any) -> Response:
        """Take an item that is nobody's; 409 with the owner's name when somebody was quicker."""
        return self._after(lambda item: services.take(item, by=request.user))

    @extend_schema(request=None, responses=InboxItemDetailSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"], url_path="take-over")
    def take_over(self, request: Any, **kwargs: Any) -> Response:
        """Take an item from whoever has it; they are told."""
        return self._after(lambda item: services.take_over(item, by=request.user))

    @extend_schema(
        request=HandOverSerializer, responses=InboxItemDetailSerializer, parameters=[KEY_PARAMETER]
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Any, **kwargs: Any) -> Response:
        """Give one's item ``to`` another person, who answers for it from then on."""
        item, data = self.get_object(), self._body(HandOverSerializer)
        to = people_with("inbox.handle", item.organization).filter(username=data["to"]).first()
        if to is None:
            text = _("%(person)s cannot take this over. Choose somebody else.")
            raise DjangoValidationError({"to": text % {"person": data["to"]}})
        return self._after(lambda one: services.hand_over(one, by=request.user, to=to, note=data["note"]))

    @extend_schema(request=DismissSerializer, responses=InboxItemDetailSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Any, **kwargs: Any) -> Response:
        """Close an item that asks nothing of us, with the ``reason``."""
        self.get_object()
        data = self._body(DismissSerializer)
        return self._after(lambda item: services.dismiss(item, by=request.user, reason=data["reason"]))

    @extend_schema(request=AnswerSerializer, responses=InboxItemDetailSerializer, parameters=[KEY_PARAMETER])
    @action(detail=True, methods=["post"])
    def answer(self, request: Any, **kwargs: Any) -> Response:
        """Answer the sender on its channel, or write down what was said; ``close`` ends it."""
        self.get_object()
        data = self._body(AnswerSerializer)
        return self._after(lambda item: services.answer(item, by=request.user, **data))

    def _body(self, serializer_class: Any) -> dict[str, Any]:
        asked = serializer_class(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)

    def _after(self, do: Callable[[InboxItem], Any]) -> Response:
        """Do something with the item and show it as it is then."""
        item = self.get_object()
        try:
            do(item)
        except ItemConflict as conflict:
            raise Problem(409, "conflict", str(conflict)) from conflict
        return Response(self.get_serializer(self.get_queryset().get(pk=item.pk)).data)


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call of the hotline."""

    organization = serializers.CharField(source="organization.code", read_only=True)
    customer = serializers.CharField(source="customer.code", default=None, read_only=True)
    agent = serializers.CharField(
        source="agent.username", default=None, read_only=True, help_text="user name"
    )
    request = serializers.CharField(source="request.number", default=None, read_only=True)
    number = serializers.SerializerMethodField(help_text="masked for those who need not see it")

    class Meta:
        model = Call
        fields: tuple[str, ...] = (
            *("id", "organization", "direction", "state", "number", "extension", "agent", "customer"),
            *("caller_name", "rang_at", "answered_at", "ended_at", "topic", "request"),
        )
        read_only_fields = fields

    def get_number(self, call: Call) -> str:
        return phone_for(self.context["request"].user, call.number, call)


class CallDetailSerializer(CallSerializer):
    """A call with what was said, and where its recording is heard by those who may."""

    recording = serializers.SerializerMethodField()
    inbox_item = serializers.IntegerField(source="item_id", read_only=True, allow_null=True)

    class Meta(CallSerializer.Meta):
        fields = (
            *CallSerializer.Meta.fields,
            *("note", "result", "recording", "recording_until", "inbox_item"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_recording(self, call: Call) -> str | None:
        request = self.context["request"]
        if call.recording_id is None or not request.user.has_perm("calls.listen", call):
            return None
        return reverse("channels:recording", args=[call.pk], request=request)


class CallViewSet(_ReadViewSet):
    """Calls, filtered as on their page."""

    model = Call
    permission = "calls.view"
    serializer_class = CallSerializer
    detail_serializer_class = CallDetailSerializer
    filterset_class = CallFilter

    def rows(self) -> Any:
        rows = calls_for(self.request.user)
        return rows.defer(None) if self.detail else rows


class MailSerializer(serializers.ModelSerializer[MailMessage]):
    """A mail that came in or went out, or was ignored with the reason."""

    account = serializers.CharField(source="account.name", read_only=True)
    organization = serializers.CharField(source="account.organization.code", read_only=True)
    from_address = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    to = serializers.SerializerMethodField(help_text="masked for those who need not see it")
    document = serializers.CharField(source="document.number", default=None, read_only=True)
    inbox_item = serializers.IntegerField(source="item_id", read_only=True, allow_null=True)

    class Meta:
        model = MailMessage
        fields: tuple[str, ...] = (
            *("id", "account", "organization", "direction", "state", "from_name", "from_address", "to"),
            *("subject", "size", "too_large", "automatic", "reason", "at", "sent_at", "document"),
            "inbox_item",
        )
        read_only_fields = fields

    def get_from_address(self, mail: MailMessage) -> str:
        return _address(self.context["request"].user, mail.from_address, mail.account)

    def get_to(self, mail: MailMessage) -> str:
        return _address(self.context["request"].user, mail.to, mail.account)


class MailDetailSerializer(MailSerializer):
    """A mail with its text and the files that were not kept."""

    refused = serializers.JSONField(read_only=True)

    class Meta(MailSerializer.Meta):
        fields = (*MailSerializer.Meta.fields, "text", "refused", "attempts", "last_error")
        read_only_fields = fields


class MailViewSet(_ReadViewSet):
    """Mails, filtered as on their page."""

    model = MailMessage
    permission = "inbox.view"
    serializer_class = MailSerializer
    detail_serializer_class = MailDetailSerializer
    filterset_class = MailFilter

    def rows(self) -> Any:
        rows = MailMessage.objects.visible_to(self.request.user)
        return rows.select_related("account__organization", "document")


api_router.register("inbox", InboxViewSet, basename="inboxitem")
api_router.register("calls", CallViewSet, basename="call")
api_router.register("mails", MailViewSet, basename="mail")
