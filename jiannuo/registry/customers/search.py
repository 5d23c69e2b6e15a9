"""How customers are found: by phone, number, name, contact, credit code and address."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.registry.customers.models import Address, Contact, Customer, Phone


def _select(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    return rows.prefetch_related("phones", "contacts", "addresses__division")


def _entry(customer: Customer) -> Entry | None:
    if customer.merged_into_id or customer.erased_at:
        return None
    numbers = [phone.number for phone in customer.phones.all()]
    places = [f"{address.division or ''}{address.detail}" for address in customer.addresses.all()]
    return Entry(
        title=customer.name,
        # No phone and no street here: whoever finds the record may not be allowed to read them.
        subtitle=customer.code,  # no words: they would stay in the language of whoever saved the record
        url=customer.get_absolute_url(),
        texts=[customer.name, *(contact.name for contact in customer.contacts.all()), *places],
        keys=[
            customer.code,
            customer.credit_code,
            *(number.removeprefix("+86") for number in numbers),
            *numbers,
        ],
        organization_id=customer.organization_id,
    )


def _owner(row: Any) -> int | None:
    return int(row.customer_id)


register(
    SearchSource(
        kind="customer",
        label=_("customers"),
        model=Customer,
        entry=_entry,
        permission="customers.view",
        select=_select,
        watch=[(Phone, _owner), (Contact, _owner), (Address, _owner)],
        order=20,
    )
)
