"""Words that mean the same: whoever asks for one finds the others."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _


class SynonymGroup(models.Model):
    """Words that stand for each other, such as 不制冷 = 不凉."""

    note = models.CharField(_("remark"), max_length=120, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("words that mean the same")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return " = ".join(word.word for word in self.words.all())


class SynonymWord(models.Model):
    """A word of one group, as the search compares it (simplified, small letters)."""

    group = models.ForeignKey(SynonymGroup, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(_("word"), max_length=30, unique=True)

    class Meta:
        verbose_name = _("word")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.word


auditlog.register(SynonymGroup)
auditlog.register(SynonymWord)
