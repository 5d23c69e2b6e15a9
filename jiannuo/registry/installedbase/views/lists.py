"""The list of units, the picker, and label sheets."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from jiannuo.kernel.tables.bulk import BulkAction, BulkResult
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.registry import pickers
from jiannuo.registry.installedbase import queries
from jiannuo.registry.installedbase.filters import UnitFilter
from jiannuo.registry.installedbase.labels import MOST, PER_SHEET, label_sheet
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.tables import UnitTable
from jiannuo.registry.searching import narrowed


def _labels(_user: Any, rows: QuerySet[InstalledUnit]) -> BulkResult:
    """Counts only: the list leads to the sheet itself (see ``UnitList.post``)."""
    return BulkResult(done=rows.count())


class UnitList(TablePage):
    """All units in scope."""

    name = "units"
    title = gettext_lazy("Installed units")
    permission = "units.view"
    table_class = UnitTable
    filterset_class = UnitFilter
    orderings = (
        NEWEST,
        Ordering("serial", gettext_lazy("serial number"), ("serial",)),
        Ordering("installed_on", gettext_lazy("installed"), ("installed_on",)),
    )
    presets = (
        Preset(gettext_lazy("In use"), "status=in_use"),
        Preset(gettext_lazy("In stock"), "status=in_stock"),
        Preset(gettext_lazy("Out of use"), "status=stopped"),
    )
    bulk_actions: ClassVar = (BulkAction("labels", gettext_lazy("Print QR labels"), "units.view", _labels),)
    create_url_name = "installedbase:create"
    create_label = gettext_lazy("New unit")
    create_permission = "units.edit"
    empty_text = gettext_lazy("No units yet. Register the first one, or import a file.")

    def rows(self) -> QuerySet[InstalledUnit]:
        return queries.listed(self.request.user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = [key for key in request.POST.getlist("select") if key.isdecimal()]
        if request.GET.get("bulk") == "labels" and 0 < len(chosen) <= MOST:
            response = HttpResponse(status=204)
            response["HX-Redirect"] = (
                f"{reverse('installedbase:labels')}?{urlencode({'ids': ','.join(chosen)})}"
            )
            return response
        return super().post(request, *args, **kwargs)


@require_GET
@permission_required("units.view")
def labels(request: HttpRequest) -> HttpResponse:
    """A sheet of QR labels for the units in ``ids`` (keys with commas); ``skip`` leaves places empty."""
    keys = [int(key) for key in request.GET.get("ids", "").split(",") if key.isdecimal() and len(key) < 19]
    if not keys or len(keys) > MOST:
        text = _("Choose 1 to %(most)s units in the list, then print their labels.") % {"most": MOST}
        return render(
            request, "installedbase/refused.html", {"title": _("QR labels"), "text": text}, status=422
        )
    skip_text = request.GET.get("skip", "0")
    skip = min(int(skip_text), PER_SHEET - 1) if skip_text.isdecimal() and len(skip_text) < 4 else 0
    found = InstalledUnit.objects.visible_to(request.user).select_related("model").in_bulk(keys)
    units = [found[key] for key in keys if key in found]
    if not units:
        raise PermissionDenied("units.view")
    response = HttpResponse(label_sheet(units, skip=skip), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return response


@require_GET
@permission_required("units.view")
def picker(request: HttpRequest) -> HttpResponse:
    """Units for a select: by words, or those of a ``customer``."""
    rows: QuerySet[Any] = InstalledUnit.objects.visible_to(request.user).select_related("model", "customer")
    customer = request.GET.get("customer", "")
    if customer.isdecimal() and len(customer) < 19:
        rows = rows.filter(customer_id=int(customer))
    rows = narrowed(rows, "unit", request.GET.get("q", "")[:60], request.user).order_by("-pk")[
        : pickers.SHOWN
    ]
    return pickers.answer(
        rows, text=lambda u: f"{u.model.code} {u.serial}", hint=lambda u: str(u.customer or "")
    )
