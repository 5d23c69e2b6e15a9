"""The rights of a natural person: a copy of the data, and erasure."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET

from jiannuo.office.accounts.access import PermissionRequired, permission_required
from jiannuo.registry.customers import services
from jiannuo.registry.customers.exporting import as_workbook, personal_data
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.views.detail import customer_or_404
from jiannuo.registry.versions import StaleRecord

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@permission_required("customers.personal_data")
def export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A copy of the person's data as JSON or XLSX."""
    customer = customer_or_404(request, pk)
    if not request.user.has_perm("customers.personal_data", customer):
        raise PermissionDenied("customers.personal_data")
    if customer.kind != Customer.Kind.HOUSEHOLD or form not in {"json", "xlsx"}:
        raise Http404(_("Only the data of a person is handed out in this way."))
    data = personal_data(customer, request.user)
    response: HttpResponse
    if form == "json":
        response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    else:
        response = HttpResponse(as_workbook(data), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{customer.code}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


class Erase(PermissionRequired, View):
    """Ask once more, then erase."""

    permission = "customers.merge"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.answer(request, self.customer(request, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(request, pk)
        version = request.POST.get("version", "")
        try:
            services.erase_person(
                customer, by=request.user, version=int(version) if version.isdecimal() else 0
            )
        except StaleRecord as stale:
            customer.refresh_from_db()
            return self.answer(request, customer, status=409, error=str(stale))
        except ValidationError as error:
            return self.answer(request, customer, status=422, error=" ".join(error.messages))
        messages.success(request, _("The person was erased; the history of the work remains without a name."))
        return redirect(customer)

    def customer(self, request: HttpRequest, pk: int) -> Customer:
        customer = customer_or_404(request, pk)
        if not request.user.has_perm("customers.merge", customer):
            raise PermissionDenied("customers.merge")
        return customer

    def answer(
        self, request: HttpRequest, customer: Customer, *, status: int = 200, error: str = ""
    ) -> HttpResponse:
        context = {
            "title": _("Erase %(name)s") % {"name": customer.name},
            "text": _("This cannot be undone. Use it when the person asks to be erased."),
            "consequences": [
                _("Name, phone numbers, contacts, street, e-mail and remarks are removed."),
                _("Units, requests and work orders stay, without the person's name."),
                _("The audit trail keeps that something was changed, not what."),
            ],
            "customer": customer,
            "error": error,
            "cancel_url": customer.get_absolute_url(),
            "submit_label": _("Erase the person"),
        }
        return render(request, "customers/erase.html", context, status=status)
