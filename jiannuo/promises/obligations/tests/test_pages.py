from __future__ import annotations

import pytest
from django.urls import reverse

from jiannuo.promises.obligations import services
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

from .conftest import START, after

pytestmark = pytest.mark.django_db


def test_the_ledger_lists_what_is_in_scope(client, case, django_assert_max_num_queries):
    for _n in range(6):
        case.promised()
    client.force_login(case.manager)
    client.get(reverse("obligations:list"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("obligations:list"), {"state": "open", "metric": "arrival"})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("data-countdown-text") == 6
    beside = factories.person("dispatcher", at=factories.organization(case.office))
    client.force_login(beside)
    assert "data-countdown-text" not in client.get(reverse("obligations:list")).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"state": "nonsense"},
        {"metric": "x"},
        {"organization": "99999"},
        {"person": "x"},
        {"due_after": "2026-13-01"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(client, case, query):
    client.force_login(case.manager)
    assert client.get(reverse("obligations:list"), query).status_code == 422


def test_the_ledger_filters_by_organisation_person_and_due(client, case):
    case.promised()
    client.force_login(case.manager)
    query = {
        "organization": case.office.pk,
        "person": case.agent.pk,
        "due_after": "2026-11-23",
        "due_before": "2026-11-23",
    }
    assert client.get(reverse("obligations:list"), query).content.decode().count("data-countdown-text") == 3
    query["due_before"] = query["due_after"] = "2026-11-24"
    assert client.get(reverse("obligations:list"), query).content.decode().count("data-countdown-text") == 0


def test_a_manager_waives_on_the_page_and_others_cannot(client, case):
    _request, owed = case.promised()
    url = reverse("obligations:waive", args=[owed["repair"].pk])
    client.force_login(case.agent)
    assert client.post(url, {"reason": "x"}).status_code == 403
    stranger = factories.person("general_manager", at=factories.organization(case.office))
    client.force_login(stranger)
    assert client.post(url, {"reason": "x"}).status_code == 404

    client.force_login(case.manager)
    assert client.get(url).status_code == 200
    refused = client.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert client.post(url, {"reason": "客户同意"}).status_code == 302
    assert Obligation.objects.get(pk=owed["repair"].pk).state == "waived"
    assert client.post(url, {"reason": "客户同意"}).status_code == 409


def test_countdowns_come_as_data_for_who_may_see_the_document(client, case):
    request, _owed = case.promised()
    url = reverse("obligations:countdowns", args=[request.number])
    client.force_login(case.agent)
    data = client.get(url).json()
    assert [one["metric"] for one in data["obligations"]] == ["response", "arrival", "repair"]
    assert data["obligations"][0]["due_at"]
    client.force_login(factories.person("dispatcher", at=factories.organization(case.office)))
    assert client.get(url).status_code == 404


def test_the_share_kept_is_shown_by_month_and_organisation(client, case, django_assert_max_num_queries):
    request, _owed = case.promised()
    services.fulfil(request, "response", at=after(minutes=5))
    services.fulfil(request, "arrival", at=after(hours=9))
    client.force_login(case.manager)
    with django_assert_max_num_queries(12):
        page = client.get(
            reverse("obligations:rates"), {"month": f"{START:%Y-%m}", "organization": case.branch.pk}
        )
    text = page.content.decode()
    assert "50%" in text
    assert "100%" in text
    assert client.get(reverse("obligations:rates"), {"month": "soon"}).status_code == 422
