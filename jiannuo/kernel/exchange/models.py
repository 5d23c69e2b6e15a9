"""An import: the file, how its columns are read, how far the work is, and what was wrong with which row."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: Any) -> ImportJobQuerySet:
        """Imports of the organisations in the scope of ``user``."""
        organization: Any = self.model._meta.get_field("organization").related_model
        return self.filter(organization__in=organization._default_manager.visible_to(user))


class ImportJob(models.Model):
    """One file on its way into the system. It survives the page, the worker and a crash."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("columns to be matched")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("being imported")
        UNDOING = "undoing", _("being taken back")
        DONE = "done", _("imported")
        FAILED = "failed", _("not imported")

    class Mode(models.TextChoices):
        ALL = "all", _("everything or nothing")
        GOOD = "good", _("the good rows only")

    STYLES = {
        "uploaded": "secondary",
        "checking": "primary",
        "checked": "info",
        "running": "primary",
        "undoing": "warning",
        "done": "success",
        "failed": "danger",
    }
    BUSY = (State.CHECKING, State.RUNNING, State.UNDOING)

    importer = models.CharField(_("what is imported"), max_length=60)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/%d", max_length=200)
    file_name = models.CharField(_("file name"), max_length=160)
    sheets = models.JSONField(default=list, help_text="names of the sheets that are read")
    looks = models.JSONField(
        default=list, help_text="the beginning of each sheet, as it was read at the upload"
    )
    mapping = models.JSONField(default=dict, help_text="field of the importer → heading in the file")
    mode = models.CharField(max_length=4, choices=Mode, default=Mode.ALL)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    total = models.PositiveIntegerField(_("rows"), default=0)
    cursor = models.PositiveIntegerField(default=0, help_text="rows of the present pass that are finished")
    done = models.PositiveIntegerField(_("imported"), default=0)
    bad = models.PositiveIntegerField(_("bad rows"), default=0)
    message = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    touched_at = models.DateTimeField(default=timezone.now, help_text="last sign of life of the worker")

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["organization", "-id"], name="import_job_org"),
            models.Index(
                fields=["touched_at"],
                condition=models.Q(state__in=["checking", "running", "undoing"]),
                name="import_job_busy",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("exchange:detail", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        return self.STYLES[self.state]

    @property
    def good(self) -> int:
        """Rows without a fault, once the file is checked."""
        return max(self.total - self.bad, 0)


class ImportPortion(models.Model):
    """What one portion of rows left behind: its bad rows, and the keys of what was created.

    Written in the same transaction as the records and the cursor, so that a crash repeats nothing and loses nothing.
    """

    class Phase(models.TextChoices):
        CHECK = "check"
        SAVE = "save"

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="portions")
    phase = models.CharField(max_length=5, choices=Phase)
    start = models.PositiveIntegerField()
    bad = models.PositiveIntegerField(default=0)
    problems = models.TextField(default="[]", help_text="bad rows as JSON: sheet, row, cells, faults")
    created = models.TextField(
        default="{}", help_text="label of a model → keys, in the order of their creation"
    )

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["job", "phase", "start"], name="import_portion_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.phase} {self.start}"
