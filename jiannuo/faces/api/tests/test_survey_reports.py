"""Statistics of surveys over the API: list, one, hand in."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.models import SurveyReport
from jiannuo.operations.surveys.tests.conftest import GOOD, Firm
from jiannuo.testing import factories

URL = "/api/v1/survey-reports/"


@pytest.fixture
def firm(db) -> Firm:
    return Firm()


@pytest.fixture
def body(firm) -> dict[str, str]:
    """What the dealer's clerk sends, with an answer of this month."""
    services.enter_answer(
        firm.edition, GOOD, by=firm.follow_up, organization=firm.dealer, answered_at=timezone.now()
    )
    month = f"{timezone.localdate():%Y-%m}"
    return {
        "questionnaire": firm.questionnaire.code,
        "organization": firm.dealer.code,
        "first": month,
        "last": month,
        "remark": "本月",
    }


def test_statistics_are_handed_in_once_and_read(
    firm, body, as_program, new_key, django_assert_max_num_queries
):
    client, key = as_program(firm.clerk), new_key()

    made = client.post(URL, body, format="json", **key)
    again = client.post(URL, body, format="json", **key)

    assert (made.status_code, again.status_code) == (201, 201)
    assert SurveyReport.objects.count() == 1
    number = made.json()["number"]
    assert again.json()["number"] == number
    with django_assert_max_num_queries(12):
        listed = client.get(URL).json()["results"]
    assert [(one["number"], one["answers"], one["first"]) for one in listed] == [(number, 1, body["first"])]
    assert "figures" not in listed[0]
    with django_assert_max_num_queries(25):
        one = client.get(f"{URL}{number}/").json()
    assert (one["csi"], one["figures"]["total"]["answers"], one["remark"]) == ("100.0", 1, "本月")
    assert one["keeps"] == []


def test_others_do_not_see_it(firm, body, as_program, new_key):
    number = as_program(firm.clerk).post(URL, body, format="json", **new_key()).json()["number"]
    beside = as_program(
        factories.person("dealer_clerk", at=factories.organization(firm.branch, kind="dealer"))
    )
    assert beside.get(URL).json()["results"] == []
    refused = beside.get(f"{URL}{number}/")
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")
    assert as_program(factories.person("technician", at=firm.dealer)).get(URL).status_code == 403
    assert as_program(factories.person("customer", at=firm.dealer)).get(URL).status_code == 403


def test_who_may_not_hand_in_is_refused(firm, body, as_program, new_key):
    auditor = as_program(factories.person("auditor", at=firm.head))
    assert auditor.get(URL).status_code == 200
    answer = auditor.post(URL, body, format="json", **new_key())
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    beside = factories.person("dealer_clerk", at=factories.organization(firm.branch, kind="dealer"))
    hidden = as_program(beside).post(URL, body, format="json", **new_key())
    assert hidden.status_code == 422
    assert not SurveyReport.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"questionnaire": "no-such"}, "questionnaire"),
        ({"organization": "NOWHERE"}, "organization"),
        ({"first": "2026-13"}, "first"),
        ({"last": "soon"}, "last"),
        ({"first": "2020-01"}, "first"),
        ({"first": "2099-01", "last": "2099-01"}, "last"),
        ({"last": ""}, "last"),
    ],
)
def test_what_is_wrong_is_said_by_field(firm, body, as_program, new_key, change, field):
    answer = as_program(firm.clerk).post(URL, {**body, **change}, format="json", **new_key())
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert field in str(answer.json())
    assert not SurveyReport.objects.exists()


def test_months_without_an_answer_cannot_be_handed_in(firm, as_program, new_key):
    month = f"{timezone.localdate():%Y-%m}"
    body = {
        "questionnaire": firm.questionnaire.code,
        "organization": firm.dealer.code,
        "first": month,
        "last": month,
    }
    assert as_program(firm.clerk).post(URL, body, format="json", **new_key()).status_code == 422
    assert as_program(firm.clerk).post(URL, body, format="json").status_code == 400
