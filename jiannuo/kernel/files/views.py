"""Serving stored files, privately."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from jiannuo.kernel.files.access import may_read
from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.ranges import respond_with_part


@login_required
@require_safe
def serve(request: HttpRequest, pk: UUID, size: str = "") -> HttpResponseBase:
    """A stored file, or its thumbnail, for those who may read it; others learn nothing of it."""
    stored = get_object_or_404(StoredFile, pk=pk)
    if not may_read(stored, request.user):
        raise Http404
    return respond(stored, request, small=size == "small")


def respond(stored: StoredFile, request: HttpRequest, *, small: bool = False) -> HttpResponseBase:
    """The file or the part that is asked for: pictures, PDF, sound and video shown in the page, else downloaded."""
    use_thumbnail = small and bool(stored.thumbnail)
    content: Any = stored.thumbnail if use_thumbnail else stored.file
    content_type = "image/jpeg" if use_thumbnail else stored.content_type
    inline = content_type.startswith(("image/", "audio/", "video/")) or content_type == "application/pdf"
    try:
        opened = content.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = respond_with_part(
        opened,
        size=content.size,
        etag=f'"{stored.sha256}{"-small" if use_thumbnail else ""}"',
        asked={name: request.headers[name] for name in ("Range", "If-Range") if name in request.headers},
        content_type=content_type,
        as_attachment=not inline,
        filename=stored.name,
    )
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
