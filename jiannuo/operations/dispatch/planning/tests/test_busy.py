"""Nobody is in two places at once: orders that stay, helpers, lengths that were set, lunch."""

from __future__ import annotations

import pytest

from jiannuo.operations.dispatch.planning import services
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.dispatch.planning.tests.town import at, given, order, propose
from jiannuo.operations.workforce.models import Shift
from jiannuo.operations.workorders.models import Visit
from jiannuo.operations.workorders.services import plan_times

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
