"""The service register of a month, printed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.months import instants_of, month_of
from jiannuo.kernel.printing.registers import Register
from jiannuo.office.accounts.access import permission_required
from jiannuo.operations.desk.queries import received_between

SERVICE = Register("F09", _("After-sales service register"), "desk/print/month_register.html")


@require_safe
@permission_required("requests.handle")
def service_register(request: HttpRequest) -> HttpResponse:
    """F09: every call, letter and visit of a month, what was answered or done, and by whom.

    Phone numbers are shown in full: the form is for those who handle requests. Of what is with the complaint desk it
    says only that it is there.
    """
    month = month_of(request.GET.get("month", ""))

    def lines(limit: int) -> list[Any]:
        return list(received_between(request.user, *instants_of(month))[:limit])

    return SERVICE.print(request, month, lines)
