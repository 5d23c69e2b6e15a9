"""The list of customers."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.registry.customers import queries
from jiannuo.registry.customers.filters import CustomerFilter
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.tables import CustomerTable


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
