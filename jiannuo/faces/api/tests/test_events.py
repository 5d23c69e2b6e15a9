"""Announced events over the API."""

from __future__ import annotations

from datetime import date

import pytest

from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation
from jiannuo.promises.obligations.services import announce
from jiannuo.promises.obligations.tests.clauses import promise, within
from jiannuo.testing import factories

URL = "/api/v1/announced-events/"
SEASON = {"event": "season_opened", "on": "2099-06-01"}


class Firm:
    def __init__(self) -> None:
        self.head = factories.organization()
        self.dealer = factories.organization(self.head, kind="dealer")
        self.manager = factories.person("general_manager", at=self.head)
        self.clerk = factories.person("dealer_clerk", at=self.dealer)
        promise(
            within(
                "plan",
                30,
                "days",
                "requested",
                before="season_opened",
                debtor="dealer",
                creditor="manufacturer",
            )
        )


@pytest.fixture
def firm(db) -> Firm:
    return Firm()


def test_an_event_is_announced_moved_and_called_off(firm, as_program, new_key, django_assert_max_num_queries):
    client = as_program(firm.manager)

    def post(path: str, body: dict[str, str]):
        return client.post(f"{URL}{path}", body, format="json", **new_key())

    body = {**SEASON, "organization": firm.dealer.code}
    made, again = post("", body), post("", body)
    assert (made.status_code, again.status_code) == (201, 200)
    pk = made.json()["id"]
    assert again.json()["id"] == pk
    assert Obligation.objects.count() == 1
    assert post(f"{pk}/move/", {"on": "2099-07-01"}).json()["on"] == "2099-07-01"
    assert post(f"{pk}/move/", {"on": "soon"}).status_code == 422
    assert post(f"{pk}/call-off/", {}).status_code == 422
    assert post(f"{pk}/call-off/", {"reason": "不开季"}).json()["state"] == "called_off"
    assert Obligation.objects.get().state == "cancelled"
    assert post(f"{pk}/move/", {"on": "2099-07-02"}).status_code == 422
    with django_assert_max_num_queries(12):
        assert [one["id"] for one in client.get(URL).json()["results"]] == [pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event": "completed"}, "event"),
        ({"event": "delivered"}, "unit"),
        ({"organization": "NOWHERE"}, "organization"),
        ({"customer": 999}, "customer"),
        ({"commitment": "NOSUCH"}, "commitment"),
        ({"on": "2026-02-30"}, "on"),
    ],
)
def test_what_is_wrong_is_said_by_field(firm, as_program, new_key, change, field):
    body = {**SEASON, "organization": firm.dealer.code, **change}
    answer = as_program(firm.manager).post(URL, body, format="json", **new_key())
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert field in str(answer.json())


def test_others_neither_see_nor_change(firm, as_program, new_key):
    row, _new = announce("expired", on=date(2099, 1, 1), organization=firm.head, by=firm.manager)
    clerk = as_program(firm.clerk)
    assert clerk.get(URL).json()["results"] == []
    assert clerk.get(f"{URL}{row.pk}/").status_code == 404
    body = {**SEASON, "organization": firm.dealer.code}
    assert clerk.post(URL, body, format="json", **new_key()).status_code == 403
    beside = as_program(factories.person("service_agent", at=firm.dealer))
    assert (
        beside.post(f"{URL}{row.pk}/call-off/", {"reason": "x"}, format="json", **new_key()).status_code
        == 404
    )
    row.refresh_from_db()
    assert row.called_off_at is None


def test_what_an_agreement_tells_is_changed_in_the_file(firm, as_program, new_key):
    row, _new = announce(
        "contract_signed",
        on=date(2099, 1, 1),
        organization=firm.dealer,
        source=AnnouncedEvent.Source.AGREEMENT,
    )
    answer = as_program(firm.manager).post(
        f"{URL}{row.pk}/move/", {"on": "2099-02-01"}, format="json", **new_key()
    )
    assert answer.status_code == 422
