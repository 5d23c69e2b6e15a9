"""The API of a kind of document: list, read, act, comment, attach — the same services as the pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.forms import Form, JSONField, ModelMultipleChoiceField, MultipleChoiceField
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from jiannuo.faces.api.idempotency import HEADER, IdempotentMixin
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.problems import Problem
from jiannuo.kernel.files.services import store
from jiannuo.kernel.tables.api import KeysetPagination
from jiannuo.office.documents import services, timeline
from jiannuo.office.documents.flow import all_actions, allowed_actions
from jiannuo.office.documents.forms import CommentForm, UploadForm, form_for
from jiannuo.office.documents.models import Attachment, Document
from jiannuo.office.documents.queries import visible_as_kind

KEY_PARAMETER = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True, description="A key of your own."
)


class DocumentSerializer(serializers.ModelSerializer[Any]):
    """What all documents show. Extend it: ``class Meta(DocumentSerializer.Meta): model = …; fields = (…)``."""

    organization: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)
    created_by: Any = serializers.StringRelatedField()
    state_label = serializers.CharField(read_only=True)
    actions = serializers.SerializerMethodField(help_text="names of the actions that you may do now")

    class Meta:
        model: type[Document] = Document
        fields: tuple[str, ...] = (
            "number",
            "kind",
            "title",
            "state",
            "state_label",
            "organization",
            "version",
            "created_by",
            "created_at",
            "updated_at",
            "actions",
        )
        read_only_fields = fields

    def get_actions(self, document: Document) -> list[str]:
        return [item.name for item in allowed_actions(document, self.context["request"].user)]


class FileSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    content_type = serializers.CharField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()
    purpose = serializers.CharField()
    caption = serializers.CharField()


class TimelineSerializer(serializers.Serializer[Any]):
    """One line of the history."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    author = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    action = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    visible_to_customer = serializers.BooleanField()
    files = FileSerializer(many=True)


class DocumentViewSet(IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """Base of the view sets of documents: set ``model``, ``permission``, ``serializer_class``, ``filterset_class``."""

    model: ClassVar[type[Document]]
    permission: ClassVar[str] = ""
    serializer_class: type[serializers.BaseSerializer[Any]] = DocumentSerializer
    select_related: ClassVar[tuple[str, ...]] = ()
    permission_classes = (RolePermission,)
    pagination_class: Any = KeysetPagination
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9-]+"

    def get_queryset(self) -> Any:
        """The documents that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        rows = self.model._default_manager.visible_to(self.request.user)
        return rows.select_related("organization", "created_by", *self.select_related)

    def get_object(self) -> Any:
        """The document; 404 for what the caller may not see, also where a role elsewhere would allow it."""
        try:
            return super().get_object()
        except NotPermitted as error:
            raise Http404 from error

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.get_object())

    def answer(self, document: Document, status: int = 200) -> Response:
        """The document as the API shows it, with its version as ETag."""
        serializer = self.get_serializer(document)
        return Response(serializer.data, status=status, headers={"ETag": f'"{document.version}"'})

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        parameters=[
            KEY_PARAMETER,
            OpenApiParameter("name", str, OpenApiParameter.PATH),
            OpenApiParameter(
                "If-Match", str, OpenApiParameter.HEADER, description="The ETag of what you read."
            ),
        ],
    )
    @action(detail=True, methods=["post"], url_path=r"actions/(?P<name>[a-z_]+)", url_name="act")
    def act(self, request: Any, name: str, **kwargs: Any) -> Response:
        """Do an action with what its form asks for; ``version`` or ``If-Match`` guards against a stale edit."""
        document = self.get_object()
        declared = all_actions(type(document)).get(name)
        if declared is None or declared.hidden:
            raise Http404
        if not declared.allowed(document, request.user):
            raise PermissionDenied(name)
        form = form_for(declared, document, request.user, data=request.data, files=request.FILES)
        data = clean_form(form, request.data)
        version = data.pop("version", None) or version_of(request)
        services.act(document, name, by=request.user, data=data, version=version)
        fresh = visible_as_kind(document.pk, document.kind, request.user)
        if fresh is None:
            # The action handed it to somebody else.
            return Response({"number": document.number})
        return self.answer(self.get_queryset().get(pk=document.pk))

    @extend_schema(
        responses=TimelineSerializer(many=True),
        parameters=[OpenApiParameter("before", int, description="Entries earlier than this one.")],
        filters=False,
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def timeline(self, request: Any, **kwargs: Any) -> Response:
        """The history, newest first, thirty lines at a time; ``next_before`` asks for the earlier ones."""
        text = request.query_params.get("before", "0")
        if not text.isdecimal() or len(text) > 18:
            raise DjangoValidationError({"before": _("Give the id of an entry.")})
        page = timeline.page_of(self.get_object(), before=int(text))
        return Response(
            {
                "results": TimelineSerializer(page.items, many=True).data,
                "next_before": page.next_before or None,
            }
        )

    @extend_schema(
        request={"multipart/form-data": {"type": "object", "properties": {"text": {"type": "string"}}}},
        responses={201: OpenApiTypes.OBJECT},
        parameters=[KEY_PARAMETER],
    )
    @action(detail=True, methods=["post"])
    def comments(self, request: Any, **kwargs: Any) -> Response:
        """Write on the timeline; ``text``, and ``files`` when the body is multipart."""
        document = self._writable()
        data = clean_form(CommentForm(request.data, request.FILES), request.data)
        files = [store(upload, by=request.user) for upload in data["files"]]
        entry = services.comment(document, by=request.user, text=data["text"], files=files)
        return Response({"id": entry.pk, "files": [str(file.pk) for file in files]}, status=201)

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {
                    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "purpose": {"type": "string"},
                    "caption": {"type": "string"},
                },
            }
        },
        responses={201: FileSerializer(many=True)},
        parameters=[KEY_PARAMETER],
    )
    @action(detail=True, methods=["post"])
    def attachments(self, request: Any, **kwargs: Any) -> Response:
        """Attach ``files`` (multipart) with a ``purpose`` and a ``caption``."""
        document = self._writable()
        data = clean_form(UploadForm(request.data, request.FILES), request.data)
        purpose = data["purpose"] or Attachment.Purpose.OTHER
        with transaction.atomic():
            stored = [store(upload, by=request.user) for upload in data["files"]]
            entry = services.attach_all(
                document, stored, by=request.user, purpose=purpose, caption=data["caption"]
            )
        views = timeline.file_views(entry.attachments.select_related("file").order_by("pk"))
        return Response(FileSerializer(views, many=True).data, status=201)

    def _writable(self) -> Document:
        document: Document = self.get_object()
        if not self.request.user.has_perm("documents.comment", document):
            raise PermissionDenied("documents.comment")
        return document


def clean_form(form: Form, data: Any) -> dict[str, Any]:
    """The cleaned data of a form filled from the body of a request; raises ValidationError by field."""
    if not hasattr(data, "get"):
        raise DjangoValidationError(_("The body must be a JSON object."))
    errors = {}
    for name, field in form.fields.items():
        value = data.get(name)
        if isinstance(field, JSONField):
            continue
        several = isinstance(field, (MultipleChoiceField, ModelMultipleChoiceField))
        if isinstance(value, dict) or (isinstance(value, list) and not several):
            errors[name] = [_("Give a plain value here.")]
    if errors:
        raise DjangoValidationError(errors)
    if not form.is_valid():
        raise DjangoValidationError(
            {
                name: [message for error in found.as_data() for message in error.messages]
                for name, found in form.errors.items()
            }
        )
    return dict(form.cleaned_data)


def version_of(request: Any) -> int | None:
    """The version in ``If-Match``; raises Problem 400 for what is not an ETag of ours."""
    text = request.headers.get("If-Match", "").strip()
    if not text or text == "*":
        return None
    digits = text.removeprefix("W/").strip('"')
    if not digits.isdecimal():
        raise Problem(400, "etag-invalid", _("Send in If-Match the ETag that came with the document."))
    return int(digits)
