"""Pages of units: budgets, scope, refusals that keep what was typed, label sheets."""

from __future__ import annotations

import re
import zlib
from datetime import date

import pytest
from django.urls import reverse

from jiannuo.registry.installedbase import services
from jiannuo.registry.installedbase.labels import code_address, label_sheet, sheets_of
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.panels import Panel, panels
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def filled(at, of, **changes):
    return {
        "model": of.pk,
        "serial": "SN-NEW",
        "organization": at.pk,
        "status": "in_use",
        "produced_on": "2026-02-01",
        "configuration": "电压: 220V",
        **changes,
    }


@pytest.fixture
def unit(agent, head, model, customer, divisions):
    site = customer.addresses.create(detail="文三路100号", division=divisions.get(pk="330106"))
    return services.register_unit(
        by=agent,
        organization=head,
        model=model,
        serial="SN-1",
        customer=customer,
        address=site,
        produced_on=date(2026, 1, 5),
        price="3299",
    )


def test_list_within_budget(client, agent, head, model, unit, django_assert_max_num_queries):
    for n in range(10):
        factories.unit(head, model=model, of=factories.customer(head), serial=f"MANY{n}")
    client.force_login(agent)
    client.get(reverse("installedbase:list"))

    with django_assert_max_num_queries(12):
        page = client.get(reverse("installedbase:list")).content.decode()

    assert "MANY9" in page
    found = client.get(reverse("installedbase:list"), {"q": "SN-1"}).content.decode()
    assert "SN-1" in found
    assert "MANY9" not in found


def test_page_of_a_unit_within_budget(client, agent, unit, compressor, django_assert_max_num_queries):
    for n in range(4):
        services.replace_component(unit, compressor, new_serial=f"C{n}", by=agent)
    client.force_login(agent)
    client.get(unit.get_absolute_url())

    with django_assert_max_num_queries(25):
        page = client.get(unit.get_absolute_url()).content.decode()

    assert "浙江省杭州市西湖区文三路100号" in page
    assert "C2 → C3" in page
    assert "138 0013 8000" in page


def test_personal_data_is_masked(client, head, unit):
    client.force_login(factories.person("auditor", at=head))

    page = client.get(unit.get_absolute_url()).content.decode()

    assert "138****8000" in page
    assert "文三路" not in page


def test_other_organisations_see_nothing(client, head, model, unit):
    branch = factories.organization(head)
    client.force_login(factories.person("service_agent", at=branch))

    assert "SN-1" not in client.get(reverse("installedbase:list")).content.decode()
    for name in ("detail", "edit", "reading", "component", "owner", "status"):
        assert client.get(reverse(f"installedbase:{name}", args=[unit.pk])).status_code == 404, name
    assert client.get(reverse("installedbase:labels"), {"ids": unit.pk}).status_code == 403
    assert client.get(reverse("installedbase:picker"), {"q": "SN-1"}).json() == {"results": []}
    duplicate = client.post(reverse("installedbase:create"), filled(branch, model, serial="SN-1"))
    assert duplicate.status_code == 422
    assert unit.get_absolute_url() not in duplicate.content.decode()


def test_unit_is_registered_from_the_page(client, agent, head, model, customer):
    client.force_login(agent)

    answer = client.post(reverse("installedbase:create"), filled(head, model, customer=customer.pk))

    unit = InstalledUnit.objects.get()
    assert answer.status_code == 302
    assert unit.configuration == {"电压": "220V"}
    assert unit.customer == customer


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"serial": ""}, "serial"),
        ({"serial": "sn 1"}, "serial"),
        ({"model": ""}, "model"),
        ({"model": "999999"}, "model"),
        ({"model": "x' OR 1=1"}, "model"),
        ({"customer": "999999"}, "customer"),
        ({"installed_on": "2026-01-31"}, "installed_on"),
        ({"accepted_on": "2026-01-31"}, "accepted_on"),
        ({"installed_on": "2026-02-30"}, "installed_on"),
        ({"installed_on": "2099-01-01"}, "installed_on"),
        ({"price": "-1"}, "price"),
        ({"price": "viel"}, "price"),
        ({"configuration": "no colon"}, "configuration"),
        ({"status": "lost"}, "status"),
        ({"organization": "999999"}, "organization"),
    ],
)
def test_bad_input_is_refused_and_kept(client, agent, head, model, changes, field):
    client.force_login(agent)
    factories.unit(head, model=model, serial="SN1")

    answer = client.post(reverse("installedbase:create"), filled(head, model, remark="记住我", **changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "记住我" in answer.content.decode()
    assert InstalledUnit.objects.count() == 1


def test_duplicate_serial_leads_to_the_unit_that_has_it(client, agent, head, model, unit):
    client.force_login(agent)

    answer = client.post(reverse("installedbase:create"), filled(head, model, serial="SN-1"))

    assert answer.status_code == 422
    assert unit.get_absolute_url() in answer.content.decode()


def test_stale_form_shows_both_values_and_then_saves(client, agent, head, model, unit):
    client.force_login(agent)
    services.update_unit(unit, by=agent, version=1, batch="别人的批次")
    data = filled(
        head, model, serial="SN-1", batch="我的批次", customer=unit.customer_id, address=unit.address_id
    )

    stale = client.post(reverse("installedbase:edit", args=[unit.pk]), {**data, "version": "1"})
    saved = client.post(reverse("installedbase:edit", args=[unit.pk]), {**data, "version": "2"})

    assert stale.status_code == 409
    assert "别人的批次" in stale.content.decode()
    assert "我的批次" in stale.content.decode()
    assert saved.status_code == 302
    unit.refresh_from_db()
    assert unit.batch == "我的批次"


def test_sites_follow_the_customer(client, agent, unit, head):
    client.force_login(agent)
    other = factories.customer(head)

    with_site = client.get(reverse("installedbase:sites"), {"customer": unit.customer_id}).content.decode()
    without = client.get(reverse("installedbase:sites"), {"customer": other.pk}).content.decode()

    assert "文三路100号" in with_site
    assert "文三路100号" not in without


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("reading", {"value": "120"}, {"value": "-5"}),
        ("status", {"status": "stopped"}, {"status": "lost"}),
        ("component", {"new_serial": "C9", "changed_on": "2026-03-01"}, {"changed_on": "2026-03-01"}),
        ("owner", {"customer": "", "changed_on": "2026-03-01"}, {"customer": "", "changed_on": "2025-01-01"}),
    ],
)
def test_dialogs_do_or_explain(client, agent, unit, compressor, name, good, bad):
    client.force_login(agent)
    url = reverse(f"installedbase:{name}", args=[unit.pk])
    if name == "component":
        good, bad = ({**data, "component": compressor.pk} for data in (good, bad))

    assert client.get(url).status_code == 200
    refused = client.post(url, bad)
    done = client.post(url, good)

    assert refused.status_code == 422
    assert "invalid-feedback" in refused.content.decode()
    assert done.status_code == 204
    assert done["HX-Redirect"] == unit.get_absolute_url()


def test_technician_of_another_branch_may_not_enter_readings(client, unit, head):
    client.force_login(factories.person("auditor", at=head))

    assert client.get(reverse("installedbase:reading", args=[unit.pk])).status_code == 403


def test_panels_are_shown_to_who_may_see_them(client, agent, head, unit):
    panels.register(
        Panel(
            "test",
            "Test panel",
            "partials/pager.html",
            lambda record, _user: {"page": None},
            "commitments.view",
        )
    )
    try:
        client.force_login(agent)
        assert "Test panel" in client.get(unit.get_absolute_url()).content.decode()
    finally:
        panels.remove("test")


def test_labels_fill_sheets_of_24(head, model, settings):
    settings.BASE_URL = "https://service.example.com"
    units = [factories.unit(head, model=model) for _n in range(25)]

    sheets = sheets_of(units, skip=2)

    assert [len(sheet) for sheet in sheets] == [22, 3]
    places = [(label["left"], label["top"]) for label in sheets[0]]
    assert places[:3] == [(140, 0), (0, 37), (70, 37)]
    assert max(left for left, _top in places) + 70 == 210
    assert max(top for _left, top in places) + 37 == 296
    assert (sheets[1][0]["left"], sheets[1][0]["top"]) == (0, 0)
    assert code_address(units[0]) == f"https://service.example.com/q/{units[0].label_code}"


def unpacked(pdf):
    """The objects of a PDF, those in compressed streams included."""
    packed = re.findall(rb"stream\r?\n(x.*?)endstream", pdf, re.DOTALL)
    # What is packed may itself end in a line break, so unpack to its own end and leave what follows.
    return pdf + b"".join(zlib.decompressobj().decompress(part) for part in packed)


def test_sheets_are_pages_of_a4(head, model):
    units = [factories.unit(head, model=model) for _n in range(25)]

    objects = unpacked(label_sheet(units))

    assert re.search(rb"/Count (\d+)", objects)[1] == b"2"
    sizes = re.findall(rb"/MediaBox \[\s*0 0 (\d+)[.\d]* (\d+)", objects)
    assert set(sizes) == {(b"595", b"841")}


def test_label_sheet_is_a_pdf(client, agent, unit):
    client.force_login(agent)

    pdf = client.get(reverse("installedbase:labels"), {"ids": unit.pk, "skip": "3"})
    chosen = client.post(f"{reverse('installedbase:list')}?bulk=labels", {"select": [unit.pk]})

    assert pdf.content.startswith(b"%PDF")
    assert chosen["HX-Redirect"].endswith(f"ids={unit.pk}")
    assert client.get(reverse("installedbase:labels")).status_code == 422
    assert client.post(f"{reverse('installedbase:list')}?bulk=labels", {}).status_code == 422


def test_picker_finds_by_serial_and_customer(client, agent, unit):
    client.force_login(agent)

    by_words = client.get(reverse("installedbase:picker"), {"q": "SN-1"}).json()["results"]
    by_customer = client.get(reverse("installedbase:picker"), {"customer": unit.customer_id}).json()[
        "results"
    ]

    assert by_words == by_customer == [{"value": unit.pk, "text": "KFR-35GW SN-1", "hint": "王小明"}]
