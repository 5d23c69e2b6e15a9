"""What a customer said in surveys, and how satisfied key accounts are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Avg, Count
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.surveys.models import SurveyAnswer
from jiannuo.operations.surveys.queries import answers_for
from jiannuo.registry.customers.around import AccountColumn, Cell, Keys, columns, tabs
from jiannuo.registry.customers.panels import Panel

MOST = 30


def surveys(customer: Any, user: Any) -> dict[str, Any]:
    """The latest answers; one query."""
    return {"answers": list(answers_for(user).filter(customer=customer).order_by("-pk")[:MOST])}


def satisfaction(keys: Keys, user: Any) -> Mapping[int, Cell]:
    """The mean satisfaction index of what was counted, with the number of answers; one query."""
    rows = SurveyAnswer.objects.visible_to(user).counted().filter(customer__in=keys, csi__isnull=False)
    found = rows.order_by().values_list("customer").annotate(Avg("csi"), Count("pk"))
    return {customer: Cell(f"{csi:.0f} (n={number})") for customer, csi, number in found}


tabs.register(
    Panel(
        name="surveys",
        title=_("Survey answers"),
        template="surveys/_of_customer.html",
        context=surveys,
        permission="surveys.view",
        order=50,
        icon="star",
    )
)
columns.register(
    AccountColumn("satisfaction", _("Satisfaction index"), satisfaction, permission="surveys.view", order=50)
)
