"""What customers do themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.files.services import store
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import NewCustomer, PossibleDuplicate, register_request
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.commitments.reading import CoverLine, Reader
from jiannuo.promises.commitments.services import decide
from jiannuo.registry.installedbase.models import InstalledUnit

__all__ = ["NOTHING", "PossibleDuplicate", "cover_of", "report_fault"]

NOTHING = Decimal("0.00")
PHOTOS_AT_MOST = 6
#: wish → hours of the next day
WISHES = {"morning": (time(8), time(12)), "afternoon": (time(13), time(17)), "evening": (time(17), time(20))}


def cover_of(unit: InstalledUnit) -> list[CoverLine]:
    """What the commitments say about the unit today, line by line."""
    now = timezone.now()
    facts = facts_for(unit=unit, customer=unit.customer, kind="repair")
    decision = decide(facts, now, organization=unit.organization)
    components = dict(unit.model.components.values_list("code_path", "name"))
    return Reader(components=components).cover(decision)


@transaction.atomic
def report_fault(
    unit: InstalledUnit, data: Mapping[str, Any], photos: Sequence[Any], *, allow_duplicate: bool = False
) -> ServiceRequest:
    """Register what a customer reported through the code on the machine, with its photos.

    Raises PossibleDuplicate while another request about the unit is open, and ValidationError for photos that are
    too many, too large or none.
    """
    if len(photos) > PHOTOS_AT_MOST:
        raise ValidationError(
            _("At most %(number)d photos. Remove some and send again.") % {"number": PHOTOS_AT_MOST}
        )
    wished_from, wished_to = _wish(data.get("wished", ""))
    return register_request(
        by=None,
        organization=unit.organization,
        channel=ServiceRequest.Channel.QR,
        request_kind=ServiceRequest.Kind.REPAIR,
        customer=unit.customer or NewCustomer(name=data["reporter_name"], phone=data["reporter_phone"]),
        unit=unit,
        reporter_name=data["reporter_name"],
        reporter_phone=data["reporter_phone"],
        address=data.get("address", ""),
        symptom_text=data["symptom_text"],
        wished_from=wished_from,
        wished_to=wished_to,
        files=[store(photo, kinds=("image",)) for photo in photos],
        client_key=f"qr:{unit.label_code}:{data['client_key']}",
        allow_duplicate=allow_duplicate,
    )


def _wish(wish: str) -> tuple[datetime | None, datetime | None]:
    """The wished hours, tomorrow."""
    if wish not in WISHES:
        return None, None
    begins, ends = WISHES[wish]
    tomorrow = timezone.localdate() + timedelta(days=1)
    return (
        timezone.make_aware(datetime.combine(tomorrow, begins)),
        timezone.make_aware(datetime.combine(tomorrow, ends)),
    )
