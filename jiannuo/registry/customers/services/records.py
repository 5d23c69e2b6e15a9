"""Registering and changing customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.search.services import indexing_once
from jiannuo.registry.customers.models import Customer, CustomerTag
from jiannuo.registry.customers.services.entries import (
    AddressEntry,
    ContactEntry,
    PhoneEntry,
    set_addresses,
    set_contacts,
    set_phones,
)
from jiannuo.registry.versions import assign, lock, save_next

FIELDS = (
    "organization",
    "kind",
    "name",
    "grade",
    "credit_code",
    "email",
    "do_not_call_from",
    "do_not_call_to",
    "consent_messages",
    "consent_marketing",
    "remark",
)


@transaction.atomic
@indexing_once()
def create_customer(
    *,
    by: Any,
    organization: Any,
    name: str,
    phones: Sequence[PhoneEntry | str] = (),
    addresses: Sequence[AddressEntry] = (),
    contacts: Sequence[ContactEntry] = (),
    tags: Iterable[str] = (),
    is_demo: bool = False,
    **fields: Any,
) -> Customer:
    """Register a customer with phones, addresses and contacts; gives the next customer number.

    ``by`` may be None (the portal). Raises ValidationError for anything that cannot be kept.
    """
    customer = Customer(organization=organization, name=_name(name), is_demo=is_demo)
    customer.created_by = by if getattr(by, "pk", None) else None
    assign(customer, fields, FIELDS)
    _check(customer)
    customer.code = f"new-{timezone.now().timestamp():.6f}"
    customer.full_clean()
    customer.save()
    customer.code = _code(customer)
    customer.save(update_fields=["code"])
    set_phones(customer, phones)
    set_addresses(customer, addresses)
    set_contacts(customer, contacts)
    customer.tags.set(tags_named(tags))
    return customer


@transaction.atomic
@indexing_once()
def update_customer(
    customer: Customer,
    *,
    by: Any,
    version: int | None,
    phones: Sequence[PhoneEntry | str] | None = None,
    addresses: Sequence[AddressEntry] | None = None,
    contacts: Sequence[ContactEntry] | None = None,
    tags: Iterable[str] | None = None,
    **fields: Any,
) -> Customer:
    """Change a customer; a list that is given replaces the stored one.

    Raises StaleRecord when ``version`` is not the present one, ValidationError for what cannot be kept or for a
    customer that was merged or erased.
    """
    fresh = lock(customer, version=version)
    if fresh.merged_into_id or fresh.erased_at:
        raise ValidationError(
            _("This record was merged or erased and can no longer be changed."), code="closed"
        )
    assign(fresh, fields, FIELDS)
    fresh.name = _name(fresh.name)
    _check(fresh)
    save_next(fresh)
    if contacts is not None:
        set_contacts(fresh, contacts)
    if phones is not None:
        set_phones(fresh, phones)
    if addresses is not None:
        set_addresses(fresh, addresses)
    if tags is not None:
        fresh.tags.set(tags_named(tags))
    return fresh


@transaction.atomic
@indexing_once()
def archive_customer(customer: Customer, *, by: Any, version: int | None = None) -> Customer:
    """Take a customer out of lists and choices; the history stays. Raises StaleRecord."""
    fresh = lock(customer, version=version)
    if fresh.archived_at is None:
        fresh.archived_at = timezone.now()
        save_next(fresh)
    return fresh


@transaction.atomic
@indexing_once()
def restore_customer(customer: Customer, *, by: Any, version: int | None = None) -> Customer:
    """Undo :func:`archive_customer`. Raises StaleRecord."""
    fresh = lock(customer, version=version)
    if fresh.archived_at is not None:
        fresh.archived_at = None
        save_next(fresh)
    return fresh


def tags_named(names: Iterable[str]) -> list[CustomerTag]:
    """The tags with these names; new ones are made."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    for name in wanted:
        if len(name) > 30:
            raise ValidationError({"tags": _("A tag has at most 30 characters.")}, code="tag")
    known = {tag.name: tag for tag in CustomerTag.objects.filter(name__in=wanted)}
    return [known.get(name) or CustomerTag.objects.create(name=name) for name in wanted]


def _name(name: str) -> str:
    return " ".join(name.split())


def _check(customer: Customer) -> None:
    if customer.kind == Customer.Kind.HOUSEHOLD and customer.credit_code:
        raise ValidationError(
            {"credit_code": _("Only a company has a credit code. Choose “company”, or leave it empty.")}
        )


def _code(customer: Customer) -> str:
    """The customer number: C and the running number; with a letter when an imported record has taken it."""
    plain = f"C{customer.pk:06d}"
    taken = set(Customer.objects.filter(code__startswith=plain).values_list("code", flat=True))
    return next(code for code in (plain, *(f"{plain}{chr(65 + n)}" for n in range(26))) if code not in taken)
