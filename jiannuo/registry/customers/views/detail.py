"""The page of one customer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiannuo.kernel.regions.services import full_names
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import address_for, mask_email, phone_for, sees_personal_data
from jiannuo.registry.customers.around import tabs
from jiannuo.registry.customers.models import Customer, CustomerMerge
from jiannuo.registry.customers.panels import panels

UNITS_SHOWN = 100


def customer_or_404(request: HttpRequest, pk: int) -> Customer:
    """The customer when the person may see it; the same answer for missing and for hidden ones."""
    rows = Customer.objects.visible_to(request.user).select_related(
        "organization", "created_by", "merged_into"
    )
    customer = rows.filter(pk=pk).first()
    if customer is None or not request.user.has_perm("customers.view", customer):
        raise Http404(_("There is no such customer, or you may not see it."))
    return customer


@require_GET
@permission_required("customers.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a customer; a merged one leads to the one that stayed."""
    customer = customer_or_404(request, pk)
    if customer.merged_into is not None and "stay" not in request.GET:
        return redirect(customer.merged_into)
    user: Any = request.user
    in_full = sees_personal_data(user, customer)
    units = customer.units.visible_to(user).select_related("model", "address")
    context = {
        "title": customer.name,
        "customer": customer,
        "in_full": in_full,
        "phones": [
            (phone, phone_for(user, phone.number, customer))
            for phone in customer.phones.select_related("contact")
        ],
        "addresses": _addresses(customer, user),
        "contacts": customer.contacts.all(),
        "email": customer.email if in_full else mask_email(customer.email),
        "tags": list(customer.tags.all()),
        "units": list(units.order_by("-pk")[:UNITS_SHOWN]),
        "more_tabs": tabs.allowed(user),
        "merges": _merges(customer),
        "panels": panels.shown(customer, request),
        **_allowed(customer, user),
    }
    return render(request, "customers/detail.html", context)


@require_GET
@permission_required("customers.view")
def tab(request: HttpRequest, pk: int, tab: str) -> HttpResponse:
    """A tab of the page, filled when it is first opened."""
    customer = customer_or_404(request, pk)
    panel = next((one for one in tabs.allowed(request.user) if one.name == tab), None)
    if panel is None:
        raise Http404(_("There is no such tab, or you may not see it."))
    return render(request, panel.template, panel.context(customer, request.user) or {})


def _addresses(customer: Customer, user: Any) -> list[tuple[Any, str]]:
    addresses = list(customer.addresses.all())
    names = full_names(address.division_id for address in addresses if address.division_id)
    return [
        (address, address_for(user, names.get(address.division_id or "", "") + address.detail, customer))
        for address in addresses
    ]


def _merges(customer: Customer) -> list[CustomerMerge]:
    return list(customer.merges_won.select_related("loser", "by", "undone_by"))


def _allowed(customer: Customer, user: Any) -> dict[str, bool]:
    """What the buttons of the page may offer."""
    edit = user.has_perm("customers.edit", customer)
    merge = user.has_perm("customers.merge", customer)
    changeable = customer.merged_into_id is None and customer.erased_at is None
    in_full = user.has_perm("customers.personal_data", customer)
    return {
        "may_edit": edit and changeable,
        "may_merge": merge and customer.is_active,
        "may_undo": merge,
        "may_export": in_full and changeable and customer.kind == Customer.Kind.HOUSEHOLD,
        "may_erase": merge and in_full and changeable and customer.kind == Customer.Kind.HOUSEHOLD,
    }
