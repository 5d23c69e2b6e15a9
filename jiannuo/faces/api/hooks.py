"""Hooks of telephone systems and messengers: signed, each event once, refused before anything is stored."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_ratelimit.core import is_ratelimited
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from jiannuo.faces.api.problems import Problem
from jiannuo.operations.channels import signing
from jiannuo.operations.channels.models import Call, Connection
from jiannuo.operations.channels.services.calls import TOLD, Told
from jiannuo.operations.channels.services.hooks import Message, Picture, Replayed, hear_call, hear_message
from jiannuo.operations.channels.services.recordings import RecordedAlready, keep_recording

KILOBYTE = 1024
CALL_LIMIT, MESSAGE_LIMIT, RECORDING_LIMIT = 16 * KILOBYTE, 16 * KILOBYTE**2, 30 * KILOBYTE**2
#: how many hooks one connection may send, and how many bad ones one address
GOOD_RATE, BAD_RATE = "1200/m", "30/m"
WHY = {
    "unsigned": gettext_lazy("Send X-Jiannuo-Timestamp and X-Jiannuo-Signature."),
    "stale": gettext_lazy("The timestamp is more than five minutes off. Set the clock and sign anew."),
    "signature": gettext_lazy(
        "The signature does not fit. Check the secret and that exactly the sent bytes are signed."
    ),
}

SIGNED = [
    OpenApiParameter(
        signing.TIMESTAMP, str, OpenApiParameter.HEADER, required=True, description="seconds since 1970"
    ),
    OpenApiParameter(
        signing.SIGNATURE,
        str,
        OpenApiParameter.HEADER,
        required=True,
        description="hexadecimal HMAC-SHA256 of <timestamp>.<body>",
    ),
]


class CallEventSerializer(serializers.Serializer[Any]):
    """An event of a telephone system."""

    event_id = serializers.CharField(max_length=100)
    event = serializers.ChoiceField(choices=TOLD)
    call_id = serializers.CharField(max_length=100)
    number = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    direction = serializers.ChoiceField(choices=Call.Direction.choices, default=Call.Direction.IN)
    extension = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    at = serializers.DateTimeField(required=False)


class SenderSerializer(serializers.Serializer[Any]):
    """Who wrote."""

    id = serializers.CharField(max_length=200, help_text="how the messenger names the person")
    name = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)


class PictureSerializer(serializers.Serializer[Any]):
    """A picture of a message."""

    name = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    data = serializers.CharField(help_text="base64; addresses are not fetched")  # type: ignore[assignment]


class MessageSerializer(serializers.Serializer[Any]):
    """A message of a messenger."""

    event_id = serializers.CharField(max_length=100)
    sender = SenderSerializer()
    text = serializers.CharField(max_length=20_000, required=False, default="", allow_blank=True)
    at = serializers.DateTimeField(required=False)
    pictures = PictureSerializer(many=True, required=False, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["text"].strip() and not attrs["pictures"]:
            raise serializers.ValidationError({"text": [_("Write something, or send a picture.")]})
        return attrs


class Hook(APIView):
    """Base of the hooks: checks address, size, signature and age before it looks at the content."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    http_method_names = ("post", "options")
    kind = ""
    limit = CALL_LIMIT

    def body_of(self, request: Any, code: UUID, about: str = "") -> tuple[Connection, bytes]:
        """The connection and what it signed; raises Problem: 401, 404, 413 or 429."""
        plain = request._request
        if is_ratelimited(plain, group="hooks.bad", key="ip", rate=BAD_RATE, increment=False):
            raise Problem(429, "rate", _("Too many hooks were refused. Wait a minute."))
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > self.limit:
            raise self._bad(plain, 413, "oversize", _("At most %(size)d bytes.") % {"size": self.limit})
        body = plain.read(self.limit + 1)
        if len(body) > self.limit:
            raise self._bad(plain, 413, "oversize", _("At most %(size)d bytes.") % {"size": self.limit})
        source = Connection.objects.select_related("organization").filter(
            code=code, kind=self.kind, is_active=True
        )
        found = source.first()
        if found is None:
            raise self._bad(plain, 404, "", _("There is no such connection, or it is switched off."))
        headers = request.headers
        try:
            signing.verify(
                found.secret,
                headers.get(signing.TIMESTAMP, ""),
                headers.get(signing.SIGNATURE, ""),
                f"{about}.".encode() + body if about else body,
            )
        except signing.Refused as refusal:
            raise self._bad(plain, 401, refusal.kind, str(WHY[refusal.kind])) from refusal
        if is_ratelimited(
            plain, group="hooks.good", key=lambda *_about: str(found.pk), rate=GOOD_RATE, increment=True
        ):
            raise Problem(429, "rate", _("Too many requests"))
        return found, body

    def _bad(self, plain: Any, status: int, kind: str, text: str) -> Problem:
        is_ratelimited(plain, group="hooks.bad", key="ip", rate=BAD_RATE, increment=True)
        return Problem(status, kind, text)

    def parsed(self, serializer: type[serializers.Serializer[Any]], body: bytes) -> dict[str, Any]:
        """The content as ``serializer`` reads it; raises Problem 400 for what is no JSON object."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            raise Problem(400, "json", _("The body is not valid JSON.")) from None
        if not isinstance(data, dict):
            raise Problem(400, "json", _("The body must be a JSON object."))
        given = serializer(data=data)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = given.validated_data
        return values


def _replayed() -> Problem:
    return Problem(409, "replayed", _("This was told before and is stored. Do not send it again."))


def _instant(values: dict[str, Any]) -> datetime:
    at: datetime = values.get("at") or timezone.now()
    return at


class CallHook(Hook):
    """What a telephone system tells: ringing, answered, ended, missed."""

    kind = Connection.Kind.TELEPHONE

    @extend_schema(request=CallEventSerializer, responses={202: None}, parameters=SIGNED, auth=[])
    def post(self, request: Any, code: UUID) -> Response:
        """Tell an event of a call. 409 when it was told before."""
        source, body = self.body_of(request, code)
        values = self.parsed(CallEventSerializer, body)
        news = Told(
            event=values["event"],
            call_id=values["call_id"],
            number=values["number"],
            at=_instant(values),
            direction=values["direction"],
            extension=values["extension"],
        )
        try:
            call = hear_call(source, values["event_id"], news)
        except Replayed:
            raise _replayed() from None
        return Response({"call": call.pk, "state": call.state}, status=202)


class RecordingHook(Hook):
    """The recording of a call is ready: the body is the file."""

    kind = Connection.Kind.TELEPHONE
    limit = RECORDING_LIMIT

    @extend_schema(
        request={"application/octet-stream": bytes}, responses={202: None}, parameters=SIGNED, auth=[]
    )
    def post(self, request: Any, code: UUID, call_id: str) -> Response:
        """Send the recording of a call (MP3, WAV, AMR, OGG, M4A). 409 when it is there already."""
        source, body = self.body_of(request, code, about=call_id)
        call = Call.objects.filter(connection=source, external_id=call_id).first()
        if call is None:
            raise Problem(404, "", _("Tell of the call first, then send its recording."))
        try:
            keep_recording(call, SimpleUploadedFile(f"{call}.rec", body))
        except RecordedAlready:
            raise _replayed() from None
        return Response({"call": call.pk}, status=202)


class MessageHook(Hook):
    """What a messenger tells: a message with its pictures."""

    kind = Connection.Kind.IM
    limit = MESSAGE_LIMIT

    @extend_schema(request=MessageSerializer, responses={202: None}, parameters=SIGNED, auth=[])
    def post(self, request: Any, code: UUID) -> Response:
        """Tell a message. 409 when it was told before."""
        source, body = self.body_of(request, code)
        values = self.parsed(MessageSerializer, body)
        sender = values["sender"]
        message = Message(
            sender=sender["id"],
            name=sender["name"],
            phone=sender["phone"],
            text=values["text"],
            at=_instant(values),
            pictures=[Picture(**one) for one in values["pictures"]],
        )
        try:
            item = hear_message(source, values["event_id"], message)
        except Replayed:
            raise _replayed() from None
        return Response({"item": item.pk}, status=202)
