"""Making orders from requests, and giving several to one technician."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.tables.bulk import BulkResult, each_row
from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.office.documents.queries import visible_document
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument, act
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order

REQUEST_KIND = "servicerequest"
LONGEST_NAME = 60


def requests_from(numbers: Iterable[str], user: Any) -> list[Any]:
    """The requests with these numbers, fit to become one order.

    Raises ValidationError for a number that does not exist or is hidden from ``user``, for finished requests, for
    requests of several customers or about several units, and for one that an open order serves already.
    """
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not wanted:
        raise ValidationError(_("Choose at least one service request."))
    found = [_request(number, user) for number in wanted]
    first = found[0]
    for request in found:
        if request.is_entrusted:
            text = _("%(number)s is with the complaint desk. Register the work as a request of its own.")
            raise ValidationError(text % {"number": request.number})
        if request.state not in request.OPEN_STATES:
            text = _("%(number)s is “%(state)s”. Only open requests become orders.")
            raise ValidationError(text % {"number": request.number, "state": request.state_label})
        if request.customer_id != first.customer_id:
            text = _("%(one)s and %(other)s are of different customers. Make an order for each.")
            raise ValidationError(text % {"one": first.number, "other": request.number})
    if len({request.unit_id for request in found if request.unit_id}) > 1:
        raise ValidationError(
            _(
                "The requests are about several units. Make an order for each, because cover and history differ."
            )
        )
    _refuse_served(found)
    return found


def _request(number: str, user: Any) -> Any:
    document = visible_document(number, user)
    if document is None or document.kind != REQUEST_KIND:
        raise ValidationError(_("There is no open service request %(number)s.") % {"number": number[:40]})
    return document


def _refuse_served(requests: Sequence[Document]) -> None:
    links = DocumentLink.objects.filter(
        target__in=[request.pk for request in requests],
        kind=DocumentLink.Kind.SERVES,
        source__kind="workorder",
    ).exclude(source__state__in=["closed", "cancelled"])
    link = links.select_related("source", "target").first()
    if link is not None:
        text = _("%(order)s already serves %(request)s. Open that order instead.")
        raise ValidationError(text % {"order": link.source.number, "request": link.target.number})


@transaction.atomic
def order_from_requests(
    requests: Sequence[Any], *, by: Any, organization: Any = None, job: str = "", fault: str = ""
) -> WorkOrder:
    """One order for the requests, with customer, unit, fault, place and decision taken over.

    Raises PermissionDenied unless ``by`` may dispatch for the organisation, ValidationError as :func:`requests_from`.
    """
    # Locked, so that two dispatchers do not make two orders of one request.
    list(
        Document.objects.select_for_update()
        .filter(pk__in=[request.pk for request in requests])
        .order_by("pk")
    )
    requests = requests_from([request.number for request in requests], by)
    first = requests[0]
    owner = organization or first.organization
    probe = WorkOrder(organization=owner)
    if not by.has_perm("orders.dispatch", probe):
        raise PermissionDenied("orders.dispatch")
    with_unit = next((request for request in requests if request.unit_id), first)
    return create_order(
        by=by,
        organization=owner,
        customer=first.customer,
        unit=with_unit.unit,
        sources=requests,
        job=job or job_of(first),
        fault=fault or fault_of(requests),
        decision=next((request.decision for request in requests if request.decision), None),
        **_details(with_unit),
    )


def _details(request: Any) -> dict[str, Any]:
    return {
        "severity": request.severity,
        "category": request.category,
        "symptom": request.symptom,
        "division": request.division,
        "address": request.address,
        "latitude": request.latitude,
        "longitude": request.longitude,
        **_contact(request),
    }


def _contact(request: Any) -> dict[str, str]:
    """Whom the technician calls: who reported it, else the customer's main person and number."""
    customer = request.customer
    person, phone = customer.contacts.first(), customer.phones.first()
    known_name = person.name if person is not None else customer.name
    return {
        "contact_name": request.reporter_name or known_name[:LONGEST_NAME],
        "contact_phone": request.reporter_phone or (phone.number if phone is not None else ""),
    }


def job_of(request: Any) -> str:
    """The kind of job that a kind of request asks for."""
    kind = request.request_kind
    return kind if kind in WorkOrder.Kind.values else WorkOrder.Kind.REPAIR


def fault_of(requests: Sequence[Any]) -> str:
    """What was reported, one paragraph for each request."""
    return "\n".join(dict.fromkeys(request.symptom_text for request in requests))


def assign_each(user: Any, orders: Iterable[WorkOrder], data: Mapping[str, Any]) -> BulkResult:
    """Give several orders to one technician; each that cannot be given is reported with its reason."""

    def give(order: WorkOrder) -> None:
        act(order, "assign", by=user, data={"technician": data["technician"]}, version=order.version)

    refusals = (ValidationError, PermissionDenied, ActionNotAllowed, StaleDocument)
    return each_row(orders, give, refusals=refusals)
