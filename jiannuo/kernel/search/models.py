"""What can be found: one row a record, with its text cut into grams that an index can hold."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """The findable face of a record. The grams live in an index of the database beside it (see ``index``)."""

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    organization_id = models.PositiveBigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=200)
    subtitle = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=200)
    grams = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return self.title
