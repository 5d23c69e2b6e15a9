"""The procedures that managers edit."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.installations.forms import ProcedureForm, ProcedureItems, items_of
from jiannuo.operations.installations.models import Procedure, ProcedureItem
from jiannuo.operations.installations.services import save_procedure


@permission_required("installations.rules")
@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """All procedures."""
    rows = Procedure.objects.select_related("category", "model").with_lines()
    context = {"title": _t("Installation procedures"), "procedures": list(rows)}
    return render(request, "installations/procedures.html", context)


@permission_required("installations.rules")
def procedure_new(request: HttpRequest) -> HttpResponse:
    """A new procedure."""
    return _edit(request, Procedure(), _t("New installation procedure"))


@permission_required("installations.rules")
def procedure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a procedure; running projects keep what they were given."""
    row = Procedure.objects.filter(pk=pk).first()
    if row is None:
        raise Http404(_t("There is no such row."))
    return _edit(request, row, str(row))


def _edit(request: HttpRequest, row: Procedure, title: str) -> HttpResponse:
    lines = row.items.all() if row.pk else ProcedureItem.objects.none()
    data = request.POST or None
    form, items = ProcedureForm(data, instance=row), ProcedureItems(data, queryset=lines, prefix="items")
    if request.method == "POST" and form.is_valid() and items.is_valid():
        try:
            save_procedure(form.instance, items_of(items), by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("installations:procedures")
    context = {
        "form": form,
        "items": items,
        "title": title,
        "cancel_url": reverse("installations:procedures"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "installations/procedure_edit.html", context, status=status)
