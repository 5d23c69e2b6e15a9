"""Registering and changing units, and the dialogs on their page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_GET

from jiannuo.office.accounts.access import PermissionRequired, permission_required
from jiannuo.registry.conflicts import differences, renewed
from jiannuo.registry.installedbase import services
from jiannuo.registry.installedbase.forms import ComponentForm, OwnerForm, ReadingForm, StatusForm, UnitForm
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.views.detail import unit_or_404
from jiannuo.registry.versions import StaleRecord


def editable_or_404(request: HttpRequest, pk: int) -> InstalledUnit:
    """The unit when the person may change it. Raises Http404 or PermissionDenied."""
    unit = unit_or_404(request, pk)
    if not request.user.has_perm("units.edit", unit):
        raise PermissionDenied("units.edit")
    return unit


class UnitEdit(PermissionRequired, View):
    """Register (no key) or change (key) a unit."""

    permission = "units.edit"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        unit = editable_or_404(request, pk) if pk else None
        known = {name: request.GET[name] for name in ("customer", "model", "serial") if request.GET.get(name)}
        return self.answer(request, UnitForm(instance=unit, user=request.user, initial=known), unit)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        unit = editable_or_404(request, pk) if pk else None
        form = UnitForm(
            request.POST, instance=editable_or_404(request, pk) if pk else None, user=request.user
        )
        if not form.is_valid():
            return self.answer(request, form, unit, status=422)
        if not request.user.has_perm(
            "units.edit", InstalledUnit(organization=form.cleaned_data["organization"])
        ):
            raise PermissionDenied("units.edit")
        try:
            saved = self.save(request, form, unit)
        except StaleRecord as stale:
            found = differences(form, stale.record)
            renewed(form, stale.record.version)
            return self.answer(request, form, unit, status=409, conflict=str(stale), differences=found)
        except services.DuplicateSerial as error:
            form.add_error(None, error)
            return self.answer(request, form, unit, status=422, twin=_if_visible(request, error.unit))
        except ValidationError as error:
            form.add_error(None, error)
            return self.answer(request, form, unit, status=422)
        messages.success(request, _("Saved"))
        return redirect(saved)

    def save(self, request: HttpRequest, form: UnitForm, unit: InstalledUnit | None) -> InstalledUnit:
        if unit is None:
            return services.register_unit(by=request.user, **form.values())
        version = form.cleaned_data["version"] or 0
        return services.update_unit(unit, by=request.user, version=version, **form.values())

    def answer(
        self,
        request: HttpRequest,
        form: UnitForm,
        unit: InstalledUnit | None,
        *,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        context = {
            "title": str(unit) if unit else _("New unit"),
            "subtitle": str(unit.model) if unit else "",
            "form": form,
            "unit": unit,
            "cancel_url": unit.get_absolute_url() if unit else reverse("installedbase:list"),
            **more,
        }
        return render(request, "installedbase/edit.html", context, status=status)


def _if_visible(request: HttpRequest, unit: InstalledUnit) -> InstalledUnit | None:
    return InstalledUnit.objects.visible_to(request.user).select_related("model").filter(pk=unit.pk).first()


@require_GET
@permission_required("units.edit")
def sites(request: HttpRequest) -> HttpResponse:
    """The addresses of the customer that was chosen in the form (a piece of the page)."""
    form = UnitForm(request.GET, user=request.user)
    return render(request, "installedbase/_site.html", {"field": form["address"], "fresh": True})


class UnitDialog(PermissionRequired, View, ABC):
    """A form in the dialog of a unit's page that does one thing."""

    permission = "units.edit"
    title: Any = ""
    form_class: type[Any]

    @abstractmethod
    def do(self, unit: InstalledUnit, data: dict[str, Any], user: Any) -> object:
        """Call the service."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = editable_or_404(request, pk)
        return self.answer(request, self.form_class(unit=unit, user=request.user))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = editable_or_404(request, pk)
        form = self.form_class(request.POST, unit=unit, user=request.user)
        if form.is_valid():
            try:
                self.do(unit, form.cleaned_data, request.user)
            except ValidationError as error:
                form.add_error(None, error)
        if not form.is_valid():
            return self.answer(request, form, status=422)
        messages.success(request, _("Saved"))
        response = HttpResponse(status=204)
        response["HX-Redirect"] = unit.get_absolute_url()
        return response

    def answer(self, request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
        context = {"title": self.title, "form": form, "submit_label": _("Save")}
        return render(request, "partials/modal_form.html", context, status=status)


class AddReading(UnitDialog):
    """Enter a meter reading."""

    title = gettext_lazy("Meter reading")
    form_class = ReadingForm

    def do(self, unit: InstalledUnit, data: dict[str, Any], user: Any) -> object:
        return services.record_reading(
            unit, data["value"], at=data["at"], by=user, meter_replaced=data["meter_replaced"]
        )


class ReplaceComponent(UnitDialog):
    """Enter that a component was replaced."""

    title = gettext_lazy("Component replaced")
    form_class = ComponentForm

    def do(self, unit: InstalledUnit, data: dict[str, Any], user: Any) -> object:
        return services.replace_component(
            unit,
            data["component"],
            old_serial=data["old_serial"],
            new_serial=data["new_serial"],
            on=data["changed_on"],
            by=user,
        )


class ChangeOwner(UnitDialog):
    """Pass the unit to another customer."""

    title = gettext_lazy("Change of owner")
    form_class = OwnerForm

    def do(self, unit: InstalledUnit, data: dict[str, Any], user: Any) -> object:
        customer = data["customer"]
        address = customer.addresses.first() if customer else None
        return services.change_owner(unit, customer, by=user, on=data["changed_on"], address=address)


class ChangeStatus(UnitDialog):
    """Set the status."""

    title = gettext_lazy("Change the status")
    form_class = StatusForm

    def do(self, unit: InstalledUnit, data: dict[str, Any], user: Any) -> object:
        return services.change_status(unit, data["status"], by=user)
