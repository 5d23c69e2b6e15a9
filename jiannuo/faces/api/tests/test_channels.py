"""The inbox, calls, mails and routing rules over the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiannuo.operations.channels import services
from jiannuo.operations.channels.models import InboxItem, MailAccount, MailMessage
from jiannuo.operations.channels.services import keep_recording
from jiannuo.operations.channels.tests.conftest import PHONE, Desk
from jiannuo.operations.desk.models import RoutingRule
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
INBOX, CALLS, MAILS, RULES = (f"/api/v1/{name}/" for name in ("inbox", "calls", "mails", "routing-rules"))
SOUND = b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(200)


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def send(as_program, new_key):
    def post(person, address, body=None, **headers):
        return as_program(person).post(address, body or {}, format="json", **(headers or new_key()))

    return post


@pytest.fixture
def mail(desk) -> MailMessage:
    account = MailAccount.objects.create(
        organization=desk.branch, name="客服", imap_host="imap", user="u", from_address="care@example.com"
    )
    return MailMessage.objects.create(
        account=account,
        key="k1",
        state="ignored",
        reason="list",
        from_name="刘工",
        from_address="liu.gong@example.com",
        to="care@example.com",
        subject="<b>空压机</b>",
        text="排气温度高",
        refused=[["virus.exe", "not allowed"]],
    )


# Inbox


def test_items_are_listed_within_scope_and_budget(desk, as_program, django_assert_max_num_queries):
    for _n in range(4):
        item = desk.item()
    client = as_program(desk.agent)
    client.get(INBOX)
    with django_assert_max_num_queries(12):
        rows = client.get(INBOX, {"state": "new"}).json()["results"]
    assert len(rows) == 4
    assert (rows[0]["channel"], rows[0]["organization"], rows[0]["owner"]) == (
        "email",
        desk.branch.code,
        None,
    )
    assert "text" not in rows[0]
    with django_assert_max_num_queries(25):
        one = client.get(f"{INBOX}{item.pk}/").json()
    assert one["text"] == "排气温度高，停机"
    assert client.get(INBOX, {"channel": "pigeon"}).status_code in (400, 422)


def test_numbers_are_masked_for_those_who_need_not_see_them(desk, as_program):
    item = desk.item(sender_address="liu@example.com")
    full = as_program(desk.agent).get(f"{INBOX}{item.pk}/").json()
    covered = as_program(desk.auditor).get(f"{INBOX}{item.pk}/").json()
    assert (full["sender_phone"], full["sender_address"]) == (PHONE, "liu@example.com")
    assert PHONE not in str(covered)
    assert "liu@example.com" not in str(covered)


def test_first_asked_is_responsible_until_it_is_handed_over(desk, as_program, send):
    item = desk.item()

    taken = send(desk.agent, f"{INBOX}{item.pk}/take/")
    assert (taken.status_code, taken.json()["owner"]) == (200, desk.agent.username)

    late = send(desk.colleague, f"{INBOX}{item.pk}/take/")
    assert late.status_code == 409
    assert late["Content-Type"] == "application/problem+json"
    assert "王丽" in late.json()["detail"]

    given = send(
        desk.agent, f"{INBOX}{item.pk}/hand-over/", {"to": desk.colleague.username, "note": "请跟进"}
    )
    assert given.json()["owner"] == desk.colleague.username
    assert [line["kind"] for line in given.json()["lines"]][-1] == "handed_over"

    over = send(desk.agent, f"{INBOX}{item.pk}/take-over/")
    assert over.json()["owner"] == desk.agent.username

    closed = send(desk.agent, f"{INBOX}{item.pk}/dismiss/", {"reason": "广告"})
    assert (closed.json()["state"], closed.json()["reason"]) == ("dismissed", "广告")
    assert send(desk.agent, f"{INBOX}{item.pk}/dismiss/", {"reason": "广告"}).status_code == 409


def test_an_answer_closes_unless_it_says_not_to(desk, send):
    item = desk.item(channel="letter")
    open_one = send(desk.agent, f"{INBOX}{item.pk}/answer/", {"text": "收到", "close": False})
    assert open_one.json()["state"] == "taken"
    closed = send(desk.agent, f"{INBOX}{item.pk}/answer/", {"text": "已解决"})
    assert closed.json()["state"] == "answered"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("hand-over", {}),
        ("hand-over", {"to": "nobody"}),
        ("hand-over", {"to": ["a"]}),
        ("dismiss", {}),
        ("dismiss", {"reason": " "}),
        ("dismiss", {"reason": "x" * 201}),
        ("answer", {"text": ""}),
        ("answer", {"text": "x", "close": "maybe"}),
    ],
)
def test_bad_input_is_refused_by_field(desk, send, name, body):
    item = desk.item()
    answer = send(desk.agent, f"{INBOX}{item.pk}/{name}/", body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"]
    assert InboxItem.objects.get(pk=item.pk).state == "new"


def test_it_is_not_handed_to_somebody_elsewhere_or_oneself(desk, send):
    item = desk.item()
    for person in (desk.stranger, desk.technician, desk.agent):
        body = {"to": person.username}
        assert send(desk.agent, f"{INBOX}{item.pk}/hand-over/", body).status_code == 422, person


def test_who_may_not(desk, send, as_program):
    item = desk.item()
    assert as_program(desk.stranger).get(f"{INBOX}{item.pk}/").status_code == 404
    assert as_program(desk.technician).get(INBOX).status_code == 403
    for name in ("take", "take-over", "hand-over", "dismiss", "answer"):
        assert send(desk.stranger, f"{INBOX}{item.pk}/{name}/").status_code == 404, name
        assert send(desk.auditor, f"{INBOX}{item.pk}/{name}/").status_code == 403, name
        assert as_program(desk.agent).post(f"{INBOX}{item.pk}/{name}/").status_code == 400, name  # no key
    assert as_program(desk.agent).delete(f"{INBOX}{item.pk}/").status_code == 405


def test_a_step_that_is_repeated_is_done_once(desk, send, new_key):
    item, key = desk.item(), new_key()
    first = send(desk.agent, f"{INBOX}{item.pk}/take/", None, **key)
    again = send(desk.agent, f"{INBOX}{item.pk}/take/", None, **key)
    assert first.json() == again.json()
    assert item.lines.filter(kind="taken").count() == 1


# Calls and mails


def test_calls_are_listed_and_read(desk, as_program, django_assert_max_num_queries):
    call = services.write_down(
        by=desk.agent, organization=desk.branch, number=PHONE, note="漏油", customer=desk.customer
    )
    keep_recording(call, SimpleUploadedFile("a.wav", SOUND))
    client = as_program(desk.agent)
    client.get(CALLS)
    with django_assert_max_num_queries(12):
        rows = client.get(CALLS, {"number": "138 1234 0001"}).json()["results"]
    assert [(row["id"], row["number"]) for row in rows] == [(call.pk, PHONE)]
    with django_assert_max_num_queries(25):
        one = client.get(f"{CALLS}{call.pk}/").json()
    assert (one["note"], one["recording"]) == ("漏油", f"http://testserver/calls/{call.pk}/recording/")
    read = as_program(desk.auditor).get(f"{CALLS}{call.pk}/").json()
    assert read["recording"] is None
    assert PHONE not in str(read)
    assert as_program(desk.stranger).get(f"{CALLS}{call.pk}/").status_code == 404
    assert as_program(desk.technician).get(CALLS).status_code == 403
    assert client.post(CALLS, {}, format="json").status_code == 405


def test_mails_are_listed_and_read(desk, as_program, mail, django_assert_max_num_queries):
    client = as_program(desk.agent)
    client.get(MAILS)
    with django_assert_max_num_queries(12):
        rows = client.get(MAILS, {"state": "ignored"}).json()["results"]
    assert [(row["subject"], row["reason"]) for row in rows] == [("<b>空压机</b>", "list")]
    one = client.get(f"{MAILS}{mail.pk}/").json()
    assert (one["text"], one["from_address"]) == ("排气温度高", "liu.gong@example.com")
    assert one["refused"] == [["virus.exe", "not allowed"]]
    assert "liu.gong" not in str(as_program(desk.auditor).get(f"{MAILS}{mail.pk}/").json())
    assert as_program(desk.stranger).get(f"{MAILS}{mail.pk}/").status_code == 404
    assert as_program(desk.technician).get(MAILS).status_code == 403


# Routing rules


def rule_body(desk, **fields):
    body = {"organization": desk.branch.code, "name": "质量", "natures": ["quality"]}
    return {**body, "to_organization": desk.branch.code, "to_role": "service_agent", **fields}


def test_the_manager_writes_changes_and_moves_rules(desk, as_program, send):
    made = send(desk.manager, RULES, rule_body(desk, category=factories.category().code_path))
    assert made.status_code == 201, made.content
    address = made["Location"]
    second = send(
        desk.manager, RULES, rule_body(desk, name="其余", to_person=desk.agent.username, to_role="")
    )
    assert second.json()["to_person"] == desk.agent.username
    client = as_program(desk.manager)
    assert [row["name"] for row in client.get(RULES).json()["results"]] == ["质量", "其余"]

    changed = client.put(address, rule_body(desk, name="产品质量", severities=["major"]), format="json")
    assert (changed.json()["name"], changed.json()["severities"]) == ("产品质量", ["major"])
    assert changed.json()["category"] is None

    moved = send(desk.manager, f"{RULES}{made.json()['id']}/move/", {"up": False})
    assert moved.status_code == 422  # the other would take all its cases
    client.put(
        f"{RULES}{second.json()['id']}/", rule_body(desk, name="其余", natures=["packing"]), format="json"
    )
    moved = send(desk.manager, f"{RULES}{made.json()['id']}/move/", {"up": False})
    assert (moved.status_code, moved.json()["position"]) == (200, 2)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to_organization": "nowhere"}, "to_organization"),
        ({"to_role": "finance"}, "to_role"),
        ({"to_role": "dealer_clerk"}, "to_role"),
        ({"to_role": "", "to_person": "nobody"}, "to_person"),
        ({"organization": "nowhere"}, "organization"),
        ({"natures": ["weather"]}, "natures"),
        ({"name": ""}, "name"),
        ({"name": {"a": 1}}, "name"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, ""),
        ({"symptom": "NO-SUCH"}, "symptom"),
    ],
)
def test_a_rule_that_leads_nowhere_or_says_nonsense_is_refused(desk, send, fields, field):
    answer = send(desk.manager, RULES, rule_body(desk, **fields))
    assert answer.status_code == 422, answer.content
    assert not field or field in answer.json()["errors"]
    assert not RoutingRule.objects.exists()


def test_only_who_keeps_the_table_sees_or_changes_it(desk, as_program, send):
    rule = RoutingRule.objects.get(pk=send(desk.manager, RULES, rule_body(desk)).json()["id"])
    beside = factories.person("department_manager", at=desk.other)
    for person, status in ((desk.agent, 403), (desk.auditor, 403), (desk.technician, 403), (beside, 404)):
        client = as_program(person)
        assert client.get(f"{RULES}{rule.pk}/").status_code == status
        assert client.put(f"{RULES}{rule.pk}/", rule_body(desk), format="json").status_code == status
        assert send(person, f"{RULES}{rule.pk}/move/", {"up": True}).status_code == status
    assert as_program(beside).get(RULES).json()["results"] == []
    assert send(beside, RULES, rule_body(desk)).status_code == 422
    assert send(desk.agent, RULES, rule_body(desk)).status_code == 403
    assert as_program(desk.manager).post(RULES, rule_body(desk), format="json").status_code == 400  # no key
    assert as_program(desk.manager).post(RULES, [1], format="json").status_code in (400, 422)
