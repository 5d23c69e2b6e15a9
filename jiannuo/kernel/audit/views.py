"""Who changed what, when: the audit trail as a list."""

from __future__ import annotations

from typing import Any, ClassVar

from auditlog.models import LogEntry
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.audit.filters import AuditFilter
from jiannuo.kernel.audit.tables import AuditTable, FullAuditTable
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import TablePage


class AuditList(TablePage):
    """The trail: everything for those whose role stands at the top of the tree, else what people in their scope did."""

    name = "audit"
    title = _("Audit trail")
    subtitle = _("Every change of a record: who, when, from what to what.")
    permission = "audit.view"
    filterset_class = AuditFilter
    orderings: ClassVar[Any] = (NEWEST,)
    empty_text = _("No change fits")

    @property
    def table_class(self) -> type[AuditTable]:  # type: ignore[override]
        """Personal data in full only for those who may see it."""
        return FullAuditTable if self.may("customers.personal_data") else AuditTable

    def rows(self) -> QuerySet[Any]:
        # Sorted by its own key: LogEntry's default ordering is by time, which no index of ours serves.
        rows: QuerySet[Any] = LogEntry.objects.select_related("actor", "content_type").order_by("-pk")
        user: Any = self.request.user
        if user.sees_everything:
            return rows
        people: Any = get_user_model()._default_manager
        return rows.filter(actor__in=people.visible_to(user).values("pk"))
