"""Letters: words merged from a template, sent, returned, and addresses in doubt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.kernel.regions.services import full_names
from jiannuo.office.documents import services as documents
from jiannuo.operations.followups.models import (
    AddressDoubt,
    CampaignEntry,
    FollowUp,
    Letter,
    LetterTemplate,
    LetterVersion,
)
from jiannuo.operations.followups.services.making import HANDLE
from jiannuo.promises.obligations import services as obligations

MANAGE = "followups.manage"
PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
#: what may stand in braces in a template
WORDS = ("customer", "contact", "unit", "serial", "organization", "today", "title", "text", "place", "day")


@transaction.atomic
def save_template(template: LetterTemplate, *, subject: str, body: str, by: Any) -> LetterTemplate:
    """Save a template; other words make a new version, so that letters keep the words they were written with.

    Raises PermissionDenied, and ValidationError for braces that nothing fills.
    """
    if not by.has_perm(MANAGE):
        raise PermissionDenied(MANAGE)
    for name, words in (("subject", subject), ("body", body)):
        unknown = [one for one in PLACEHOLDER.findall(words) if one not in WORDS]
        if unknown:
            raise ValidationError(
                {
                    name: _("Nothing fills {%(unknown)s}. You may write: %(known)s.")
                    % {"unknown": unknown[0], "known": " ".join(f"{{{one}}}" for one in WORDS)}
                }
            )
    template.full_clean()
    template.save()
    last = template.versions.first()
    if last is None or (last.subject, last.body) != (subject, body):
        LetterVersion.objects.create(
            template=template,
            number=last.number + 1 if last else 1,
            subject=subject,
            body=body,
            created_by=by,
        )
    return template


def latest(template: LetterTemplate | None) -> LetterVersion | None:
    """The version of a template that letters are written with now."""
    return template.versions.first() if template is not None else None


def filled(words: str, values: Mapping[str, Any]) -> str:
    """The words with what stands in braces filled in; what is not known is left empty."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found.group(1)) or ""), words)


@transaction.atomic
def write_letter(
    version: LetterVersion,
    customer: Any,
    *,
    by: Any,
    organization: Any = None,
    unit: Any = None,
    followup: FollowUp | None = None,
    campaign: Any = None,
    due_on: date | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    is_demo: bool = False,
) -> Letter:
    """Write a letter to a customer. Raises PermissionDenied; without an address it says so on the letter."""
    at = at or timezone.now()
    organization = organization or customer.organization
    if not as_system and not by.has_perm(HANDLE, Letter(organization=organization)):
        raise PermissionDenied(HANDLE)
    address = _address_of(customer)
    contact = customer.contacts.first()
    values = {
        "customer": customer.name,
        "contact": contact.name if contact else customer.name,
        "unit": unit.model.name if unit is not None else "",
        "serial": unit.serial if unit is not None else "",
        "organization": organization.name,
        "today": timezone.localdate(at).isoformat(),
        **_of_campaign(campaign),
    }
    text = ""
    if address is not None:
        names = full_names([address.division_id] if address.division_id else [])
        text = f"{names.get(address.division_id or '', '')}{address.detail}"
    letter = Letter(
        organization=organization,
        title=f"{filled(version.subject, values)} · {customer}"[:200],
        letter_kind=version.template.kind,
        template_version=version,
        customer=customer,
        unit=unit,
        talk=followup,
        mailing=campaign,
        recipient=_recipient(customer, contact),
        address=address,
        address_text=text[:300],
        subject=filled(version.subject, values)[:120],
        body=filled(version.body, values),
        due_on=due_on,
        created_at=at,
        is_demo=is_demo,
    )
    return documents.create_document(letter, by=by)


def _of_campaign(campaign: Any) -> dict[str, str]:
    if campaign is None:
        return {}
    day = timezone.localtime(campaign.takes_place_at)
    return {
        "title": campaign.title,
        "text": campaign.text,
        "place": campaign.place,
        "day": f"{day:%Y-%m-%d %H:%M}",
    }


def _recipient(customer: Any, contact: Any) -> str:
    names = [customer.name]
    if customer.kind == "company" and contact is not None and contact.name != customer.name:
        names.append(contact.name)
    return " ".join(names)[:120]


def _address_of(customer: Any) -> Any:
    """The main address, or another where letters came back from that one."""
    doubted = set(
        AddressDoubt.objects.filter(customer=customer, cleared_at__isnull=True).values_list(
            "address", flat=True
        )
    )
    found = list(customer.addresses.all())
    return next((one for one in found if one.pk not in doubted), found[0] if found else None)


@transaction.atomic
def do_letter(
    document: Letter,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Letter:
    """Do an action of a letter with what follows; raises what ``documents.services.perform`` raises."""
    at, values = at or timezone.now(), dict(data or {})
    if name == "send":
        values["sent_on"] = values.get("sent_on") or timezone.localdate(at)
        _check_day("sent_on", values["sent_on"], timezone.localdate(document.created_at), at)
        if not document.address_text:
            raise ValidationError(
                _("There is no address. Enter one for the customer and write the letter again.")
            )
    if name == "come_back":
        values["returned_on"] = values.get("returned_on") or timezone.localdate(at)
        _check_day("returned_on", values["returned_on"], document.sent_on, at)
    letter = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    if name == "send":
        _sent(letter, by=by, at=at)
    elif name == "come_back":
        _came_back(letter)
    return letter


def _check_day(field: str, day: date, earliest: date | None, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise ValidationError({field: _("This day is still to come.")})
    if earliest is not None and day < earliest:
        raise ValidationError({field: _("The letter was not there yet on this day.")})


def _sent(letter: Letter, *, by: Any, at: datetime) -> None:
    """A letter sent keeps the promise to send it, and tells whom nobody could call."""
    if letter.talk is not None and letter.sent_on is not None:
        noon = timezone.make_aware(datetime.combine(letter.sent_on, time(12)))
        obligations.fulfil(letter.talk, "document", at=min(noon, at), evidence=letter, by=by)
    if letter.mailing is not None:
        from jiannuo.operations.followups.services.campaigns import all_told

        rows = CampaignEntry.objects.filter(campaign=letter.mailing, customer=letter.customer_id)
        rows.filter(result=CampaignEntry.Result.WAITING, followup__isnull=True).update(
            result=CampaignEntry.Result.ANNOUNCED
        )
        all_told(letter.mailing, at=at, by=by)


def _came_back(letter: Letter) -> None:
    AddressDoubt.objects.get_or_create(
        letter=letter,
        defaults={
            "customer": letter.customer,
            "address": letter.address,
            "since": letter.returned_on,
        },
    )


@transaction.atomic
def clear_doubt(doubt: AddressDoubt, *, by: Any, at: datetime | None = None) -> None:
    """The customer was asked: the address is right, or was corrected. Raises PermissionDenied."""
    if not by.has_perm(HANDLE, doubt.letter):
        raise PermissionDenied(HANDLE)
    at = at or timezone.now()
    AddressDoubt.objects.filter(pk=doubt.pk, cleared_at__isnull=True).update(cleared_at=at, cleared_by=by)
    with override(settings.LANGUAGE_CODE):
        words = _("The address was asked for and is right now.")
    documents.record(doubt.letter, "change", by=by, at=at, text=words)
