"""The list of customers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.registry import pickers
from jiannuo.registry.customers import queries
from jiannuo.registry.customers.filters import CustomerFilter
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.tables import CustomerTable
from jiannuo.registry.searching import narrowed


class CustomerList(TablePage):
    """All customers in scope."""

    name = "customers"
    title = _("Customers")
    permission = "customers.view"
    table_class = CustomerTable
    filterset_class = CustomerFilter
    orderings = (
        NEWEST,
        Ordering("name", _("name"), ("name",)),
        Ordering("code", _("customer number"), ("code",)),
    )
    presets = (
        Preset(_("Key accounts"), "grade=key"),
        Preset(_("Companies"), "kind=company"),
        Preset(_("Archived"), "archived=yes"),
    )
    create_url_name = "customers:create"
    create_label = _("New customer")
    create_permission = "customers.edit"
    empty_text = _("No customers yet. Register the first one, or import a file.")

    def rows(self) -> QuerySet[Customer]:
        return queries.listed(self.request.user)


@require_GET
@permission_required("customers.view")
def picker(request: HttpRequest) -> HttpResponse:
    """Active customers for a select, by phone, name or number."""
    rows: QuerySet[Any] = Customer.objects.visible_to(request.user).active()
    rows = narrowed(rows, "customer", request.GET.get("q", "")[:60], request.user).order_by("-pk")[
        : pickers.SHOWN
    ]
    return pickers.answer(rows, hint=lambda customer: customer.code)
