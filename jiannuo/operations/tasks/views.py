"""The list of tasks and the page of one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.operations.tasks.filters import TaskFilter
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.queries import tasks_for
from jiannuo.operations.tasks.tables import TaskTable


class TaskList(TablePage):
    """All tasks in the person's scope."""

    name = "tasks"
    title = _("Tasks")
    subtitle = _("What missed promises and customers' choices ask us to do")
    permission = "tasks.view"
    table_class = TaskTable
    filterset_class = TaskFilter
    orderings = (NEWEST, Ordering("due", _("due"), ("due_at",)))
    default_ordering = "-id"
    presets = (
        Preset(_("To be done"), "state=open&state=in_progress"),
        Preset(_("Special cases"), "task_kind=special_case&state=open&state=in_progress"),
        Preset(_("Overdue"), "urgent=late"),
    )
    empty_text = _(
        "Nothing is to be done. Tasks come from promises that were missed and from what customers choose."
    )

    def rows(self) -> QuerySet[Any]:
        return tasks_for(self.request.user)


class TaskPage(DocumentPage):
    """One task: what, for whom, why, the sum, and what came of it."""

    model = Task
    permission = "tasks.view"
    template_name = "tasks/detail.html"
    select_related = ("customer", "person", "source", "unit__model", "obligation")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        return {**super().get_context_data(document), "task": document}
