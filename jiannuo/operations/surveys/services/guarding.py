"""What makes an answer doubtful: it waits then for a person, and no figure counts it until that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from jiannuo.office.accounts.models import User
from jiannuo.operations.surveys.models import Edition, SurveyAnswer
from jiannuo.registry.customers.phones import normalise_phone

Flag = SurveyAnswer.Flag


@dataclass(frozen=True, slots=True)
class Origin:
    """From where an answer came over the web; the figures are fingerprints, not addresses."""

    address: str = ""
    device: str = ""
    seconds: int | None = None
    user: Any = None


def fingerprint(text: str) -> str:
    """What tells addresses apart without keeping them."""
    return salted_hmac("surveys.origin", text, secret=settings.SECRET_KEY).hexdigest()[:32] if text else ""


def flags_for(edition: Edition, *, phones: list[str], origin: Origin, at: datetime) -> list[str]:
    """The doubts about an answer over the web; at most three queries."""
    flags = []
    if is_staff_phone(phones):
        flags.append(Flag.STAFF_PHONE)
    if getattr(origin.user, "is_authenticated", False) and origin.user.paths_where(""):
        flags.append(Flag.STAFF_SESSION)
    if edition.source_limit:
        since = at - timedelta(hours=edition.source_hours)
        recent = SurveyAnswer.objects.filter(answered_at__gt=since)
        if origin.address and recent.filter(address_print=origin.address).count() >= edition.source_limit:
            flags.append(Flag.SAME_ADDRESS)
        if origin.device and recent.filter(device_print=origin.device).count() >= edition.source_limit:
            flags.append(Flag.SAME_DEVICE)
    if origin.seconds is not None and origin.seconds < edition.least_seconds:
        flags.append(Flag.TOO_FAST)
    return [str(flag) for flag in flags]


def is_staff_phone(phones: list[str]) -> bool:
    """Whether a number belongs to one of our own people; one query."""
    numbers: set[str] = set()
    for phone in filter(str.strip, phones):
        numbers.add(phone.strip())
        with suppress(ValidationError):  # an order may hold a number that cannot be called
            normal = normalise_phone(phone)
            numbers |= {normal, normal.removeprefix("+86")}
    return bool(numbers) and User.objects.filter(is_active=True, phone__in=numbers).exists()


def is_self_entered(by: Any, organization: Any, person_id: int | None = None) -> bool:
    """Whether ``by`` is the one judged, or of the organisation judged (or below it) and does not check answers."""
    if person_id is not None and by.pk == person_id:
        return True
    if by.has_perm("surveys.review", organization):
        return False
    home = by.organization
    return home is not None and home.path.startswith(organization.path)
