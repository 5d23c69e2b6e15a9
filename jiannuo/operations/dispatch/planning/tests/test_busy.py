"""Nobody is in two places at once: orders that stay, helpers, lengths that were set, lunch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.operations.dispatch.planning import services
from jiannuo.operations.dispatch.planning.choosing import Choice
from jiannuo.operations.dispatch.planning.facts import gather
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.dispatch.planning.tests.town import TOMORROW, at, given, order, propose
from jiannuo.operations.workforce.models import Shift, Technician
from jiannuo.operations.workorders.models import Visit
from jiannuo.operations.workorders.services import change_visit, plan_times, set_crew

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone(town):
    """A town in which only one technician is at work."""
    Shift.objects.exclude(technician__user=town.technician).delete()
    return town


def planned(town, one, begins, ends):
    """The order in the technician's day."""
    one = town.step(one, "assign", technician=town.technician)
    plan_times(one, starts_at=begins, ends_at=ends, by=town.dispatcher)
    one.refresh_from_db()
    return one


def double_booked():
    """Pairs of open visits at which a person would be at the same time."""
    rows = list(Visit.objects.filter(ended_at__isnull=True, planned_from__isnull=False))
    people = {visit.pk: {visit.technician_id, *visit.crew.values_list("pk", flat=True)} for visit in rows}
    return [
        (one.order.number, other.order.number)
        for one in rows
        for other in rows
        if one.pk < other.pk
        and people[one.pk] & people[other.pk]
        and one.planned_from < other.planned_to
        and other.planned_from < one.planned_to
    ]


def test_an_order_without_a_place_stays_and_the_others_are_planned_around_it(alone):
    lost = order(alone, latitude=None, longitude=None, address="")
    planned(alone, lost, at(8), at(16))
    order(alone, 2)

    proposal = propose(alone)
    services.publish(proposal, by=alone.dispatcher)

    assert proposal.items.get(order=lost).reason == "no_place"
    assert proposal.items.exclude(order=lost).get().starts_at >= at(16)
    assert not double_booked()


def test_an_order_that_does_not_fit_any_more_keeps_its_time(alone):
    far = planned(alone, order(alone, 1, latitude=35.0), at(8), at(17))
    other = order(alone, 2)

    proposal = propose(alone)

    assert proposal.items.get(order=far).reason == "too_far"
    assert proposal.items.get(order=other).technician is None


def test_an_order_for_which_the_day_is_too_full_keeps_its_time(alone):
    long = planned(alone, order(alone, 1), at(8, 30), at(17, 30))
    urgent = [order(alone, number, severity="A") for number in range(2, 6)]

    proposal = propose(alone)

    items = {item.order_id: item for item in proposal.items.all()}
    assert (items[long.pk].technician is None) != any(items[one.pk].technician for one in urgent)


def test_what_was_left_out_keeps_its_time(alone):
    kept, other = planned(alone, order(alone, 1), at(8), at(17, 30)), order(alone, 2)
    proposal = propose(alone)
    item = proposal.items.get(order=kept)
    services.leave_out(proposal, item.pk, by=alone.dispatcher)
    # as if another order had been put into that time before
    proposal.items.filter(order=other).update(
        technician=alone.technician, starts_at=at(10), ends_at=at(11), reason=""
    )

    with pytest.raises(services.PlanChanged) as refused:
        services.publish(proposal, by=alone.dispatcher)

    assert [one.number for one in refused.value.conflicts] == [other.number]
    assert kept.number in refused.value.conflicts[0].text


def test_publishing_without_what_was_changed_leaves_out_what_it_stands_in_the_way_of(alone):
    changed, other = order(alone, 1), order(alone, 2)
    proposal = propose(alone)
    item = proposal.items.get(order=other)
    planned(alone, changed, item.starts_at, item.ends_at)

    services.publish(proposal, by=alone.dispatcher, without_changed=True)

    proposal.refresh_from_db()
    other.refresh_from_db()
    assert other.state == "ready"
    assert all(one.number in proposal.message for one in (changed, other))
    assert not double_booked()


def test_what_the_proposal_was_planned_around_may_have_moved(alone):
    around, one = planned(alone, order(alone, 1), at(8), at(12)), order(alone, 2)
    proposal = propose(alone, orders=[one])
    item = proposal.items.get()
    plan_times(around, starts_at=item.starts_at, ends_at=item.ends_at, by=alone.dispatcher)

    with pytest.raises(services.PlanChanged):
        services.publish(proposal, by=alone.dispatcher)


def test_improving_keeps_the_time_of_what_stays_and_plans_what_was_taken_back(alone):
    lost = order(alone, latitude=None, longitude=None, address="")
    planned(alone, lost, at(8), at(15))
    told = given(alone, order(alone, 2), hour=15)
    order(alone, 3)
    proposal = propose(alone)
    item = proposal.items.get(order=told)
    services.leave_out(proposal, item.pk, by=alone.dispatcher)
    services.take_back(proposal, item.pk, by=alone.dispatcher)

    services.improve_more(proposal, by=alone.dispatcher)
    proposing.run(proposal.pk)
    services.publish(proposal, by=alone.dispatcher)

    assert proposal.items.get(order=told).technician == alone.technician
    assert proposal.items.get(order=lost).reason == "no_place"
    assert not double_booked()


@pytest.mark.parametrize("locked", [True, False])
def test_a_visit_keeps_the_length_that_was_set_for_it(town, locked):
    one = planned(town, order(town, 1), at(9), at(13))
    change_visit(one, by=town.dispatcher, locked=locked)

    services.publish(propose(town), by=town.dispatcher)

    visit = one.visits.get(ended_at__isnull=True)
    assert visit.planned_to - visit.planned_from == timedelta(hours=4)
    if locked:
        assert (visit.planned_from, visit.locked) == (at(9), True)


def test_who_helps_with_another_order_is_busy(town):
    busy = planned(town, order(town, 1), at(8), at(17, 50))
    set_crew(busy, [town.colleague], by=town.dispatcher)
    one = order(town, 2)

    proposal = propose(town, orders=[one])

    assert proposal.items.get().technician is None


def test_who_helps_with_a_locked_order_is_busy(town):
    busy = planned(town, order(town, 1), at(9), at(17))
    change_visit(busy, by=town.dispatcher, locked=True)
    set_crew(busy, [town.colleague], by=town.dispatcher)
    orders = [order(town, number) for number in range(2, 8)]

    proposal = propose(town)
    services.publish(proposal, by=town.dispatcher)

    items = proposal.items.filter(order__in=orders, technician__isnull=False)
    assert not items.filter(starts_at__lt=at(17), ends_at__gt=at(9)).exists()
    assert not double_booked()


def test_a_crew_that_is_elsewhere_is_named_when_publishing(town):
    helped, other = order(town, 1), order(town, 2)
    planned(town, helped, at(9), at(10))
    set_crew(helped, [town.colleague], by=town.dispatcher)
    proposal = propose(town)
    for one, person in ((helped, town.technician), (other, town.colleague)):
        proposal.items.filter(order=one).update(technician=person, starts_at=at(9), ends_at=at(10), reason="")

    with pytest.raises(services.PlanChanged) as refused:
        services.publish(proposal, by=town.dispatcher)

    conflict = refused.value.conflicts[0]
    assert (conflict.number, other.number in conflict.text) == (helped.number, True)
    assert str(town.colleague) in conflict.text


def breaks(town, now=None):
    """Pauses of the technician's shift of tomorrow: hours from, until, and minutes."""
    people = list(Technician.objects.filter(user=town.technician).select_related("user", "organization"))
    facts = gather(Choice(town.dealer, TOMORROW, 1, people, [order(town, 1)]), now=now)
    (technician,) = facts.problem.technicians
    return [(one.begins / 60, one.ends / 60, one.minutes) for one in technician.shifts[0].breaks]


def test_the_break_of_the_roster_goes_before_the_lunch_of_the_settings(town):
    assert breaks(town) == [(11.5, 13.5, 45)]

    Shift.objects.update(break_from=at(14), break_to=at(15))

    assert breaks(town) == [(14, 15, 60)]


def test_a_lunch_that_is_still_due_stays_when_the_day_is_planned_anew(town):
    assert breaks(town, now=at(12)) == [(12, 13.5, 45)]
    assert breaks(town, now=at(13)) == []  # too late: it was taken before

    Shift.objects.update(break_from=at(14), break_to=at(15))

    assert breaks(town, now=at(13)) == [(14, 15, 60)]
    assert breaks(town, now=at(14, 30)) == []


def test_nobody_is_proposed_during_the_break_of_the_roster(alone):
    Shift.objects.update(break_from=at(12), break_to=at(14))
    for number in range(8):
        order(alone, number)

    proposal = propose(alone)

    items = proposal.items.filter(technician__isnull=False)
    assert items.filter(starts_at__gte=at(14)).exists()
    assert not items.filter(starts_at__lt=at(14), ends_at__gt=at(12)).exists()


def test_several_days_are_planned_and_published(alone):
    person = alone.technician.technician
    for number in (1, 2):
        day = TOMORROW + timedelta(days=number)
        Shift.objects.create(technician=person, starts_at=at(8, day=day), ends_at=at(18, day=day))
    kept = planned(alone, order(alone, 20), at(9, day=TOMORROW + timedelta(days=1)),
                   at(12, day=TOMORROW + timedelta(days=1)))  # fmt: skip
    change_visit(kept, by=alone.dispatcher, locked=True)
    orders = [order(alone, number) for number in range(18)]

    proposal = propose(alone, days=3, seconds=0.3)
    services.publish(proposal, by=alone.dispatcher)

    visits = list(Visit.objects.filter(order__in=orders, ended_at__isnull=True))
    days = {timezone.localdate(visit.planned_from) for visit in visits}
    assert len(days) > 1
    assert days <= {TOMORROW + timedelta(days=number) for number in range(3)}
    assert all(8 <= timezone.localtime(visit.planned_from).hour < 18 for visit in visits)
    assert all(visit.planned_to - visit.planned_from < timedelta(hours=10) for visit in visits)
    stays = kept.visits.get(ended_at__isnull=True)
    assert stays.planned_to - stays.planned_from == timedelta(hours=3)
    assert not double_booked()
