from __future__ import annotations

from typing import Any

import django.core.validators
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from jiannuo.operations.channels.defaults import fill_limits


def begin(apps: Any, _editor: Any) -> None:
    """The limits of the sources into the rows from before; what waits already is looked at once."""
    fill_limits(apps.get_model("channels", "ChannelSetting"))
    waiting = apps.get_model("channels", "InboxItem").objects.filter(
        state__in=("new", "taken"), due_at__isnull=False
    )
    waiting.update(next_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0004_heard"),
        ("customers", "0003_mail_index"),
        ("desk", "0006_received"),
        ("organizations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="channelsetting",
            name="leaders_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="0: at once. Empty: the leaders are not told.",
                null=True,
                verbose_name="leaders, after it was due (minutes)",
            ),
        ),
        migrations.AddField(
            model_name="channelsetting",
            name="manager_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="0: at once. Empty: the department manager is not told.",
                null=True,
                verbose_name="department manager, after it was due (minutes)",
            ),
        ),
        migrations.AddField(
            model_name="channelsetting",
            name="warns_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Whoever has it is reminded; while nobody has it, those who may take it. Empty: no reminder.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="reminder before it is due (minutes)",
            ),
        ),
        migrations.AddField(
            model_name="inboxitem",
            name="next_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="inboxline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("in", "from the sender"),
                    ("out", "to the sender"),
                    ("note", "note"),
                    ("taken", "taken"),
                    ("taken_over", "taken over"),
                    ("handed_over", "handed over"),
                    ("registered", "registered"),
                    ("attached", "added to a request"),
                    ("answered", "answered"),
                    ("dismissed", "dismissed"),
                    ("reopened", "opened again"),
                    ("warned", "reminded"),
                    ("missed", "overdue"),
                    ("escalated", "reported upwards"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="inboxitem",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)), fields=["next_at"], name="inbox_next"
            ),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
