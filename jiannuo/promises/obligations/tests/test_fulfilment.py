"""Every figure of the fulfilment opens exactly the rows behind it."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape

import openpyxl
import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from jiannuo.promises.obligations import queries, services
from jiannuo.promises.obligations.filters import ObligationFilter
from jiannuo.promises.obligations.fulfilment import DIMENSIONS, OUTCOMES
from jiannuo.promises.obligations.fulfilment_views import Fulfilment
from jiannuo.promises.obligations.happening import plan_units
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

from .clauses import PUBLIC, promise, recurring
from .conftest import START, after

pytestmark = pytest.mark.django_db
MONTH = f"{START:%Y-%m}"
PAGE = "/obligations/kept/"


@pytest.fixture
def ledger(case):
    """Some of everything: on time, late, missed, waived, cancelled, paused, open; in two months, zones, persons."""
    for number in range(5):
        request, owed = case.promised()
        services.fulfil(request, "response", at=after(minutes=5 if number % 2 else 50))
        if number == 0:
            services.waive(owed["repair"], by=case.manager, reason="客户同意")
        elif number == 1:
            services.pause(request, "waiting_customer", at=after(hours=1))
        elif number == 2:
            services.cancel(request, at=after(hours=1), metrics=["repair"])
        elif number == 3:
            Obligation.objects.filter(pk=owed["repair"].pk).update(state="missed", zone="城区", person=None)
        else:
            Obligation.objects.filter(pk=owed["arrival"].pk).update(due_at=after(days=30), version=None)
    return case


def asked(user, query) -> Fulfilment:
    request = RequestFactory().get(PAGE)
    request.user = user
    return Fulfilment(QueryDict(query), request)


def rows_behind(user, query) -> int:
    request = RequestFactory().get("/")
    request.user = user
    found = ObligationFilter(QueryDict(query), queryset=queries.visible_to(user), request=request)
    assert found.is_valid(), found.form.errors
    return found.qs.count()


@pytest.mark.parametrize(
    "narrowed",
    ["due_after=2026-01-01", f"month={MONTH}", "due_after=2026-01-01&metric=repair&metric=arrival"],
)
def test_each_figure_counts_the_rows_that_its_address_lists(ledger, narrowed):
    for by in DIMENSIONS:
        fulfilment = asked(ledger.manager, f"by={by}&{narrowed}")
        lines = fulfilment.lines()
        assert lines, by
        for line in lines:
            for outcome in OUTCOMES:
                query = fulfilment.ledger_query(line.query, outcome)
                rows = rows_behind(ledger.manager, query)
                assert rows == getattr(line, outcome), (by, line.label, outcome, query)


def test_each_obligation_counts_once_whatever_the_lines_are(ledger):
    for by in DIMENSIONS:
        lines = asked(ledger.manager, f"by={by}&due_after=2026-01-01").lines()
        counted = sum(line.total + line.waived + line.open for line in lines)
        # Of fifteen one was cancelled and one stands still without a due instant.
        assert counted == 13, by
        assert sum(line.waived for line in lines) == 1, by
        assert sum(line.missed for line in lines) == 1, by
        assert (sum(line.kept for line in lines), sum(line.late for line in lines)) == (2, 3), by


def test_an_obligation_counts_in_the_month_in_which_it_fell_due(ledger):
    found = {line.label: line for line in asked(ledger.manager, "by=month&due_after=2026-01-01").lines()}
    assert set(found) == {MONTH, f"{after(days=30):%Y-%m}"}
    assert found[f"{after(days=30):%Y-%m}"].open == 1


def test_the_links_on_the_page_lead_to_lists_of_that_length(client, ledger, django_assert_max_num_queries):
    client.force_login(ledger.manager)
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        page = client.get(PAGE, {"month": MONTH, "by": "metric"}).content.decode()
    figures = re.findall(r'<a href="([^"]+)" data-figure="(\w+)">(\d+)</a>', page)
    assert len(figures) > 6
    for url, _name, number in figures:
        shown = client.get(unescape(url)).content.decode()
        assert shown.count("data-countdown-text") == int(number)


def test_every_grouping_keeps_the_budget(client, ledger, django_assert_max_num_queries):
    client.force_login(ledger.manager)
    client.get(PAGE)
    for by in DIMENSIONS:
        with django_assert_max_num_queries(12, info=by):
            assert client.get(PAGE, {"by": by, "month": MONTH}).status_code == 200


def test_without_a_period_it_is_this_month(ledger):
    assert asked(ledger.manager, "").query["month"] == f"{timezone.localdate():%Y-%m}"


def test_others_see_nothing_of_it(client, ledger):
    beside = factories.person("dispatcher", at=factories.organization(ledger.office))
    client.force_login(beside)
    assert "data-figure" not in client.get(PAGE, {"month": MONTH}).content.decode()
    client.force_login(factories.person("customer", at=ledger.branch))
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    "query", [{"by": "weather"}, {"month": "soon"}, {"month": "2026-13"}, {"organization": "9999"}]
)
def test_what_makes_no_sense_is_refused(client, ledger, query):
    client.force_login(ledger.manager)
    assert client.get(PAGE, query).status_code == 422
    assert client.get(PAGE, {**query, "export": "xlsx"}).status_code == 422


@pytest.mark.parametrize("name", ["at", "who", "unit", "duty"])
def test_keys_that_are_none_list_nothing(ledger, name):
    assert rows_behind(ledger.manager, f"{name}=x%27") == 0


def test_the_workbook_holds_the_same_figures(client, ledger):
    client.force_login(ledger.manager)
    answer = client.get(PAGE, {"month": MONTH, "by": "metric", "export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    lines = asked(ledger.manager, f"by=metric&month={MONTH}").lines()
    assert len(rows) == 1 + len(lines) + 1
    for row, line in zip(rows[1:], lines, strict=False):
        assert row[1:7] == tuple(getattr(line, name) for name in OUTCOMES)


def test_files_are_for_those_who_may_export(client, ledger):
    client.force_login(factories.person("technician", at=ledger.branch))
    assert client.get(PAGE, {"month": MONTH, "export": "xlsx"}).status_code == 403


def test_a_product_line_bears_the_name_of_its_category(ledger):
    factories.category("appliance/air-conditioner")
    Obligation.objects.update(product_path="appliance/air-conditioner")
    [line] = asked(ledger.manager, f"by=product&month={MONTH}").lines()
    assert line.label == "air-conditioner"
    assert rows_behind(ledger.manager, "product=appliance") == Obligation.objects.count()


def test_the_list_of_duties_shows_what_recurs(client, case, django_assert_max_num_queries):
    promise(recurring("inspection", every={"amount": 3, "unit": "months"}), code="L09")
    for _n in range(3):
        factories.unit(case.branch, of=case.customer, accepted_on=date(2026, 3, 10), created_at=PUBLIC)
    plan_units(START)
    client.force_login(case.manager)
    client.get(reverse("obligations:duties"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("obligations:duties"), {"state": "running"})
    assert page.content.decode().count("?duty=") == 3
    client.force_login(factories.person("dispatcher", at=factories.organization(case.office)))
    assert "?duty=" not in client.get(reverse("obligations:duties")).content.decode()
