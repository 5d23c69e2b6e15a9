"""What the page of a job shows, as a whole and by sections."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest
from django.utils.functional import cached_property

from jiannuo.faces.field.flow import NEXT_STEP, OTHER_STEPS, SECTIONS
from jiannuo.faces.field.steps import STEPS
from jiannuo.office.documents.flow import all_actions
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.timeline import file_views
from jiannuo.operations.workorders.cases import ask_url
from jiannuo.operations.workorders.models import OrderCheck, OrderLine, Visit, WorkOrder
from jiannuo.operations.workorders.queries import totals
from jiannuo.operations.workorders.services.completing import require_record
from jiannuo.operations.workorders.services.visits import open_visit, times_absent
from jiannuo.operations.workorders.wording import explained
from jiannuo.promises.obligations.queries import for_document


class JobPage:
    """The page of one job. Everything is read when it is shown, so that a section costs only itself."""

    def __init__(self, request: HttpRequest, order: WorkOrder, bound: dict[str, Form] | None = None) -> None:
        self.request, self.order = request, order
        self.bound = bound or {}

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections to show in this state, in order."""
        return SECTIONS.get(self.order.state, ())

    @property
    def other_steps(self) -> tuple[str, ...]:
        """The steps beside the next one that the state allows."""
        return OTHER_STEPS.get(self.order.state, ())

    @property
    def next_step(self) -> str:
        """The step of the big button."""
        return NEXT_STEP.get(self.order.state, "")

    def form(self, step: str) -> Form:
        """The form of a step: the one that came back with errors, or a fresh one."""
        form = self.bound.get(step) or STEPS[step].make(self.order, self.request.user)
        # Several forms stand on the page with the same names of fields; their labels must find the right one.
        form.auto_id = f"{step}-%s"
        return form

    @cached_property
    def forms(self) -> FormsOf:
        """Forms by step, for templates."""
        return FormsOf(self)

    @property
    def other_forms(self) -> list[tuple[str, Any, Form, bool]]:
        """Step, its label, its form and whether it came back with errors, for the steps beside the next one."""
        declared = all_actions(WorkOrder)
        return [
            (step, declared[step].label, self.forms[step], step in self.bound) for step in self.other_steps
        ]

    @property
    def key(self) -> str:
        """A fresh key for a step about to be sent."""
        return uuid.uuid4().hex

    @cached_property
    def checks(self) -> list[OrderCheck]:
        """The checklist; a check whose answer was refused carries what was ``typed`` and the ``problems``."""
        checks = list(self.order.checks.select_related("photo"))
        refused = self.bound.get("check")
        for check in checks:
            if refused is not None and refused.data.get("check") == str(check.pk):
                check.typed = refused.data.get("value", "")  # type: ignore[attr-defined]
                check.problems = [text for texts in refused.errors.values() for text in texts]  # type: ignore[attr-defined]
        return checks

    @property
    def checks_done(self) -> int:
        return sum(check.answered for check in self.checks)

    @cached_property
    def lines(self) -> list[OrderLine]:
        return explained(self.order.lines.select_related("component", "overridden_by"))

    @cached_property
    def totals(self) -> dict[str, Any]:
        return totals(self.lines)

    @cached_property
    def photos(self) -> dict[str, list[Any]]:
        """Thumbnails by purpose."""
        rows = Attachment.objects.filter(document_id=self.order.pk).select_related("file").order_by("pk")
        found: dict[str, list[Any]] = {"before": [], "after": [], "fault": []}
        for file in file_views(rows):
            found.setdefault(file.purpose, []).append(file)
        return found

    @cached_property
    def visit(self) -> Visit | None:
        return open_visit(self.order)

    @cached_property
    def absences(self) -> int:
        return times_absent(self.order)

    @cached_property
    def obligations(self) -> list[Any]:
        """What is still owed, and what was missed."""
        return [one for one in for_document(self.order) if one.is_owed]

    @cached_property
    def missing(self) -> list[str]:
        """What the record still lacks before the job can be completed."""
        try:
            require_record(self.order)
        except ValidationError as error:
            labels = {field.name: str(getattr(field, "verbose_name", "")) for field in WorkOrder._meta.fields}
            return [
                f"{labels.get(name, '')}: {text}" if labels.get(name) else text
                for name, texts in error.message_dict.items()
                for text in texts
            ]
        return []

    @cached_property
    def ask_url(self) -> str:
        """Where history says what the fault likely is; nothing once the work is done."""
        over = self.order.state in ("signed", "reviewed", "closed", "cancelled")
        return "" if over or not self.request.user.has_perm("knowledge.view") else ask_url(self.order)

    @cached_property
    def place(self) -> str:
        """Where to go, in full."""
        return self.order.place

    @property
    def navigation_url(self) -> str:
        """A map with the way there."""
        return navigation_url(self.order)


def navigation_url(order: WorkOrder) -> str:
    """A map with the way to the place of an order; empty where it is not known."""
    if order.latitude is not None and order.longitude is not None:
        place = f"{order.longitude},{order.latitude},{quote(str(order.customer))}"
        return f"https://uri.amap.com/navigation?to={place}&mode=car&coordinate=wgs84"
    return f"https://uri.amap.com/search?keyword={quote(order.place)}" if order.place else ""


class FormsOf(dict[str, Form]):
    """Forms of a page by step, made when a template asks for one."""

    def __init__(self, page: JobPage) -> None:
        super().__init__()
        self.page = page

    def __missing__(self, step: str) -> Form:
        self[step] = self.page.form(step)
        return self[step]
