"""The table of categories begins as the sources name them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from jiannuo.operations.surveys.defaults import fill


def write_categories(apps: Any, _editor: Any) -> None:
    fill(apps.get_model("surveys", "OpinionCategory"))


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [migrations.RunPython(write_categories, migrations.RunPython.noop)]
