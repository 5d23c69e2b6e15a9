"""The list of commitments."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.columns import DayColumn, NumberColumn, render
from jiannuo.promises.commitments.models import ALWAYS_VALID_FROM, Commitment


class CommitmentTable(tables.Table):
    """One row for each commitment, with its version in force."""

    code = tables.Column(verbose_name=gettext_lazy("code"), linkify=True)
    name = tables.Column(verbose_name=gettext_lazy("name"), linkify=True)
    kind = tables.Column(verbose_name=gettext_lazy("kind"))
    organization = tables.Column(verbose_name=gettext_lazy("organisation bound by it"), empty_values=())
    version_number = NumberColumn(verbose_name=gettext_lazy("version"))
    valid_from = DayColumn(verbose_name=gettext_lazy("valid from"))
    valid_to = DayColumn(verbose_name=gettext_lazy("valid until"), empty_values=())
    clauses = NumberColumn(verbose_name=gettext_lazy("clauses that count"), empty_values=())
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

    def render_valid_from(self, column: Any, value: Any) -> Any:
        return _("no first day named") if value == ALWAYS_VALID_FROM else DayColumn.render(column, value)

    def render_valid_to(self, record: Any) -> str:
        return record.valid_to.isoformat() if record.valid_to else _("until further notice")

    def render_clauses(self, record: Any) -> int:
        return len((record.content or {}).get("clauses", ()))

    def render_state(self, record: Any) -> Any:
        unverified = sum(1 for one in (record.content or {}).get("clauses", ()) if one.get("verify"))
        if record.version_number is None:
            return render("{% badge label 'secondary' %}", label=self.value_state(record))
        if unverified and _in_force(record):
            label = _("%(n)d figures to confirm") % {"n": unverified}
            return render("{% badge label 'warning' %}", label=label)
        style = "success" if _in_force(record) else "secondary"
        return render("{% badge label style %}", label=self.value_state(record), style=style)

    def value_state(self, record: Any) -> str:
        if record.version_number is None:
            return _("no published version")
        if _in_force(record):
            return _("in force")
        return _("not yet in force") if record.valid_from > timezone.localdate() else _("expired")


def _in_force(record: Any) -> bool:
    today = timezone.localdate()
    return bool(record.valid_from <= today and (record.valid_to is None or today <= record.valid_to))
