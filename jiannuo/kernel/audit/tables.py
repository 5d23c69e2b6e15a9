"""The audit trail as a table."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from auditlog.models import LogEntry
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.audit.changes import ACTIONS, Change, changes_of, shown_name
from jiannuo.kernel.tables.columns import MomentColumn


class AuditTable(tables.Table):
    """With personal data masked."""

    in_full = False

    timestamp = MomentColumn(verbose_name=_("at"))
    actor = tables.Column(verbose_name=_("person"), default="—")
    content_type = tables.Column(verbose_name=_("kind of record"))
    object_repr = tables.Column(verbose_name=_("record"))
    action = tables.Column(verbose_name=_("change"))
    changes = tables.Column(verbose_name=_("from → to"), accessor="pk")
    remote_addr = tables.Column(verbose_name=_("address"), default="")

    class Meta:
        model = LogEntry
        fields = ("timestamp", "actor", "content_type", "object_repr", "action", "changes", "remote_addr")

    def render_content_type(self, record: LogEntry) -> str:
        model = record.content_type.model_class()
        return str(model._meta.verbose_name) if model else record.content_type.model

    def render_action(self, record: LogEntry) -> str:
        return str(ACTIONS[record.action])

    def render_object_repr(self, record: LogEntry) -> str:
        return shown_name(record, in_full=self.in_full)

    def render_changes(self, record: LogEntry) -> Any:
        lines = changes_of(record, in_full=self.in_full)
        return format_html("<div>{}</div>", format_html_join("", "<div>{}: {}{}{}</div>", map(_cells, lines)))

    def value_changes(self, record: LogEntry) -> str:
        return "；".join(f"{c.field}: {c.old} → {c.new}" for c in changes_of(record, in_full=self.in_full))


class FullAuditTable(AuditTable):
    """For people who may see personal data."""

    in_full = True


def _cells(change: Change) -> tuple[str, Any, str, str]:
    if not change.old:
        return change.field, "", "", change.new
    return (
        change.field,
        format_html("<span class='text-secondary'>{}</span>", change.old),
        " → ",
        change.new or "—",
    )
