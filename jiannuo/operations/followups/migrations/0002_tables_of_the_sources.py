"""The tables begin as the sources write them."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone

from jiannuo.operations.followups.defaults import fill


def write_tables(apps: Any, _editor: Any) -> None:
    fill(lambda name: apps.get_model("followups", name), timezone.now())


class Migration(migrations.Migration):
    dependencies = [("followups", "0001_initial")]

    operations = [migrations.RunPython(write_tables, migrations.RunPython.noop)]
