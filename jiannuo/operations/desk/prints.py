"""The printed forms of requests: F09 service register, F11 application for service."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.kernel.regions.services import full_name
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.queries import orders_of
from jiannuo.promises.commitments.showing import view_of
from jiannuo.promises.obligations.queries import for_document

MOST_LINES = 12


def _rows(user: Any) -> Any:
    return ServiceRequest.objects.visible_to(user).select_related(
        "organization",
        "customer",
        "unit__model",
        "unit__dealer",
        "category",
        "symptom",
        "owner",
        "created_by",
    )


def service_register(request: ServiceRequest) -> dict[str, Any]:
    """What F09 shows: who asked what, when, on which channel, what was promised, what was done."""
    phone = request.customer.phones.first()
    steps = TimelineEntry.objects.filter(
        document_id=request.pk, kind__in=(TimelineEntry.Kind.TRANSITION, TimelineEntry.Kind.COMMENT)
    ).select_related("author")
    return {
        "request": request,
        "phone": request.reporter_phone or (phone.number if phone else ""),
        "address": f"{full_name(request.division_id)}{request.address}",
        "decision": view_of(
            None if request.is_entrusted else request.decision,
            request.unit.model_id if request.unit is not None else None,
        ),
        "obligations": for_document(request),
        "orders": orders_of(request),
        "steps": list(steps.order_by("at", "pk")[:MOST_LINES]),
    }


def application(request: ServiceRequest) -> dict[str, Any]:
    """What F11 shows: who applies for which machine, what is wrong and why, and room for whoever consents."""
    return {
        **service_register(request),
        "contact": request.reporter_name or str(request.customer.contacts.first() or ""),
        "cover": request.in_warranty,
    }


register(
    PrintForm(
        id="F11",
        title=_("Application for after-sales service"),
        template="desk/print/application.html",
        model=ServiceRequest,
        rows=_rows,
        context=application,
        permission="requests.handle",
    )
)
register(
    PrintForm(
        id="F09",
        title=_("After-sales service register"),
        template="desk/print/service_register.html",
        model=ServiceRequest,
        rows=_rows,
        context=service_register,
        # The form shows the phone number in full: for those who handle requests.
        permission="requests.handle",
    )
)
