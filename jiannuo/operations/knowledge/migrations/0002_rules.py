from __future__ import annotations

from django.db import migrations

# What holds until a manager says otherwise: the department approves, a year goes by; documents every two years.
FIRST = {"faq": 12, "case": 12, "plan": 12, "document": 24}


def add_rules(apps, schema_editor):
    rules = apps.get_model("knowledge", "KindRule").objects
    for kind, months in FIRST.items():
        rules.get_or_create(
            article_kind=kind, defaults={"approver": "department_manager", "review_months": months}
        )


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
