"""Writing a difficult case from a closed order, in one click."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.queries import document_or_404
from jiannuo.office.documents.views import respond_conflict
from jiannuo.operations.workorders.cases import write_up
from jiannuo.operations.workorders.models import WorkOrder


@permission_required("knowledge.write")
@require_POST
def write_case(request: HttpRequest, number: str) -> HttpResponse:
    """Make the draft and open it for writing; an order has one case."""
    order = document_or_404(number, request.user)
    title = _("Write up as a difficult case")
    if not isinstance(order, WorkOrder):
        return respond_conflict(request, order, title, _("Only work orders are written up as cases."))
    try:
        article, new = write_up(order, by=request.user)
    except ValidationError as error:
        return respond_conflict(request, order, title, " ".join(error.messages))
    if not new:
        messages.info(request, _("This order was written up already."))
        return redirect(article.get_absolute_url())
    messages.success(
        request,
        _("%(number)s was filled from the order. Check it and submit it.") % {"number": article.number},
    )
    return redirect("knowledge:edit", number=article.number)
