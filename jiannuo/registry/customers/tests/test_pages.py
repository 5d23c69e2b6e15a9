"""Pages of customers: scope, budgets, refusals that keep what was typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiannuo.registry.customers import services
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.services import AddressEntry
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def filled(at, **changes):
    data = {
        "kind": "household",
        "name": "王小明",
        "grade": "ordinary",
        "organization": at.pk,
        "consent_messages": "on",
        "phones-TOTAL_FORMS": 1,
        "phones-INITIAL_FORMS": 0,
        "phones-0-number": "13800138000",
        "addresses-TOTAL_FORMS": 1,
        "addresses-INITIAL_FORMS": 0,
        "addresses-0-detail": "浙江省杭州市西湖区文三路100号",
        "contacts-TOTAL_FORMS": 1,
        "contacts-INITIAL_FORMS": 0,
    }
    return {**data, **changes}


@pytest.fixture
def many(head, agent, divisions):
    customers = [
        services.create_customer(
            by=agent,
            organization=head,
            name=f"客户{n}",
            phones=[f"1380013{n:04d}"],
            tags=["老客户"],
            addresses=[AddressEntry(f"{n}号", divisions.get(pk="330106"))],
        )
        for n in range(12)
    ]
    for customer in customers:
        factories.unit(head, of=customer)
    return customers


def test_list_within_budget(client, agent, many, django_assert_max_num_queries):
    client.force_login(agent)
    client.get(reverse("customers:list"))

    with django_assert_max_num_queries(12):
        page = client.get(reverse("customers:list"), {"q": "13800130011"}).content.decode()

    assert "客户11" in page
    assert "客户9" not in page
    assert "浙江省杭州市西湖区" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"province": "33"}, 12),
        ({"province": "31"}, 0),
        ({"tag": "老客户"}, 12),
        ({"tag": "没有的"}, 0),
        ({"grade": "key"}, 0),
        ({"archived": "yes"}, 0),
        ({"q": "kehu11"}, 0),
        ({"q": "客户11"}, 1),
    ],
)
def test_list_is_filtered(client, agent, many, query, found):
    client.force_login(agent)

    page = client.get(reverse("customers:list"), query)

    assert len(page.context["table"].rows) == found


def test_phones_are_masked_for_who_need_not_see_them(client, head, many):
    client.force_login(factories.person("auditor", at=head))

    listed = client.get(reverse("customers:list")).content.decode()
    shown = client.get(many[3].get_absolute_url()).content.decode()

    for page in (listed, shown):
        assert "138****0003" in page
        assert "13800130003" not in page.replace(" ", "")
    assert "3号" not in shown


def test_page_of_a_customer_within_budget(client, agent, many, django_assert_max_num_queries):
    client.force_login(agent)
    client.get(many[0].get_absolute_url())

    with django_assert_max_num_queries(25):
        page = client.get(many[0].get_absolute_url()).content.decode()

    assert "浙江省杭州市西湖区0号" in page


def test_other_organisations_see_nothing(client, head, many):
    dealer = factories.organization(head, kind="dealer")
    client.force_login(factories.person("dealer_clerk", at=dealer))
    customer = many[0]

    assert customer.name not in client.get(reverse("customers:list")).content.decode()
    for name in ("detail", "edit", "choose_other"):
        refused = 403 if name == "choose_other" else 404
        assert client.get(reverse(f"customers:{name}", args=[customer.pk])).status_code == refused
    assert client.post(reverse("customers:archive", args=[customer.pk])).status_code == 404
    assert client.post(reverse("customers:edit", args=[customer.pk]), filled(dealer)).status_code == 404


def test_strangers_sign_in_first(client, many):
    for url in (reverse("customers:list"), many[0].get_absolute_url(), reverse("customers:create")):
        assert client.get(url).status_code == 302


def test_customer_is_registered_from_the_page(client, agent, head, divisions):
    client.force_login(agent)

    answer = client.post(reverse("customers:create"), filled(head, tags="老客户，VIP"))

    customer = Customer.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == customer.get_absolute_url()
    address = customer.addresses.get()
    assert (address.division_id, address.detail) == ("330106", "文三路100号")
    assert customer.phones.get().number == "+8613800138000"
    assert customer.tags.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, ""),
        ({"phones-0-number": "1380013800x"}, "1380013800x"),
        ({"phones-0-number": ""}, ""),
        ({"addresses-0-detail": "西湖区文三路1号"}, "南昌市西湖区"),
        ({"addresses-0-detail": "文三路1号"}, ""),
        ({"addresses-0-division": "999999"}, "999999"),
        ({"addresses-0-division": "3301"}, "杭州市"),
        ({"do_not_call_from": "22:00"}, ""),
        ({"do_not_call_from": "25:00", "do_not_call_to": "8:00"}, "25:00"),
        ({"credit_code": "91330100MA27XX0001"}, ""),
        ({"kind": "robot"}, ""),
        ({"organization": "999999"}, ""),
        ({"phones-TOTAL_FORMS": "x"}, ""),
        ({"contacts-0-position": "科长"}, ""),
    ],
)
def test_bad_input_is_refused_and_kept(client, agent, head, divisions, changes, words):
    client.force_login(agent)

    answer = client.post(reverse("customers:create"), filled(head, remark="记住我", **changes))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "记住我" in page
    assert words in page
    assert Customer.objects.count() == 0


def test_duplicate_is_shown_before_saving(client, agent, head, many):
    client.force_login(agent)
    data = filled(head, **{"phones-0-number": "138 0013 0003"})

    warned = client.post(reverse("customers:create"), data)
    piece = client.post(reverse("customers:duplicates"), data)
    saved = client.post(reverse("customers:create"), {**data, "not_duplicate": "1"})

    assert warned.status_code == 409
    assert many[3].code in warned.content.decode()
    assert many[3].code in piece.content.decode()
    assert saved.status_code == 302


def test_stale_form_shows_both_values_and_then_saves(client, agent, many):
    client.force_login(agent)
    customer = many[0]
    phone, address = customer.phones.get(), customer.addresses.get()
    services.update_customer(
        customer, by=agent, version=1, name="别人改的名", phones=["13800130000", "13900139000"]
    )
    data = filled(
        customer.organization,
        name="我改的名",
        version="1",
        **{
            "phones-0-id": phone.pk,
            "phones-0-number": "13800130000",
            "addresses-0-id": address.pk,
            "addresses-0-division": "330106",
            "addresses-0-detail": "0号",
        },
    )
    phone_now = customer.phones.get(number="+8613800130000")
    data["phones-0-id"] = phone_now.pk

    stale = client.post(reverse("customers:edit", args=[customer.pk]), data)

    page = stale.content.decode()
    assert stale.status_code == 409
    assert "别人改的名" in page
    assert "我改的名" in page
    again = client.post(reverse("customers:edit", args=[customer.pk]), {**data, "version": "2"})
    customer.refresh_from_db()
    assert again.status_code == 302
    assert customer.name == "我改的名"
    assert customer.phones.count() == 2  # what the other person added is still there


def test_row_is_added(client, agent):
    client.force_login(agent)

    row = client.get(
        reverse("customers:row", args=["addresses"]), {"addresses-TOTAL_FORMS": "3"}
    ).content.decode()

    assert 'name="addresses-3-detail"' in row
    assert 'value="4"' in row
    assert client.get(reverse("customers:row", args=["nothing"])).status_code == 404


def test_merging_from_the_page(client, agent, many):
    client.force_login(agent)
    left, right = many[:2]
    url = reverse("customers:merge", args=[left.pk, right.pk])

    choosing = client.get(reverse("customers:choose_other", args=[left.pk]), {"q": "13800130001"})
    shown = client.get(url)
    stale = client.post(url, {"winner": right.pk, "winner_version": 9, "loser_version": 1})
    nobody = client.post(url, {"winner": many[5].pk, "winner_version": 1, "loser_version": 1})
    done = client.post(url, {"winner": right.pk, "winner_version": 1, "loser_version": 1})

    assert right.code in choosing.content.decode()
    assert left.code in shown.content.decode()
    assert (stale.status_code, nobody.status_code, done.status_code) == (409, 422, 302)
    led = client.get(left.get_absolute_url())
    assert led["Location"] == right.get_absolute_url()
    merge = right.merges_won.get()
    undone = client.post(reverse("customers:undo_merge", args=[merge.pk]))
    left.refresh_from_db()
    assert undone.status_code == 302
    assert left.merged_into is None


def test_archiving_from_the_page(client, agent, many):
    client.force_login(agent)
    url = reverse("customers:archive", args=[many[0].pk])

    client.post(url, {"version": "9"})
    assert Customer.objects.active().count() == len(many)
    client.post(url, {"version": "1"})
    assert Customer.objects.active().count() == len(many) - 1
