"""The tables begin as the sources write them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from jiannuo.operations.maintenance.defaults import fill


def write_tables(apps: Any, _editor: Any) -> None:
    fill(lambda name: apps.get_model("maintenance", name))


class Migration(migrations.Migration):
    dependencies = [("maintenance", "0001_initial")]

    operations = [migrations.RunPython(write_tables, migrations.RunPython.noop)]
