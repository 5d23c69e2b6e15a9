"""What came in: stored once, taken by one, closed with what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from jiannuo.kernel.files.services import store
from jiannuo.office.documents.tests.makers import photo
from jiannuo.office.notices.models import Notice
from jiannuo.operations.channels import services
from jiannuo.operations.channels.models import ChannelSetting, InboxItem
from jiannuo.operations.channels.services import ItemConflict
from jiannuo.operations.channels.tests.conftest import PHONE, Desk, at_once
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import register_request
from jiannuo.testing import factories


def test_received_twice_is_stored_once(desk: Desk) -> None:
    first = desk.item(key="mail:1")
    again = desk.item(key="mail:1", text="something else")
    assert again.pk == first.pk
    assert InboxItem.objects.get().text == "排气温度高，停机"


def test_the_sender_is_recognised_by_phone_or_address_when_there_is_exactly_one(desk: Desk) -> None:
    assert desk.item(sender_phone="138 1234 0001").customer == desk.customer
    factories.customer(desk.branch, email="liu@hengli.cn")
    assert desk.item(sender_phone="", sender_address="LIU@hengli.cn").customer is not None
    factories.customer(desk.branch, phone=PHONE)
    assert desk.item(sender_phone=PHONE).customer is None


def test_the_customers_of_others_are_not_recognised(desk: Desk) -> None:
    assert desk.item(organization=desk.other).customer is None


def test_how_long_it_may_wait_is_what_the_table_says(desk: Desk) -> None:
    ChannelSetting.objects.filter(channel="email").update(waits_minutes=45)
    ChannelSetting.objects.filter(channel="web").update(waits_minutes=None)
    item = desk.item()
    assert item.due_at == item.received_at + timedelta(minutes=45)
    assert desk.item(channel="web").due_at is None


def test_nothing_is_received_without_a_key_or_on_an_unknown_channel(desk: Desk) -> None:
    with pytest.raises(ValidationError):
        desk.item(key=" ")
    with pytest.raises(ValidationError):
        desk.item(channel="pigeon")


def test_who_writes_a_letter_down_answers_for_it(desk: Desk) -> None:
    item = desk.item(channel="letter", by=desk.agent)
    assert (item.state, item.owner) == ("taken", desk.agent)


def test_taken_by_one_it_is_refused_to_the_next(desk: Desk) -> None:
    item = desk.item()
    services.take(item, by=desk.agent)
    services.take(item, by=desk.agent)  # one's own again is no mistake
    with pytest.raises(ItemConflict, match="王丽"):
        services.take(item, by=desk.colleague)
    with pytest.raises(ItemConflict):
        services.dismiss(item, by=desk.colleague, reason="广告")
    with pytest.raises(ItemConflict):
        services.answer(item, by=desk.colleague, text="好的")


def test_taken_over_the_former_owner_is_told(desk: Desk) -> None:
    item = desk.item()
    services.take(item, by=desk.agent)
    item = services.take_over(item, by=desk.colleague)
    assert item.owner == desk.colleague
    assert "李敏" in Notice.objects.get(person=desk.agent).title
    assert list(item.lines.values_list("kind", flat=True)) == ["taken", "taken_over"]


def test_handed_over_the_new_owner_answers_for_it(desk: Desk) -> None:
    item = services.hand_over(desk.item(), by=desk.agent, to=desk.colleague, note="客户要找您")
    assert item.owner == desk.colleague
    assert "客户要找您" in Notice.objects.get(person=desk.colleague).text
    with pytest.raises(ItemConflict):
        services.hand_over(item, by=desk.agent, to=desk.manager)
    for nobody in (desk.technician, desk.stranger, desk.colleague, None):
        with pytest.raises(ValidationError):
            services.hand_over(item, by=desk.colleague, to=nobody)


def test_dismissed_with_a_reason_and_then_closed(desk: Desk) -> None:
    item = desk.item()
    with pytest.raises(ValidationError):
        services.dismiss(item, by=desk.agent, reason=" ")
    item = services.dismiss(item, by=desk.agent, reason="广告")
    assert (item.state, item.reason, item.owner) == ("dismissed", "广告", desk.agent)
    with pytest.raises(ItemConflict):
        services.take(item, by=desk.colleague)


def test_those_who_may_not_are_refused(desk: Desk) -> None:
    item = desk.item()
    for person in (desk.technician, desk.stranger, desk.auditor, desk.admin):
        with pytest.raises(PermissionDenied):
            services.take(item, by=person)
        with pytest.raises(PermissionDenied):
            services.note(item, by=person, text="x")


def test_answered_by_hand_where_the_channel_cannot_send(desk: Desk) -> None:
    item = desk.item(channel="letter")
    with pytest.raises(ValidationError):
        services.answer(item, by=desk.agent, text=" ")
    item = services.answer(item, by=desk.agent, text="已电话答复", close=False)
    assert item.state == "taken"
    item = services.answer(item, by=desk.agent, text="明天上门")
    assert item.state == "answered"
    assert [line.data["sent"] for line in item.lines.filter(kind="out")] == ["", ""]


def registered_from(desk: Desk, item: InboxItem, by: Any) -> ServiceRequest:
    return register_request(
        by=by,
        customer=desk.customer,
        symptom_text="排气温度高",
        channel="email",
        origin=f"inbox-{item.pk}",
        allow_duplicate=True,
    )


def test_registered_as_a_request_it_is_linked_with_its_files(desk: Desk) -> None:
    item = desk.item(files=[store(photo(), by=desk.agent)])
    request = registered_from(desk, item, desk.agent)
    item.refresh_from_db()
    assert (item.state, item.request, item.owner) == ("registered", request, desk.agent)
    assert request.attachments.count() == 1


def test_a_request_of_somebody_without_the_item_changes_nothing(desk: Desk) -> None:
    item = desk.item(organization=desk.other)
    registered_from(desk, item, desk.agent)
    item.refresh_from_db()
    assert item.state == "new"


def test_registered_by_another_than_the_owner_the_owner_is_told(desk: Desk) -> None:
    item = desk.item()
    services.take(item, by=desk.colleague)
    registered_from(desk, item, desk.agent)
    item.refresh_from_db()
    assert item.owner == desk.agent
    assert Notice.objects.filter(person=desk.colleague, kind="inbox.taken_over").exists()


def test_added_to_an_open_request_of_the_same_customer(desk: Desk) -> None:
    request = register_request(by=desk.agent, customer=desk.customer, symptom_text="漏油")
    item = services.attach_to_request(desk.item(), by=desk.agent, request=request)
    assert (item.state, item.request) == ("registered", request)
    assert "排气温度高" in request.timeline.filter(kind="comment").get().text
    other = register_request(by=desk.agent, customer=factories.customer(desk.branch), symptom_text="漏气")
    with pytest.raises(ValidationError, match=other.number):
        services.attach_to_request(desk.item(), by=desk.agent, request=other)


def test_an_erased_person_leaves_no_words(desk: Desk) -> None:
    from jiannuo.operations.channels.subscribers import forget_the_person
    from jiannuo.registry.customers.events import CustomerErased

    item = desk.item()
    services.add_message(item, key="k", text="我是刘工")
    forget_the_person(CustomerErased(customer_id=desk.customer.pk))
    item.refresh_from_db()
    assert (item.sender_name, item.sender_phone, item.text, item.subject) == ("", "", "", "")
    assert item.lines.get().text == ""


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_one_gets_it_and_the_other_is_told(transactional_db: None) -> None:
    desk = Desk()
    item = desk.item()
    people = (desk.agent, desk.colleague)
    answers = at_once(*(lambda person=person: services.take(item, by=person) for person in people))
    refused = [one for one in answers if isinstance(one, ItemConflict)]
    taken = [one for one in answers if isinstance(one, InboxItem)]
    assert (len(refused), len(taken)) == (1, 1), answers
    assert taken[0].owner.name in str(refused[0])


@pytest.mark.django_db(transaction=True)
def test_the_same_thing_from_two_processes_is_stored_once(transactional_db: None) -> None:
    desk = Desk()
    answers = at_once(*(lambda: desk.item(key="mail:7") for _turn in range(4)))
    assert {one.pk for one in answers} == {InboxItem.objects.get().pk}


def test_received_is_announced_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr("jiannuo.operations.channels.services.receiving.publish", heard.append)
    item = desk.item(key="one")
    desk.item(key="one")
    assert [event.item_id for event in heard] == [item.pk]


def test_it_is_kept_when_what_follows_breaks(desk: Desk) -> None:
    item = desk.item()
    with transaction.atomic():
        services.take(item, by=desk.agent)
        transaction.set_rollback(True)
    item.refresh_from_db()
    assert (item.state, item.received_at <= timezone.now()) == ("new", True)
