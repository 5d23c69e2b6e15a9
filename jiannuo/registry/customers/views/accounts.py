"""Key accounts at a glance: what is owed to them, who visits next, when we last spoke, how they feel."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiannuo.office.accounts.access import permission_required
from jiannuo.registry.customers.around import Cell, columns, last_contacts
from jiannuo.registry.customers.models import Customer

ON_A_PAGE = 50


@require_GET
@permission_required("customers.view")
def key_accounts(request: HttpRequest) -> HttpResponse:
    """The key accounts in scope by number, with a column of every room that has something to say of them."""
    user: Any = request.user
    rows = Customer.objects.visible_to(user).active().filter(grade=Customer.Grade.KEY)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows.select_related("organization").order_by("pk")[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    keys = [customer.pk for customer in shown]
    declared = columns.for_user(user) if keys else []
    loaded = [(column, column.load(keys, user)) for column in declared]
    spoken = last_contacts(keys, user) if keys else {}
    context = {
        "title": _("Key accounts"),
        "columns": declared,
        "rows": [
            (
                customer,
                spoken.get(customer.pk),
                [(column.label, cells.get(customer.pk, Cell())) for column, cells in loaded],
            )
            for customer in shown
        ],
        "after": shown[-1].pk if len(found) > ON_A_PAGE else None,
    }
    return render(request, "customers/key_accounts.html", context)
