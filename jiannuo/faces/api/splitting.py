"""Dividing the job of a work order among several orders, over the API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, clean_form, version_of
from jiannuo.faces.api.problems import Problem
from jiannuo.operations.dispatch.board.forms import PartForm, people_of
from jiannuo.operations.dispatch.board.splitting import SplitRefused, SplitToConfirm, split
from jiannuo.operations.workorders.queries import parts_of
from jiannuo.operations.workorders.services import Portion
from jiannuo.operations.workorders.services.splitting import LONGEST, MOST, SHORTEST


class PartSerializer(serializers.Serializer[Any]):
    """A part of a divided job."""

    purpose = serializers.CharField(max_length=120)
    begins = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST)
    technician = serializers.CharField(required=False, help_text="user name; nobody yet when left out")


class SplitSerializer(serializers.Serializer[Any]):
    """How a job is divided: the first part stays with the order."""

    parts = PartSerializer(many=True)
    reason = serializers.CharField(
        required=False, help_text="for going on in spite of warnings; without it they are answered with 409"
    )
    tell = serializers.BooleanField(required=False, help_text="tell the customer once of all times")
    version = serializers.IntegerField(required=False)


class PartOfJobSerializer(serializers.Serializer[Any]):
    """One order of a divided job; ``place`` such as 1/2, empty when it was given up."""

    number = serializers.CharField()
    state = serializers.CharField()
    place = serializers.SerializerMethodField()
    purpose = serializers.CharField(source="share.purpose", default="")
    technician = serializers.CharField(source="technician.username", default=None, help_text="user name")
    begins = serializers.DateTimeField(source="planned_from")
    ends = serializers.DateTimeField(source="planned_to", default=None)

    def get_place(self, order: Any) -> str:
        return str(order.standing or "")


class SplitMixin:
    """The divided job of an order."""

    @extend_schema(
        request=SplitSerializer, responses={201: PartOfJobSerializer(many=True)}, parameters=[KEY_PARAMETER]
    )
    @action(detail=True, methods=["post"])
    def split(self, request: Any, **kwargs: Any) -> Response:
        """Divide the job among several orders; answers its parts.

        409 says what makes it impossible, or what speaks against it while no ``reason`` is given.
        """
        order: Any = self.get_object()  # type: ignore[attr-defined]
        if not request.user.has_perm("orders.dispatch", order):
            raise PermissionDenied("orders.dispatch")
        portions = self._portions(request)
        reason = str(request.data.get("reason") or "").strip()[:200]
        sent = request.data.get("version")
        version = sent if isinstance(sent, int) else version_of(request)
        try:
            split(
                order,
                portions,
                by=request.user,
                version=version,
                confirmed=None if reason else (),
                reason=reason,
                tell=request.data.get("tell") is True,
            )
        except SplitRefused as error:
            raise Problem(409, "part-impossible", str(error)) from error
        except SplitToConfirm as error:
            raise Problem(409, "reason-wanted", str(error)) from error
        return Response(PartOfJobSerializer(parts_of(order, request.user), many=True).data, status=201)

    def _portions(self, request: Any) -> list[Portion]:
        sent = request.data.get("parts") if hasattr(request.data, "get") else None
        if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
            raise DjangoValidationError({"parts": _("Give a list of parts.")})
        people = people_of(request.user)
        portions = []
        for place, one in enumerate(sent[: MOST + 1], start=1):
            name = one.get("technician")
            person = people.filter(username=str(name)).first() if name else None
            if name and person is None:
                text = _("This is none of your active technicians.")
                raise DjangoValidationError({f"parts[{place}].technician": text})
            data = {**one, "technician": getattr(person, "pk", None)}
            form = PartForm(data, people=people)
            try:
                clean_form(form, data)
            except DjangoValidationError as error:
                errors = getattr(error, "message_dict", {"": error.messages})
                raise DjangoValidationError(
                    {f"parts[{place}].{field}": texts for field, texts in errors.items()}
                ) from error
            portions.append(form.portion())
        return portions
