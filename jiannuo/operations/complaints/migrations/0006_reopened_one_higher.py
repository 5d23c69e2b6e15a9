from __future__ import annotations

from typing import Any

from django.db import migrations, models

OLD = {"name": "结案后重新提出，升级为重复投诉", "grade": "repeat"}
NEW = {"name": "不满意、结案后重新提出，每次升一级", "grade": "higher"}


def _turn(apps: Any, present: dict[str, str], wanted: dict[str, str]) -> None:
    """Change the row of the table as it was laid; one that a manager has written anew stays."""
    rows = apps.get_model("complaints", "UpgradeRule").objects.filter(trigger="reopened", threshold=1)
    rows.filter(**present, weight="", special=False).update(**wanted)


def raise_by_one(apps: Any, schema_editor: Any) -> None:
    _turn(apps, OLD, NEW)


def raise_to_repeated(apps: Any, schema_editor: Any) -> None:
    _turn(apps, NEW, OLD)
    rows = apps.get_model("complaints", "UpgradeRule").objects.filter(grade="higher")
    rows.update(grade="repeat")
    changes = apps.get_model("complaints", "GradeChange").objects  # before, a rule spoke only once
    changes.filter(rule__isnull=False, occasion__gt=1).update(rule=None)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_digest")]

    operations = [
        migrations.AddField(
            model_name="gradechange",
            name="occasion",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.RemoveConstraint(model_name="gradechange", name="complaint_rule_speaks_once"),
        migrations.AddConstraint(
            model_name="gradechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rule__isnull", False)),
                fields=("complaint", "rule", "axis", "occasion"),
                name="complaint_rule_speaks_once",
            ),
        ),
        migrations.AlterField(
            model_name="upgraderule",
            name="grade",
            field=models.CharField(
                blank=True,
                choices=[
                    ("general", "general"),
                    ("repeat", "repeated"),
                    ("malicious", "malicious"),
                    ("higher", "one class higher"),
                ],
                help_text="One class higher: for reopened complaints, each time anew.",
                max_length=10,
                verbose_name="raise the class to",
            ),
        ),
        migrations.RunPython(raise_by_one, raise_to_repeated),
    ]
