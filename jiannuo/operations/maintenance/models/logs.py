"""Duty logs (工作日志、运行日志) and the hand-over between shifts (交接班)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.scope import ScopedQuerySet

FORMS = "jiannuo.operations.maintenance.actionforms."


def is_on_duty(shift: Any, user: Any) -> bool:
    """Whether the shift is that of ``user``."""
    return bool(shift.person_id == user.pk)


class DutyBook(models.Model):
    """The log of one post: a plant, a control room, a duty phone."""

    VIEW_PERMISSION = "logs.view"

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(_("log"), max_length=80)
    shifts = models.CharField(
        _("shifts"),
        max_length=200,
        help_text=_("Their names with commas between them: early 8–16, late 16–24, night 0–8."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty log")
        verbose_name_plural = _("duty logs")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["organization", "-id"], name="dutybook_org")]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="duty_book_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("maintenance:book", self.pk)

    @property
    def shift_names(self) -> list[str]:
        """The shifts in their order."""
        return [part.strip() for part in self.shifts.replace("，", ",").split(",") if part.strip()]


class DutyShift(Document):
    """One shift of one person. It ends only when the next person has accepted it."""

    class State(models.TextChoices):
        ON_DUTY = "on_duty", _("on duty")
        HANDED_OVER = "handed_over", _("waiting to be accepted")
        ACCEPTED = "accepted", pgettext_lazy("shift", "accepted")

    PREFIX = "DL"
    URL_NAME = "maintenance:shift"
    SERVICE = "jiannuo.operations.maintenance.services.do_shift"
    VIEW_PERMISSION = "logs.view"
    INITIAL_STATE = "on_duty"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "on_duty": "primary",
        "handed_over": "warning",
        "accepted": "success",
    }
    UNACCEPTED = ("on_duty", "handed_over")

    book = models.ForeignKey(
        DutyBook, verbose_name=_("log"), on_delete=models.PROTECT, related_name="duty_shifts"
    )
    shift_name = models.CharField(_("shift"), max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("on duty"), on_delete=models.PROTECT, related_name="+"
    )
    began_at = models.DateTimeField(_("began"))
    handed_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    summary = models.TextField(_("summary"), max_length=2000, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_running = models.BooleanField(default=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift of a duty log")
        verbose_name_plural = _("shifts of duty logs")
        indexes = [models.Index(fields=["book", "-document_ptr"], name="shift_book")]
        constraints = [
            models.UniqueConstraint(fields=["book"], condition=Q(is_running=True), name="shift_running_once")
        ]

    @action(
        source="on_duty",
        target="handed_over",
        label=_("Hand the shift over"),
        permission="logs.write",
        condition=is_on_duty,
        form=FORMS + "HandOverForm",
        style="primary",
        order=10,
    )
    def hand_over(self, *, by: Any, at: datetime, summary: str) -> None:
        self.handed_at, self.summary = at, summary

    @action(
        source="handed_over",
        target="on_duty",
        label=_("Send back"),
        permission="logs.write",
        form=FORMS + "ReasonForm",
        style="danger",
        order=60,
    )
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.handed_at, self.remark = None, reason

    @action(
        source="handed_over",
        target="accepted",
        label=_("Take over the shift"),
        permission="logs.write",
        hidden=True,
    )
    def accept(self, *, by: Any, at: datetime, signature: Any = None, remark: str = "") -> None:
        self.accepted_by, self.accepted_at, self.is_running = by, at, False
        self.signature, self.remark = signature, remark


class LogEntry(models.Model):
    """One line of a log."""

    class Kind(models.TextChoices):
        RUNNING = "running", _("operation")
        READING = "reading", _("reading")
        WORK = "work", _("work done")
        FAULT = "fault", _("fault")
        VISIT = "visit", _("visit or call")
        OTHER = "other", _("other")

    shift = models.ForeignKey(DutyShift, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField(_("time"), default=timezone.now)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.RUNNING)
    text = models.TextField(_("what happened"), max_length=1000, blank=True)
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    photos = models.ManyToManyField("files.StoredFile", related_name="+", blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    late_reason = models.CharField(
        _("why it came after the hand-over"), max_length=200, blank=True, help_text=_("Empty: in time.")
    )

    class Meta:
        verbose_name = _("entry of a log")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class LogReading(models.Model):
    """A value that was read off for an entry."""

    entry = models.ForeignKey(LogEntry, on_delete=models.CASCADE, related_name="readings")
    name = models.CharField(_("what was read"), max_length=60)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("reading of a log")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="log_reading_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.shown}"

    @property
    def shown(self) -> str:
        """The value with its unit, without zeros that say nothing."""
        return f"{self.value.normalize():f} {self.unit_of_measure}".strip()


class OpenItem(models.Model):
    """What the next shift must know: it belongs to the log and stays until somebody closes it."""

    book = models.ForeignKey(DutyBook, on_delete=models.PROTECT, related_name="items")
    text = models.CharField(_("open item"), max_length=300)
    raised_in = models.ForeignKey(DutyShift, on_delete=models.PROTECT, related_name="items_raised")
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_in = models.ForeignKey(
        DutyShift, null=True, blank=True, on_delete=models.PROTECT, related_name="items_closed"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(_("result"), max_length=300, blank=True)
    late_reason = models.CharField(_("why it came after the hand-over"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("open item")
        ordering = ["raised_at", "pk"]
        indexes = [
            models.Index(fields=["book"], condition=Q(closed_at__isnull=True), name="item_open"),
        ]

    def __str__(self) -> str:
        return self.text


class HandedItem(models.Model):
    """An open item as it was handed over with a shift."""

    shift = models.ForeignKey(DutyShift, on_delete=models.CASCADE, related_name="handed")
    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["shift", "item"], name="handed_once")]

    def __str__(self) -> str:
        return str(self.item)


class LogStep(models.Model):
    """A step of a log that a person's phone has sent with a key of its own, and that was done.

    ``shift`` is the one that the step began: the phone calls it by the key until it learns its number.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    book = models.ForeignKey(DutyBook, on_delete=models.CASCADE, related_name="sent_steps")
    shift = models.ForeignKey(
        DutyShift, null=True, blank=True, on_delete=models.CASCADE, related_name="sent_steps"
    )
    step = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of a log")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="log_step_once")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.step}"
