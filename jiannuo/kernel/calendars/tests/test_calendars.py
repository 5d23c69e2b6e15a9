"""Working calendars: what the rules get, what is refused, and the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jiannuo.kernel.calendars import services
from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.rules.worktime import due
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return factories.organization()


@pytest.fixture
def admin(head):
    return factories.person("administrator", at=head)


def form_of(**changes):
    data = {
        "code": "night",
        "name": "夜班",
        "hours_mon": "20:00-02:00",
        "hours_tue": "08:30–12:00，13:30～17:30",
        "observes_holidays": "on",
    }
    return {**data, **changes}


def test_default_calendars_are_there():
    calendars = services.rules_calendars()

    assert set(calendars) >= {"24x7", "office", "six-day", "extended"}
    assert not calendars["office"].is_working_date(date(2026, 11, 21))
    assert calendars["six-day"].is_working_date(date(2026, 11, 21))
    assert calendars["extended"].hours_on(date(2026, 11, 22))[0].closes == 1440


def test_office_calendar_knows_holidays_and_make_up_days():
    office = services.rules_calendar("office")

    assert not office.is_working_date(date(2025, 10, 1))
    assert office.is_working_date(date(2025, 9, 28))  # a Sunday worked for the holiday
    friday_evening = datetime(2025, 9, 26, 10, tzinfo=UTC)
    assert due(office, friday_evening, 60) == datetime(2025, 9, 28, 1, 30, tzinfo=UTC)


def test_calendar_is_built_once_a_version():
    first = services.rules_calendar("office")
    row = WorkCalendar.objects.get(code="office")

    assert services.rules_calendar("office") is first
    services.update_calendar(row, name=row.name, definition={"weekly": {"mon": ["09:00-10:00"]}}, version=1)
    assert services.rules_calendar("office") is not first


def test_stale_version_is_refused():
    row = WorkCalendar.objects.get(code="office")
    services.update_calendar(row, name="行政班", definition=row.definition, version=1)

    with pytest.raises(services.StaleCalendar):
        services.update_calendar(row, name="别的", definition=row.definition, version=1)


@pytest.mark.parametrize(
    "definition",
    [
        {"weekly": {}},
        {"weekly": {}, "extra_open": {"2020-01-01": ["09:00-12:00"]}},
        {"weekly": {"mon": ["9-12"]}},
        {"weekly": {"mon": ["09:00-12:00"]}, "tz": "Mars/Olympus"},
        {"weekly": {"monday": ["09:00-12:00"]}},
    ],
)
def test_unusable_calendar_is_refused_by_name(definition):
    with pytest.raises(ValidationError, match="empty-one"):
        services.create_calendar(code="empty-one", name="空", definition=definition)


def test_preview_says_what_each_day_is():
    calendar = services.build(
        "x",
        {
            "weekly": {"mon": ["08:30-17:30"]},
            "observes_holidays": True,
            "extra_closed": ["2025-09-29"],
            "extra_open": {"2025-10-02": ["09:00-12:00"]},
        },
    )

    kinds = {day.day: day.kind for day in services.preview(calendar, start=date(2025, 9, 22), days=14)}

    assert kinds[date(2025, 9, 22)] == "working"
    assert kinds[date(2025, 9, 23)] == "rest"
    assert kinds[date(2025, 9, 28)] == "make_up"
    assert kinds[date(2025, 9, 29)] == "closed"
    assert kinds[date(2025, 10, 1)] == "holiday"
    assert kinds[date(2025, 10, 2)] == "open"


def test_pages_show_calendars_within_budget(client, admin, django_assert_max_num_queries):
    client.force_login(admin)
    client.get(reverse("calendars:list"))  # the first request of a session also registers the device

    with django_assert_max_num_queries(12):
        listed = client.get(reverse("calendars:list"))
    with django_assert_max_num_queries(12):
        shown = client.get(reverse("calendars:detail", args=["office"]))

    assert "08:30-17:30" in listed.content.decode()
    assert shown.content.decode().count("data-kind=") == services.PREVIEW_DAYS


def test_calendar_is_made_and_changed(client, admin):
    client.force_login(admin)

    made = client.post(reverse("calendars:create"), form_of())
    changed = client.post(
        reverse("calendars:edit", args=["night"]),
        form_of(version="1", extra_closed="2026-12-31\n", extra_open="2026-10-02 09:00-12:00"),
    )

    assert (made.status_code, changed.status_code) == (302, 302)
    calendar = WorkCalendar.objects.get(code="night")
    assert calendar.definition["weekly"] == {"mon": ["20:00-02:00"], "tue": ["08:30-12:00", "13:30-17:30"]}
    assert calendar.definition["extra_open"] == {"2026-10-02": ["09:00-12:00"]}
    assert calendar.version == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "office"}, "code"),
        ({"code": "夜班"}, "code"),
        ({"name": ""}, "name"),
        ({"hours_mon": "8点到12点"}, "hours_mon"),
        ({"hours_mon": "25:00-26:00"}, "hours_mon"),
        ({"extra_closed": "2026-02-30"}, "extra_closed"),
        ({"extra_open": "2026-10-02"}, "extra_open"),
        ({"extra_open": "tomorrow 09:00-12:00"}, "extra_open"),
        ({"hours_mon": "", "hours_tue": ""}, "__all__"),
    ],
)
def test_bad_input_keeps_what_was_typed(client, admin, changes, field):
    client.force_login(admin)

    answer = client.post(reverse("calendars:create"), form_of(**changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"].data["name"] == {**form_of(), **changes}["name"]


def test_stale_form_answers_409_with_both_values(client, admin):
    client.force_login(admin)
    row = WorkCalendar.objects.get(code="office")
    services.update_calendar(row, name="新行政班", definition=row.definition, version=1)

    answer = client.post(reverse("calendars:edit", args=["office"]), form_of(version="1", name="我的行政班"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "新行政班" in page
    assert "我的行政班" in page


def test_who_may_not_is_refused(client, head):
    technician = factories.person("technician", at=head)
    agent = factories.person("service_agent", at=head)

    assert client.get(reverse("calendars:list")).status_code == 302
    client.force_login(technician)
    assert client.get(reverse("calendars:list")).status_code == 403
    client.force_login(agent)
    assert client.get(reverse("calendars:list")).status_code == 200
    assert client.get(reverse("calendars:edit", args=["office"])).status_code == 403
    assert client.post(reverse("calendars:create"), form_of()).status_code == 403
