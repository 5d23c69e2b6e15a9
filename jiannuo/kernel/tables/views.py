"""Pages of exports that are made in the background."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from jiannuo.kernel.tables.exports import filename
from jiannuo.kernel.tables.models import ListExport
from jiannuo.kernel.tables.writers import CONTENT_TYPES


@login_required
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an export is; asked again every second until it is done. Only its owner sees it."""
    found = get_object_or_404(ListExport, pk=pk, owner=request.user)
    template = "tables/export_progress.html" if request.headers.get("HX-Request") else "tables/export.html"
    return render(
        request, template, {"export": found, "title": _("Export of “%(list)s”") % {"list": found.title}}
    )


@login_required
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of an export, for its owner."""
    found = get_object_or_404(ListExport, pk=pk, owner=request.user)
    if not found.file:
        raise Http404(_("This file is not ready."))
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=filename(found.title, found.file_format),
        content_type=CONTENT_TYPES[found.file_format],
    )
