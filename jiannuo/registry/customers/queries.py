"""Reading customers: lists, one on a page, and who may be the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from jiannuo.kernel.regions.services import full_names
from jiannuo.office.accounts.privacy import PERMISSION as PERSONAL_DATA
from jiannuo.registry.customers.models import Address, Customer, Phone
from jiannuo.registry.customers.phones import phone_or_none

SIMILAR = 0.72
CANDIDATES_LIMIT = 400
_COMPANY_WORDS = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团|公司|厂|店|[（(].*?[）)]|\s)")


def listed(user: Any) -> QuerySet[Customer]:
    """Rows of the customer list: active and archived ones in scope, with main phone, address and number of units."""
    phones = Phone.objects.filter(customer=OuterRef("pk")).order_by("-is_primary", "pk")
    addresses = Address.objects.filter(customer=OuterRef("pk")).order_by("-is_primary", "pk")
    units = Customer.objects.filter(pk=OuterRef("pk")).order_by().annotate(n=Count("units")).values("n")
    return (
        Customer.objects.visible_to(user)
        .filter(merged_into__isnull=True)
        .select_related("organization")
        .prefetch_related("tags")
        .annotate(
            main_phone=Coalesce(Subquery(phones.values("number")[:1]), Value("")),
            main_division=Coalesce(
                Subquery(addresses.values("division_id")[:1], output_field=CharField()), Value("")
            ),
            main_detail=Coalesce(Subquery(addresses.values("detail")[:1]), Value("")),
            unit_count=Subquery(units),
            in_full=in_full(user),
        )
    )


def in_full(user: Any, organization: str = "organization") -> Case:
    """An expression: whether ``user`` may read the personal data of the row (by roles at or above its organisation)."""
    condition = Q(pk__in=[])
    for path in sorted(user.paths_where(PERSONAL_DATA)):
        condition |= Q(**{f"{organization}__path__startswith": path})
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def by_phone(user: Any, text: str) -> QuerySet[Customer]:
    """Active customers in scope who have this phone number, however it is typed."""
    number = phone_or_none(text)
    if number is None:
        return Customer.objects.none()
    return Customer.objects.visible_to(user).active().filter(phones__number=number).distinct()


@dataclass(slots=True)
class Duplicate:
    """A customer who may be the one that is being entered, and why."""

    customer: Customer
    reasons: list[str] = field(default_factory=list)
    certainty: float = 0.0


def possible_duplicates(
    user: Any,
    *,
    name: str = "",
    phones: Iterable[str] = (),
    division: str = "",
    exclude: Customer | None = None,
    limit: int = 5,
) -> list[Duplicate]:
    """Customers in scope with the same phone, or with the same or a similar name in the same district.

    ``division`` is a code; its district counts. The surest first. Four queries at most.
    """
    rows = Customer.objects.visible_to(user).active()
    if exclude is not None and exclude.pk:
        rows = rows.exclude(pk=exclude.pk)
    found: dict[int, Duplicate] = {}
    numbers = [number for number in map(phone_or_none, phones) if number]
    if numbers:
        for customer in rows.filter(phones__number__in=numbers).distinct()[:limit]:
            found[customer.pk] = Duplicate(customer, [_("same phone number")], 1.0)
    if name.strip() and division:
        _add_by_name(found, rows, name.strip(), division[:6], limit)
    best = sorted(found.values(), key=lambda duplicate: -duplicate.certainty)[:limit]
    _show(best)
    return best


def _add_by_name(
    found: dict[int, Duplicate], rows: QuerySet[Customer], name: str, district: str, limit: int
) -> None:
    core = core_name(name)
    near = rows.filter(addresses__division__code__startswith=district, name__contains=core[:1]).distinct()
    for customer in near.order_by("-pk")[:CANDIDATES_LIMIT]:
        other = core_name(customer.name)
        likeness = 1.0 if other == core else SequenceMatcher(None, core, other).ratio()
        if likeness < SIMILAR:
            continue
        reason = (
            _("same name in the same district") if likeness == 1.0 else _("similar name in the same district")
        )
        duplicate = found.setdefault(customer.pk, Duplicate(customer))
        duplicate.reasons.append(reason)
        duplicate.certainty = max(duplicate.certainty, likeness * 0.9)


def core_name(name: str) -> str:
    """A name without what companies have in common: 杭州恒力机械有限公司 → 杭州恒力机械."""
    return _COMPANY_WORDS.sub("", name) or name.strip()


def _show(duplicates: Sequence[Duplicate]) -> None:
    """Read what a warning shows of each candidate in two queries."""
    customers = [duplicate.customer for duplicate in duplicates]
    with_places(customers)


def with_places(customers: Sequence[Customer]) -> None:
    """Give each customer ``shown_phones`` and ``shown_address`` (three queries for all)."""
    phones: dict[int, list[str]] = {}
    for phone in Phone.objects.filter(customer__in=customers).order_by("-is_primary", "pk"):
        phones.setdefault(phone.customer_id, []).append(phone.number)
    addresses: dict[int, Address] = {}
    for address in Address.objects.filter(customer__in=customers).order_by("-is_primary", "pk"):
        addresses.setdefault(address.customer_id, address)
    names = full_names(address.division_id for address in addresses.values() if address.division_id)
    for customer in customers:
        address_of = addresses.get(customer.pk)
        customer.shown_phones = phones.get(customer.pk, [])  # type: ignore[attr-defined]
        customer.shown_address = (  # type: ignore[attr-defined]
            names.get(address_of.division_id or "", "") + address_of.detail if address_of else ""
        )
