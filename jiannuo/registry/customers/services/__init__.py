"""Every write to customers."""

from __future__ import annotations

from jiannuo.registry.customers.services.entries import AddressEntry, ContactEntry, PhoneEntry
from jiannuo.registry.customers.services.erasure import erase_person
from jiannuo.registry.customers.services.merging import merge_customers, undo_merge
from jiannuo.registry.customers.services.records import (
    archive_customer,
    create_customer,
    restore_customer,
    update_customer,
)

__all__ = [
    "AddressEntry",
    "ContactEntry",
    "PhoneEntry",
    "archive_customer",
    "create_customer",
    "erase_person",
    "merge_customers",
    "restore_customer",
    "undo_merge",
    "update_customer",
]
