"""Customers: registering, changing, and what is refused."""

from __future__ import annotations

from datetime import time

import pytest
from django.core.exceptions import ValidationError

from jiannuo.kernel.search import services as search
from jiannuo.kernel.search.services import find
from jiannuo.registry.customers import services
from jiannuo.registry.customers.models import Customer, Phone
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.customers.services import AddressEntry, ContactEntry, PhoneEntry
from jiannuo.registry.versions import StaleRecord
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("0571-88888888", "+8657188888888"),
        ("(0571) 8888 8888", "+8657188888888"),
        ("400-810-8888", "+864008108888"),
        ("+852 2345 6789", "+85223456789"),
        ("19912345678", "+8619912345678"),
    ],
)
def test_phone_is_kept_in_one_form(typed, kept):
    assert normalise_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1380013800a", "letters"),
        ("张三13800138000", "letters"),
        ("0571-88888888转801", "letters"),
        ("1380013800", "phone"),
        ("138001380000", "phone"),
        ("12345", "phone"),
        ("", "phone"),
        ("()-", "phone"),
        ("99999999999999999999", "phone"),
    ],
)
def test_what_is_no_phone_is_refused(typed, code):
    with pytest.raises(ValidationError) as refused:
        normalise_phone(typed)

    assert refused.value.code == code
    assert typed.strip() in refused.value.messages[0]


def test_customer_is_registered_with_everything(head, agent, divisions):
    customer = services.create_customer(
        by=agent,
        organization=head,
        name="  王  小明 ",
        phones=["13800138000", PhoneEntry("0571-88888888", label="家", is_primary=True)],
        addresses=[AddressEntry("文三路100号", divisions.get(pk="330106"), label="家")],
        contacts=[ContactEntry("李梅", position="妻子")],
        tags=["老客户", " 老客户 ", "VIP"],
        do_not_call_from=time(22),
        do_not_call_to=time(8),
    )

    customer.refresh_from_db()
    assert customer.name == "王 小明"
    assert customer.code == f"C{customer.pk:06d}"
    assert [(phone.number, phone.is_primary) for phone in customer.phones.all()] == [
        ("+8657188888888", True),
        ("+8613800138000", False),
    ]
    assert customer.addresses.get().division_id == "330106"
    assert {tag.name for tag in customer.tags.all()} == {"老客户", "VIP"}
    assert customer.created_by == agent


def test_customer_number_gives_way_to_an_imported_one(head, agent):
    first = services.create_customer(by=agent, organization=head, name="甲")
    Customer.objects.create(organization=head, code=f"C{first.pk + 2:06d}", name="导入的")

    second = services.create_customer(by=agent, organization=head, name="乙")

    assert second.code == f"C{second.pk:06d}A"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "甲", "phones": ["1380013800x"]}, ""),
        ({"name": "甲", "phones": ["13800138000", "138 0013 8000"]}, ""),
        ({"name": "甲", "kind": "household", "credit_code": "91330100MA27XX0001"}, "credit_code"),
        ({"name": "甲", "kind": "company", "credit_code": "123"}, "credit_code"),
        ({"name": "甲", "do_not_call_from": time(22)}, "__all__"),
        ({"name": "甲", "email": "nowhere"}, "email"),
        ({"name": "甲", "grade": "best"}, "grade"),
        ({"name": "甲", "addresses": [AddressEntry()]}, ""),
        ({"name": "甲", "contacts": [ContactEntry("")]}, "name"),
        ({"name": "甲", "tags": ["标" * 31]}, "tags"),
    ],
)
def test_bad_input_keeps_nothing(head, agent, fields, where):
    with pytest.raises(ValidationError) as refused:
        services.create_customer(by=agent, organization=head, **fields)

    assert Customer.objects.count() == 0
    if where:
        assert where in refused.value.message_dict


def test_change_counts_the_version_up_and_refuses_an_old_one(head, agent):
    customer = services.create_customer(by=agent, organization=head, name="甲", phones=["13800138000"])

    changed = services.update_customer(customer, by=agent, version=1, name="乙")

    assert (changed.version, changed.name) == (2, "乙")
    assert changed.phones.count() == 1
    with pytest.raises(StaleRecord) as stale:
        services.update_customer(customer, by=agent, version=1, name="丙")
    assert stale.value.record.name == "乙"


def test_lists_are_brought_to_what_is_given(head, agent):
    customer = services.create_customer(
        by=agent, organization=head, name="甲", phones=["13800138000", "13900139000"]
    )
    kept = customer.phones.get(number="+8613900139000")

    services.update_customer(
        customer,
        by=agent,
        version=1,
        phones=[PhoneEntry("13900139001", id=kept.pk), PhoneEntry("0571-88888888")],
    )

    assert list(customer.phones.values_list("number", "is_primary")) == [
        ("+8613900139001", True),
        ("+8657188888888", False),
    ]
    assert customer.phones.filter(pk=kept.pk).exists()


def test_address_with_a_unit_cannot_go(head, agent, divisions):
    customer = services.create_customer(
        by=agent, organization=head, name="甲", addresses=[AddressEntry("1号", divisions.get(pk="330106"))]
    )
    factories.unit(head, of=customer, address=customer.addresses.get())

    with pytest.raises(ValidationError, match="1号"):
        services.update_customer(customer, by=agent, version=1, addresses=[])


def test_phone_of_another_customer_cannot_be_changed_through_this_one(head, agent):
    mine = services.create_customer(by=agent, organization=head, name="甲")
    other = factories.customer(head)

    with pytest.raises(ValidationError):
        services.update_customer(
            mine, by=agent, version=1, phones=[PhoneEntry("13700137000", id=other.phones.get().pk)]
        )

    assert not Phone.objects.filter(customer=mine).exists()
    assert other.phones.get().number != "+8613700137000"


def test_archived_customer_comes_back(head, agent):
    customer = services.create_customer(by=agent, organization=head, name="甲")

    services.archive_customer(customer, by=agent)
    assert not Customer.objects.active().exists()
    services.restore_customer(customer, by=agent)
    assert Customer.objects.active().get() == customer


def test_customer_is_found_by_phone_name_and_initials(head, agent):
    customer = services.create_customer(
        by=agent, organization=head, name="西溪制冷设备厂", kind="company", phones=["13800138000"]
    )

    for words in ("13800138000", "8000", "制冷", "xxzlsbc", customer.code):
        assert [entry.object_id for entry in find(words, kinds=["customer"], organizations=None)] == [
            customer.pk
        ], words


def test_a_customer_is_indexed_once_however_much_hangs_on_it(head, monkeypatch):
    indexed = []
    monkeypatch.setattr(search, "index_many", lambda model, keys: indexed.append((model, list(keys))))

    customer = services.create_customer(
        by=None, organization=head, name="王美玲", phones=["13800000001", "13800000002", "021-60000003"]
    )

    assert indexed == [(Customer, [customer.pk])]


def test_nothing_is_indexed_when_the_work_fails(head, monkeypatch):
    indexed = []
    monkeypatch.setattr(search, "index_many", lambda model, keys: indexed.append(list(keys)))

    with pytest.raises(ValidationError):
        services.create_customer(by=None, organization=head, name="王美玲", phones=["not a number"])

    assert not indexed
