"""Taking a complaint: by the desk itself, or because a request brought it up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.kernel.events import publish
from jiannuo.kernel.resending import digest_of, refuse_other_contents
from jiannuo.office.documents.models import Document
from jiannuo.office.documents.services import attach, create_document, link
from jiannuo.office.notices.services import notify
from jiannuo.operations.complaints import notices
from jiannuo.operations.complaints.events import ComplaintRegistered
from jiannuo.operations.complaints.models import Complaint, Matter
from jiannuo.operations.complaints.queries import customer_by_phone, people_with
from jiannuo.operations.complaints.services.grading import judge
from jiannuo.operations.complaints.services.promising import owe
from jiannuo.registry.customers.phones import normalise_phone

CLOCKS_DIFFER_BY = timedelta(minutes=5)
LONGEST_TITLE = 80
#: how the channels of requests are called here
CHANNELS = {
    "hotline": "hotline",
    "letter": "letter",
    "visit": "visit",
    "web": "web",
    "qr": "web",
    "email": "email",
}


@transaction.atomic
def register_complaint(
    *,
    by: Any,
    organization: Any,
    text: str,
    title: str = "",
    customer: Any = None,
    unit: Any = None,
    complainant: str = "",
    phone: str = "",
    channel: str = Complaint.Channel.HOTLINE,
    matter: Matter | None = None,
    accused_person: Any = None,
    circumstances: list[str] | None = None,
    received_at: datetime | None = None,
    source: Document | None = None,
    at: datetime | None = None,
    files: Sequence[Any] = (),
    client_key: str = "",
    is_demo: bool = False,
) -> Complaint:
    """Take a complaint about ``organization`` and owe what is promised; ``by`` is None for what a request brings up.

    Without a ``title`` the beginning of its text is one. The rules judge it as of ``at``, the instant of the entry
    (now). Sent twice with one ``client_key``, it is taken once; other contents are refused (SentDifferently). Without
    a ``customer`` it is that of the one customer in scope who has this number.

    Raises PermissionDenied without ``complaints.handle`` there, ValidationError without text, customer or name, or for
    an instant later than now.
    """
    digest = ""
    if client_key:
        contents = {
            "text": [title, text, channel],
            "about": [organization, unit, matter, accused_person, list(circumstances or ())],
            "who": [customer if by is not None else None, complainant, phone, received_at],
            "files": list(files),
        }
        digest = digest_of(contents)
        if known := Complaint.objects.filter(client_key=client_key).first():
            refuse_other_contents(known.client_digest, digest)
            return known
    now = timezone.now()
    received_at = received_at or now
    if by is not None and not by.has_perm("complaints.handle", organization):
        raise PermissionDenied("complaints.handle")
    if not text.strip():
        raise ValidationError({"text": _("Write down what the customer complains of.")})
    if customer is None and not complainant.strip():
        raise ValidationError({"complainant": _("Choose the customer, or write the name of who complains.")})
    if received_at > now + CLOCKS_DIFFER_BY:
        raise ValidationError({"received_at": _("A complaint cannot have come in later than now.")})
    number = normalise_phone(phone) if phone.strip() else ""
    if customer is None and number:
        customer = _known_by(number, organization=organization, unit=unit, by=by)
    complaint = Complaint(
        organization=organization,
        title=" ".join((title or text).split())[:LONGEST_TITLE],
        source=source,
        customer=customer,
        unit=unit,
        complainant=complainant.strip(),
        phone=number,
        channel=channel,
        matter=matter,
        accused_person=accused_person,
        circumstances=list(circumstances or ()),
        text=text.strip(),
        received_at=received_at,
        graded_at=received_at,
        created_at=min(received_at, now),
        client_key=client_key,
        client_digest=digest,
        is_demo=is_demo,
    )
    create_document(complaint, by=by)
    for file in files:
        attach(complaint, file, by=by, visible_to_customer=True)
    if source is not None:
        link(complaint, source)
    owe(complaint, by=by, at=at or now)
    told = {"who": complaint.who, "text": complaint.title}
    people = people_with("complaints.handle", organization).exclude(pk=getattr(by, "pk", None))
    people = people.exclude(pk=getattr(accused_person, "pk", None))
    notify(people, notices.NEW, document=complaint, context=told, key=f"complaints.new:{complaint.pk}")
    publish(
        ComplaintRegistered(
            complaint_id=complaint.pk,
            number=complaint.number,
            at=received_at,
            document_id=getattr(source, "pk", None),
        )
    )
    return judge(complaint, at=at or now)


def _known_by(number: str, *, organization: Any, unit: Any, by: Any) -> Any:
    """The one customer with this number, unless the machine is somebody else's."""
    known = customer_by_phone(number, organization=organization, user=by)
    owner = unit.customer_id if unit is not None else None
    return known if known is not None and owner in (None, known.pk) else None


@transaction.atomic
def open_from(document: Document) -> Complaint | None:
    """The complaint that a request brings up, once; ``None`` when it was taken before.

    Who put a paper without a name into the box has complained, too.
    """
    if Complaint.objects.filter(source=document.pk).exists():
        return None
    request: Any = document.specific()
    with override(settings.LANGUAGE_CODE):
        nameless = "" if request.customer is not None else str(_("anonymous"))
        title = getattr(request, "matter_title", "")
    return register_complaint(
        by=None,
        organization=request.organization,
        text=request.symptom_text,
        title=title,
        customer=request.customer,
        unit=request.unit,
        complainant=request.reporter_name or nameless,
        phone=request.reporter_phone,
        channel=CHANNELS.get(request.channel, Complaint.Channel.DESK),
        received_at=request.received_at,
        source=Document.objects.get(pk=document.pk),
        at=request.received_at if request.is_demo else None,
        is_demo=request.is_demo,
    )
