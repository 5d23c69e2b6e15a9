"""The list of requests and the page of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.months import months_before
from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.regions.services import full_name
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.queries import keeper_of, visible_as_kind
from jiannuo.office.documents.timeline import attachments_of
from jiannuo.operations.desk.filters import ServiceRequestFilter
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.queries import ENDED_ORDERS, orders_of
from jiannuo.operations.desk.tables import ServiceRequestTable, warranty_badge
from jiannuo.operations.workorders.cases import ask_url
from jiannuo.operations.workorders.remedies import shown_on
from jiannuo.promises.commitments.showing import view_of
from jiannuo.promises.obligations.models import Obligation

#: months whose printed register the list offers; older ones by their address
REGISTER_MONTHS = 12
RELATED = (
    "customer",
    "unit__model__category",
    "category",
    "division",
    "symptom",
    "owner",
    "merged_into",
    "routed_to",
)


class ServiceRequestList(TablePage):
    """All requests in the person's scope."""

    name = "requests"
    title = _("Service requests")
    permission = "requests.view"
    table_class = ServiceRequestTable
    filterset_class = ServiceRequestFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (
        Preset(_("New"), "state=new"),
        Preset(_("Triaged"), "state=triaged"),
        Preset(_("In progress"), "state=in_progress"),
        Preset(_("Resolved, to be closed"), "state=resolved&state=answered"),
    )
    create_url_name = "desk:intake"
    create_label = _("New request")
    create_permission = "requests.create"
    empty_text = _("No request yet. Register one at the service desk.")
    template_name = "desk/requests.html"

    def rows(self) -> QuerySet[Any]:
        return rows_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        if not self.may("requests.handle"):
            return {}
        today = timezone.localdate()
        return {"register_months": [months_before(today, count) for count in range(REGISTER_MONTHS)]}


def rows_for(user: Any) -> QuerySet[Any]:
    """Requests in scope with what lists show: related records and the next due instant."""
    owed = Obligation.objects.filter(
        document=OuterRef("pk"),
        state__in=Obligation.OPEN_STATES,
        abandoned_at__isnull=True,
        due_at__isnull=False,
    )
    return (
        ServiceRequest.objects.visible_to(user)
        .filter(kind="servicerequest")
        .select_related("organization", "customer", "unit__model", "owner")
        .defer("decision")
        .annotate(next_due=Subquery(owed.order_by("due_at").values("due_at")[:1]))
    )


class ServiceRequestPage(DocumentPage):
    """One request: customer, unit, decision with its reasons, promises, work orders."""

    model = ServiceRequest
    permission = "requests.view"
    template_name = "desk/request.html"
    select_related = RELATED

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        orders = orders_of(document)
        decision = None if document.is_entrusted else document.decision
        return {
            **super().get_context_data(document),
            "service_request": document,
            "ask_url": ask_url(document) if document.is_open and user.has_perm("knowledge.view") else "",
            "decision": view_of(decision, document.unit.model_id if document.unit_id else None),
            "warranty": warranty_badge(document.in_warranty),
            **shown_on(document, user),
            "orders": orders,
            "attempts": [] if document.is_entrusted else document.attempts.select_related("by", "article"),
            "files": attachments_of(document),
            "purposes": dict(Attachment.Purpose.choices),
            "phone": phone_for(user, document.reporter_phone, document),
            "place": address_for(user, f"{full_name(document.division_id)}{document.address}", document),
            "prints": forms_for(ServiceRequest, user),
            "keeper_url": self._keeper_url(document),
            "order_url": self._order_url(document, orders),
            "try_url": self._try_url(document) if user.has_perm("commitments.view") and decision else "",
        }

    def _keeper_url(self, document: ServiceRequest) -> str:
        """The page of the complaint, for those who may see it."""
        keeper = keeper_of(document) if document.is_entrusted else None
        seen = visible_as_kind(keeper.pk, keeper.kind, self.request.user) if keeper is not None else None
        return seen.get_absolute_url() if seen is not None else ""

    def _try_url(self, document: ServiceRequest) -> str:
        """The simulator with the facts of the request."""
        category = document.category.code_path if document.category is not None else ""
        facts = {
            "unit": document.unit_id or "",
            "product": "" if document.unit_id else category,
            "division": document.division_id or "",
            "request_kind": document.request_kind,
            "severity": document.severity,
            "channel": document.channel,
            "requested": document.received_at.isoformat(),
        }
        query = urlencode({name: value for name, value in facts.items() if value})
        return f"{reverse('commitments:simulator')}?{query}"

    def _order_url(self, document: ServiceRequest, orders: list[Any]) -> str:
        """Where a work order is made for it, for those who dispatch; nowhere while an order is open."""
        user: Any = self.request.user
        under_way = any(order.state not in ENDED_ORDERS for order in orders)
        if (
            document.is_entrusted
            or not document.is_open
            or under_way
            or not user.has_perm("orders.dispatch", document)
        ):
            return ""
        try:
            address = reverse("dispatch:create_order")
        except NoReverseMatch:
            return ""
        return f"{address}?request={document.number}"
