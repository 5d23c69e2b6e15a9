"""Pages of the channels: what they show to whom, how many questions they ask, what they refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.tests.makers import photo
from jiannuo.operations.channels import services
from jiannuo.operations.channels.models import Call, ChannelSetting, Connection, InboxItem
from jiannuo.operations.channels.tests.conftest import PHONE, Desk, call_event, post, sign_in
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import register_request
from jiannuo.testing import factories


def call(desk: Desk, **fields: Any) -> Call:
    values = {"by": desk.agent, "organization": desk.branch, "number": PHONE, **fields}
    return services.write_down(**values)


def test_the_inbox_shows_what_came_in_on_all_channels(desk: Desk, django_assert_max_num_queries: Any) -> None:
    for turn in range(12):
        desk.item(subject=f"第{turn}封", channel=("email", "im", "web", "letter")[turn % 4])
    desk.item(subject="别处的来件", organization=desk.other)
    client = sign_in(desk.agent)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("channels:inbox")).content.decode()
    assert "第11封" in page
    assert "别处的来件" not in page
    assert client.get(reverse("channels:inbox"), {"export": "xlsx"}).status_code in (200, 302)
    letters = client.get(reverse("channels:letters")).content.decode()
    assert "第3封" in letters
    assert "第0封" not in letters


def test_the_filters_find_mine_nobodys_and_late_ones(desk: Desk) -> None:
    ChannelSetting.objects.update(waits_minutes=60)
    mine, late = (
        desk.item(subject="甲机报警"),
        desk.item(subject="乙机报警", received_at=timezone.now() - timedelta(hours=3)),
    )
    services.take(mine, by=desk.agent)
    client = sign_in(desk.agent)

    def shown(**query: str) -> list[str]:
        page = client.get(reverse("channels:inbox"), query).content.decode()
        return [one.subject for one in (mine, late) if one.subject in page]

    assert shown(whose="mine") == ["甲机报警"]
    assert shown(whose="nobody") == ["乙机报警"]
    assert shown(urgent="late") == ["乙机报警"]
    assert shown(channel="im") == []
    assert shown(phone="138 1234 0001") == ["甲机报警", "乙机报警"]


def test_an_item_and_everything_that_happened_to_it(desk: Desk, django_assert_max_num_queries: Any) -> None:
    item = desk.item()
    services.add_message(item, key="2", text="还在响")
    services.note(item, by=desk.colleague, text="老客户")
    register_request(by=desk.agent, customer=desk.customer, symptom_text="漏油")
    client = sign_in(desk.agent)
    with django_assert_max_num_queries(25):
        page = client.get(item.get_absolute_url()).content.decode()
    for words in ("排气温度高", "还在响", "老客户", f"origin=inbox-{item.pk}"):
        assert words in page
    assert sign_in(desk.stranger).get(item.get_absolute_url()).status_code == 404
    assert sign_in(desk.technician).get(item.get_absolute_url()).status_code == 403
    shown = sign_in(desk.auditor).get(item.get_absolute_url()).content.decode()
    assert "13812340001" not in shown
    assert PHONE not in shown


def act(client: Any, item: InboxItem, name: str, **data: Any) -> Any:
    return client.post(reverse("channels:item_action", args=[item.pk, name]), data)


def test_the_second_agent_is_told_who_was_quicker(desk: Desk) -> None:
    item = desk.item()
    first, second = sign_in(desk.agent), sign_in(desk.colleague)
    assert act(first, item, "take").status_code == 302
    conflict = act(second, item, "take")
    assert conflict.status_code == 409
    assert "王丽" in conflict.content.decode()
    assert act(second, item, "take-over").status_code == 302
    assert act(first, item, "answer", text="x").status_code == 409


def test_steps_ask_for_what_they_need(desk: Desk) -> None:
    item = desk.item()
    client = sign_in(desk.agent)
    for name in ("take", "hand-over", "dismiss", "answer", "note", "attach", "customer"):
        url = reverse("channels:item_action", args=[item.pk, name])
        assert client.get(url).status_code == 200
        assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
    for name in ("hand-over", "dismiss", "answer", "note", "attach", "customer"):
        assert act(client, item, name).status_code == 422
    assert act(client, item, "eat").status_code == 404
    assert act(sign_in(desk.stranger), item, "take").status_code == 404
    assert act(sign_in(desk.auditor), item, "take").status_code == 403
    assert act(client, item, "customer", customer=desk.customer.pk).status_code == 302
    assert act(client, item, "hand-over", to=desk.colleague.pk, note="请跟进").status_code == 302


def test_registered_on_the_intake_screen_that_begins_with_what_came_in(desk: Desk) -> None:
    item = desk.item()
    client = sign_in(desk.agent)
    address = f"{reverse('desk:intake')}?origin=inbox-{item.pk}"
    page = client.get(address).content.decode()
    assert f'value="inbox-{item.pk}"' in page
    assert "排气温度高，停机" in page
    assert str(desk.customer) in page
    assert "排气温度高" not in sign_in(desk.stranger).get(address).content.decode()
    answer = client.post(
        reverse("desk:intake"),
        {
            "customer": desk.customer.pk,
            "origin": f"inbox-{item.pk}",
            "channel": "email",
            "request_kind": "repair",
            "severity": "normal",
            "symptom_text": "排气温度高",
        },
    )
    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.request == ServiceRequest.objects.get()


def arrival(desk: Desk, **fields: Any) -> dict[str, Any]:
    return {
        "organization": desk.branch.pk,
        "channel": "letter",
        "sender_name": "赵国强",
        "text": "要求退货",
        "key": "1",
        **fields,
    }


def test_a_letter_is_written_down_once_with_its_scan(desk: Desk) -> None:
    client = sign_in(desk.agent)
    address = reverse("channels:arrival_new")
    assert client.get(address).status_code == 200
    for _turn in range(2):
        assert client.post(address, arrival(desk, files=photo())).status_code == 302
    item = InboxItem.objects.get()
    assert (item.channel, item.owner, item.files.count()) == ("letter", desk.agent, 1)
    straight = client.post(address, arrival(desk, key="2", channel="visit", straight="1"))
    assert straight["Location"].startswith(reverse("desk:intake"))


def test_a_letter_that_was_changed_after_it_was_sent_is_not_lost(desk: Desk) -> None:
    # given
    client, address = sign_in(desk.agent), reverse("channels:arrival_new")
    client.post(address, arrival(desk))
    # when it is sent again with other words
    page = client.post(address, arrival(desk, text="另一件事"))
    # then it is refused with what was typed, and taken as another when it is sent once more
    assert (page.status_code, InboxItem.objects.count()) == (409, 1)
    form = page.context["form"]
    assert form["text"].value() == "另一件事"
    again = client.post(address, arrival(desk, text="另一件事", key=form["key"].value()))
    assert (again.status_code, InboxItem.objects.count()) == (302, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender_name": ""},
        {"text": ""},
        {"sender_phone": "abc"},
        {"received_at": "2099-01-01T00:00"},
        {"channel": "email"},
    ],
)
def test_a_letter_that_cannot_be_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    assert (
        sign_in(desk.agent).post(reverse("channels:arrival_new"), arrival(desk, **wrong)).status_code == 422
    )
    assert not InboxItem.objects.exists()


def test_letters_are_not_written_down_for_others(desk: Desk) -> None:
    answer = sign_in(desk.agent).post(
        reverse("channels:arrival_new"), arrival(desk, organization=desk.other.pk)
    )
    assert answer.status_code == 422


def test_the_register_of_calls_hides_numbers_where_it_must(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    for _turn in range(8):
        call(desk, note="问保养")
    client = sign_in(desk.agent)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("channels:calls")).content.decode()
    assert "138 1234 0001" in page
    hidden = sign_in(desk.auditor).get(reverse("channels:calls")).content.decode()
    assert "138 1234 0001" not in hidden
    assert "138****0001" in hidden
    exported = client.get(reverse("channels:calls"), {"export": "csv"})
    assert exported.status_code in (200, 302)


def test_a_call_its_note_and_its_record(desk: Desk, django_assert_max_num_queries: Any) -> None:
    one = call(desk)
    client = sign_in(desk.agent)
    with django_assert_max_num_queries(25):
        assert client.get(one.get_absolute_url()).status_code == 200
    edit = reverse("channels:call_edit", args=[one.pk])
    assert client.get(edit).status_code == 200
    answer = client.post(edit, {"topic": "consultation", "note": "问滤芯价格", "result": "已报价"})
    assert answer.status_code == 302
    assert "问滤芯价格" in client.get(one.get_absolute_url()).content.decode()
    assert client.post(edit, {"topic": "gossip"}).status_code == 422
    record = client.get(reverse("printing:print", args=["F10", one.pk]))
    assert (record.status_code, record["Content-Type"]) == (200, "application/pdf")
    assert sign_in(desk.stranger).get(reverse("printing:print", args=["F10", one.pk])).status_code == 404
    assert sign_in(desk.auditor).get(reverse("printing:print", args=["F10", one.pk])).status_code == 403
    assert sign_in(desk.stranger).get(one.get_absolute_url()).status_code == 404
    assert sign_in(desk.auditor).get(edit).status_code == 403


def test_a_call_by_hand(desk: Desk) -> None:
    client = sign_in(desk.agent)
    address = reverse("channels:call_new")
    assert (
        "13912340001" in client.get(address, {"number": "13912340001", "direction": "out"}).content.decode()
    )
    data = {"organization": desk.branch.pk, "number": "13912340001", "direction": "out", "answered": "on"}
    assert client.post(address, data).status_code == 302
    assert Call.objects.get().direction == "out"
    for wrong in ({"number": ""}, {"direction": "up"}, {"minutes": "-1"}, {"rang_at": "2099-01-01T00:00"}):
        assert client.post(address, {**data, **wrong}).status_code == 422
    assert client.post(address, {**data, "organization": desk.other.pk}).status_code == 422


def test_the_card_of_a_number(desk: Desk, django_assert_max_num_queries: Any) -> None:
    factories.unit(desk.branch, of=desk.customer, serial="KJ-0001")
    call(desk)
    client = sign_in(desk.agent)
    address = reverse("channels:card")
    client.get(address)
    with django_assert_max_num_queries(10 + 4):  # and the session, the person, roles, organisations
        page = client.get(address, {"number": "13812340001"}, headers={"HX-Request": "true"}).content.decode()
    assert str(desk.customer) in page
    assert "KJ-0001" in page
    assert client.get(address, {"number": "13812340001"}).status_code == 200
    assert client.get(address, {"number": "垃圾" * 50, "call": "x"}).status_code == 200
    stranger = sign_in(desk.stranger).get(address, {"number": "13812340001"}).content.decode()
    assert str(desk.customer) not in stranger
    assert sign_in(desk.technician).get(address).status_code == 403


def test_what_rings_opens_at_the_telephone_of_the_agent_alone(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    source, secret = desk.hotline()
    agent, colleague = sign_in(desk.agent), sign_in(desk.colleague)
    address = reverse("channels:ringing")
    assert colleague.get(address, {"first": "1"}).status_code == 286
    assert agent.get(address, {"first": "1"}).status_code == 200
    with django_assert_max_num_queries(4):  # session, person, roles, calls
        assert agent.get(address, {"shown": ""}).status_code == 204
    post(source, secret, call_event("ringing"))
    page = agent.get(address, {"shown": ""})
    assert str(desk.customer) in page.content.decode()
    pk = Call.objects.get().pk
    assert agent.get(address, {"shown": pk}).status_code == 204
    assert f'value="{pk}"' in agent.get(address, {"close": pk}).content.decode()
    assert colleague.get(address).status_code == 204


def test_connections_are_made_shown_once_changed_and_switched_off(desk: Desk) -> None:
    client = sign_in(desk.admin)
    new = reverse("channels:connection_new")
    assert client.get(new).status_code == 200
    data = {"name": "总部总机", "kind": "telephone", "organization": desk.branch.pk}
    assert client.post(new, {**data, "outgoing_to": "not an address"}).status_code == 422
    page = client.post(new, data).content.decode()
    source = Connection.objects.get()
    assert source.secret in page
    address = reverse("channels:connection", args=[source.pk])
    assert source.secret not in client.get(address).content.decode()
    assert client.post(address, {"name": "", "organization": desk.branch.pk}).status_code == 422
    assert client.post(address, {"name": "总机二", "organization": desk.branch.pk}).status_code == 302
    former = source.secret
    assert (
        former
        not in client.post(reverse("channels:connection_step", args=[source.pk, "rotate"])).content.decode()
    )
    client.post(reverse("channels:connection_step", args=[source.pk, "off"]))
    source.refresh_from_db()
    assert (source.name, source.is_active, source.secret == former) == ("总机二", False, False)
    assert client.post(reverse("channels:connection_step", args=[source.pk, "up"])).status_code == 404
    assert client.get(reverse("channels:connections")).status_code == 200
    for person, status in ((desk.agent, 403), (desk.auditor, 403)):
        assert sign_in(person).get(address).status_code == status
    elsewhere = factories.person("department_manager", at=desk.other)
    assert sign_in(elsewhere).get(address).status_code == 404


def test_extensions_and_the_table_of_the_channels(desk: Desk) -> None:
    source, _secret = desk.connection()
    client = sign_in(desk.manager)
    new = reverse("channels:extension_new", args=[source.pk])
    assert client.get(new).status_code == 200
    assert client.post(new, {"number": "801", "person": desk.agent.pk}).status_code == 302
    assert client.post(new, {"number": "801", "person": desk.colleague.pk}).status_code == 422
    assert client.post(new, {"number": "802", "person": desk.stranger.pk}).status_code == 422
    extension = reverse("channels:extension", args=[source.extensions.get().pk])
    assert client.get(extension).status_code == 200
    assert client.post(extension, {"remove": "1"}).status_code == 302
    setting = reverse("channels:setting", args=["hotline"])
    assert client.get(setting).status_code == 200
    assert client.post(setting, {"waits_minutes": "30", "recordings_days": "180"}).status_code == 302
    assert ChannelSetting.objects.get(channel="hotline").recordings_days == 180
    assert client.post(setting, {"waits_minutes": "0"}).status_code == 422
    assert client.get(reverse("channels:setting", args=["pigeon"])).status_code == 404


def test_strangers_are_sent_to_sign_in() -> None:
    from django.test import Client

    for name in ("inbox", "calls", "card", "connections", "arrival_new"):
        assert Client().get(reverse(f"channels:{name}")).status_code == 302
