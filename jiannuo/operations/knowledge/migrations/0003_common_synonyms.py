from __future__ import annotations

from functools import partial

from django.db import migrations

from jiannuo.operations.knowledge.defaults import fill, take_back


def lay(apps, schema_editor):
    fill(partial(apps.get_model, "knowledge"))


def take_up(apps, schema_editor):
    take_back(partial(apps.get_model, "knowledge"))


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_squashed_0002_rules")]

    operations = [migrations.RunPython(lay, take_up)]
