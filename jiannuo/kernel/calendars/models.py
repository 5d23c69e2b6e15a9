"""Working calendars, kept as the definition that ``rules.worktime`` reads."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkCalendar(models.Model):
    """A named calendar: weekly windows, holidays, closed and open dates (the JSON form of ``rules`` Calendar)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    definition = models.JSONField(_("definition"), default=dict)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")

    def __str__(self) -> str:
        return self.name
