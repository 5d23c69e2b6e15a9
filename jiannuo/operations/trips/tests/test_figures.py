"""The yearly statistics (F71), on the figures of the source."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jiannuo.operations.trips.figures import figures, year_of
from jiannuo.operations.trips.models import BusinessTrip, TripCause, TripExpense, TripPerson
from jiannuo.testing import factories

#: sources: a work report writes 607 person-trips in the year; its six causes come to 597, ten short of that
SOURCE = {
    "安装后改造": 101,
    "不到一年换件": 85,
    "有偿服务": 42,
    "外厂免费维修": 10,
    "用户使用不当": 198,
    "售后服务": 161,
}


def travelled(firm, people, *, cause, day, at=None, state="settled", money="0"):
    """A trip of several people that took place, written straight into the tables."""
    n = BusinessTrip.objects.count() + 1
    trip = BusinessTrip(
        number=f"BT-{n:06}",
        kind="businesstrip",
        organization=at or firm.dealer,
        cause=cause,
        place="苏州",
        purpose="检修",
        starts_on=day,
        ends_on=day,
    )
    trip.__dict__["state"] = state
    trip.save()
    lines = TripPerson.objects.bulk_create(TripPerson(trip=trip, person=person) for person in people)
    if Decimal(money):
        TripExpense.objects.create(
            trip=trip,
            traveller=lines[0],
            kind="transport",
            spent_on=day,
            amount=Decimal(money),
            text="车票",
            no_receipt="测试",
            by=people[0],
        )
    return trip


@pytest.fixture
def crew(firm):
    """Ten people who travel together."""
    return [factories.person("dealer_technician", at=firm.dealer) for _n in range(10)]


def test_the_year_of_the_source(firm, crew):
    for name, number in SOURCE.items():
        cause = TripCause.objects.get(name=name)
        full, rest = divmod(number, 10)
        for n in range(full):
            travelled(firm, crew, cause=cause, day=date(2025, 1 + n % 12, 3))
        if rest:
            travelled(firm, crew[:rest], cause=cause, day=date(2025, 12, 3))

    found = figures(firm.manager, 2025)

    assert {line.name: line.trips for line in found.by_cause} == SOURCE
    assert found.total.trips == sum(SOURCE.values()) == 597
    assert sum(line.trips for line in found.by_month) == 597
    assert all(sum(line.months.values()) == line.trips for line in found.by_cause)


def test_money_and_the_year_before_stand_beside(firm, crew):
    service, misuse = (TripCause.objects.get(code=code) for code in ("service", "misuse"))
    travelled(firm, crew[:4], cause=service, day=date(2025, 12, 31), money="400")
    travelled(firm, crew[:5], cause=service, day=date(2026, 1, 1), money="123.45")
    travelled(firm, crew[:1], cause=misuse, day=date(2026, 2, 28), money="0.55")

    found = figures(firm.manager, 2026)

    lines = {line.name: line for line in found.by_cause}
    assert (lines["售后服务"].trips, lines["售后服务"].before) == (5, 4)
    assert lines["售后服务"].change == Decimal("25.0")
    assert (lines["售后服务"].money, lines["售后服务"].money_before) == (Decimal("123.45"), Decimal(400))
    assert lines["用户使用不当"].change is None
    assert (found.total.trips, found.total.money) == (6, Decimal(124))
    assert (found.by_month[0].trips, found.by_month[1].trips, found.by_month[11].before) == (5, 1, 4)


def test_what_did_not_take_place_and_what_others_did_is_not_counted(firm, crew):
    cause = TripCause.objects.get(code="service")
    for state in ("planned", "asked", "approved", "cancelled"):
        travelled(firm, crew, cause=cause, day=date(2026, 5, 1), state=state)
    travelled(firm, crew, cause=cause, day=date(2026, 5, 1), at=firm.other_dealer)
    travelled(firm, crew[:3], cause=cause, day=date(2026, 5, 1), state="under_way")

    assert figures(firm.manager, 2026).total.trips == 3
    whole = figures(firm.finance, 2026)
    assert whole.total.trips == 13
    assert [line.trips for line in whole.by_organization] == [3, 10]
    assert figures(firm.finance, 2026, organization=firm.other_dealer).total.trips == 10


@pytest.mark.parametrize(
    ("text", "year"), [("2024", 2024), ("", 2026), ("abc", 2026), ("1066", 2026), ("99999999", 2026)]
)
def test_a_year_that_cannot_be_read_is_the_present_one(text, year):
    assert year_of(text, date(2026, 3, 1)) == year


def test_the_page_the_workbook_and_the_printed_form(client, firm, crew, django_assert_max_num_queries):
    travelled(firm, crew[:7], cause=TripCause.objects.get(code="paid"), day=date(2026, 5, 1), money="88.80")
    client.force_login(firm.manager)
    address = reverse("trips:figures")

    with django_assert_max_num_queries(12):
        page = client.get(address, {"year": "2026"})
    assert page.status_code == 200
    assert "88.80" in page.content.decode()

    book = client.get(address, {"year": "2026", "export": "xlsx"})
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content)))
    rows = sheets.get_sheet_by_index(0).to_python()
    paid = next(row for row in rows if row[0] == "有偿服务")
    assert (paid[5], paid[13], paid[16]) == (7, 7, 88.8)

    printed = client.get(reverse("trips:figures_pdf"), {"year": "2026"})
    assert printed.content.startswith(b"%PDF")

    client.force_login(firm.technician)
    assert client.get(address).status_code == 403
    assert client.get(reverse("trips:figures_pdf")).status_code == 403
