"""What the API of the registry's rooms shares: scope, permission, the forms of the pages, versions.

A room declares ``router_entries = [(prefix, ViewSet)]`` in its ``api.py``; the API face finds them and makes every
POST repeatable by its ``Idempotency-Key``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.forms import BaseForm
from django.utils.translation import gettext as _
from rest_framework import mixins, status
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiannuo.kernel.tables.api import TableList
from jiannuo.registry.versions import StaleRecord

WRITES = frozenset({"create", "update", "partial_update"})


class Conflict(APIException):
    """409: the record is not in the state that the caller believed."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class RegistryPermission(BasePermission):
    """Reading needs the view's ``permission``, writing its ``edit_permission``; both within the person's scope."""

    def has_permission(self, request: Any, view: Any) -> bool:
        user = request.user
        return bool(user and user.is_authenticated and user.has_perm(_wanted(view)))

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        scoped = obj if hasattr(obj, "organization_id") else None
        return bool(request.user.has_perm(_wanted(view), scoped))


def _wanted(view: Any) -> str:
    return str(view.edit_permission if view.action in WRITES else view.permission)


class RegistryViewSet(TableList, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any], ABC):
    """List, read, create and change; what is refused on a page is refused here, in the same words.

    ``codes`` names foreign keys that callers may give by a code: field → (model, field of the code).
    """

    permission: ClassVar[str] = ""
    edit_permission: ClassVar[str] = ""
    permission_classes = (RegistryPermission,)
    codes: ClassVar[Mapping[str, tuple[type[models.Model], str]]] = {}
    lookup_value_regex = r"\d{1,18}"

    @abstractmethod
    def form(self, data: Any, instance: Any = None) -> BaseForm:
        """The form of the page."""

    @abstractmethod
    def save(self, form: Any, instance: Any, request: Any) -> Any:
        """Call the service."""

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Register a record."""
        record = self._write(request, None)
        return Response(self._shown(record), status=status.HTTP_201_CREATED)

    def update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Change a record: fields that are left out stay. ``version`` must be the present one."""
        instance = self.get_object()
        if not str(_body(request).get("version", "")).isdecimal():
            raise ValidationError({"version": [_("Send the version that you have read.")]})
        return Response(self._shown(self._write(request, instance)))

    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The same as PUT."""
        return self.update(request, *args, **kwargs)

    def _write(self, request: Any, instance: Any) -> Any:
        present = self.form(None, self._fresh(instance))
        data = {name: present[name].value() for name in present.fields} | self.resolved(_body(request))
        form = self.form(data, self._fresh(instance))
        if not form.is_valid():
            raise ValidationError({name: list(map(str, texts)) for name, texts in form.errors.items()})
        self.check_scope(form, request)
        try:
            return self.save(form, instance, request)
        except StaleRecord as stale:
            raise Conflict(str(stale), code="stale") from stale

    def check_scope(self, form: Any, request: Any) -> None:
        """Refuse to put a record into an organisation where the person may not write."""
        organization = form.cleaned_data.get("organization")
        if organization is None:
            return
        probe = self.get_queryset().model(organization=organization)
        if not request.user.has_perm(self.edit_permission, probe):
            raise PermissionDenied

    def resolved(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body with codes turned into keys; what is unknown stays and is refused by the form."""
        data = dict(body)
        for name, (model, code) in self.codes.items():
            value = data.get(name)
            if isinstance(value, str | int) and value != "":
                found = (
                    model._default_manager.filter(**{code: str(value)}).values_list("pk", flat=True).first()
                )
                data[name] = found if found is not None else value
        return data

    def _fresh(self, instance: Any) -> Any:
        return self.get_queryset().get(pk=instance.pk) if instance is not None else None

    def _shown(self, record: Any) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=record.pk)).data


def _body(request: Any) -> dict[str, Any]:
    """The object that was sent. Raises ValidationError for anything else."""
    body = request.data
    if hasattr(body, "dict"):
        return dict(body.dict())
    if not isinstance(body, Mapping):
        raise ValidationError({"non_field_errors": [_("Send an object with the fields of the record.")]})
    return dict(body)
