"""Tasks (待办任务): work that a missed promise or a customer's choice brings about."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.kinds import hidden_from
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.tasks.amounts import Rate, worked_out
from jiannuo.operations.tasks.kinds import CHOICES, KINDS, SPECIAL, TaskKind

FORMS = "jiannuo.operations.tasks.forms."


class TaskQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Tasks in scope, without those that come from documents that must not be known to ``user``."""
        rows = super().visible_to(user)
        hidden = hidden_from(user)
        if not hidden:
            return rows
        return rows.exclude(source__in=Document.objects.filter(kind__in=hidden).values("pk"))

    def unfinished(self) -> TaskQuerySet:
        """What is still to be done."""
        return self.filter(state__in=Task.OPEN_STATES)


class Task(Document):
    """One thing to do. ``key`` names what brought it about, so that the same news makes it once.

    ``rate`` yuan for each ``per`` (or ``share`` of ``value``) from ``counts_from`` on; ``counts_until`` is set when the
    promise was kept after all. ``amount`` is what that comes to, or what was really paid once it is done.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be done")
        IN_PROGRESS = "in_progress", _("in progress")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    PREFIX = "TK"
    URL_NAME = "tasks:detail"
    SERVICE = "jiannuo.operations.tasks.services.do"
    VIEW_PERMISSION = "tasks.view"
    INITIAL_STATE = "open"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "open": "warning",
        "in_progress": "primary",
        "done": "success",
        "dropped": "secondary",
    }
    OPEN_STATES = ("open", "in_progress")

    task_kind = models.CharField(_("kind of task"), max_length=24, choices=CHOICES)
    key = models.CharField(max_length=120, unique=True, editable=False)
    role = models.CharField(_("whose work"), max_length=30, choices=Role)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    obligation = models.ForeignKey(
        "obligations.Obligation",
        verbose_name=_("obligation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    source = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    text = models.TextField(_("promise"), blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True, editable=False)
    share = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True, editable=False)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, editable=False)
    per = models.CharField(max_length=10, blank=True, editable=False)
    counts_from = models.DateTimeField(null=True, blank=True, editable=False)
    counts_until = models.DateTimeField(null=True, blank=True, editable=False)
    result = models.TextField(_("result"), blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(fields=["person", "-document_ptr"], name="task_person"),
            models.Index(fields=["task_kind", "-document_ptr"], name="task_kind"),
            models.Index(fields=["due_at", "document_ptr"], name="task_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="task_amount"),
        ]

    @property
    def spec(self) -> TaskKind:
        """What this kind of task is."""
        return KINDS[self.task_kind]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def is_special(self) -> bool:
        """Whether the directors look at it."""
        return self.task_kind == SPECIAL

    @property
    def grows(self) -> bool:
        """Whether the sum still grows, because the promise is not kept yet."""
        return self.is_open and self.counts_until is None and self.per in ("day", "hour")

    @property
    def amount_now(self) -> Decimal | None:
        """What it comes to by now (CNY)."""
        return self.amount_at(timezone.now()) if self.grows else self.amount

    def amount_at(self, at: datetime) -> Decimal | None:
        """What it comes to at an instant (CNY); ``None`` where no figure is promised or the value is not known."""
        rate = Rate(self.rate, self.share, self.value, self.per)
        return worked_out(rate, self.counts_from, self.counts_until or at)

    @action(
        source="open",
        target="in_progress",
        label=_("Take on"),
        permission="tasks.handle",
        style="primary",
        order=10,
    )
    def take(self, *, by: Any, at: datetime) -> None:
        self.person = by

    @action(
        source=["open", "in_progress"],
        target=None,
        label=_("Hand over"),
        permission="tasks.handle",
        form=FORMS + "HandOverForm",
        order=40,
    )
    def hand_over(self, *, by: Any, at: datetime, person: Any, **_more: Any) -> None:
        self.person = person

    @action(
        source=["open", "in_progress"],
        target="done",
        label=_("Finish"),
        permission="tasks.handle",
        form=FORMS + "FinishForm",
        style="success",
        order=20,
    )
    def finish(
        self, *, by: Any, at: datetime, result: str, amount: Decimal | str | None = None, **_agreed: Any
    ) -> None:
        self.result = result
        self.person = self.person or by
        self.amount = self.amount_now if amount is None else Decimal(amount)

    @action(
        source=["open", "in_progress"],
        target="dropped",
        label=_("Drop"),
        permission="tasks.drop",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def drop(self, *, by: Any, at: datetime, reason: str) -> None:
        self.result = reason
