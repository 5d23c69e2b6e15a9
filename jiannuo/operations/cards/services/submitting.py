"""Taking cards in: typed, from a file, over the API, or as a picture that somebody types in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.operations.cards.checking import CardEntry, Known, faults
from jiannuo.operations.cards.events import CardSubmitted
from jiannuo.operations.cards.models import CardSettings, RegistrationCard, quarter_of
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.installedbase.services.records import normal_serial

CREATE, CHECK = "cards.create", "cards.check"
Way = RegistrationCard.Way


@transaction.atomic
def submit_card(
    *,
    by: Any,
    entry: CardEntry,
    way: str = Way.PAGE,
    photos: Sequence[Any] = (),
    received_at: datetime | None = None,
    known: Known | None = None,
    rules: CardSettings | None = None,
    is_demo: bool = False,
) -> RegistrationCard:
    """Take a card; ``photos`` are stored files. Only those who check cards may say when it came in.

    Raises PermissionDenied, and ValidationError by field: a second card, an unknown or another dealer's unit, the
    wrong model, an impossible day, a missing picture where the dealer's page must have one. A file gives what is
    ``known`` for many rows at once.
    """
    _may_submit(by, entry.dealer)
    rules = rules or CardSettings.present()
    entry = _tidied(entry)
    known = known or Known.about([entry.serial], [entry.card_number])
    problems = faults(entry, known, rules)
    if rules.photo_required and way in (Way.PAGE, Way.PHOTO) and not photos:
        problems["photos"] = _("Add a photo or scan of the card.")
    if problems:
        raise ValidationError(problems)
    card = RegistrationCard(
        organization=entry.dealer,
        title=f"{entry.serial} {entry.customer_name}"[:200],
        way=way,
        is_demo=is_demo,
        **_received(by, entry.dealer, received_at),
        **_content(entry, known),
    )
    return _made(card, photos, by=by)


@transaction.atomic
def upload_photos(
    *,
    by: Any,
    dealer: Any,
    photos: Sequence[Any],
    received_at: datetime | None = None,
    is_demo: bool = False,
) -> list[RegistrationCard]:
    """A card for each picture, to be typed in by a clerk. Raises PermissionDenied or ValidationError."""
    _may_submit(by, dealer)
    if not photos:
        raise ValidationError({"photos": _("Choose the pictures of the cards.")})
    came = _received(by, dealer, received_at)
    return [
        _made(
            RegistrationCard(
                organization=dealer,
                title=photo.name[:200],
                way=Way.PHOTO,
                state=RegistrationCard.State.TO_TYPE,
                is_demo=is_demo,
                **came,
            ),
            [photo],
            by=by,
        )
        for photo in photos
    ]


@transaction.atomic
def type_card(
    card: RegistrationCard, *, by: Any, entry: CardEntry, version: int | None = None
) -> RegistrationCard:
    """Type in the picture, or mend what was sent back. The day on which it first came stays.

    Raises as :func:`submit_card`, and StaleDocument or ActionNotAllowed.
    """
    name = "type_in" if card.state == RegistrationCard.State.TO_TYPE else "mend"
    entry = replace(_tidied(entry), dealer=card.organization)
    known = Known.about([entry.serial], [entry.card_number], without=card.pk)
    if problems := faults(entry, known, CardSettings.present()):
        raise ValidationError(problems)
    try:
        with transaction.atomic():
            return documents.perform(card, name, by=by, data=_content(entry, known), version=version)
    except IntegrityError as error:
        raise _twice() from error


@transaction.atomic
def save_settings(*, by: Any, photo_required: bool, unknown_serials: bool) -> CardSettings:
    """Change what a card needs. Raises PermissionDenied without ``cards.rules``."""
    if not by.has_perm("cards.rules"):
        raise PermissionDenied("cards.rules")
    row = CardSettings(pk=1, photo_required=photo_required, unknown_serials=unknown_serials, changed_by=by)
    row.save()
    return row


def _may_submit(by: Any, dealer: Any) -> None:
    if not by.has_perm(CREATE, dealer):
        raise PermissionDenied(CREATE)


def _received(by: Any, dealer: Any, given: datetime | None) -> dict[str, Any]:
    """When it came in, which only those may say who check cards, and the quarter in which it counts."""
    now = timezone.now()
    at = given or now
    if at > now:
        raise ValidationError({"received_on": _("A card cannot have come in later than now.")})
    if given is not None and not by.has_perm(CHECK, dealer):
        raise PermissionDenied(CHECK)
    return {"received_at": at, "quarter": quarter_of(timezone.localtime(at).date())}


def _tidied(entry: CardEntry) -> CardEntry:
    phone = normalise_phone(entry.phone) if entry.phone.strip() else ""
    return replace(
        entry,
        serial=normal_serial(entry.serial),
        customer_name=" ".join(entry.customer_name.split()),
        phone=phone,
        card_number=entry.card_number.strip(),
        invoice_number=entry.invoice_number.strip(),
        address=entry.address.strip(),
    )


def _content(entry: CardEntry, known: Known) -> dict[str, Any]:
    unit = known.unit_of(entry)
    return {
        "model": unit.model if unit is not None else entry.model,
        "unit": unit,
        "serial": entry.serial,
        "sold_on": entry.sold_on,
        "invoice_number": entry.invoice_number,
        "price": entry.price,
        "customer_name": entry.customer_name,
        "phone": entry.phone,
        "division": entry.division,
        "address": entry.address,
        "card_number": entry.card_number,
    }


def _made(card: RegistrationCard, photos: Sequence[Any], *, by: Any) -> RegistrationCard:
    try:
        with transaction.atomic():
            documents.create_document(card, by=by)
    except IntegrityError as error:
        raise _twice() from error
    if photos:
        documents.attach_all(card, list(photos), by=by, caption=_("Picture of the card"))
    publish(CardSubmitted(card_id=card.pk, at=card.received_at))
    return card


def _twice() -> ValidationError:
    """Two people handed in the same card in the same moment."""
    return ValidationError({"serial": _("There is a registration card for this unit already.")})
