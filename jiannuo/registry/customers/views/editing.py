"""Registering and changing a customer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from jiannuo.office.accounts.access import PermissionRequired, permission_required
from jiannuo.registry.conflicts import differences, renewed
from jiannuo.registry.customers import queries, services
from jiannuo.registry.customers.editing import CustomerEditor
from jiannuo.registry.customers.forms import ENTRY_FORMS
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.views.detail import customer_or_404
from jiannuo.registry.versions import StaleRecord

ROW_LIMIT = 50


def editable_or_404(request: HttpRequest, pk: int) -> Customer:
    """The customer when the person may change it. Raises Http404, or PermissionDenied when they may only see it."""
    customer = customer_or_404(request, pk)
    if not request.user.has_perm("customers.edit", customer):
        raise PermissionDenied("customers.edit")
    return customer


class CustomerEdit(PermissionRequired, View):
    """Create (no key) or change (key) a customer."""

    permission = "customers.edit"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        customer = editable_or_404(request, pk) if pk else None
        known = {name: request.GET[name] for name in ("name", "phone", "kind") if request.GET.get(name)}
        return self.answer(request, CustomerEditor(user=request.user, customer=customer, **known))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        customer = editable_or_404(request, pk) if pk else None
        editor = CustomerEditor(user=request.user, customer=customer, data=request.POST)
        if not editor.is_valid():
            return self.answer(request, editor, status=422)
        organization = editor.form.cleaned_data["organization"]
        if not request.user.has_perm("customers.edit", Customer(organization=organization)):
            raise PermissionDenied("customers.edit")
        if customer is None and not request.POST.get("not_duplicate"):
            duplicates = duplicates_of(request, editor)
            if duplicates:
                return self.answer(request, editor, status=409, duplicates=duplicates, ask=True)
        return self.save(request, editor)

    def save(self, request: HttpRequest, editor: CustomerEditor) -> HttpResponse:
        try:
            customer = editor.save()
        except StaleRecord as stale:
            found = differences(editor.form, stale.record)
            renewed(editor.form, stale.record.version)
            return self.answer(request, editor, status=409, conflict=str(stale), differences=found)
        except ValidationError as error:
            editor.form.add_error(None, error.messages)
            return self.answer(request, editor, status=422)
        messages.success(request, _("Saved"))
        return redirect(customer)

    def answer(
        self, request: HttpRequest, editor: CustomerEditor, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        customer = editor.customer
        context = {
            "title": customer.name if customer else _("New customer"),
            "subtitle": customer.code if customer else "",
            "form": editor.form,
            "lists": editor.lists,
            "customer": customer,
            "cancel_url": customer.get_absolute_url() if customer else reverse("customers:list"),
            **more,
        }
        return render(request, "customers/edit.html", context, status=status)


def duplicates_of(request: HttpRequest, editor: CustomerEditor) -> list[queries.Duplicate]:
    """Who may be the same as the customer in the form, valid or not."""
    addresses = [str(form["division"].value() or "") for form in editor.lists["addresses"].forms]
    cleaned = [getattr(form, "cleaned_data", {}).get("division") for form in editor.lists["addresses"].forms]
    codes = [division.code for division in cleaned if division] or [code for code in addresses if code]
    return queries.possible_duplicates(
        request.user,
        name=str(editor.form["name"].value() or ""),
        phones=editor.phones_typed(),
        division=codes[0] if codes else "",
        exclude=editor.customer,
    )


@require_POST
@permission_required("customers.edit")
def duplicates(request: HttpRequest) -> HttpResponse:
    """The warning below the form while it is filled in (a piece of the page; nothing is saved)."""
    customer = (
        Customer.objects.visible_to(request.user).filter(pk=_number(request.GET.get("customer"))).first()
    )
    editor = CustomerEditor(user=request.user, customer=customer, data=request.POST)
    editor.is_valid()
    return render(request, "customers/_duplicates.html", {"duplicates": duplicates_of(request, editor)})


@require_GET
@permission_required("customers.edit")
def entry_row(request: HttpRequest, name: str) -> HttpResponse:
    """One more empty row of a list, and the count of rows that goes with it."""
    if name not in ENTRY_FORMS:
        raise Http404
    index = min(_number(request.GET.get(f"{name}-TOTAL_FORMS")), ROW_LIMIT)
    form = ENTRY_FORMS[name](prefix=f"{name}-{index}")
    return render(
        request, "customers/_row.html", {"form": form, "list": name, "total": index + 1, "added": True}
    )


@require_POST
@permission_required("customers.edit")
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the customer out of use, or back into it."""
    customer = editable_or_404(request, pk)
    change = services.restore_customer if customer.archived_at else services.archive_customer
    try:
        change(customer, by=request.user, version=_number(request.POST.get("version")))
    except StaleRecord as stale:
        messages.warning(request, str(stale))
        return redirect(customer)
    messages.success(request, _("In use again") if customer.archived_at else _("Archived"))
    return redirect(customer)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
