"""Phones, addresses and contacts of a customer as one hands them in, and bringing the stored ones to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jiannuo.registry.customers.models import Address, Contact, Customer, Phone
from jiannuo.registry.customers.phones import normalise_phone


@dataclass(frozen=True, slots=True)
class PhoneEntry:
    """A phone as typed; with ``id`` it changes a stored one, which keeps its contact unless another is given."""

    number: str
    label: str = ""
    is_primary: bool = False
    contact: Contact | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """An address; ``division`` a Division, coordinates in degrees (WGS 84)."""

    detail: str = ""
    division: Any = None
    label: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_primary: bool = False
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """A person at the customer."""

    name: str
    position: str = ""
    email: str = ""
    is_primary: bool = False
    id: int | None = None


def set_phones(customer: Customer, entries: Sequence[PhoneEntry | str]) -> None:
    """Make ``entries`` the phones of ``customer``; the first is the main one unless one says so.

    Raises ValidationError for a number that is none or that stands there twice.
    """
    given = [PhoneEntry(entry) if isinstance(entry, str) else entry for entry in entries]
    numbers = [normalise_phone(entry.number) for entry in given]
    for number in numbers:
        if numbers.count(number) > 1:
            raise ValidationError(_("%(number)s stands there twice.") % {"number": number}, code="twice")
    whose = dict(customer.phones.values_list("pk", "contact"))
    rows = [
        Phone(
            pk=entry.id,
            customer=customer,
            number=number,
            label=entry.label,
            contact_id=entry.contact.pk if entry.contact else whose.get(entry.id or 0),
        )
        for entry, number in zip(given, numbers, strict=True)
    ]
    _mark_primary(rows, [entry.is_primary for entry in given])
    _bring(customer.phones, rows)


def set_addresses(customer: Customer, entries: Sequence[AddressEntry]) -> None:
    """Make ``entries`` the addresses of ``customer``.

    Raises ValidationError for an empty one, and when units stand at one that would go.
    """
    rows = [
        Address(
            pk=entry.id,
            customer=customer,
            label=entry.label,
            division=entry.division,
            detail=entry.detail,
            latitude=entry.latitude,
            longitude=entry.longitude,
        )
        for entry in entries
    ]
    if any(row.division_id is None and not row.detail.strip() for row in rows):
        raise ValidationError(_("An address needs a division or a street."), code="empty")
    going = customer.addresses.exclude(pk__in=[row.pk for row in rows if row.pk])
    for address in going.filter(units__isnull=False).distinct():
        raise ValidationError(
            _("Units stand at “%(address)s”. Move them to another address before you remove it.")
            % {"address": address},
            code="in_use",
        )
    _mark_primary(rows, [entry.is_primary for entry in entries])
    _bring(customer.addresses, rows)


def set_contacts(customer: Customer, entries: Sequence[ContactEntry]) -> None:
    """Make ``entries`` the contacts of ``customer``."""
    rows = [
        Contact(
            pk=entry.id,
            customer=customer,
            name=entry.name.strip(),
            position=entry.position,
            email=entry.email,
        )
        for entry in entries
    ]
    _mark_primary(rows, [entry.is_primary for entry in entries])
    _bring(customer.contacts, rows)


def _mark_primary(rows: Sequence[Any], wishes: Sequence[bool]) -> None:
    chosen = next((index for index, wish in enumerate(wishes) if wish), 0)
    for index, row in enumerate(rows):
        row.is_primary = index == chosen


def _bring(related: Any, rows: Sequence[Any]) -> None:
    """Delete what is no longer there, change what is, add what is new; each row is checked and audited."""
    stored = {row.pk: row for row in related.all()}
    kept = {row.pk for row in rows if row.pk}
    if not kept <= stored.keys():
        raise ValidationError(_("One of the rows no longer exists. Reload the page."), code="gone")
    for pk, row in stored.items():
        if pk not in kept:
            row.delete()
    for row in rows:
        row._state.adding = row.pk is None
        row.full_clean()
        row.save()
