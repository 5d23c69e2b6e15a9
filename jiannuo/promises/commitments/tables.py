"""The list of commitments."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.columns import DayColumn, NumberColumn, render
from jiannuo.promises.commitments.models import Commitment


class CommitmentTable(tables.Table):
    """One row for each commitment, with its version in force."""

    code = tables.Column(verbose_name=gettext_lazy("code"), linkify=True)
    name = tables.Column(verbose_name=gettext_lazy("name"), linkify=True)
    kind = tables.Column(verbose_name=gettext_lazy("kind"))
    organization = tables.Column(verbose_name=gettext_lazy("owner"), empty_values=())
    version_number = NumberColumn(verbose_name=gettext_lazy("version"))
    valid_from = DayColumn(verbose_name=gettext_lazy("valid from"))
    valid_to = DayColumn(verbose_name=gettext_lazy("valid until"), empty_values=())
    clauses = NumberColumn(verbose_name=gettext_lazy("clauses"), empty_values=())
    state = tables.Column(verbose_name=gettext_lazy("state"), empty_values=())

    class Meta:
        model = Commitment
        fields = (
            "code",
            "name",
            "kind",
            "organization",
            "version_number",
            "valid_from",
            "valid_to",
            "clauses",
            "state",
        )
        template_name = "partials/table.html"

    def render_organization(self, record: Any) -> str:
        return str(record.organization) if record.organization else _("every organisation")

    def render_valid_to(self, record: Any) -> str:
        return record.valid_to.isoformat() if record.valid_to else _("until further notice")

    def render_clauses(self, record: Any) -> int:
        return len((record.content or {}).get("clauses", ()))

    def render_state(self, record: Any) -> Any:
        unverified = sum(1 for one in (record.content or {}).get("clauses", ()) if one.get("verify"))
        if record.version_number is None:
            return render("{% badge label 'secondary' %}", label=_("no published version"))
        if unverified:
            label = _("%(n)d figures to confirm") % {"n": unverified}
            return render("{% badge label 'warning' %}", label=label)
        return render("{% badge label 'success' %}", label=_("in force"))

    def value_state(self, record: Any) -> str:
        return _("in force") if record.version_number is not None else _("no published version")
