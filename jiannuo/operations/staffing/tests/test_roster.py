"""A duty of the roster counts where work is planned: on the board, in suitability, for an emergency at night."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from jiannuo.operations.dispatch.board.absence import options_for
from jiannuo.operations.dispatch.board.facts import facts_for
from jiannuo.operations.dispatch.queries import need_of, suitable
from jiannuo.operations.staffing.models import StandbyDuty
from jiannuo.operations.workforce.models import Shift
from jiannuo.operations.workorders.tests import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: Any) -> Any:
    """Two technicians at work tomorrow by day; one is on standby in the night after."""
    firm = scene.build()
    for person in (firm.technician, firm.colleague):
        Shift.objects.create(
            technician=person.technician, starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(17)
        )
    StandbyDuty.objects.create(
        organization=firm.dealer,
        person=firm.technician,
        kind="night",
        starts_at=scene.tomorrow(17),
        ends_at=scene.tomorrow(17) + timedelta(hours=15),
    )
    return firm


def codes(warnings: Any) -> set[str]:
    return {one.code for one in warnings}


def test_suitability_knows_who_is_on_standby(firm):
    order = firm.order()
    need = need_of(order, scene.tomorrow(21), scene.tomorrow(22))

    fits = {fit.candidate.key: fit for fit in suitable(order, need, user=firm.dispatcher)}

    assert "standby" in codes(fits[firm.technician.pk].notes)
    assert "no_shift" not in codes(fits[firm.technician.pk].notes)
    assert "no_shift" in codes(fits[firm.colleague.pk].notes)


def test_an_emergency_at_night_is_offered_to_who_is_on_standby_first(firm):
    order = firm.order()
    begins = scene.tomorrow(0)
    facts = facts_for(firm.dispatcher, begins, begins + timedelta(days=2), orders=[order.pk])
    slot = facts.slot_of(facts.waiting[0], 0, scene.tomorrow(21), scene.tomorrow(22))

    first, *_others = options_for(slot, facts)

    assert first.technician.user == firm.technician
    assert first.slot.begins == scene.tomorrow(21)
    assert "no_shift" not in codes(first.warnings)


def test_in_a_full_night_the_next_free_time_of_the_standby_is_offered(firm):
    order = firm.order()
    begins = scene.tomorrow(0)
    facts = facts_for(firm.dispatcher, begins, begins + timedelta(days=2), orders=[order.pk])
    slot = facts.slot_of(facts.waiting[0], 0, scene.tomorrow(21), scene.tomorrow(22))
    facts.slots[-1] = facts.slot_of(
        {**facts.waiting[0], "pk": -1}, firm.technician.pk, scene.tomorrow(20), scene.tomorrow(23)
    )

    options = {one.technician.user_id: one.slot.begins for one in options_for(slot, facts)}

    assert options[firm.technician.pk] == scene.tomorrow(23)


def test_the_board_shows_the_duty_and_notices_when_it_goes(firm, client):
    client.force_login(firm.dispatcher)
    query = {"day": scene.tomorrow(0).date().isoformat()}
    pulse = client.get(reverse("dispatch:board_pulse"), query)["ETag"]

    back = json.loads(client.get(reverse("dispatch:board_data"), query).content)["back"]

    own = [one for one in back if one["p"] == firm.technician.pk]
    assert [one["k"] for one in own] == ["standby", "shift"]
    assert own[0]["f"].endswith("T17:00")
    StandbyDuty.objects.all().delete()
    assert client.get(reverse("dispatch:board_pulse"), query)["ETag"] != pulse
