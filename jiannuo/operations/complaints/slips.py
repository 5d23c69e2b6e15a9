"""Blank suggestion slips (客户建议单) for boxes in public places, with a code that opens the same slip on a phone."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.printing.services import render_pdf
from jiannuo.office.organizations.models import Organization

SALT = "complaints.slip"


def slip_token(organization: Organization, place: str) -> str:
    """What the code of a slip says: which organisation, and where it lies. Signed, and good as long as the paper is."""
    return signing.dumps([organization.pk, place], salt=SALT, compress=True)


def read_slip(token: str) -> tuple[Organization, str] | None:
    """The organisation and the place of a slip; ``None`` for a token that was not made here or whose unit is closed."""
    try:
        key, place = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    organization = Organization.objects.active().filter(pk=key).first()
    return None if organization is None else (organization, str(place))


def slip_url(organization: Organization, place: str) -> str:
    """The whole address of the slip on a phone."""
    return settings.BASE_URL + reverse("portal:suggest", args=[slip_token(organization, place)])


def blank_slip(organization: Organization, place: str) -> bytes:
    """The blank form F63 as PDF. Raises PrintingUnavailable when the machine cannot print."""
    context: dict[str, Any] = {
        "title": _("Suggestion slip"),
        "organization": organization,
        "place": place,
        "printed_at": timezone.localtime(),
        "qr": segno.make(slip_url(organization, place), error="m", micro=False).svg_data_uri(border=2),
    }
    return render_pdf("complaints/print/slip.html", context)
