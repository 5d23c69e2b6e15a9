"""What waits: who is told before it is due, when it is overdue, and who hears of it then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jiannuo.office.notices.models import Notice
from jiannuo.operations.channels import services, waiting
from jiannuo.operations.channels.models import ChannelSetting, InboxItem, InboxLine
from jiannuo.operations.channels.queries import takers, waiting_for
from jiannuo.operations.channels.services import connecting
from jiannuo.operations.channels.tests.conftest import PHONE, Desk, at_once, call_event, post, sign_in
from jiannuo.promises.obligations.recipients import Recipients
from jiannuo.testing import factories


def _told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))


def _after(item: InboxItem, minutes: int) -> datetime:
    return item.received_at + timedelta(minutes=minutes)


def test_nobodys_item_is_told_to_those_who_may_take_it_then_to_the_manager_then_to_the_leaders(
    desk: Desk,
) -> None:
    # given what nobody takes, by the table: two hours, reminder 15 minutes before, leaders two hours after
    leader = factories.person("general_manager", at=desk.head, name="总经理")
    dispatcher = factories.person("dispatcher", at=desk.branch, name="调度")
    item = desk.item()
    # then before the reminder nobody hears of it
    assert waiting.sweep(_after(item, 104)) == 0
    # when the reminder is due
    waiting.sweep(_after(item, 105))
    assert _told("inbox.waits") == sorted(["王丽", "李敏", dispatcher.name])
    # when it is overdue
    waiting.sweep(_after(item, 120))
    assert _told("inbox.overdue") == _told("inbox.waits")
    assert _told("inbox.escalated") == [desk.manager.name]
    # when it was to be checked and nobody had seen to it
    waiting.sweep(_after(item, 240))
    assert _told("inbox.escalated") == sorted([desk.manager.name, leader.name])
    # then nothing is told twice, and the item says who was told
    waiting.sweep(_after(item, 1000))
    assert Notice.objects.count() == 8
    kinds = list(item.lines.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["warned", "missed", "escalated", "escalated"]
    assert leader.name in item.lines.last().text
    assert not Notice.objects.filter(person=desk.stranger).exists()


def test_who_has_it_is_told_and_while_on_leave_the_deputy(desk: Desk) -> None:
    item = services.take(desk.item(), by=desk.agent)
    waiting.sweep(_after(item, 105))
    assert _told("inbox.waits") == ["王丽"]
    # given leave before it is due
    type(desk.agent).objects.filter(pk=desk.agent.pk).update(
        deputy=desk.colleague, absent_from=timezone.localdate() - timedelta(days=1)
    )
    waiting.sweep(_after(item, 120))
    assert _told("inbox.overdue") == ["李敏"]


def test_what_is_settled_in_time_is_told_to_nobody(desk: Desk) -> None:
    item = services.dismiss(desk.item(), by=desk.agent, reason="广告")
    assert item.next_at is None
    assert waiting.sweep(_after(item, 1000)) == 0
    assert not Notice.objects.exists()


def test_after_a_standstill_the_miss_speaks_for_the_reminder(desk: Desk) -> None:
    item = desk.item()
    waiting.sweep(_after(item, 500))
    assert _told("inbox.waits") == []
    assert _told("inbox.overdue") == ["李敏", "王丽"]


def test_a_dealers_item_is_told_to_the_dealer_and_not_to_the_makers_agents(desk: Desk) -> None:
    dealer = factories.organization(desk.branch, kind="dealer", name="经销商")
    clerk = factories.person("dealer_clerk", at=dealer, name="文员")
    empty = factories.organization(desk.branch, kind="dealer", name="无人经销商")
    assert takers(dealer) == [clerk]
    assert {one.name for one in takers(empty)} == {"王丽", "李敏"}


def test_without_limits_in_the_table_only_the_miss_is_told_and_a_change_counts_at_once(desk: Desk) -> None:
    ChannelSetting.objects.update(warns_minutes=None, manager_minutes=None, leaders_minutes=None)
    item = desk.item()
    waiting.sweep(_after(item, 500))
    assert set(Notice.objects.values_list("kind", flat=True)) == {"inbox.overdue"}
    # when the manager sets that managers hear of it an hour after
    setting = ChannelSetting.objects.get(channel="email")
    setting.manager_minutes = 60
    connecting.save_setting(setting, by=desk.admin)
    waiting.sweep(_after(item, 501))
    assert _told("inbox.escalated") == [desk.manager.name]
    assert InboxLine.objects.filter(kind="missed").count() == 1


def test_a_channel_without_a_limit_reminds_nobody(desk: Desk) -> None:
    ChannelSetting.objects.update(waits_minutes=None)
    item = desk.item()
    assert (item.due_at, item.next_at) == (None, None)


def test_one_that_fails_holds_up_no_other_and_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.item(subject="坏"), desk.item(subject="好")
    real = waiting.notify

    def fails(people: Any, kind: Any, **more: Any) -> Any:
        if more["context"]["what"] == "坏":
            raise RuntimeError("no")
        return real(people, kind, **more)

    monkeypatch.setattr(waiting, "notify", fails)
    now = _after(second, 120)
    waiting.sweep(now)
    assert second.lines.filter(kind="missed").exists()
    first.refresh_from_db()
    assert (first.lines.count(), first.next_at) == (0, now + waiting.RETRY_AFTER)
    monkeypatch.setattr(waiting, "notify", real)
    waiting.sweep(now + waiting.RETRY_AFTER)
    assert first.lines.filter(kind="missed").exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_tell_once(transactional_db: None) -> None:
    desk = Desk()
    item = desk.item()
    now, instant = _after(item, 500), item.next_at
    assert instant is not None
    settings = {one.channel: one for one in ChannelSetting.objects.all()}
    answers = at_once(
        *(lambda: waiting.act(item.pk, instant, now, settings, Recipients(now)) for _turn in range(3))
    )
    assert sorted(answers, key=str) == [False, False, True]
    assert item.lines.count() == 3
    assert Notice.objects.filter(kind="inbox.overdue").count() == 2


def test_a_missed_call_stands_on_the_home_page_of_those_who_shall_call_back(desk: Desk) -> None:
    # given
    source, secret = desk.hotline()
    post(source, secret, call_event("ringing"))
    post(source, secret, call_event("missed"))
    item = InboxItem.objects.get(kind="call_back")
    # then it is there with its due instant for the agents of the unit, and for no one else
    assert item.due_at == item.received_at + timedelta(minutes=120)
    page = sign_in(desk.agent).get("/").content.decode()
    assert item.get_absolute_url() in page
    assert PHONE not in page.split("待回电")[0]
    for other in (desk.stranger, desk.technician, desk.manager):
        assert item.get_absolute_url() not in sign_in(other).get("/").content.decode()
    # when a colleague has taken it, it is hers alone
    services.take(item, by=desk.colleague)
    assert list(waiting_for(desk.agent)) == []
    assert list(waiting_for(desk.colleague)) == [item]
