"""Plan day: proposals, improving, editing, publishing with conflicts, pages and who may what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.regions.models import Division
from jiannuo.operations.dispatch.planning import services
from jiannuo.operations.dispatch.planning.models import PlanningSettings, Proposal, SpeedZone, UsualTime
from jiannuo.operations.dispatch.planning.places import centres
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.dispatch.planning.tasks import resume
from jiannuo.operations.dispatch.planning.tests.town import TOMORROW, at, given, order, propose
from jiannuo.operations.workforce.models import Absence, Shift, Skill, Technician
from jiannuo.operations.workorders.models import Visit
from jiannuo.operations.workorders.services import plan_times
from jiannuo.registry.customers.models import Address
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def test_a_proposal_is_there_at_once_and_changes_nothing(town):
    orders = [order(town, number) for number in range(4)]

    proposal = propose(town)

    items = list(proposal.items.all())
    assert (proposal.state, len(items)) == ("ready", 4)
    assert all(item.technician_id in {town.technician.pk, town.colleague.pk} for item in items)
    assert all(at(8) <= item.starts_at < item.ends_at <= at(18) for item in items)
    assert not Visit.objects.exists()
    orders[0].refresh_from_db()
    assert orders[0].state == "ready"


def test_publishing_gives_the_orders_and_sets_the_times_aside(town):
    first, second = order(town, 1), given(town, order(town, 2))
    proposal = propose(town)

    services.publish(proposal, by=town.dispatcher)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.published_by) == ("published", town.dispatcher)
    for one in (first, second):
        one.refresh_from_db()
        visit = one.visits.get(ended_at__isnull=True)
        item = proposal.items.get(order=one)
        assert (one.state, visit.technician_id) == ("dispatched", item.technician_id)
        assert (visit.planned_from, visit.planned_to) == (item.starts_at, item.ends_at)
    told = second.visits.get(ended_at__isnull=True)
    assert (told.appointment_from, told.appointment_to) == (at(9), at(11))
    assert at(9) <= told.planned_from <= at(11)
    assert (
        "09:" in first.timeline.filter(kind="change").first().text
        or first.timeline.filter(kind="change").exists()
    )
    with pytest.raises(ValidationError):
        services.publish(proposal, by=town.dispatcher)


def test_what_was_told_stays_with_whoever_was_named(town):
    given(town, order(town, 1), town.colleague, hour=10)
    order(town, 2)

    proposal = propose(town)

    item = proposal.items.get(told_from__isnull=False)
    assert item.technician_id == town.colleague.pk
    assert at(10) <= item.starts_at <= at(12)


def test_when_somebody_is_ill_the_jobs_go_to_others_and_the_customers_are_listed(town, client):
    one = given(town, order(town, 1))
    Absence.objects.create(
        technician=town.technician.technician, starts_at=at(0), ends_at=at(23), reason="illness"
    )

    proposal = propose(town)

    item = proposal.items.get()
    assert (item.technician, item.changes_person, item.is_told) == (town.colleague, True, True)
    client.force_login(town.dispatcher)
    page = client.get(proposal.get_absolute_url())
    assert [row.order.number for row in page.context["calls"]] == [one.number]


@pytest.mark.parametrize("change", ["version", "taken", "cancelled", "moved"])
def test_what_was_changed_meanwhile_is_refused_and_nothing_is_written(town, change):
    one, other = given(town, order(town, 1)), order(town, 2)
    proposal = propose(town)
    if change == "version":
        town.step(other, "assign", technician=town.colleague)
    elif change == "cancelled":
        town.step(other, "cancel")
    elif change == "moved":
        plan_times(one, starts_at=at(17), ends_at=at(18), by=town.dispatcher)
    else:
        for person in (town.technician, town.colleague):
            busy = town.step(order(town, 9), "assign", technician=person)
            plan_times(busy, starts_at=at(8), ends_at=at(18), by=town.dispatcher)
    before = list(Visit.objects.values_list("pk", "technician", "planned_from"))

    with pytest.raises(services.PlanChanged) as refused:
        services.publish(proposal, by=town.dispatcher)

    wrong = {conflict.number for conflict in refused.value.conflicts}
    expected = {"moved": {one.number}, "taken": {one.number, other.number}}.get(change, {other.number})
    assert wrong == expected
    assert list(Visit.objects.values_list("pk", "technician", "planned_from")) == before
    proposal.refresh_from_db()
    assert proposal.state == "stale"


def test_the_others_can_be_published_without_what_was_changed(town):
    one, other = order(town, 1), order(town, 2)
    proposal = propose(town)
    town.step(other, "cancel")

    services.publish(proposal, by=town.dispatcher, without_changed=True)

    one.refresh_from_db()
    proposal.refresh_from_db()
    assert (one.state, proposal.state) == ("dispatched", "published")
    assert other.number in proposal.message


def test_leaving_out_and_locking_hold_when_it_is_improved(town, django_capture_on_commit_callbacks):
    orders = [order(town, number) for number in range(4)]
    proposal = propose(town)
    first, second = (proposal.items.get(order=one) for one in orders[:2])
    services.leave_out(proposal, first.pk, by=town.dispatcher)
    services.change_lock(proposal, second.pk, True, by=town.dispatcher)
    with pytest.raises(ValidationError):
        services.change_lock(proposal, first.pk, True, by=town.dispatcher)

    with django_capture_on_commit_callbacks(execute=True):
        services.improve_more(proposal, by=town.dispatcher)
    proposing.run(proposal.pk)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.progress) == ("ready", 100)
    kept = proposal.items.get(pk=second.pk)
    assert (kept.technician_id, kept.starts_at) == (second.technician_id, second.starts_at)
    assert proposal.items.get(pk=first.pk).technician is None
    assert proposal.score["cost"] <= proposal.first_score["cost"]
    services.take_back(proposal, first.pk, by=town.dispatcher)
    assert not proposal.items.get(pk=first.pk).dropped


def test_improving_can_be_stopped_and_ends_when_orders_changed(town):
    one = order(town, 1)
    proposal = propose(town)
    Proposal.objects.filter(pk=proposal.pk).update(state="improving")
    with pytest.raises(ValidationError):
        services.publish(proposal, by=town.dispatcher)

    assert services.stop_improving(proposal, by=town.dispatcher).state == "ready"
    proposing.run(proposal.pk)  # a worker that comes late does nothing

    town.step(one, "cancel")
    Proposal.objects.filter(pk=proposal.pk).update(state="improving")
    proposing.run(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.message != "") == ("stale", True)


def test_a_worker_that_died_is_followed_by_another_and_an_error_ends_it(town):
    order(town, 1)
    proposal = propose(town)
    Proposal.objects.update(state="improving", touched_at=timezone.now() - timedelta(minutes=5))

    assert resume() == 1
    proposal.refresh_from_db()
    assert proposal.touched_at > timezone.now() - timedelta(minutes=1)

    Proposal.objects.update(state="improving")
    proposing.fail(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.state, bool(proposal.message)) == ("ready", True)


def test_an_order_without_coordinates_is_planned_by_the_centre_of_its_division_and_marked(town):
    division = Division.objects.filter(code="330106").first() or Division.objects.create(
        code="330106", name="西湖区", level=3
    )
    for north in (30.2, 30.3):
        Address.objects.create(customer=town.customer, division=division, latitude=north, longitude=120.1)
    rough = order(town, latitude=None, longitude=None, division=division)
    lost = order(town, latitude=None, longitude=None, address="")

    assert centres(["330106", "330106001"])["330106001"] == pytest.approx((30.25, 120.1))
    proposal = propose(town)

    assert proposal.items.get(order=rough).approximate
    assert proposal.items.get(order=rough).technician is not None
    assert proposal.items.get(order=lost).reason == "no_place"


def test_a_technician_without_a_place_starts_at_the_organisation_and_is_marked(town, client):
    Technician.objects.update(home_latitude=None, home_longitude=None)
    PlanningSettings.objects.update(latitude=30.2, longitude=120.1)
    order(town, 1)

    proposal = propose(town)

    assert proposal.items.get().travel_minutes > 0
    client.force_login(town.dispatcher)
    assert all(day.homeless for day in client.get(proposal.get_absolute_url()).context["days"])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda town, one: Skill.objects.all().delete(), "no_skill"),
        (lambda town, one: Skill.objects.update(expires_on=TOMORROW - timedelta(days=1)), "certificate"),
        (lambda town, one: Shift.objects.all().delete(), "no_shift"),
        (lambda town, one: given(town, one, hour=20), "window"),
        (lambda town, one: UsualTime.objects.create(organization=town.dealer, minutes=700), "too_far"),
    ],
)
def test_an_order_that_nobody_can_do_is_explained(town, spoil, reason, client):
    one = order(town, 1)
    spoil(town, one)

    proposal = propose(town)

    assert [item.reason for item in proposal.items.all()] == [reason]
    with pytest.raises(ValidationError):
        services.publish(proposal, by=town.dispatcher)
    client.force_login(town.dispatcher)
    assert client.get(proposal.get_absolute_url()).context["left"][0][1] != ""


def test_what_a_technician_has_besides_is_planned_around(town):
    busy = town.step(order(town, 5), "assign", technician=town.technician)
    plan_times(busy, starts_at=at(8), ends_at=at(17, 50), by=town.dispatcher)
    one = order(town, 1)

    proposal = propose(town, orders=[one])

    assert proposal.items.get().technician == town.colleague
    assert proposal.busy


@pytest.mark.parametrize(
    "wrong",
    [{"first_day": TOMORROW - timedelta(days=3)}, {"days": 0}, {"days": 9}, {"technicians": []}, {"orders": []},
     {"first_day": TOMORROW + timedelta(days=90)}],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused(town, wrong):
    order(town, 1)

    with pytest.raises(ValidationError):
        propose(town, **wrong)
    assert not Proposal.objects.exists()


def test_only_dispatchers_of_the_place_plan_and_publish(town):
    order(town, 1)
    proposal = propose(town)
    stranger = factories.person("dispatcher", at=town.other_dealer)

    for person in (stranger, town.technician, factories.person("service_agent", at=town.dealer)):
        with pytest.raises(PermissionDenied):
            propose(town, by=person)
        for work in (services.publish, services.discard, services.improve_more, services.stop_improving):
            with pytest.raises(PermissionDenied):
                work(proposal, by=person)
    assert not Proposal.objects.visible_to(stranger).exists()


def test_the_pages_ask_few_questions_and_answer_refusals(town, client, django_assert_max_num_queries):
    for number in range(6):
        order(town, number)
    given(town, order(town, 7))
    client.force_login(town.dispatcher)

    with django_assert_max_num_queries(12):
        page = client.get(
            reverse("planning:new"), {"organization": town.dealer.pk, "first_day": TOMORROW, "days": 1}
        )
    assert (len(page.context["orders"]), len(page.context["technicians"])) == (7, 2)
    chosen = {
        "organization": town.dealer.pk,
        "first_day": TOMORROW.isoformat(),
        "days": 1,
        "technicians": [row.pk for row, _shifts in page.context["technicians"]],
        "orders": [one.pk for one in page.context["orders"]],
    }
    assert client.post(reverse("planning:new"), {**chosen, "orders": []}).status_code == 422
    assert client.post(reverse("planning:new"), {**chosen, "days": "x"}).status_code == 422
    answer = client.post(reverse("planning:new"), chosen)
    proposal = Proposal.objects.get()
    assert answer.url == proposal.get_absolute_url()
    services.stop_improving(proposal, by=town.dispatcher)

    with django_assert_max_num_queries(20):
        shown = client.get(proposal.get_absolute_url())
    assert shown.context["planned"] == 7
    with django_assert_max_num_queries(12):
        assert client.get(reverse("planning:list")).status_code == 200
    assert client.get(proposal.get_absolute_url(), headers={"HX-Request": "true"}).status_code == 200

    item = proposal.items.first()
    for step in ("lock", "unlock", "leave-out", "take-back"):
        assert (
            client.post(reverse("planning:item_step", args=[proposal.pk, item.pk, step])).status_code == 302
        )
    assert (
        client.post(reverse("planning:item_step", args=[proposal.pk, item.pk, "take-back"])).status_code
        == 409
    )
    assert client.post(reverse("planning:item_step", args=[proposal.pk, item.pk, "shout"])).status_code == 404
    assert client.get(reverse("planning:step", args=[proposal.pk, "discard"])).status_code == 405
    other = proposal.items.exclude(pk=item.pk).filter(present_technician=None).first()
    town.step(other.order, "cancel")
    refused = client.post(reverse("planning:publish", args=[proposal.pk]))
    assert (refused.status_code, other.order.number in refused.content.decode()) == (409, True)
    published = client.post(reverse("planning:publish", args=[proposal.pk]), {"without_changed": "1"})
    assert published.status_code == 302
    assert client.post(reverse("planning:step", args=[proposal.pk, "discard"])).status_code == 409

    client.force_login(factories.person("dispatcher", at=town.other_dealer))
    assert client.get(proposal.get_absolute_url()).status_code == 404
    client.force_login(town.technician)
    assert client.get(reverse("planning:list")).status_code == 403


def test_managers_edit_the_tables_of_their_organisations(town, client, django_assert_max_num_queries):
    client.force_login(town.manager)
    zone = {
        "organization": town.dealer.pk,
        "name": "老城",
        "divisions": "330106， 330102",
        "speed": 18,
        "handling_minutes": 8,
    }

    assert client.post(reverse("planning:setting_new", args=["speeds"]), zone).status_code == 302
    assert SpeedZone.objects.get().divisions == ["330106", "330102"]
    for wrong in ({"divisions": "西湖"}, {"speed": 0}, {"organization": town.other_dealer.pk}):
        assert (
            client.post(reverse("planning:setting_new", args=["speeds"]), {**zone, **wrong}).status_code
            == 422
        )
    time_row = {"organization": town.dealer.pk, "job": "repair", "minutes": 90}
    assert client.post(reverse("planning:setting_new", args=["times"]), time_row).status_code == 302
    assert client.post(reverse("planning:setting_new", args=["times"]), time_row).status_code == 422
    costs = client.get(reverse("planning:setting_new", args=["costs"])).context["form"].initial
    costs = {name: value for name, value in costs.items() if value is not None}
    costs |= {
        "organization": town.dealer.pk,
        "improve_seconds": 5,
        "lunch_from": "11:30",
        "lunch_to": "11:00",
    }
    assert client.post(reverse("planning:setting_new", args=["costs"]), costs).status_code == 422
    assert (
        client.post(
            reverse("planning:setting_new", args=["costs"]), {**costs, "lunch_to": "13:00"}
        ).status_code
        == 302
    )

    with django_assert_max_num_queries(12):
        assert client.get(reverse("planning:settings")).status_code == 200
    row = UsualTime.objects.get()
    assert client.get(reverse("planning:setting_edit", args=["times", row.pk])).status_code == 200
    assert client.post(reverse("planning:setting_remove", args=["times", row.pk])).status_code == 302
    assert client.get(reverse("planning:setting_new", args=["nothing"])).status_code == 404
    above = PlanningSettings.objects.get(organization=town.head)
    assert client.get(reverse("planning:setting_edit", args=["costs", above.pk])).status_code == 404
    client.force_login(town.dispatcher)
    assert client.get(reverse("planning:settings")).status_code == 403


def test_times_are_set_only_for_visits_to_come_and_by_dispatchers(town):
    one = town.step(order(town, 1), "assign", technician=town.technician)

    visit = plan_times(one, starts_at=at(9), ends_at=at(10), by=town.dispatcher)

    assert (visit.planned_from, visit.planned_to) == (at(9), at(10))
    with pytest.raises(ValidationError):
        plan_times(one, starts_at=at(10), ends_at=at(9), by=town.dispatcher)
    with pytest.raises(PermissionDenied):
        plan_times(one, starts_at=at(9), ends_at=at(11), by=town.technician)
