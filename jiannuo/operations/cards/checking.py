"""What is wrong with a card: one set of sentences for page, file and API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.cards.models import CardSettings, RegistrationCard
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services.records import normal_serial

GONE = (InstalledUnit.Status.RETURNED, InstalledUnit.Status.SCRAPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEntry:
    """What somebody says is on a card. ``model`` may be left out where the serial number tells it."""

    dealer: Any
    serial: str
    sold_on: date | None
    customer_name: str
    phone: str
    model: Any = None
    invoice_number: str = ""
    price: Decimal | None = None
    division: Any = None
    address: str = ""
    card_number: str = ""


@dataclass(slots=True)
class Known:
    """What the files say about some serial numbers and card numbers: two queries for any number of cards."""

    units: dict[str, list[InstalledUnit]] = field(default_factory=dict)
    cards: dict[str, list[RegistrationCard]] = field(default_factory=dict)
    numbers: dict[str, RegistrationCard] = field(default_factory=dict)

    @classmethod
    def about(
        cls, serials: Iterable[str], numbers: Iterable[str] = (), *, without: int | None = None
    ) -> Known:
        """What is known about these; the card with the key ``without`` does not stand in its own way."""
        known = cls()
        wanted = {normal_serial(one) for one in serials if one}
        rows = InstalledUnit.objects.filter(serial__in=wanted).select_related(
            "model__category", "organization", "dealer", "customer", "address"
        )
        for unit in rows.order_by("pk"):
            known.units.setdefault(unit.serial, []).append(unit)
        stated = {one for one in numbers if one}
        cards = RegistrationCard.objects.filter(
            Q(serial__in=wanted) | Q(card_number__in=stated), is_live=True
        )
        for card in cards.exclude(pk=without).select_related("organization").order_by("pk"):
            if card.serial:
                known.cards.setdefault(card.serial, []).append(card)
            if card.card_number:
                known.numbers[card.card_number] = card
        return known

    def unit_of(self, entry: CardEntry) -> InstalledUnit | None:
        """The unit that a card means, where the serial number and the model leave no doubt."""
        found = self.units.get(normal_serial(entry.serial), [])
        if entry.model is not None:
            found = [unit for unit in found if unit.model_id == entry.model.pk]
        return found[0] if len(found) == 1 else None


def faults(
    entry: CardEntry, known: Known, rules: CardSettings, *, today: date | None = None
) -> dict[str, str]:
    """What is wrong, by field, in words that say what to do; empty when the card can be taken."""
    problems: dict[str, str] = {}
    serial = normal_serial(entry.serial)
    if not serial:
        problems["serial"] = _("Enter the serial number from the plate of the machine.")
    if not entry.customer_name.strip():
        problems["customer_name"] = _("Who bought it? Enter the name of the customer.")
    if not entry.phone:
        problems["phone"] = _("Enter the customer's phone number, so that we can call.")
    if serial:
        problems |= _about_unit(entry, serial, known, rules)
    unit = known.unit_of(entry)
    if day := _about_sale(entry, unit, today or timezone.localdate()):
        problems["sold_on"] = day
    if entry.card_number and (other := known.numbers.get(entry.card_number)) is not None:
        problems["card_number"] = _("The number %(number)s stands on the card %(card)s already.") % {
            "number": entry.card_number,
            "card": other.number,
        }
    return problems


def _about_unit(entry: CardEntry, serial: str, known: Known, rules: CardSettings) -> dict[str, str]:
    found = known.units.get(serial, [])
    if not found:
        return _about_unknown(entry, serial, known, rules)
    if entry.model is not None and all(unit.model_id != entry.model.pk for unit in found):
        names = "、".join(unit.model.code for unit in found)
        text = _("The serial number %(serial)s belongs to the model %(model)s. Compare with the plate.")
        return {"model": text % {"serial": serial, "model": names}}
    unit = known.unit_of(entry)
    if unit is None:
        return {"model": _("Several models have a unit with this serial number. Choose the model.")}
    if (twin := _twin(known, serial, unit.model_id)) is not None:
        return {"serial": _twice(twin)}
    if unit.status in GONE:
        text = _("The unit %(serial)s is “%(status)s” in our files. Ask us before you sell it.")
        return {"serial": text % {"serial": serial, "status": unit.get_status_display()}}
    if unit.dealer is not None and not _same_house(unit.dealer, entry.dealer):
        return {
            "serial": _(
                "The unit %(serial)s was delivered to another dealer. If you took it over, have us change that first."
            )
            % {"serial": serial}
        }
    return {}


def _about_unknown(entry: CardEntry, serial: str, known: Known, rules: CardSettings) -> dict[str, str]:
    if not rules.unknown_serials:
        return {
            "serial": _("We know no unit with the serial number %(serial)s. Compare it with the plate.")
            % {"serial": serial}
        }
    if entry.model is None:
        return {"model": _("This unit is not in our files. Choose its model.")}
    if (twin := _twin(known, serial, entry.model.pk)) is not None:
        return {"serial": _twice(twin)}
    return {}


def _twin(known: Known, serial: str, model_id: int) -> RegistrationCard | None:
    return next((card for card in known.cards.get(serial, []) if card.model_id == model_id), None)


def _twice(card: RegistrationCard) -> str:
    return _("There is a card for this unit already: %(card)s of %(day)s.") % {
        "card": card.number,
        "day": timezone.localtime(card.received_at).date().isoformat(),
    }


def _same_house(one: Any, other: Any) -> bool:
    """Whether one of two dealers is the other, or sells below it."""
    return bool(one.path.startswith(other.path) or other.path.startswith(one.path))


def _about_sale(entry: CardEntry, unit: InstalledUnit | None, today: date) -> str:
    day = entry.sold_on
    if day is None:
        return _("Enter the day of the sale.")
    if day > today:
        return _("The day of the sale is still to come.")
    if unit is None:
        return ""
    for name, text in (
        ("produced_on", _("The unit was produced on %(day)s; it cannot have been sold before.")),
        ("shipped_on", _("The unit was shipped on %(day)s; it cannot have been sold before.")),
    ):
        earliest = getattr(unit, name)
        if earliest is not None and day < earliest:
            return text % {"day": earliest.isoformat()}
    return ""
