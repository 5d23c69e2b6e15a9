"""Follow-ups and letters are found by those who may see them, where they may."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.followups.models import Letter, LetterTemplate
from jiannuo.operations.followups.services import do_letter, write_letter
from jiannuo.operations.followups.services.letters import latest
from jiannuo.operations.followups.subscribers import forget_the_person
from jiannuo.registry.customers.events import CustomerErased


@pytest.fixture
def call(garage):
    return garage.followup()


@pytest.fixture
def letter(garage) -> Letter:
    version = latest(LetterTemplate.objects.first())
    return write_letter(version, garage.customer, by=garage.caller, unit=garage.car)


def found(client, who, words: str) -> str:
    client.force_login(who)
    response = client.get(reverse("search:results"), {"q": words})
    assert response.status_code == 200
    return response.content.decode()


def test_a_follow_up_is_found_by_number_customer_and_serial(client, garage, call):
    for words in (call.number, "恒力机械", garage.car.serial):
        assert call.get_absolute_url() in found(client, garage.caller, words), words


def test_a_letter_is_found_by_its_posting_number(client, garage, letter):
    assert letter.get_absolute_url() in found(client, garage.caller, letter.number)
    assert letter.get_absolute_url() not in found(client, garage.caller, "XA12345678911")

    posted = {"sent_on": timezone.localdate(), "posting": "XA12345678911"}
    Letter.objects.filter(pk=letter.pk).update(address_text="杭州市西湖区文三路8号")
    do_letter(Letter.objects.get(pk=letter.pk), "send", by=garage.caller, data=posted)

    assert letter.get_absolute_url() in found(client, garage.caller, "XA12345678911")


def test_who_may_not_see_them_does_not_find_them(client, garage, call, letter):
    # Given one of another station, one without the permission, and the numbers of both documents
    for who in (garage.stranger, garage.technician):
        for one in (call, letter):
            assert one.get_absolute_url() not in found(client, who, one.number)


def test_what_was_said_and_where_somebody_lives_is_not_in_the_results(client, garage, call, letter):
    garage.talk(call, "正常", "5", "no", "yes", grievances="师傅态度差")
    Letter.objects.filter(pk=letter.pk).update(address_text="长安街8号")
    page = found(client, garage.caller, "恒力机械")
    assert call.number in page
    assert letter.number in page
    assert "态度差" not in page
    assert "长安街8号" not in page


def test_an_erased_person_is_not_found_any_more(client, garage, call, letter):
    assert letter.get_absolute_url() in found(client, garage.caller, "恒力机械")
    garage.customer.name = "已删除"
    garage.customer.save()

    forget_the_person(CustomerErased(customer_id=garage.customer.pk))

    page = found(client, garage.caller, "恒力机械")
    assert call.get_absolute_url() not in page
    assert letter.get_absolute_url() not in page
