from __future__ import annotations

from django.db import migrations, models

from jiannuo.operations.followups.defaults import MEETINGS


def add(apps, schema_editor):
    """Meetings with customers are campaigns too; what a manager has named so stays as it is."""
    kinds = apps.get_model("followups", "CampaignKind")
    like = kinds.objects.filter(name="联谊活动").first()
    for place, name in enumerate(MEETINGS, 1):
        values = {"consent": "messages", "position": 60 + 10 * place}
        if like is not None:
            values |= {"followup_kind": like.followup_kind, "letter_template": like.letter_template}
            kinds.objects.get_or_create(name=name, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("followups", "0003_survey_calls")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="minutes",
            field=models.TextField(blank=True, verbose_name="what was said and agreed"),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
