"""The page of one unit: what it is, and all that ever happened to it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiannuo.kernel.regions.services import full_name
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.registry.history import documents_of
from jiannuo.registry.installedbase import queries
from jiannuo.registry.installedbase.dates import date_label
from jiannuo.registry.installedbase.labels import qr_image
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.panels import panels

RELATED = ("model__category", "organization", "customer", "address", "dealer")


def unit_or_404(request: HttpRequest, pk: int) -> InstalledUnit:
    """The unit when the person may see it; the same answer for missing and for hidden ones."""
    unit = InstalledUnit.objects.visible_to(request.user).select_related(*RELATED).filter(pk=pk).first()
    if unit is None or not request.user.has_perm("units.view", unit):
        raise Http404(_("There is no such unit, or you may not see it."))
    return unit


@require_GET
@permission_required("units.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The service record of a unit on one page."""
    unit = unit_or_404(request, pk)
    user: Any = request.user
    documents = documents_of(unit, "unit", user)
    reading = unit.readings.first()
    context = {
        "title": f"{unit.model.code} {unit.serial}",
        "unit": unit,
        "dates": [(date_label(name), getattr(unit, name)) for name in unit.DATE_FIELDS.values()],
        "site": _site(unit, user),
        "customer_phone": _customer_phone(unit, user),
        "components": unit.components.select_related("component").order_by("component__path"),
        "reading": reading,
        "documents": documents,
        "history": queries.history(unit, documents),
        "panels": panels.shown(unit, request),
        "qr": qr_image(unit),
        "may_edit": user.has_perm("units.edit", unit),
    }
    return render(request, "installedbase/detail.html", context)


def _site(unit: InstalledUnit, user: Any) -> str:
    if unit.address is None:
        return ""
    return address_for(user, full_name(unit.address.division_id) + unit.address.detail, unit)


def _customer_phone(unit: InstalledUnit, user: Any) -> str:
    phone = unit.customer.phones.first() if unit.customer else None
    return phone_for(user, phone.number, unit) if phone else ""
