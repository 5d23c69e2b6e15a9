"""The ledger as a list."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import render
from jiannuo.promises.obligations.models import Obligation

_COUNTDOWN = (
    '{% include "partials/countdown.html" with due=o.due_at warn=o.warn_at state=o.state paused=o.is_paused'
    " text=o.text compact=True only %}"
)
_STATE = "{% badge o.get_state_display o.state|obligation_style o.state|state_icon %}"
_WAIVE = '{% load i18n %}<a class="btn btn-sm" href="{{ url }}">{% translate "Waive" %}</a>'


class ObligationTable(tables.Table):
    """One row for each obligation."""

    due = tables.Column(accessor="due_at", verbose_name=_("due"), empty_values=())
    metric = tables.Column(verbose_name=_("what is owed"))
    document = tables.Column(accessor="document__number", verbose_name=_("document"))
    subject = tables.Column(accessor="document__title", verbose_name=_("subject"))
    customer = tables.Column(verbose_name=_("customer"), attrs={"td": {"class": "j-wide"}})
    organization = tables.Column(verbose_name=_("organisation"), attrs={"td": {"class": "j-nowrap"}})
    person = tables.Column(verbose_name=_("person responsible"), attrs={"td": {"class": "j-nowrap"}})
    state = tables.Column(verbose_name=_("state"))
    text = tables.Column(verbose_name=_("promise"), attrs={"td": {"class": "text-wrap"}})

    class Meta:
        model = Obligation
        fields = (
            "due",
            "metric",
            "document",
            "subject",
            "customer",
            "organization",
            "person",
            "state",
            "text",
        )
        template_name = "partials/table.html"

    def render_due(self, record: Obligation) -> Any:
        return render(_COUNTDOWN, o=record)

    def value_due(self, record: Obligation) -> Any:
        return record.due_at

    def render_metric(self, record: Obligation) -> str:
        return record.metric_label

    def render_document(self, record: Obligation) -> Any:
        number = record.document.number
        url = reverse("documents:open", args=[number])
        return render('<a class="j-number" href="{{ url }}">{{ number }}</a>', url=url, number=number)

    def value_document(self, record: Obligation) -> str:
        return record.document.number

    def render_state(self, record: Obligation) -> Any:
        return render(_STATE, o=record)

    def value_state(self, record: Obligation) -> str:
        return record.get_state_display()

    def render_text(self, record: Obligation) -> str:
        return " → ".join(filter(None, (record.text, record.owed_instead)))


class WaivableObligationTable(ObligationTable):
    """For those who may let go of a promise."""

    waive = tables.Column(accessor="pk", verbose_name="", exclude_from_export=True)

    def render_waive(self, record: Obligation) -> Any:
        return render(_WAIVE, url=reverse("obligations:waive", args=[record.pk])) if record.is_owed else ""
