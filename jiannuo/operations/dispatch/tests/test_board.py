"""The board: placing orders, what speaks against it, and dispatchers who are not alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.services import StaleDocument
from jiannuo.operations.dispatch.board import services as board
from jiannuo.operations.dispatch.board.services import Placement, Refused, ToConfirm
from jiannuo.operations.workforce.models import Absence, CertificateKind, Shift, Skill
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import jobs_of
from jiannuo.operations.workorders.services import change_visit, do
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
REASON = "客户同意"


@pytest.fixture
def shop(firm: Any) -> Any:
    """The company with two technicians at work tomorrow who can do everything of the unit."""
    for person in (firm.technician, firm.colleague):
        Skill.objects.create(technician=person.technician, category=firm.unit.model.category, level=4)
        Shift.objects.create(
            technician=person.technician, starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(18)
        )
    return firm


def placement(person: Any, hour: int, minutes: int = 60, **more: Any) -> Placement:
    begins = scene.tomorrow(hour)
    return Placement(person, begins, begins + timedelta(minutes=minutes), **more)


def put(firm: Any, order: Any, person: Any, hour: int, minutes: int = 60, **more: Any) -> WorkOrder:
    """Place without a word against it."""
    return board.place(order, placement(person, hour, minutes), by=firm.dispatcher, **more)


def codes(error: Any) -> set[str]:
    return {one.code for one in error.value.assessment.warnings}


def test_an_order_is_given_with_its_planned_time(shop):
    order = put(shop, shop.order(), shop.technician, 9)

    visit = open_visit(order)
    assert (order.state, order.technician) == ("dispatched", shop.technician)
    assert (visit.planned_from, visit.planned_to) == (scene.tomorrow(9), scene.tomorrow(10))
    assert visit.appointment_from is None


def test_a_move_in_time_keeps_the_visit_and_tells_the_technician(shop):
    order = put(shop, shop.order(), shop.technician, 9)
    visit = open_visit(order)

    order = put(shop, order, shop.technician, 11, version=order.version)

    assert open_visit(order).pk == visit.pk
    assert open_visit(order).planned_from == scene.tomorrow(11)
    assert shop.technician.notices.filter(kind="orders.moved").count() == 1
    assert order.timeline.filter(kind="change", text__contains="11:00").exists()


def test_a_move_to_somebody_else_opens_a_new_visit(shop):
    order = put(shop, shop.order(), shop.technician, 9)

    order = put(shop, order, shop.colleague, 9, version=order.version)

    assert order.technician == shop.colleague
    assert [visit.result for visit in order.visits.all()] == ["reassigned", ""]
    assert shop.technician.notices.filter(kind="orders.taken_away").exists()


def test_what_speaks_against_it_must_be_confirmed_with_a_reason(shop):
    first = put(shop, shop.order(), shop.technician, 9)
    order = shop.order()

    with pytest.raises(ToConfirm) as error:
        put(shop, order, shop.technician, 9)
    keys = {one.key for one in error.value.assessment.warnings}
    assert keys == {f"overlap:{first.pk}"}
    with pytest.raises(ToConfirm) as error:
        put(shop, order, shop.technician, 9, confirmed=keys)
    assert error.value.reason_missing
    order.refresh_from_db()
    assert order.state == "ready"

    order = put(shop, order, shop.technician, 9, confirmed=keys, reason=REASON)
    assert order.timeline.filter(text__contains=REASON).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda firm, order: Skill.objects.all().delete(), "skill_missing"),
        (
            lambda firm, order: Skill.objects.update(expires_on=timezone.localdate(), certificate="制冷证"),
            "certificate_expired",
        ),
        (lambda firm, order: Shift.objects.all().delete(), "no_shift"),
        (
            lambda firm, order: Absence.objects.create(
                technician=firm.technician.technician,
                starts_at=scene.tomorrow(7),
                ends_at=scene.tomorrow(19),
                reason="illness",
            ),
            "absent",
        ),
        (lambda firm, order: owe(order, "arrival"), "arrival_missed"),
        (lambda firm, order: owe(order, "repair"), "finish_missed"),
    ],
)
def test_each_thing_that_speaks_against_it_is_said(shop, change, code):
    order = shop.order()
    change(shop, order)

    with pytest.raises(ToConfirm) as error:
        put(shop, order, shop.technician, 9)

    assert code in codes(error)


def owe(order: Any, metric: str) -> None:
    Obligation.objects.create(
        organization=order.organization,
        document=order,
        metric=metric,
        state="open",
        started_at=timezone.now(),
        due_at=scene.tomorrow(8),
    )


def test_another_area_and_a_far_way_are_said(shop):
    shop.technician.technician.areas = ["110000"]
    shop.technician.technician.save()
    put(shop, shop.order(latitude=30.0, longitude=120.0), shop.technician, 9)
    far = shop.order(latitude=31.0, longitude=121.0)

    with pytest.raises(ToConfirm) as error:
        put(shop, far, shop.technician, 10)

    assert "journey" in codes(error)


def test_the_appointment_that_was_told_is_kept_in_sight(shop):
    order = do(
        shop.order(),
        "assign",
        by=shop.dispatcher,
        data={
            "technician": shop.technician,
            "appointment_from": scene.tomorrow(9),
            "appointment_to": scene.tomorrow(10),
        },
    )

    with pytest.raises(ToConfirm) as error:
        put(shop, order, shop.technician, 14)

    assert codes(error) == {"appointment"}


def test_a_stale_order_is_refused_and_what_the_other_did_is_told(shop):
    order = shop.order()
    put(shop, order, shop.colleague, 9)

    with pytest.raises(StaleDocument):
        put(shop, order, shop.technician, 9, version=order.version)

    told = board.what_happened(order)
    assert shop.dispatcher.name in told
    assert shop.colleague.name in told


@pytest.mark.parametrize("state", ["travelling", "on_site", "completed", "closed", "cancelled"])
def test_an_order_that_moved_on_is_refused(shop, state):
    order = shop.order_in(state)

    with pytest.raises(Refused):
        put(shop, order, shop.colleague, 15)


def test_a_locked_visit_stays_until_it_is_unlocked(shop):
    order = put(shop, shop.order(), shop.technician, 9)
    change_visit(order, by=shop.dispatcher, locked=True)

    with pytest.raises(Refused):
        put(shop, order, shop.technician, 12)
    change_visit(order, by=shop.dispatcher, locked=False)
    put(shop, order, shop.technician, 12)


def test_technicians_and_orders_of_another_dealer_are_out_of_reach(shop):
    other = factories.person("dispatcher", at=shop.other_dealer)
    order = shop.order()

    with pytest.raises(PermissionDenied):
        board.place(order, placement(shop.stranger, 9), by=other)
    with pytest.raises(Refused):
        put(shop, order, shop.stranger, 9)


@pytest.mark.parametrize(("hours", "minutes"), [((9, 9), 0), ((9, 9), 60 * 25)])
def test_an_impossible_time_is_refused(shop, hours, minutes):
    with pytest.raises(ValidationError):
        put(shop, shop.order(), shop.technician, hours[0], minutes)


def test_a_time_that_is_over_is_refused(shop):
    yesterday = timezone.now() - timedelta(days=1)

    with pytest.raises(ValidationError):
        board.place(
            shop.order(),
            Placement(shop.technician, yesterday, yesterday + timedelta(hours=1)),
            by=shop.dispatcher,
        )


# Crew


def test_the_crew_sees_the_order_and_does_not_record_it(shop):
    order = board.place(
        shop.order(), placement(shop.technician, 9, crew=(shop.colleague,)), by=shop.dispatcher
    )

    assert list(jobs_of(shop.colleague)) == [order]
    assert shop.colleague.notices.filter(kind="orders.helps").exists()
    with pytest.raises(PermissionDenied):
        do(order, "accept", by=shop.colleague)


def test_who_leaves_the_crew_no_longer_sees_the_order(shop):
    order = board.place(
        shop.order(), placement(shop.technician, 9, crew=(shop.colleague,)), by=shop.dispatcher
    )

    order = board.place(order, placement(shop.technician, 9, crew=()), by=shop.dispatcher)

    assert not jobs_of(shop.colleague).exists()
    assert shop.colleague.notices.filter(kind="orders.taken_away").exists()


def test_a_helper_is_busy_too(shop):
    board.place(shop.order(), placement(shop.technician, 9, crew=(shop.colleague,)), by=shop.dispatcher)

    with pytest.raises(ToConfirm) as error:
        put(shop, shop.order(), shop.colleague, 9)

    assert codes(error) == {"overlap_with"}


def test_a_helper_of_another_organisation_is_refused(shop):
    head = factories.person("dispatcher", at=shop.head)

    with pytest.raises(ValidationError):
        board.place(shop.order(), placement(shop.technician, 9, crew=(shop.stranger,)), by=head)


# Emergencies


def test_an_insertion_says_who_is_affected_and_moves_them(shop):
    later = do(
        shop.order(),
        "assign",
        by=shop.dispatcher,
        data={
            "technician": shop.technician,
            "appointment_from": scene.tomorrow(9),
            "appointment_to": scene.tomorrow(9) + timedelta(minutes=30),
            "planned_from": scene.tomorrow(9),
            "planned_to": scene.tomorrow(10),
        },
    )
    emergency = shop.order(severity="critical")

    with pytest.raises(ToConfirm) as error:
        put(shop, emergency, shop.technician, 9, minutes=90, push=True)
    (affected,) = error.value.assessment.shifted
    assert (affected.slot.order, affected.late_minutes) == (later.pk, 60)
    keys = {one.key for one in error.value.assessment.pushed_warnings}

    put(shop, emergency, shop.technician, 9, 90, push=True, confirmed=keys, reason="停机")

    visit = open_visit(later)
    assert visit.planned_from == scene.tomorrow(10) + timedelta(minutes=30)
    assert visit.appointment_from == scene.tomorrow(9)


def test_a_locked_visit_is_named_and_not_moved(shop):
    later = put(shop, shop.order(), shop.technician, 9)
    change_visit(later, by=shop.dispatcher, locked=True)

    with pytest.raises(ToConfirm) as error:
        put(shop, shop.order(severity="critical"), shop.technician, 9, push=True)

    (affected,) = error.value.assessment.shifted
    assert not affected.moves
    assert {one.code for one in error.value.assessment.pushed_warnings} == {"overlap_with"}


def test_who_is_affected_may_change_meanwhile_and_must_be_seen_anew(shop):
    first = put(shop, shop.order(), shop.technician, 9)
    emergency = shop.order(severity="critical")
    with pytest.raises(ToConfirm) as error:
        put(shop, emergency, shop.technician, 9, push=True)
    keys = {one.key for one in error.value.assessment.pushed_warnings}
    put(shop, shop.order(), shop.technician, 10)  # somebody else plans what comes after it

    with pytest.raises(ToConfirm):
        put(shop, emergency, shop.technician, 9, push=True, confirmed=keys, reason="停机")
    assert open_visit(first).planned_from == scene.tomorrow(9)


# Back to those that wait


def test_an_order_is_taken_back_with_a_reason(shop, client):
    order = put(shop, shop.order(), shop.technician, 9)
    client.force_login(shop.dispatcher)
    url = reverse("dispatch:board_take_back", args=[order.number])

    assert client.post(url, {"version": order.version}).status_code == 409
    assert client.post(url, {"version": order.version, "reason": "改日"}).status_code == 204

    order.refresh_from_db()
    assert (order.state, order.technician) == ("ready", None)
    assert shop.technician.notices.filter(kind="orders.taken_away").exists()


def test_without_a_certificate_that_the_product_needs_it_is_refused(shop):
    kind = CertificateKind.objects.create(name="制冷作业证")
    kind.categories.add(shop.unit.model.category)
    order = shop.order()

    with pytest.raises(Refused) as error:
        put(shop, order, shop.technician, 9)

    assert "制冷作业证" in str(error.value)
