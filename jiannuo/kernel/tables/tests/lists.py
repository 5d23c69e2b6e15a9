"""A list of work orders, as a room would declare it, for the tests of lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.forms import CharField, Form
from django.http import HttpRequest, QueryDict
from django.urls import include, path
from django.utils import timezone

from jiannuo.kernel.tables.bulk import BulkAction, BulkResult, each_row
from jiannuo.kernel.tables.columns import MomentColumn, StateColumn
from jiannuo.kernel.tables.keyset import Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage, Total
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories


class OrderTable(tables.Table):
    number = tables.Column(verbose_name="Number", linkify=lambda record: f"/orders/{record.number}")
    title = tables.Column(verbose_name="Title")
    state = StateColumn(verbose_name="State")
    customer = tables.Column(verbose_name="Customer", accessor="customer__name")
    due_at = MomentColumn()
    remark = tables.Column(accessor="fault", visible=False)

    class Meta:
        row_attrs = {"data-number": lambda record: record.number}


class OrderFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=WorkOrder.State.choices, label="State")
    title = django_filters.CharFilter(lookup_expr="icontains", label="Title")
    created = django_filters.DateFromToRangeFilter(field_name="created_at", label="Created")

    class Meta:
        model = WorkOrder
        fields: list[str] = []


class ReasonForm(Form):
    reason = CharField(max_length=20)


def finish(user: Any, rows: Any) -> BulkResult:
    def one(order: WorkOrder) -> None:
        if order.title == "stuck":
            raise ValidationError("It is stuck.")
        WorkOrder.objects.filter(pk=order.pk).update(test_result="ok")

    return each_row(rows, one)


def annotate(user: Any, rows: Any, data: dict[str, Any]) -> BulkResult:
    return BulkResult(done=rows.update(test_result=data["reason"]))


class OrderPage(TablePage):
    name = "test.orders"
    title = "Orders"
    permission = "orders.view"
    table_class = OrderTable
    filterset_class = OrderFilter
    orderings = (
        Ordering("number", "Number"),
        Ordering("due_at", "Due", ("due_at",)),
        Ordering("title", "Title", ("title",)),
    )
    default_ordering = "-number"
    presets = (Preset("Ready", "state=ready"),)
    totals = (Total("customers", "Customers", Count("customer", distinct=True)),)
    bulk_actions = (
        BulkAction("finish", "Finish", "orders.dispatch", finish),
        BulkAction("annotate", "Annotate", "orders.dispatch", annotate, form=ReasonForm),
        BulkAction("charge", "Charge", "orders.charge", finish),
    )
    page_size = 25

    def rows(self) -> Any:
        return WorkOrder.objects.visible_to(self.request.user).select_related("customer", "organization")


urlpatterns = [
    path("orders/", OrderPage.as_view(), name="orders"),
    path("", include("jiannuo.config.urls")),
]


def orders(at: Any, count: int, *, customer: Any = None, **fields: Any) -> list[WorkOrder]:
    """``count`` orders of the organisation; every third has no due instant, and many share one."""
    customer = customer or factories.customer(at)
    start = timezone.now()
    made = []
    for n in range(count):
        values = {
            "number": f"WO-{at.pk}-{customer.pk}-{n:05d}",
            "kind": "workorder",
            "title": f"Order {n % 7}",
            "due_at": None if n % 3 == 0 else start + timedelta(hours=n % 5),
            **fields,
        }
        made.append(WorkOrder.objects.create(organization=at, customer=customer, **values))
    return made


def page_for(user: Any, query: str = "") -> OrderPage:
    """The page as a request with this query sees it."""
    page = OrderPage()
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(query), user
    page.setup(request)
    return page
