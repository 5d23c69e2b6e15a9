"""What people keep about lists: saved views with chosen columns, and exports made in the background."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> SavedViewQuerySet:
        """The person's own views, and those shared at their organisation or above it."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        shared = Q(organization__isnull=False, organization__path__in=_paths_above(user))
        return self.filter(Q(owner=user) | shared)


def _paths_above(user: Any) -> list[str]:
    """Tree paths of the person's organisation and all above it."""
    organization = getattr(user, "organization", None)
    if organization is None:
        return []
    step = type(organization).steplen
    return [organization.path[:end] for end in range(step, len(organization.path) + 1, step)]


class SavedView(models.Model):
    """A filter, an order and columns under a name: private, or shared with an organisation and all below it.

    What a view shows is always cut to what the person who opens it may see. The view without a title holds the columns
    that its owner wants to see in this list; one query thus reads all that a person keeps about a list.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    title = models.CharField(_("name of the view"), max_length=40, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    columns = models.JSONField(default=list, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("shared with"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    is_default = models.BooleanField(_("open the list with this view"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "title"], name="saved_view_title_once"),
            models.UniqueConstraint(
                fields=["owner", "page"], condition=Q(is_default=True), name="saved_view_one_default"
            ),
        ]
        indexes = [models.Index(fields=["page", "organization"], name="saved_view_shared")]

    def __str__(self) -> str:
        return self.title


class ListExport(models.Model):
    """A list too long to be written while somebody waits: made in the background, fetched by who asked for it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    page_class = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    query = models.CharField(max_length=4000, blank=True)
    file_format = models.CharField(max_length=8)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    file = models.FileField(upload_to="exports/%Y/%m/%d", max_length=200, blank=True)
    message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="list_export_owner")]

    def __str__(self) -> str:
        return self.title
