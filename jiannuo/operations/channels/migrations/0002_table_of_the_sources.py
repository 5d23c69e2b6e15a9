"""The table of the channels begins as the sources write it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from jiannuo.operations.channels.defaults import fill


def write_table(apps: Any, _editor: Any) -> None:
    fill(apps.get_model("channels", "ChannelSetting"))


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [migrations.RunPython(write_table, migrations.RunPython.noop)]
