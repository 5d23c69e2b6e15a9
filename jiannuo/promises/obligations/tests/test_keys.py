"""What was owed before the ledger had keys gets them, and the way back leaves what the ledger before could hold."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from jiannuo.promises.obligations.happening import plan_units
from jiannuo.promises.obligations.models import Obligation, RecurringDuty
from jiannuo.testing import factories

from .clauses import PUBLIC, promise, recurring, within
from .conftest import START

migration = import_module("jiannuo.promises.obligations.migrations.0003_keys")
pytestmark = pytest.mark.django_db


class Editor:
    connection = connection


def test_what_was_owed_for_a_document_is_not_owed_again_after_the_change(case):
    request, _owed = case.promised()
    Obligation.objects.update(key=None)

    migration.give_keys(apps, Editor)

    assert Obligation.objects.get(metric="arrival").key == f"document:{request.pk}:arrival:provider:customer"
    _request, again = case.promised(request)
    assert again == {}


def test_the_way_back_keeps_documents_and_drops_what_they_do_not_hold(case):
    case.promised()
    promise(
        within("visit", 9, "months", "accepted"),
        recurring("inspection", every={"amount": 3, "unit": "months"}),
        code="L07",
    )
    factories.unit(case.branch, of=case.customer, accepted_on=date(2026, 3, 10), created_at=PUBLIC)
    plan_units(START)
    assert Obligation.objects.filter(document=None).exists()

    migration.leave_documents_only(apps, Editor)

    assert set(Obligation.objects.values_list("metric", flat=True)) == {"response", "arrival", "repair"}
    assert not RecurringDuty.objects.exists()
