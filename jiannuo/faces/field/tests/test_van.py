"""The van on the phone: what is taken along of it, and a part that was gone when a step arrived."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiannuo.faces.field.tests.test_offline import GREETING_QUERIES, PACK_QUERIES
from jiannuo.office.notices.models import Notice
from jiannuo.operations.parts.services import count, receive
from jiannuo.operations.workorders.services import add_line
from jiannuo.operations.workorders.tests.vans import Vans
from jiannuo.registry.products.models import PartListLine, SparePart


@pytest.fixture
def vans(firm):
    return Vans(firm)


@pytest.fixture
def phone(client, firm):
    client.force_login(firm.technician)
    return client


def hello(phone):
    return phone.get(reverse("field:hello")).json()


def take(phone, order):
    return phone.get(reverse("field:take", args=[order.number])).json()


def send(phone, order, step, **data):
    return phone.post(reverse("field:send", args=[order.number, step]), data)


def part(vans, key="k-1", quantity="1", source="van", **more):
    return {"part": vans.part.pk, "quantity": quantity, "source": source, "key": key, **more}


# Taken along


def test_a_greeting_carries_the_own_van_with_everything_in_it(firm, vans, phone):
    vans.of(firm.technician, 2)
    vans.of(firm.colleague, 5)

    van = hello(phone)["van"]

    wanted = {"id": vans.part.pk, "code": "P-100", "name": "压缩机 1.5P", "unit": "件", "quantity": "2"}
    assert van == [wanted]


@pytest.mark.parametrize(("loaded", "said"), [(None, None), (0, [])])
def test_no_van_is_told_apart_from_an_empty_one(firm, vans, phone, loaded, said):
    if loaded is not None:
        vans.of(firm.technician, loaded)

    assert hello(phone)["van"] == said


def test_a_pack_puts_what_is_in_the_van_first_also_before_the_work(firm, vans, phone):
    listed = SparePart.objects.create(code="A-1", name="电容", list_price="20")
    tape = SparePart.objects.create(code="Z-1", name="胶带", kind="consumable")
    for one in (listed, vans.part):
        PartListLine.objects.create(model=firm.unit.model, part=one)
    vans.of(firm.technician, 2)
    vans.of(firm.technician, 4, tape)
    order = firm.order_in("accepted")

    pack = take(phone, order)

    specs = {spec["name"]: spec for spec in pack["forms"]["part"]}
    assert [label for _key, label in specs["part"]["choices"]] == [
        "P-100 压缩机 1.5P",
        "Z-1 胶带",
        "A-1 电容",
    ]
    assert "source" not in specs
    assert pack["van"] == {str(vans.part.pk): "2", str(tape.pk): "4"}
    assert str(tape.pk) in pack["catalogue"]["parts"]


def test_the_word_of_a_job_changes_with_which_parts_are_in_the_van_not_with_how_many(firm, vans, phone):
    van = vans.of(firm.technician, 2)
    order = firm.order_in("on_site")
    words = [hello(phone)["jobs"][order.number]]
    receive(van, vans.part, 1, by=vans.keeper)
    words.append(hello(phone)["jobs"][order.number])
    receive(van, SparePart.objects.create(code="N-1", name="新件"), 1, by=vans.keeper)
    words.append(hello(phone)["jobs"][order.number])

    assert words[0] == words[1] != words[2]


def test_a_van_full_of_parts_keeps_the_budgets(firm, vans, phone, client, django_assert_max_num_queries):
    order = firm.order_in("on_site")
    take(phone, order)  # the engine of the promises is made once
    for number in range(12):
        one = SparePart.objects.create(code=f"B-{number}", name="件", list_price="1")
        vans.of(firm.technician, 3, one)
        for _time in range(2):
            data = {"kind": "parts", "part": one, "quantity": 1, "source": "van"}
            add_line(order, data, by=firm.technician)

    with django_assert_max_num_queries(PACK_QUERIES):
        assert len(take(phone, order)["van"]) == 12
    with django_assert_max_num_queries(GREETING_QUERIES):
        assert len(hello(phone)["van"]) == 12
    client.force_login(firm.dispatcher)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("workorders:detail", args=[order.number])).status_code == 200


# Taken over


def test_a_part_from_the_van_sent_twice_is_drawn_once(firm, vans, phone):
    vans.of(firm.technician, 2)
    order = firm.order_in("on_site")

    answers = [send(phone, order, "part", **part(vans)).json() for _time in range(2)]

    assert [answer.get("again", False) for answer in answers] == [False, True]
    assert (vans.left(), vans.moves()) == (1, [-1])
    line = take(phone, order)["lines"][0]
    assert (line["source"], line["part"]) == ("van", vans.part.pk)


def test_a_line_removed_on_the_phone_puts_the_part_back(firm, vans, phone):
    vans.of(firm.technician, 2)
    order = firm.order_in("on_site")
    send(phone, order, "part", **part(vans))

    send(phone, order, "line_remove", line=order.lines.get().pk, key="k-2")

    assert vans.left() == 2


def test_an_added_item_may_come_from_the_van(firm, vans, phone):
    vans.of(firm.technician, 2)
    order = firm.order_in("on_site")

    answer = send(phone, order, "added", **part(vans, kind="parts", consented_by="张伟"))

    assert (answer.status_code, vans.left()) == (200, 1)


def test_a_part_that_is_gone_from_the_van_comes_back_as_a_conflict_and_may_be_kept(
    firm, vans, phone, django_capture_on_commit_callbacks
):
    van = vans.of(firm.technician, 1)
    order = firm.order_in("on_site")
    count(van, vans.part, 0, by=vans.keeper, reason="盘点")

    refused = send(phone, order, "part", **part(vans))
    with django_capture_on_commit_callbacks(execute=True):
        kept = [send(phone, order, "part", **part(vans, "k-2", source="", gone="1")) for _time in range(2)]

    assert (refused.status_code, refused.json()["code"]) == (409, "part_gone")
    assert "P-100" in refused.json()["details"][0]
    assert [answer.status_code for answer in kept] == [200, 200]
    line = order.lines.get()
    assert (line.source, line.drawn, vans.moves()) == ("", None, [])
    assert Notice.objects.filter(person=vans.keeper, kind="orders.part_missing").count() == 1
    assert order.timeline.filter(kind="change", text__contains="车上已没有").count() == 1


def test_a_conflict_changes_nothing_and_its_key_may_come_again(firm, vans, phone):
    van = vans.of(firm.technician, 0)
    order = firm.order_in("on_site")
    assert send(phone, order, "part", **part(vans)).status_code == 409
    assert not order.done_steps.exists()
    receive(van, vans.part, 1, by=vans.keeper)

    assert send(phone, order, "part", **part(vans)).status_code == 200
    assert vans.left() == 0


# The page of the job


def test_the_page_of_the_job_takes_from_the_van_by_itself_and_keeps_what_was_typed(firm, vans, phone):
    vans.of(firm.technician, 1)
    order = firm.order_in("on_site")
    address = reverse("field:step", args=[order.number, "part"])
    page = phone.get(reverse("field:job", args=[order.number]))

    refused = phone.post(address, part(vans, quantity="2", source="auto", new_serial="N-77"))
    done = phone.post(address, part(vans, "k-2", source="auto"))
    after = phone.get(reverse("field:job", args=[order.number]))

    assert "P-100 压缩机 1.5P · 车上 1" in page.content.decode()
    assert (refused.status_code, "N-77" in refused.content.decode()) == (422, True)
    assert "车上只有 1" in refused.content.decode()
    assert done.status_code == 302
    assert vans.left() == 0
    assert "· 车上" not in after.content.decode()
