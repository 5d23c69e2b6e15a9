"""The lists of push-backs and of requests to be checked, with their filters."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.forms import DateInput
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn, render
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.models import PushBack, ServiceRequest

ONE_LINE = {"td": {"class": "text-nowrap"}}
_DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'


def _dealers(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    return Organization.objects.visible_to(user).filter(kind__in=("dealer", "station"))


class PushBackFilter(filters.FilterSet):
    """Dealer, month, what happened, whether it was decided."""

    organization = filters.ModelChoiceFilter(label=_("dealer"), queryset=_dealers)
    month = filters.DateFilter(label=_("first day of the month"), widget=DateInput(attrs={"type": "date"}))
    kind = filters.MultipleChoiceFilter(label=_("what happened"), choices=PushBack.Kind.choices)
    state = filters.MultipleChoiceFilter(label=_("state"), choices=PushBack.State.choices)

    class Meta:
        model = PushBack
        fields: tuple[str, ...] = ()


class PushBackTable(tables.Table):
    """Who turned whom away, why it owes service, and what was decided."""

    at = MomentColumn()
    organization = tables.Column(attrs=ONE_LINE)
    state = StateColumn()
    kind = tables.Column(attrs=ONE_LINE)
    document = tables.Column(accessor="document__number", verbose_name=_("document"))
    customer = tables.Column(attrs=ONE_LINE)
    owed = tables.Column()
    reason = tables.Column(attrs={"td": {"class": "j-wide"}})
    by = tables.Column(attrs=ONE_LINE)
    ruling = tables.Column(attrs={"td": {"class": "j-wide"}})
    decide = tables.Column(empty_values=(), verbose_name="", orderable=False, exclude_from_export=True)

    class Meta:
        model = PushBack
        fields = (
            "at",
            "organization",
            "state",
            "kind",
            "document",
            "customer",
            "owed",
            "reason",
            "by",
            "ruling",
            "decide",
        )

    def render_document(self, value: str) -> Any:
        address = reverse("documents:open", args=[value])
        return render('<a class="j-number" href="{{ url }}">{{ number }}</a>', url=address, number=value)

    def value_document(self, value: str) -> str:
        return value

    def render_decide(self, record: PushBack) -> Any:
        if record.state != PushBack.State.OPEN:
            return ""
        address = reverse("desk:pushback_decide", args=[record.pk])
        return render('<a class="btn btn-sm" href="{{ url }}">{{ text }}</a>', url=address, text=_("Decide"))


class CheckTable(tables.Table):
    """Requests whose arrangement the back office has to look at, soonest due first."""

    number = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    due = tables.Column(accessor="check_due", verbose_name=_("check due"), empty_values=(), orderable=False)
    state = StateColumn()
    organization = tables.Column(attrs=ONE_LINE)
    routed_to = tables.Column(attrs=ONE_LINE)
    owner = tables.Column(attrs=ONE_LINE)
    customer = tables.Column(attrs=ONE_LINE)
    title = tables.Column(verbose_name=_("what is wrong"), attrs={"td": {"class": "j-wide"}})
    received = MomentColumn(accessor="received_at", verbose_name=_("received"))

    class Meta:
        model = ServiceRequest
        fields = (
            "number",
            "due",
            "state",
            "organization",
            "routed_to",
            "owner",
            "customer",
            "title",
            "received",
        )

    def render_due(self, record: Any) -> Any:
        return render(_DUE, due=record.check_due) if record.check_due else "—"

    def value_due(self, record: Any) -> Any:
        return record.check_due
