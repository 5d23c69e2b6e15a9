"""A clerk registers a customer and a unit with the keyboard and the mouse."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiannuo.kernel.regions.services import load_sample
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.testing import factories


@pytest.fixture
def agent(transactional_db):
    load_sample()
    return factories.person("service_agent", at=factories.organization())


def test_customer_and_unit_are_registered(page, sign_in, agent):
    known = factories.customer(agent.organization, phone="+8613800138000", name="王晓明")
    factories.product_model(code="KFR-35GW", name="家用空调")
    sign_in(page, agent)

    page.goto(reverse("customers:create"))
    page.locator("#id_name").fill("王小明")
    page.locator("#id_phones-0-number").fill("13800138000")
    page.locator("#id_name").focus()
    page.get_by_text(known.code).wait_for()
    page.locator("#id_phones-0-number").fill("13900139000")
    page.locator("#id_name").focus()
    page.get_by_text(known.code).wait_for(state="detached")
    page.locator("[hx-get$='rows/phones']").click()
    page.locator("#id_phones-1-number").fill("0571-88888888")
    for index, name in enumerate(["浙江省", "杭州市", "西湖区"]):
        page.locator(".j-region select").nth(index).select_option(label=name)
    page.locator("#id_addresses-0-detail").fill("文三路100号")
    page.locator(".j-form-foot button[type=submit]").click()
    page.wait_for_url("**/customers/*/")

    customer = Customer.objects.exclude(pk=known.pk).get()
    assert [phone.number for phone in customer.phones.all()] == ["+8613900139000", "+8657188888888"]
    assert customer.addresses.get().division_id == "330106"

    page.goto(f"{reverse('installedbase:create')}?customer={customer.pk}")
    model = page.locator("#id_model-ts-control")
    model.click()
    model.type("35GW")
    page.locator(".ts-dropdown .option", has_text="KFR-35GW").click()
    page.locator("#id_serial").fill("SN-0001")
    page.locator("#id_address").select_option(label="文三路100号")
    page.locator(".j-form-foot button[type=submit]").click()
    page.wait_for_url("**/units/*/")

    unit = InstalledUnit.objects.get()
    assert (unit.customer, unit.address, unit.serial) == (customer, customer.addresses.get(), "SN-0001")
