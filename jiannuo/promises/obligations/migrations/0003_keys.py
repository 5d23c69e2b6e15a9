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

    def rows(name: str) -> Any:
        return apps.get_model("obligations", name).objects.using(alias)

    obligations = rows("Obligation")
    first = obligations.filter(state="open", document__isnull=False, duty__isnull=True).order_by()
    kept = first.values("document", "metric").annotate(first=Min("pk")).values("first")
    extra = obligations.filter(state="open").exclude(pk__in=kept)
    keys = list(extra.values_list("pk", flat=True))
    keys += obligations.exclude(state="open").filter(document__isnull=True).values_list("pk", flat=True)
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        for name in ("ObligationStep", "ObligationPause", "ObligationEvidence"):
            rows(name).filter(obligation_id__in=part)._raw_delete(alias)
        obligations.filter(pk__in=part)._raw_delete(alias)
    obligations.update(duty=None)
    rows("RecurringDuty").all()._raw_delete(alias)


class Migration(migrations.Migration):
    dependencies = [("obligations", "0002_every_debtor_and_creditor")]

    operations = [migrations.RunPython(give_keys, leave_documents_only)]
