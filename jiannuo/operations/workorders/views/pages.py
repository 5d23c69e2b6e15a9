"""The list of orders and the page of one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.timeline import file_views
from jiannuo.office.documents.together import together
from jiannuo.operations.workforce.certificates import needed_names
from jiannuo.operations.workorders.cases import ask_url
from jiannuo.operations.workorders.filters import WorkOrderFilter
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import RELATED, orders_for, parts_of, ties_of, totals, visits_of
from jiannuo.operations.workorders.remedies import shown_on
from jiannuo.operations.workorders.services.guard import AT_WORK, PLANNING
from jiannuo.operations.workorders.services.splitting import SPLITTABLE
from jiannuo.operations.workorders.shares import standings
from jiannuo.operations.workorders.tables import WorkOrderTable
from jiannuo.operations.workorders.views.editing import order_or_404
from jiannuo.operations.workorders.wording import explained


class WorkOrderList(TablePage):
    """All orders in the person's scope."""

    name = "workorders"
    title = _("Work orders")
    permission = "orders.view"
    table_class = WorkOrderTable
    filterset_class = WorkOrderFilter
    orderings = (NEWEST, Ordering("due", _("due"), ("due_at",)))
    default_ordering = "-id"
    presets = (
        Preset(_("Waiting for dispatch"), "state=ready"),
        Preset(_("Overdue"), "urgent=late"),
        Preset(_("To be reviewed"), "state=signed"),
    )
    create_url_name = "workorders:create"
    create_label = _("New work order")
    create_permission = "orders.dispatch"
    bulk_actions = together(WorkOrder, "review", "close", "cancel")

    def rows(self) -> QuerySet[Any]:
        return orders_for(self.request.user)

    def context(self, page: Any) -> dict[str, Any]:
        places = standings(row.pk for row in page.rows)
        for row in page.rows:
            row.standing = places.get(row.pk)
        return super().context(page)


@permission_required("orders.view")
@require_safe
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """The parts of the divided job to which an order belongs, for its page."""
    order = order_or_404(number, request.user)
    context = {"order": order, "parts": parts_of(order, request.user)}
    return render(request, "workorders/_parts.html", context)


class WorkOrderPage(DocumentPage):
    """One order: job, visits, lines, checks, photos, prints."""

    model = WorkOrder
    permission = "orders.view"
    template_name = "workorders/detail.html"
    select_related = RELATED

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        lines = explained(document.lines.select_related("component", "overridden_by"))
        attachments = Attachment.objects.filter(document_id=document.pk).exclude(
            purpose=Attachment.Purpose.SIGNATURE
        )
        sources, jobs = ties_of(document)
        context = super().get_context_data(document)
        # Who fits best is shown on a page of its own, not in a dialog.
        other_actions = [button for button in context["actions"] if button.name != "assign"]
        return {
            **context,
            "actions": other_actions,
            "may_assign": len(other_actions) < len(context["actions"]),
            "order": document,
            **shown_on(document, user),
            "visits": visits_of(document),
            "lines": lines,
            "totals": totals(lines),
            "checks": list(document.checks.select_related("photo")),
            "files": file_views(attachments.select_related("file").order_by("pk")),
            "purposes": dict(Attachment.Purpose.choices),
            "sources": sources,
            "is_part": any(len(states) > 1 for states in jobs.values()),
            "may_split": document.state in SPLITTABLE and user.has_perm("orders.dispatch", document),
            "certificates": needed_names(document.category, document.certificates),
            "prints": forms_for(WorkOrder, user, document),
            "phone": phone_for(user, document.contact_phone, document),
            "place": address_for(user, document.place, document),
            "ask_url": ask_url(document) if user.has_perm("knowledge.view") else "",
            "may_write_case": document.state == WorkOrder.State.CLOSED
            and user.has_perm("knowledge.write", document),
            "may_plan": document.state in PLANNING and user.has_perm("orders.dispatch", document),
            "may_record": document.state in AT_WORK and document.technician_id == user.pk,
            "may_charge": document.state not in ("reviewed", "closed", "cancelled")
            and user.has_perm("orders.charge", document),
        }
