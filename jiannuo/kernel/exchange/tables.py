"""The list of imports."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.exchange.importers import importer_named
from jiannuo.kernel.exchange.models import ImportJob
from jiannuo.kernel.tables.columns import MomentColumn, NumberColumn, StateColumn


class ImportTable(tables.Table):
    file_name = tables.Column(verbose_name=_("file"), linkify=True)
    importer = tables.Column(verbose_name=_("what"))
    state = StateColumn()
    total = NumberColumn(verbose_name=_("rows"))
    done = NumberColumn(verbose_name=_("imported"))
    bad = NumberColumn(verbose_name=_("bad rows"))
    by = tables.Column(verbose_name=_("by"))
    organization = tables.Column(verbose_name=_("organisation"))
    created_at = MomentColumn(verbose_name=_("uploaded"))

    def render_importer(self, value: str) -> str:
        importer = importer_named(value)
        return str(importer.title) if importer else value


class ImportFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=ImportJob.State.choices)
    file_name = django_filters.CharFilter(label=_("File"), lookup_expr="icontains")

    class Meta:
        model = ImportJob
        fields: list[Any] = []
