"""Registering a request: customer and unit known or new, decision, obligations, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.resending import digest_of, refuse_other_contents
from jiannuo.office.documents.services import attach, create_document
from jiannuo.operations.desk.events import RequestRegistered
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.queries import possible_duplicates
from jiannuo.operations.desk.routing.sending import STAYS, note_sending, send
from jiannuo.operations.desk.services.deciding import (
    decision_for,
    freeze,
    owe_from,
    owe_since,
    raise_matter,
)
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.customers.services import AddressEntry, create_customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services import register_unit
from jiannuo.registry.installedbase.services.records import normal_serial

CLOCKS_DIFFER_BY = timedelta(minutes=5)
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer who calls for the first time."""

    name: str
    phone: str
    kind: str = Customer.Kind.HOUSEHOLD
    division: Any = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A machine that is not in the files yet; ``dates`` by field of the unit (``invoiced_on`` …)."""

    model: Any
    serial: str
    dates: dict[str, date | None] = field(default_factory=dict)


class PossibleDuplicate(Exception):
    """There are open requests for the same unit; register it all the same with ``allow_duplicate``."""

    def __init__(self, requests: Sequence[ServiceRequest]) -> None:
        self.requests = list(requests)
        numbers = ", ".join(one.number for one in self.requests)
        super().__init__(
            _("This may be the same as %(numbers)s, which is still open.") % {"numbers": numbers}
        )


@transaction.atomic
def register_request(
    *,
    by: Any,
    customer: Customer | NewCustomer,
    symptom_text: str,
    organization: Any = None,
    unit: InstalledUnit | NewUnit | None = None,
    channel: str = ServiceRequest.Channel.HOTLINE,
    request_kind: str = ServiceRequest.Kind.REPAIR,
    severity: str = ServiceRequest.Severity.NORMAL,
    nature: str = "",
    symptom: Any = None,
    category: Any = None,
    reporter_name: str = "",
    reporter_phone: str = "",
    division: Any = None,
    address: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    wished_from: datetime | None = None,
    wished_to: datetime | None = None,
    received_at: datetime | None = None,
    owner: Any = None,
    files: Sequence[Any] = (),
    allow_duplicate: bool = False,
    client_key: str = "",
    checks_contents: bool = True,
    also_sent: str = "",
    is_routed: bool = True,
    origin: str = "",
    is_demo: bool = False,
) -> ServiceRequest:
    """Register what a customer asks, decide what is promised and open the obligations.

    ``by`` is the agent, or None when the customer does it (portal). The organisation is the one that services the unit,
    else the customer's, else the agent's, unless a routing rule sends it elsewhere; not ``is_routed``, it stays
    with who took it. Sent twice with one ``client_key``, it is registered once; other contents (``also_sent``
    counts with them) are refused, unless a program sends what may change meanwhile (not ``checks_contents``).
    ``origin`` names what it is made from (``desk.origins``); the event carries it on.
    Raises PermissionDenied, ValidationError (SentDifferently), or PossibleDuplicate unless ``allow_duplicate``.
    """
    digest = ""
    if client_key and checks_contents:
        sent_contents = {
            "customer": customer
            if by is not None or unit is None
            else None,  # a machine may have got one since
            "unit": unit,
            "symptom": [symptom_text, symptom, category],
            "as": [channel, request_kind, severity, nature],
            "reporter": [reporter_name, reporter_phone],
            "place": [division, address, latitude, longitude],
            "times": [wished_from, wished_to, received_at],
            "files": list(files),
            "routed": is_routed,
            "also": also_sent,
        }
        digest = digest_of(sent_contents)
    if client_key and (known := _sent_before(client_key, digest, by)):
        return known
    now = timezone.now()
    received_at = received_at or now
    if received_at > now + CLOCKS_DIFFER_BY:
        raise ValidationError({"received_at": _("A request cannot have come in later than now.")})
    organization = organization or _organization_for(by, customer, unit)
    _may_register(by, organization, customer, unit)
    known_customer = _customer(customer, by=by, organization=organization, is_demo=is_demo)
    known_unit = _unit(unit, known_customer, by=by, organization=organization, is_demo=is_demo)
    if not allow_duplicate and (open_ones := possible_duplicates(known_customer, known_unit)):
        raise PossibleDuplicate(open_ones)
    place = _place(known_customer, known_unit, division, address, latitude, longitude)
    request = ServiceRequest(
        organization=organization,
        title=_title(symptom_text, symptom),
        channel=channel,
        request_kind=request_kind,
        severity=severity,
        nature=nature,
        received_at=received_at,
        customer=known_customer,
        unit=known_unit,
        category=category or (known_unit.model.category if known_unit is not None else None),
        reporter_name=reporter_name.strip(),
        reporter_phone=normalise_phone(reporter_phone) if reporter_phone.strip() else "",
        symptom_text=symptom_text.strip() or str(symptom or ""),
        symptom=symptom,
        wished_from=wished_from,
        wished_to=wished_to,
        owner=owner,
        client_key=client_key,
        client_digest=digest,
        created_at=min(received_at, now),
        is_demo=is_demo,
        **place,
    )
    sent = send(request) if is_routed else STAYS
    decision = decision_for(request)
    freeze(request, decision)
    create_document(request, by=by)
    person = request.owner or (_first_responsible(by, request) if sent.verdict is None else None)
    owe_from(request, decision, by=by, person=person)
    for file in files:
        attach(request, file, by=by, purpose="fault", visible_to_customer=True)
    raise_matter(request)  # before anybody is told: of a complaint the service hears no word
    note_sending(request, sent, by=by, at=received_at)
    if sent.verdict is not None:
        owe_since(request, {"dispatched": received_at}, technician=None)
    publish(
        RequestRegistered(
            request_id=request.pk, number=request.number, at=received_at, channel=channel, origin=origin
        )
    )
    return request


def _sent_before(client_key: str, digest: str, by: Any) -> ServiceRequest | None:
    """The request that was registered with this key by the same person; raises SentDifferently for other contents."""
    known = ServiceRequest.objects.filter(client_key=client_key).select_related("organization").first()
    if known is None:
        return None
    if known.created_by_id != getattr(by, "pk", None):
        raise ValidationError({"client_key": _("This form was sent before by somebody else. Open it anew.")})
    if digest:
        refuse_other_contents(known.client_digest, digest)
    return known


def _organization_for(by: Any, customer: Any, unit: Any) -> Any:
    if isinstance(unit, InstalledUnit):
        return unit.organization
    if isinstance(customer, Customer):
        return customer.organization
    organization = getattr(by, "organization", None)
    if organization is None:
        raise ValidationError(_("Say which organisation handles the request: you are not employed at one."))
    return organization


def _may_register(by: Any, organization: Any, customer: Any, unit: Any) -> None:
    """Raise PermissionDenied unless ``by`` may register there, for this customer and this unit."""
    if by is None:
        return
    if not by.has_perm("requests.create", ServiceRequest(organization=organization)):
        raise PermissionDenied("requests.create")
    for record in (customer, unit):
        if isinstance(record, (Customer, InstalledUnit)):
            if not type(record).objects.visible_to(by).filter(pk=record.pk).exists():
                raise PermissionDenied("requests.create")
        elif record is not None:
            needed = "customers.edit" if isinstance(record, NewCustomer) else "units.edit"
            if not by.has_perm(needed, ServiceRequest(organization=organization)):
                raise PermissionDenied(needed)


def _customer(customer: Customer | NewCustomer, *, by: Any, organization: Any, is_demo: bool) -> Customer:
    if isinstance(customer, Customer):
        if customer.merged_into_id:
            raise ValidationError({"customer": _("This customer was merged into another one. Search again.")})
        return customer
    addresses = []
    if customer.division or customer.detail.strip():
        addresses.append(
            AddressEntry(detail=customer.detail.strip(), division=customer.division, is_primary=True)
        )
    return create_customer(
        by=by,
        organization=organization,
        name=customer.name,
        kind=customer.kind,
        phones=[customer.phone] if customer.phone.strip() else [],
        addresses=addresses,
        is_demo=is_demo,
    )


def _unit(
    unit: InstalledUnit | NewUnit | None, customer: Customer, *, by: Any, organization: Any, is_demo: bool
) -> InstalledUnit | None:
    if unit is None:
        return None
    if isinstance(unit, InstalledUnit):
        if unit.customer_id is not None and unit.customer_id != customer.pk:
            raise ValidationError(
                {"unit": _("This unit belongs to another customer. Choose one of this customer.")}
            )
        return unit
    known = InstalledUnit.objects.filter(model=unit.model, serial=normal_serial(unit.serial)).first()
    if known is not None:
        raise ValidationError(
            {
                "serial": _("%(serial)s of this model is in the files already. Search for it.")
                % {"serial": known.serial}
            }
        )
    return register_unit(
        by=by,
        organization=organization,
        customer=customer,
        address=customer.addresses.first(),
        model=unit.model,
        serial=unit.serial,
        is_demo=is_demo,
        **{name: value for name, value in unit.dates.items() if value is not None},
    )


def _place(
    customer: Customer,
    unit: Any,
    division: Any,
    address: str,
    latitude: float | None,
    longitude: float | None,
) -> dict[str, Any]:
    """Where the work is: as said, else where the unit stands, else the customer's main address."""
    if division is not None or address.strip():
        return {
            "division": division,
            "address": address.strip(),
            "latitude": latitude,
            "longitude": longitude,
        }
    known = (unit.address if unit is not None else None) or customer.addresses.first()
    if known is None:
        return {"latitude": latitude, "longitude": longitude}
    return {
        "division": known.division,
        "address": known.detail,
        "latitude": known.latitude if latitude is None else latitude,
        "longitude": known.longitude if longitude is None else longitude,
    }


def _title(symptom_text: str, symptom: Any) -> str:
    lines = symptom_text.strip().splitlines()
    return (lines[0] if lines else str(symptom or ""))[:LONGEST_TITLE]


def _first_responsible(by: Any, request: ServiceRequest) -> Any:
    """The agent who took the request, if it is theirs to handle; else nobody yet."""
    return by if by is not None and by.has_perm("requests.handle", request) else None
