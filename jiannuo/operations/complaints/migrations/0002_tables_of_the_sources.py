"""The tables begin as the sources write them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from jiannuo.operations.complaints.defaults import fill


def write_tables(apps: Any, _editor: Any) -> None:
    fill(
        apps.get_model("complaints", "Matter"),
        apps.get_model("complaints", "UpgradeRule"),
        apps.get_model("complaints", "PenaltyRule"),
    )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [migrations.RunPython(write_tables, migrations.RunPython.noop)]
