"""A customer writes again: somebody hears of it, and what was closed is in front of somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.office.notices.models import Notice
from jiannuo.operations.channels.defaults import fill
from jiannuo.operations.channels.models import ChannelSetting, InboxItem, InboxLine
from jiannuo.operations.channels.services import dismiss, inbox
from jiannuo.operations.channels.tests.mailhouse import House, mail
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import register_request
from jiannuo.testing import factories, mailserver


@pytest.fixture(scope="session")
def running_server():
    return mailserver.start()


@pytest.fixture
def house(db, running_server, django_capture_on_commit_callbacks):
    running_server.clear()
    fill(ChannelSetting)
    return House(running_server, django_capture_on_commit_callbacks)


def _told() -> set[str]:
    return set(Notice.objects.filter(kind="mail.further").values_list("person__username", flat=True))


def test_of_a_request_without_owner_the_agents_of_its_unit_hear_and_the_item_is_open_again(house):
    # given a request that nobody owns, made of a mail some hours ago
    house.comes(mail())
    item = InboxItem.objects.get()
    request = house.register(item)
    InboxItem.objects.update(due_at=timezone.now() - timedelta(hours=5))
    assert (request.owner, item.state, item.next_at) == (None, "registered", None)
    # when the customer writes again
    house.comes(mail("还漏水", subject=f"回复：{request.number}"))
    # then the item is its taker's again, is due anew, and says what came
    item.refresh_from_db()
    assert (item.state, item.owner, item.request) == ("taken", house.agent, request)
    assert item.due_at > timezone.now() + timedelta(minutes=100)
    assert item.next_at < item.due_at
    assert item.lines.get(kind="in").text == "还漏水"
    assert _told() == {house.agent.username}
    assert InboxItem.objects.count() == 1
    # when the agent answers on the request, the item is settled
    house.answers(request)
    item.refresh_from_db()
    assert (item.state, item.next_at) == ("registered", None)


def test_of_a_request_that_was_sent_to_a_role_those_who_hold_it_hear(house):
    engineer = factories.person("quality_engineer", at=house.branch)
    other = factories.person("quality_engineer", at=house.office)
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    ServiceRequest.objects.update(routed_to=house.branch, responsible_role="quality_engineer")
    house.comes(mail("还漏水", subject=request.number))
    assert _told() == {engineer.username}
    # and without the role the dispatchers of the unit
    dispatcher = factories.person("dispatcher", at=house.branch)
    ServiceRequest.objects.update(responsible_role="")
    house.comes(mail("还漏水呢", subject=request.number))
    assert _told() == {engineer.username, dispatcher.username}
    assert other.username not in _told()


def test_of_a_request_with_an_owner_the_owner_hears_and_nothing_is_opened(house):
    owner = factories.person("dispatcher", at=house.office)
    house.comes(mail())
    item = InboxItem.objects.get()
    request = house.register(item, owner=owner)
    house.comes(mail("还漏水", subject=request.number))
    assert _told() == {owner.username}
    item.refresh_from_db()
    assert item.state == "registered"
    # given the owner has left: it is nobody's, so the agents hear
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    house.comes(mail("还漏水呢", subject=request.number))
    item.refresh_from_db()
    assert (item.state, _told()) == ("taken", {owner.username, house.agent.username})


def test_a_request_that_was_made_without_a_mail_gets_one_item_however_often_the_customer_writes(house):
    # given a request by telephone
    request = register_request(by=house.agent, customer=house.customer, symptom_text="漏水")
    for text in ("一", "二"):
        house.comes(mail(text, subject=request.number))
    # then one item in the inbox belongs to it, and is not registered a second time
    item = InboxItem.objects.get()
    assert (item.state, item.request, item.text) == ("new", request, "一")
    assert request.number in item.lines.get(kind="note").text
    assert list(item.lines.filter(kind="in").values_list("text", flat=True)) == ["二"]
    assert _told() == {house.agent.username}
    # when there is nothing to do, it stays tied to its request
    dismiss(item, by=house.agent, reason="已电话答复")
    item.refresh_from_db()
    assert (item.state, item.request) == ("registered", request)


def test_an_item_that_is_open_again_is_due_anew_and_an_owner_who_left_has_it_no_more(house):
    # given an item that was closed long after it was due
    house.comes(mail("你们几点上班？"))
    item = InboxItem.objects.get()
    with house.run(execute=True):
        inbox.answer(item, by=house.agent, text="八点。")
    old = timezone.now() - timedelta(days=3)
    InboxItem.objects.update(received_at=old, due_at=old)
    colleague = factories.person("service_agent", at=house.office)
    type(house.agent).objects.filter(pk=house.agent.pk).update(is_active=False)
    # when
    sent = item.mails.get(direction="out")
    house.comes(mail("周末呢？", In_Reply_To=f"<{sent.message_id}>"))
    # then
    item.refresh_from_db()
    assert (item.state, item.owner) == ("new", None)
    assert item.due_at > timezone.now()
    assert InboxLine.objects.filter(item=item, kind="reopened").count() == 1
    assert inbox.take(item, by=colleague).owner == colleague


def test_of_a_complaint_without_officer_the_desk_hears_and_not_who_took_it(house):
    desk = factories.person("complaint_supervisor", at=house.office)
    house.comes(mail())
    item = InboxItem.objects.get()
    request = house.register(item, request_kind="complaint")
    assert request.is_entrusted
    house.comes(mail("还没有人答复", subject=request.number))
    item.refresh_from_db()
    assert (item.state, _told()) == ("registered", {desk.username})
