"""The van on the phone without network: parts counted down, and a part that was gone when the step arrived."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from jiannuo.faces.field.tests.test_app import TOO_SMALL, Phone
from jiannuo.office.notices.models import Notice
from jiannuo.operations.parts.services import count
from jiannuo.operations.workorders.tests import scene
from jiannuo.operations.workorders.tests.vans import Vans
from jiannuo.registry.products.models import PartListLine, SparePart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def firm(transactional_db):
    return scene.build()


@pytest.fixture
def vans(firm):
    """A van with three compressors and a roll of tape, which the model does not list."""
    vans = Vans(firm)
    PartListLine.objects.create(model=firm.unit.model, part=vans.part)
    PartListLine.objects.create(
        model=firm.unit.model, part=SparePart.objects.create(code="A-10", name="电容", list_price="35")
    )
    vans.of(firm.technician, 3)
    tape = SparePart.objects.create(code="T-1", name="保温胶带", kind="consumable", unit="卷", list_price="8")
    vans.of(firm.technician, 5, tape)
    return vans


@pytest.fixture
def phone(phone_page, sign_in, firm, vans):
    return lambda: Phone(phone_page, sign_in, firm.technician)


class Form:
    """The form of a part used."""

    def __init__(self, phone, order):
        self.page, self.phone = phone.page, phone
        phone.job(order)
        self.part = self.page.locator("#s-part")

    def use(self, label, quantity, source=None):
        if self.part.get_attribute("open") is None:
            self.part.locator("summary").click()
        self.part.locator("[name=part]").select_option(label=label)
        self.part.locator("[name=quantity]").fill(str(quantity))
        if source is not None:
            self.part.locator(f"label[for=part-source-{source or 'elsewhere'}]").click()
        self.part.locator("[type=submit]").click()

    def choices(self):
        return self.part.locator("[name=part] option").all_text_contents()[1:]


def left(phone, code):
    """How many of a part the page of the van shows."""
    phone.page.evaluate("location.hash = '#/van'")
    return phone.page.locator(f"[data-van-part={code}] [data-left]")


def test_parts_from_the_van_count_down_without_network_and_in_the_ledger_afterwards(firm, vans, phone):
    order = firm.order_in("on_site")
    app = phone()
    app.fetched(order)
    app.offline()
    app.open()
    expect(left(app, "P-100")).to_have_text("3")
    assert not app.page.evaluate(TOO_WIDE)
    assert app.page.evaluate(TOO_SMALL) == []
    form = Form(app, order)
    assert form.choices() == ["P-100 压缩机 1.5P · 车上 3", "T-1 保温胶带 · 车上 5", "A-10 电容"]

    form.use("P-100 压缩机 1.5P · 车上 3", 2)
    app.unsent(1)
    form.use("P-100 压缩机 1.5P · 车上 1", 2)
    expect(form.part.locator("[data-source] [role=alert]")).to_contain_text("车上只有 1")
    app.unsent(1)
    assert app.page.evaluate(TOO_SMALL) == []
    form.use("P-100 压缩机 1.5P · 车上 1", 2, source="")
    app.unsent(2)
    form.use("A-10 电容", 1)
    app.unsent(3)
    expect(form.page.locator("#s-charges li")).to_have_count(3)
    expect(left(app, "P-100")).to_have_text("1")
    assert vans.left() == 3

    app.offline(False)
    app.synchronised()
    expect(left(app, "P-100")).to_have_text("1")
    lines = [(line.code, int(line.quantity), line.source) for line in order.lines.all()]
    assert lines == [("P-100", 2, "van"), ("P-100", 2, ""), ("A-10", 1, "")]
    assert (vans.left(), vans.moves()) == (1, [-2])


def test_a_line_dropped_or_removed_on_the_phone_is_in_the_van_again(firm, vans, phone):
    order = firm.order_in("on_site")
    app = phone()
    app.fetched(order)
    form = Form(app, order)
    form.use("P-100 压缩机 1.5P · 车上 3", 1)
    expect(left(app, "P-100")).to_have_text("2")
    app.synchronised()
    assert vans.left() == 2
    app.offline()
    app.job(order)
    form.use("T-1 保温胶带 · 车上 5", 4)
    app.unsent(1)

    for _line in range(2):
        app.page.locator("#s-charges button").first.click()
        app.page.locator("#ask button[value=yes]").click()
        expect(app.page.locator("#ask[open]")).to_have_count(0)
    expect(app.page.locator("#s-charges button")).to_have_count(0)
    expect(left(app, "P-100")).to_have_text("3")
    expect(left(app, "T-1")).to_have_text("5")

    app.offline(False)
    app.synchronised()
    assert (vans.left(), order.lines.count()) == (3, 0)


def conflict(app, order, vans):
    """A part recorded from the van without network, then a finding; meanwhile the van was counted."""
    app.fetched(order)
    app.offline()
    form = Form(app, order)
    form.use("P-100 压缩机 1.5P · 车上 3", 1)
    app.page.locator("#s-finding [name=work_done]").fill("更换压缩机")
    app.page.locator("#s-finding [type=submit]").click()
    app.unsent(2)
    van = vans.of(vans.firm.technician, 0)
    count(van, vans.part, 0, by=vans.keeper, reason="盘点")
    app.offline(False)
    shown = app.page.locator("#s-refused[data-code=part_gone]")
    expect(shown).to_contain_text("P-100")
    app.unsent(2)
    assert app.page.evaluate(TOO_SMALL) == []
    return shown


def test_a_part_that_was_gone_is_kept_as_from_elsewhere_and_the_rest_goes_on(firm, vans, phone):
    order = firm.order_in("on_site")
    app = phone()
    shown = conflict(app, order, vans)

    shown.locator("[data-keep]").click()
    app.synchronised()

    expect(shown).to_have_count(0)
    line = order.lines.get()
    order.refresh_from_db()
    assert (line.source, vans.moves(), order.work_done) == ("", [], "更换压缩机")
    assert Notice.objects.filter(person=vans.keeper, kind="orders.part_missing").count() == 1
    expect(left(app, "P-100")).to_have_count(0)


def test_a_part_that_was_gone_and_not_used_is_dropped_and_the_rest_goes_on(firm, vans, phone):
    order = firm.order_in("on_site")
    app = phone()
    shown = conflict(app, order, vans)

    shown.locator("[data-drop]").click()
    app.page.locator("#ask button[value=yes]").click()
    app.synchronised()

    order.refresh_from_db()
    assert (order.lines.count(), order.work_done, vans.moves()) == (0, "更换压缩机", [])
    assert not Notice.objects.filter(kind="orders.part_missing").exists()


def test_in_a_long_list_a_typed_part_is_found_in_the_van(firm, vans, phone):
    for number in range(30):
        one = SparePart.objects.create(code=f"B-{number:02d}", name="密封圈", list_price="3")
        PartListLine.objects.create(model=firm.unit.model, part=one)
    order = firm.order_in("on_site")
    app = phone()
    app.fetched(order)
    app.offline()
    app.job(order)
    part = app.page.locator("#s-part")
    part.locator("summary").click()
    first = part.locator("datalist option").first
    assert (first.get_attribute("value"), first.text_content()) == ("P-100 压缩机 1.5P", "车上 3")

    part.locator("[name=part]").fill("B-07 密封圈")
    expect(part.locator("[data-source]")).to_have_count(0)
    part.locator("[name=part]").fill("P-100 压缩机 1.5P")
    expect(part.locator("#part-source-van")).to_be_checked()
    part.locator("[type=submit]").click()
    app.unsent(1)
    expect(left(app, "P-100")).to_have_text("2")

    app.offline(False)
    app.synchronised()
    assert (order.lines.get().source, vans.left()) == ("van", 2)
