"""Leave of people, and who stands in for them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from jiannuo.office.accounts import services
from jiannuo.office.accounts.models import User
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 5, 4), date(2026, 5, 8)


class Team:
    def __init__(self) -> None:
        self.office = factories.organization()
        self.branch = factories.organization(self.office)
        self.manager = factories.person("department_manager", at=self.branch)
        self.anna = factories.person("dispatcher", at=self.branch)
        self.bo = factories.person("technician", at=self.branch)
        self.chen = factories.person("technician", at=self.branch)

    def leave(self, person, by=None, begins=FIRST, ends=LAST, deputy=None) -> User:
        return services.set_absence(
            person, by=by or person, absent_from=begins, absent_until=ends, deputy=deputy
        )


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.mark.parametrize(
    ("day", "who"),
    [(date(2026, 5, 3), "anna"), (FIRST, "bo"), (LAST, "bo"), (date(2026, 5, 9), "anna")],
)
def test_the_deputy_acts_from_the_first_to_the_last_day(team, day, who):
    team.leave(team.anna, deputy=team.bo)
    assert team.anna.acting(day) == getattr(team, who)


def test_an_absence_without_an_end_goes_on(team):
    team.leave(team.anna, ends=None, deputy=team.bo)
    assert team.anna.acting(date(2030, 1, 1)) == team.bo


def test_deputies_stand_in_for_deputies_and_nobody_for_the_last(team):
    team.leave(team.bo, deputy=team.chen)
    team.leave(team.anna, deputy=team.bo)
    assert team.anna.acting(FIRST) == team.chen
    team.leave(team.chen)
    assert User.objects.get(pk=team.anna.pk).acting(FIRST) is None


def test_a_circle_of_deputies_is_refused(team):
    team.leave(team.bo, deputy=team.chen)
    team.leave(team.chen, deputy=team.anna)
    with pytest.raises(ValidationError) as refusal:
        team.leave(team.anna, deputy=team.bo)
    assert "deputy" in refusal.value.error_dict


def test_a_circle_that_two_made_at_once_is_walked_once(team):
    User.objects.filter(pk=team.anna.pk).update(deputy=team.bo, absent_from=FIRST)
    User.objects.filter(pk=team.bo.pk).update(deputy=team.anna, absent_from=FIRST)
    assert User.objects.get(pk=team.anna.pk).acting(FIRST) is None


def test_an_end_before_the_beginning_or_without_one_is_refused(team):
    with pytest.raises(ValidationError):
        team.leave(team.anna, begins=LAST, ends=FIRST)
    with pytest.raises(ValidationError):
        team.leave(team.anna, begins=None, ends=LAST)


def test_oneself_and_those_who_plan_the_work_there_write_it_down(team):
    for by in (team.anna, team.manager, factories.person("administrator", at=team.office)):
        assert team.leave(team.anna, by=by, deputy=team.bo).absent_from == FIRST
    strangers = (team.bo, factories.person("department_manager", at=factories.organization(team.office)))
    for by in strangers:
        with pytest.raises(PermissionDenied):
            team.leave(team.anna, by=by)


def test_the_page_of_a_person_leads_to_it(client, team):
    url = reverse("accounts:person_absence", args=[team.anna.pk])
    client.force_login(team.manager)
    assert url in client.get(reverse("accounts:person", args=[team.anna.pk])).content.decode()
    data = {"absent_from": "2026-05-04", "absent_until": "2026-05-08", "deputy": team.bo.pk}
    assert client.post(url, {**data, "absent_until": "2026-05-01"}).status_code == 422
    assert client.post(url, data).status_code == 302
    anna = User.objects.get(pk=team.anna.pk)
    assert (anna.absent_from, anna.absent_until, anna.deputy) == (FIRST, LAST, team.bo)
    assert "2026-05-04" in client.get(reverse("accounts:person", args=[team.anna.pk])).content.decode()


def test_one_writes_down_the_own_leave_and_nobody_elses(client, team):
    client.force_login(team.bo)
    own = reverse("accounts:person_absence", args=[team.bo.pk])
    assert client.post(own, {"absent_from": "2026-05-04"}).status_code == 302
    assert client.get(reverse("accounts:person_absence", args=[team.anna.pk])).status_code == 403
    client.force_login(factories.person("technician", at=factories.organization(team.office)))
    assert client.get(own).status_code == 404


def test_it_is_part_of_the_own_profile(client, team):
    client.force_login(team.bo)
    page = client.get(reverse("accounts:profile")).content.decode()
    assert 'name="absent_from"' in page
