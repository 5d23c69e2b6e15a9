"""The customer's choice of a remedy, in a dialog."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.flow import all_actions
from jiannuo.office.documents.queries import document_or_404
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.documents.views import add_errors, respond_conflict, respond_moved_on
from jiannuo.operations.workorders import consents, remedies
from jiannuo.operations.workorders.forms.remedies import RemedyForm


@permission_required("orders.view")
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """Record which of the remedies the customer chose."""
    document = document_or_404(number, request.user)
    action = all_actions(type(document)).get(remedies.ACTION)
    if action is None:
        raise Http404
    if not action.allowed(document, request.user):
        raise PermissionDenied(remedies.ACTION)
    form = RemedyForm(request.POST or None, offers=remedies.offers_for(document))
    if request.method != "POST":
        return _dialog(request, document, form)
    if not form.is_valid():
        return _dialog(request, document, form, status=422)
    try:
        data = form.cleaned_data
        done, approval = remedies.choose(document, data["remedy"], by=request.user, said=data["said"])
    except ActionNotAllowed as error:
        return respond_conflict(request, document, str(action.label), str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _dialog(request, document, form, status=422)
    if approval is not None:
        return respond_moved_on(request, done, consents.asked_text(approval))
    return respond_moved_on(request, done, _("The choice was recorded."))


def _dialog(request: HttpRequest, document: Any, form: RemedyForm, status: int = 200) -> HttpResponse:
    context = {
        "document": document,
        "form": form,
        "title": _("Customer's choice"),
        "subtitle": f"{document.number} {document.title}",
        "form_action": request.path,
        "submit_label": _("Record the customer's choice"),
        "cancel_url": document.get_absolute_url(),
    }
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else "pages/form.html"
    return render(request, template, context, status=status)
