"""Serving stored files, privately."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from jiannuo.kernel.files.access import may_read
from jiannuo.kernel.files.models import StoredFile


@login_required
@require_safe
def serve(request: HttpRequest, pk: UUID, size: str = "") -> FileResponse:
    """A stored file, or its thumbnail, for those who may read it; others learn nothing of it."""
    stored = get_object_or_404(StoredFile, pk=pk)
    if not may_read(stored, request.user):
        raise Http404
    return respond(stored, small=size == "small")


def respond(stored: StoredFile, *, small: bool = False) -> FileResponse:
    """The response with the file: shown in the page when it is a picture or PDF, else downloaded."""
    use_thumbnail = small and bool(stored.thumbnail)
    content: Any = stored.thumbnail if use_thumbnail else stored.file
    content_type = "image/jpeg" if use_thumbnail else stored.content_type
    inline = content_type.startswith("image/") or content_type == "application/pdf"
    try:
        opened = content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=content_type, as_attachment=not inline, filename=stored.name)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
