"""The list of proposals."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, NumberColumn, StateColumn
from jiannuo.operations.dispatch.planning.models import Proposal


class ProposalTable(tables.Table):
    span = tables.Column(verbose_name=_("day"), accessor="span", linkify=True, orderable=False)
    organization = tables.Column(verbose_name=_("organisation"))
    state = StateColumn()
    planned = NumberColumn(verbose_name=_("orders planned"), empty_values=(), orderable=False)
    left = NumberColumn(verbose_name=_("left out"), empty_values=(), orderable=False)
    by = tables.Column(verbose_name=_("by"))
    made_at = MomentColumn(verbose_name=_("proposed at"))

    def render_planned(self, record: Proposal) -> int:
        return int(getattr(record, "orders", 0) or 0) - self.render_left(record)

    def render_left(self, record: Proposal) -> int:
        return int(getattr(record, "waiting", 0) or 0)


class ProposalFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=Proposal.State.choices)

    class Meta:
        model = Proposal
        fields: list[Any] = []
