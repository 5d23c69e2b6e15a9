"""Printed forms over the web."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.printing.forms import PrintForm, form_by_id
from jiannuo.kernel.printing.services import render_pdf


def pdf_of(form: PrintForm, record: Any) -> bytes:
    """The filled form of ``record``."""
    context = {
        "title": form.title,
        "document": record,
        "organization": getattr(record, "organization", None),
        "landscape": form.landscape,
        "printed_at": timezone.localtime(),
        **form.context(record),
    }
    return render_pdf(form.template, context)


@login_required
@require_safe
def print_form(request: HttpRequest, form_id: str, pk: int) -> HttpResponse:
    """A record as a filled form (PDF), for those who may see it."""
    form = form_by_id(form_id)
    if form is None:
        raise Http404
    if not request.user.has_perm(form.permission):
        raise PermissionDenied
    record = get_object_or_404(form.rows(request.user), pk=pk)
    if form.applies is not None and not form.applies(record):
        raise Http404(_("There is no such form of this record."))
    response = HttpResponse(pdf_of(form, record), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{form.id}-{record}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
