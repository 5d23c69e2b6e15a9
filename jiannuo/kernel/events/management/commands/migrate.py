"""Django's ``migrate``, which lays an empty database at once."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from jiannuo.kernel.schema import lay_schema


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        everything = not options["app_label"]
        looks_only = options["plan"] or options["check_unapplied"] or options["fake"] or options["prune"]
        if everything and not looks_only:
            lay_schema(connections[options["database"]])
        super().handle(*args, **options)
