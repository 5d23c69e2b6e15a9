"""What was owed before gets the key under which it is owed only once."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import F, Min, Value
from django.db.models.functions import Cast, Concat


def give_keys(apps: Any, schema_editor: Any) -> None:
    obligations = apps.get_model("obligations", "Obligation").objects.using(schema_editor.connection.alias)
    named = Concat(
        Value("document:"),
        Cast(F("document_id"), models.CharField()),
        Value(":"),
        F("metric"),
        Value(":provider:customer"),
    )
    standing = obligations.exclude(state="cancelled").filter(key__isnull=True, document__isnull=False)
    first = standing.order_by().values("document", "metric").annotate(first=Min("pk")).values("first")
    standing.filter(pk__in=first).update(key=named)


def leave_documents_only(apps: Any, schema_editor: Any) -> None:
    """The ledger before knew only documents, and of each metric only one that is open."""
    alias = schema_editor.connection.alias
    obligations = apps.get_model("obligations", "Obligation").objects.using(alias)
    obligations.filter(models.Q(document__isnull=True) | models.Q(duty__isnull=False)).delete()
    apps.get_model("obligations", "RecurringDuty").objects.using(alias).all().delete()
    opened = obligations.filter(state="open")
    first = opened.order_by().values("document", "metric").annotate(first=Min("pk")).values("first")
    opened.exclude(pk__in=first).delete()


class Migration(migrations.Migration):
    dependencies = [("obligations", "0002_every_debtor_and_creditor")]

    operations = [migrations.RunPython(give_keys, leave_documents_only)]
