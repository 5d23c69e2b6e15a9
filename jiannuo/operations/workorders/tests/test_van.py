"""Parts out of the technician's van: drawn with the line, corrected with it, put back when it goes."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jiannuo.office.notices.models import Notice
from jiannuo.operations.parts.queries import in_van
from jiannuo.operations.parts.services import PartGone, count
from jiannuo.operations.workorders.queries import parts_for
from jiannuo.operations.workorders.services import (
    KeyReused,
    add_line,
    add_missing_part,
    once,
    remove_line,
    update_line,
)
from jiannuo.operations.workorders.services.benching import put_fee_instead
from jiannuo.operations.workorders.tests.vans import Vans
from jiannuo.registry.products.models import PartListLine, SparePart
from jiannuo.testing import factories


@pytest.fixture
def vans(firm):
    return Vans(firm)


def part_line(vans, quantity=1, source="van", **more):
    return {"kind": "parts", "part": vans.part, "quantity": quantity, "source": source, **more}


# Drawing


def test_a_part_from_the_van_is_drawn_with_its_line(firm, vans):
    vans.of(firm.technician, 3)
    order = firm.order_in("on_site")

    line = add_line(order, part_line(vans, 2), by=firm.technician)

    assert (line.source, vans.left()) == ("van", 1)
    entry = line.drawn
    assert (entry.quantity, entry.document_id, entry.by, entry.cause) == (
        -2,
        order.pk,
        firm.technician,
        "used",
    )


SOURCES = [
    # wanted, how many in the van, how many used, source, left
    ("auto", 3, 1, "van", 2),
    ("auto", 0, 1, "", 0),
    ("auto", None, 1, "", 0),
    ("", 3, 1, "", 3),
    (None, 3, 1, "", 3),
]


@pytest.mark.parametrize(("wanted", "loaded", "used", "source", "left"), SOURCES)
def test_where_a_part_comes_from(firm, vans, wanted, loaded, used, source, left):
    if loaded is not None:
        vans.of(firm.technician, loaded)
    order = firm.order_in("on_site")
    data = part_line(vans, used, wanted)
    if wanted is None:
        del data["source"]

    line = add_line(order, data, by=firm.technician)

    assert (line.source, line.drawn is None, vans.left()) == (source, source == "", left)


@pytest.mark.parametrize(("source", "loaded"), [("van", 1), ("van", 0), ("van", None), ("auto", 1)])
def test_more_than_the_van_has_is_refused_with_words_and_nothing_is_kept(firm, vans, source, loaded):
    if loaded is not None:
        vans.of(firm.technician, loaded)
    order = firm.order_in("on_site")

    with pytest.raises(PartGone) as refused:
        add_line(order, part_line(vans, 2, source), by=firm.technician)

    assert refused.value.code == "part_gone"
    assert "P-100" in refused.value.messages[0]
    assert (order.lines.count(), vans.left(), vans.moves()) == (0, loaded or 0, [])


def test_parts_of_others_are_not_touched(firm, vans):
    vans.of(firm.technician, 0)
    vans.of(firm.colleague, 3)
    order = firm.order_in("on_site")

    with pytest.raises(PartGone):
        add_line(order, part_line(vans), by=firm.technician)

    assert vans.left(firm.colleague) == 3


def test_what_the_office_records_comes_from_the_van_of_the_technician(firm, vans):
    vans.of(firm.technician, 1)
    order = firm.order_in("completed")

    line = add_line(order, part_line(vans), by=firm.dispatcher)

    assert (line.drawn.location.person, line.drawn.by) == (firm.technician, firm.dispatcher)


@pytest.mark.parametrize("state", ["ready", "dispatched", "accepted", "travelling"])
def test_what_is_planned_before_the_work_takes_nothing_from_a_van(firm, vans, state):
    vans.of(firm.technician, 3)
    order = firm.order_in(state)

    with pytest.raises(ValidationError, match="技术员到场"):
        add_line(order, part_line(vans), by=firm.dispatcher)
    line = add_line(order, part_line(vans, source="auto"), by=firm.dispatcher)

    assert (line.source, vans.left()) == ("", 3)


def test_what_is_not_in_the_list_and_what_is_no_part_comes_from_elsewhere(firm, vans):
    vans.of(firm.technician, 3)
    order = firm.order_in("on_site")

    with pytest.raises(ValidationError) as refused:
        add_line(order, {"kind": "parts", "description": "铜管", "source": "van"}, by=firm.technician)
    lines = [
        add_line(order, {"kind": "parts", "description": "铜管", "source": "auto"}, by=firm.technician),
        add_line(order, {"kind": "travel", "description": "交通", "source": "van"}, by=firm.technician),
    ]

    assert "source" in refused.value.error_dict
    assert [line.source for line in lines] == ["", ""]


# Correcting

CHANGES = [
    # before, what is changed, left of three, ledger
    (2, {"quantity": 1}, 2, [-2, 1]),
    (1, {"quantity": 3}, 0, [-1, 1, -3]),
    (1, {"description": "压缩机"}, 2, [-1]),
    (3, {"source": "auto"}, 0, [-3]),
    (2, {"source": ""}, 3, [-2, 2]),
    (2, {"kind": "other", "description": "支架"}, 3, [-2, 2]),
]


@pytest.mark.parametrize(("before", "changed", "left", "ledger"), CHANGES)
def test_a_changed_line_corrects_the_ledger(firm, vans, before, changed, left, ledger):
    vans.of(firm.technician, 3)
    order = firm.order_in("on_site")
    line = add_line(order, part_line(vans, before), by=firm.technician)

    line = update_line(line, changed, by=firm.technician)

    assert (vans.left(), vans.moves()) == (left, ledger)
    assert (line.drawn is None) is (line.source == "")


def test_several_changes_of_one_line_leave_what_the_line_says(firm, vans):
    vans.of(firm.technician, 5)
    line = add_line(firm.order_in("on_site"), part_line(vans, 4), by=firm.technician)

    for quantity in (3, 2, 5, 1, 2):
        line = update_line(line, {"quantity": quantity}, by=firm.technician)
        assert vans.left() == 5 - quantity
    remove_line(line, by=firm.technician)

    assert vans.left() == 5


def test_another_part_is_drawn_in_place_of_the_first(firm, vans):
    other = SparePart.objects.create(code="P-200", name="电容", list_price="20.00")
    vans.of(firm.technician, 1)
    vans.of(firm.technician, 1, other)
    line = add_line(firm.order_in("on_site"), part_line(vans), by=firm.technician)

    line = update_line(line, {"part": other}, by=firm.technician)

    assert (line.drawn.part, in_van(firm.technician)) == (other, {vans.part.pk: 1})


def test_a_change_that_the_van_cannot_serve_changes_nothing(firm, vans):
    vans.of(firm.technician, 2)
    line = add_line(firm.order_in("on_site"), part_line(vans, 1), by=firm.technician)

    with pytest.raises(PartGone):
        update_line(line, {"quantity": 3}, by=firm.technician)

    line.refresh_from_db()
    assert (line.quantity, vans.left(), vans.moves()) == (1, 1, [-1])


def test_more_is_not_taken_from_the_van_of_somebody_else(firm, vans):
    vans.of(firm.technician, 2)
    order = firm.order_in("on_site")
    line = add_line(order, part_line(vans, 2), by=firm.technician)
    order = firm.step(order, "need_second_visit")
    firm.step(order, "assign", technician=firm.colleague)
    for step in ("accept", "set_out", "arrive"):
        order = firm.step(order, step, by=firm.colleague)

    with pytest.raises(ValidationError, match="另加一行"):
        update_line(line, {"quantity": 3}, by=firm.colleague)
    update_line(line, {"quantity": 1}, by=firm.colleague)

    assert vans.left() == 1


# Putting back


def test_a_line_that_is_removed_puts_its_part_back(firm, vans):
    vans.of(firm.technician, 3)
    line = add_line(firm.order_in("on_site"), part_line(vans, 2), by=firm.technician)

    remove_line(line, by=firm.technician)

    assert (vans.left(), vans.moves()) == (3, [-2, 2])


def test_a_cancelled_order_puts_everything_back_once(firm, vans):
    vans.of(firm.technician, 3)
    order = firm.order_in("on_site")
    line = add_line(order, part_line(vans, 2), by=firm.technician)
    add_line(order, part_line(vans, 1), by=firm.technician)
    order = firm.step(order, "pause")

    firm.step(order, "cancel", reason="客户退机")

    assert (vans.left(), vans.moves()) == (3, [-2, -1, 2, 1])
    assert line.drawn.corrections.get().note == "客户退机"


def test_an_order_that_two_did_puts_back_into_both_vans(firm, vans):
    vans.of(firm.technician, 2)
    vans.of(firm.colleague, 2)
    order = firm.order_in("on_site")
    add_line(order, part_line(vans, 2), by=firm.technician)
    order = firm.step(order, "need_second_visit")
    order = firm.step(order, "assign", technician=firm.colleague)
    for step in ("accept", "set_out", "arrive"):
        order = firm.step(order, step, by=firm.colleague)
    add_line(order, part_line(vans, 1), by=firm.colleague)
    order = firm.step(order, "pause", by=firm.colleague)

    firm.step(order, "cancel", reason="客户退机")

    assert (vans.left(), vans.left(firm.colleague)) == (2, 2)


def test_a_repair_that_was_refused_puts_its_parts_back(firm, vans):
    vans.of(firm.technician, 3)
    order = firm.order_in("on_site")
    add_line(order, part_line(vans, 2), by=firm.technician)

    put_fee_instead(order, None, by=firm.dispatcher)

    assert (vans.left(), order.lines.count()) == (3, 0)


def test_what_is_reviewed_stays(firm, vans):
    vans.of(firm.technician, 3)
    order = firm.order_in("on_site")
    line = add_line(order, part_line(vans, 1), by=firm.technician)
    for step in ("complete", "sign", "review"):
        order = firm.step(order, step)

    with pytest.raises(Exception, match=order.number):
        remove_line(line, by=firm.dispatcher)

    assert (vans.left(), order.lines.count()) == (2, 1)


# Sent twice, and gone


def test_a_step_sent_twice_draws_once(firm, vans):
    vans.of(firm.technician, 2)
    order, data = firm.order_in("on_site"), part_line(vans, 1, "auto")

    def send(quantity=1):
        body = {"part": vans.part.pk, "quantity": quantity}
        work = lambda: add_line(order, {**data, "quantity": quantity}, by=firm.technician)  # noqa: E731
        return once("k", order, "part", body, by=firm.technician, do=work)

    send()
    send()
    with pytest.raises(KeyReused):
        send(2)

    assert (vans.left(), order.lines.count()) == (1, 1)


def test_a_part_used_that_the_van_had_no_more_is_told_to_the_storekeepers(
    firm, vans, django_capture_on_commit_callbacks
):
    van = vans.of(firm.technician, 1)
    order = firm.order_in("on_site")
    count(van, vans.part, 0, by=vans.keeper, reason="盘点")

    with django_capture_on_commit_callbacks(execute=True):
        line = add_missing_part(order, part_line(vans, 1), by=firm.technician)

    assert (line.source, line.drawn) == ("", None)
    told = Notice.objects.get(person=vans.keeper, kind="orders.part_missing")
    assert (line.description in told.title, "车上已没有" in told.text) == (True, True)
    assert order.timeline.filter(kind="change", text__contains="车上已没有").exists()


# Choosing


def test_what_is_in_the_van_comes_first_with_what_fits_beside_the_list(
    firm, vans, django_assert_max_num_queries
):
    def part(code, **fields):
        return SparePart.objects.create(code=code, name=code, **fields)

    listed, second = part("A-1"), part("A-2")
    tape, same, foreign, loose = part("T", kind="consumable"), part("S"), part("F"), part("L")
    for one in (listed, second, tape):
        PartListLine.objects.create(model=firm.unit.model, part=one)
    sibling = factories.product_model(category=firm.unit.model.category)
    PartListLine.objects.create(model=sibling, part=same)
    PartListLine.objects.create(model=factories.product_model("appliance/washer"), part=foreign)
    for one in (second, same, foreign, loose):
        vans.of(firm.technician, 1, one)
    order = firm.order_in("on_site")

    with django_assert_max_num_queries(5):
        codes = [one.code for one in parts_for(order, in_van(firm.technician))]

    assert codes == ["A-2", "L", "S", "A-1", "T"]


# The pages of the office


def test_the_form_of_the_office_keeps_what_was_typed_when_the_part_is_gone(firm, vans, client):
    vans.of(firm.technician, 1)
    order = firm.order_in("on_site")
    client.force_login(firm.dispatcher)
    address = reverse("workorders:line_new", args=[order.number])
    sent = {"kind": "parts", "part": vans.part.pk, "quantity": "2", "source": "van", "description": "急用"}

    shown = client.get(address)
    refused = client.post(address, sent)
    done = client.post(address, {**sent, "quantity": "1"})
    page = client.get(order.get_absolute_url(), follow=True)

    assert "车上 1" in shown.content.decode()
    assert refused.status_code == 422
    assert all(text in refused.content.decode() for text in ("急用", "P-100"))
    assert done.status_code == 302
    assert "车上" in page.content.decode()
    assert vans.left() == 0


def test_without_a_van_nothing_is_asked(firm, client):
    order = firm.order_in("on_site")
    client.force_login(firm.dispatcher)

    page = client.get(reverse("workorders:line_new", args=[order.number]))

    assert 'type="hidden" name="source"' in page.content.decode()
