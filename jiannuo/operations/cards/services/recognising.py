"""Recognising a card: the file of the unit takes over what it says, and the ledger hears of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jiannuo.operations.cards.checking import CardEntry, Known, faults
from jiannuo.operations.cards.models import CardSettings, RegistrationCard, UnitStanding
from jiannuo.operations.cards.services.standing import METRIC, recount, renew_standing
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.happening import bring_about, plan_unit
from jiannuo.promises.obligations.opening import Subject
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.services import AddressEntry, create_customer, update_customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services import change_owner, register_unit, update_unit
from jiannuo.rules import TimeClause


def entry_of(card: RegistrationCard) -> CardEntry:
    """What is on the card."""
    return CardEntry(
        dealer=card.organization,
        model=card.model,
        serial=card.serial,
        sold_on=card.sold_on,
        invoice_number=card.invoice_number,
        price=card.price,
        customer_name=card.customer_name,
        phone=card.phone,
        division=card.division,
        address=card.address,
        card_number=card.card_number,
    )


def check_again(card: RegistrationCard) -> None:
    """Refuse what has become wrong since the card came in, or a missing picture. Raises ValidationError."""
    rules = CardSettings.present()
    known = Known.about([card.serial], [card.card_number], without=card.pk)
    problems = list(faults(entry_of(card), known, rules).values())
    if rules.photo_required and not card.attachments.exists():
        problems.append(_("There is no photo or scan of the card. Attach one first."))
    if problems:
        raise ValidationError(problems)


def take_over(card: RegistrationCard, *, by: Any, at: datetime) -> UnitStanding | None:
    """Bring the file of the unit to what the card says, and settle what the ledger owes since the sale.

    The promises that start with the sale are planned at once; the card counts as returned when it came in, not when
    somebody recognised it.
    """
    customer = _customer(card, by=by)
    unit = _unit(card, customer, by=by)
    card.unit, card.customer = unit, customer
    RegistrationCard.objects.filter(pk=card.pk).update(unit=unit, customer=customer)
    plan_unit(unit, now=at)
    _owe_the_card(card, unit)
    obligations.fulfil(None, METRIC, at=card.received_at, unit=unit, evidence=card, by=by)
    standing = renew_standing(unit)
    recount(card)
    return standing


def _owe_the_card(card: RegistrationCard, unit: InstalledUnit) -> None:
    """The card is owed since the sale, also where only the card itself told of it and its day has passed."""
    assert card.sold_on is not None  # noqa: S101 - checked before
    subject = Subject(
        organization=unit.organization,
        customer=unit.customer,
        unit=unit,
        product_path=unit.model.category.code_path,
        division_code=str(getattr(unit.address, "division_id", None) or ""),
        is_demo=unit.is_demo,
    )
    bring_about(
        "sold",
        subject,
        at=card.sold_on,
        only=lambda _code, clause: isinstance(clause, TimeClause) and clause.metric == METRIC,
    )


def _customer(card: RegistrationCard, *, by: Any) -> Customer:
    """The customer of that name and number at the dealer or the organisation that serves the unit, else a new one."""
    served = [card.organization_id]
    if card.unit is not None:
        served.append(card.unit.organization_id)
    rows = Customer.objects.active().filter(phones__number=card.phone, name=card.customer_name)
    found = rows.filter(organization__in=served).order_by("pk").first()
    if found is None:
        return create_customer(
            by=by,
            organization=card.organization,
            name=card.customer_name,
            phones=[card.phone],
            addresses=_addresses(card),
            is_demo=card.is_demo,
        )
    if (card.division_id or card.address) and _address(card, found) is None:
        known = [
            AddressEntry(
                id=one.pk,
                detail=one.detail,
                division=one.division,
                label=one.label,
                latitude=one.latitude,
                longitude=one.longitude,
                is_primary=one.is_primary,
            )
            for one in found.addresses.select_related("division")
        ]
        update_customer(found, by=by, version=None, addresses=[*known, *_addresses(card)])
    return found


def _addresses(card: RegistrationCard) -> list[AddressEntry]:
    if not (card.division_id or card.address):
        return []
    return [AddressEntry(detail=card.address, division=card.division)]


def _address(card: RegistrationCard, customer: Customer) -> Any:
    if not (card.division_id or card.address):
        return customer.addresses.first()
    return customer.addresses.filter(division=card.division_id, detail=card.address).first()


def _unit(card: RegistrationCard, customer: Customer, *, by: Any) -> InstalledUnit:
    known = Known.about([card.serial]).unit_of(entry_of(card))
    address = _address(card, customer)
    told = {
        "dealer": card.organization,
        "invoiced_on": card.sold_on,
        **({"invoice_number": card.invoice_number} if card.invoice_number else {}),
        **({"price": card.price} if card.price is not None else {}),
    }
    if known is None:
        unit = register_unit(
            by=by,
            model=card.model,
            serial=card.serial,
            organization=card.organization,
            customer=customer,
            address=address,
            status=InstalledUnit.Status.SOLD,
            is_demo=card.is_demo,
            **told,
        )
        return _read(unit)
    if known.customer_id != customer.pk:
        change_owner(known, customer, by=by, on=card.sold_on, address=address)
    elif known.address_id is None and address is not None:
        told["address"] = address
    if known.status == InstalledUnit.Status.IN_STOCK:
        told["status"] = InstalledUnit.Status.SOLD
    update_unit(known, by=by, version=None, **told)
    return _read(known)


def _read(unit: InstalledUnit) -> InstalledUnit:
    related = ("model__category", "organization", "dealer", "customer", "address")
    return InstalledUnit.objects.select_related(*related).get(pk=unit.pk)
