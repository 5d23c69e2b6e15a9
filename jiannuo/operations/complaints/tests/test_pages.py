"""Pages, exports, API, search and prints of the complaint desk; and that the service sees none of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.search.services import find
from jiannuo.office.documents.services import comment
from jiannuo.operations.complaints.models import Complaint, HoldPeriod, UpgradeRule
from jiannuo.operations.complaints.tests.conftest import CALLED, POWER
from jiannuo.operations.tasks.models import Task
from jiannuo.promises.commitments.tests.samples import time_clause
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.queries import mine
from jiannuo.promises.obligations.sweep import sweep

SECRET = "机密投诉内容"
APOLOGY = {"code": "apology", "text": "致歉"}


@pytest.fixture
def secret(firm) -> Complaint:
    firm.promise(time_clause("answer", "48", start="complained", consequences=[APOLOGY]), POWER)
    complaint = firm.complaint(text=SECRET, matter=None)
    comment(complaint, by=firm.supervisor, text="机密备注")
    return firm.answered(complaint, compensation=200)


def addresses(complaint: Complaint) -> list[str]:
    number = complaint.number
    return [
        reverse("complaints:detail", args=[number]),
        reverse("documents:open", args=[number]),
        reverse("documents:timeline", args=[number]),
        reverse("documents:action", args=[number, "verify_with_unit"]),
        f"/print/F61/{complaint.pk}.pdf",
        f"/api/v1/complaints/{number}/",
        f"/api/v1/complaints/{number}/timeline/",
        reverse("complaints:payout", args=[complaint.payouts.get().number]),
    ]


def lists(complaint: Complaint) -> list[str]:
    return [
        reverse("complaints:list"),
        reverse("complaints:list") + "?export=csv",
        reverse("complaints:special"),
        reverse("complaints:month") + "?month=2026-03",
        reverse("complaints:settings"),
        reverse("complaints:payouts"),
        "/api/v1/complaints/",
        "/api/v1/payouts/",
        reverse("search:results") + f"?q={complaint.number}",
        reverse("search:results") + f"?q={SECRET}",
        reverse("search:suggest") + f"?q={complaint.number}",
        reverse("console:home"),
        reverse("notices:inbox"),
        reverse("obligations:list"),
        "/api/v1/obligations/",
        reverse("tasks:list"),
        "/api/v1/tasks/",
        reverse("desk:request_list"),
        reverse("documents:approvals"),
    ]


@pytest.mark.parametrize("who", range(7))
def test_service_staff_see_nothing_on_any_path(client, firm, secret, who):
    sweep(CALLED + timedelta(hours=60))
    person = firm.service[who]
    client.force_login(person)
    pays = person == firm.finance
    for address in addresses(secret):
        if pays and "payouts" in address:
            continue
        answer = client.get(address, HTTP_ACCEPT="application/json" if "/api/" in address else "text/html")
        assert answer.status_code in (403, 404), address
    for address in lists(secret):
        answer = client.get(address)
        if answer.status_code == 200:
            told = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = told.decode().replace(f"?q={secret.number}", "").replace(f'value="{secret.number}"', "")
            text = text.replace(f"“{secret.number}”", "").replace(f"「{secret.number}」", "")
            assert SECRET not in text.replace(f'value="{SECRET}"', "") or "search" in address, address
            assert f"/{secret.number}" not in text, address
    assert not Obligation.objects.visible_to(person).filter(document=secret.pk).exists()
    assert not mine(person).filter(document=secret.pk).exists()
    assert not Task.objects.visible_to(person).filter(source=secret.pk).exists()
    posted = client.post(reverse("documents:comment", args=[secret.number]), {"text": "x"})
    assert posted.status_code in (403, 404)


def test_the_manager_of_the_service_sees_what_was_raised(client, firm, secret):
    client.force_login(firm.manager)
    page = reverse("complaints:detail", args=[secret.number])
    assert client.get(page).status_code == 404
    assert secret.number not in client.get(reverse("complaints:list")).content.decode()
    firm.step(secret, "raise_level", level="manager", reason="请经理处理")
    assert client.get(page).status_code == 200
    assert secret.number in client.get(reverse("complaints:list")).content.decode()
    assert client.get(reverse("complaints:month")).status_code == 403
    assert client.get(reverse("complaints:special")).status_code == 403


def test_who_is_complained_of_sees_it_nowhere(client, firm):
    complaint = firm.complaint(accused_person=firm.colleague, text=SECRET)
    client.force_login(firm.colleague)
    assert client.get(reverse("complaints:detail", args=[complaint.number])).status_code == 404
    assert complaint.number not in client.get(reverse("complaints:list")).content.decode()
    assert not find(complaint.number, kinds=["complaint"], organizations=None)


def test_lists_and_pages_stay_within_their_budget(client, firm, django_assert_max_num_queries):
    firm.promise(time_clause("answer", "48", start="complained"), POWER)
    for _turn in range(3):
        complaint = firm.answered(firm.complaint(), compensation=50)
        firm.step(complaint, "raise_level", level="director", special=True, reason="专案")
    client.force_login(firm.general)
    for name in ("complaints:list", "complaints:special", "complaints:payouts", "complaints:sheets"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name)).status_code == 200
    for name in ("complaints:suggestions", "complaints:settings"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(name)).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("complaints:month") + "?month=2026-03").status_code == 200
    with django_assert_max_num_queries(25):
        page = client.get(reverse("complaints:detail", args=[complaint.number]))
    assert "约好上门" in page.content.decode()
    with django_assert_max_num_queries(25):
        assert client.get(complaint.payouts.get().get_absolute_url(), follow=True).status_code == 200


def test_the_desk_takes_a_complaint(client, firm):
    client.force_login(firm.supervisor)
    address = reverse("complaints:register")
    assert client.get(address).status_code == 200
    data = {
        "organization": firm.branch.pk,
        "complainant": "李女士",
        "phone": "13812345678",
        "channel": "visit",
        "received_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "text": "收费不给发票",
        "circumstances": ["authority"],
    }
    assert client.post(address, {**data, "complainant": ""}).status_code == 422
    assert client.post(address, {**data, "phone": "xx"}).status_code == 422
    assert client.post(address, {**data, "customer": "999999"}).status_code == 422
    assert client.post(address, data).status_code == 302
    complaint = Complaint.objects.get()
    assert (complaint.who, complaint.phone, complaint.circumstances) == (
        "李女士",
        "+8613812345678",
        ["authority"],
    )
    client.force_login(firm.agent)
    assert client.post(address, data).status_code == 403


def test_investigation_asks_for_whom_it_names(client, firm):
    complaint = firm.assigned(firm.complaint())
    client.force_login(firm.supervisor)
    address = reverse("documents:action", args=[complaint.number, "investigate"])
    data = {"findings": "x", "founded": "yes", "responsibility": "supplier"}
    assert client.post(address, data).status_code == 422
    assert client.post(address, {**data, "responsibility": "person"}).status_code == 422
    assert client.post(address, {**data, "responsible_name": "示范压缩机厂"}).status_code in (200, 204, 302)
    complaint.refresh_from_db()
    assert (complaint.responsible, complaint.responsible_organization) == ("示范压缩机厂", None)


def test_over_the_api(client, firm, secret):
    client.force_login(firm.supervisor)
    listed = client.get("/api/v1/complaints/?grade=general").json()
    assert [row["number"] for row in listed["results"]] == [secret.number]
    read = client.get(f"/api/v1/complaints/{secret.number}/").json()
    assert (read["text"], read["weight"], "verify_with_unit" in read["actions"]) == (SECRET, "minor", True)
    done = client.post(
        f"/api/v1/complaints/{secret.number}/actions/verify_with_unit/",
        {"result": "solved", "spoken_with": "站长"},
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="k1",
    )
    assert done.status_code == 200, done.content
    hidden = client.post(
        f"/api/v1/complaints/{secret.number}/actions/confirm_solved/",
        {},
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="k2",
    )
    assert hidden.status_code == 404


def test_prints_and_search(client, firm, secret):
    client.force_login(firm.supervisor)
    assert client.get(f"/print/F61/{secret.pk}.pdf")["Content-Type"] == "application/pdf"
    assert find(secret.number, kinds=["complaint"], organizations=None)
    client.force_login(firm.auditor)
    assert client.get(reverse("complaints:detail", args=[secret.number])).status_code == 200


def test_the_tables_are_edited(client, firm):
    client.force_login(firm.supervisor)
    rule = UpgradeRule.objects.get(trigger="callbacks_failed")
    address = reverse("complaints:setting_edit", args=["upgrades", rule.pk])
    data = {"name": rule.name, "trigger": rule.trigger, "threshold": "3", "grade": "repeat", "within_days": 0}
    data |= {"position": 10, "is_active": "on"}
    assert client.post(address, data).status_code == 302
    rule.refresh_from_db()
    assert rule.threshold == 3
    for wrong in ({"grade": ""}, {"threshold": "0"}, {"threshold": "1.5"}, {"trigger": "unsolved"}):
        assert client.post(address, {**data, **wrong}).status_code == 422, wrong
    assert client.post(address, {**data, "trigger": "circumstance"}).status_code == 422
    assert client.get(reverse("complaints:setting_new", args=["moons"])).status_code == 404
    assert client.get(reverse("complaints:setting_edit", args=["matters", 999999])).status_code == 404
    hold = {"starts_on": "2026-03-10", "ends_on": "2026-03-01", "reason": "维稳"}
    assert client.post(reverse("complaints:setting_new", args=["holds"]), hold).status_code == 422
    hold["ends_on"] = ""
    assert client.post(reverse("complaints:setting_new", args=["holds"]), hold).status_code == 302
    assert HoldPeriod.objects.get().reason == "维稳"
    for person in (firm.manager, firm.agent, firm.admin):
        client.force_login(person)
        assert client.post(address, data).status_code == 403


def test_quantities_of_stations(client, firm):
    firm.complaint(organization=firm.station)
    client.force_login(firm.supervisor)
    address = reverse("complaints:volumes") + "?month=2026-03"
    assert client.get(address).status_code == 200
    assert client.post(address, {f"q{firm.station.pk}": "-1"}).status_code == 422
    assert client.post(address, {f"q{firm.station.pk}": "500"}).status_code == 302
    page = client.get(reverse("complaints:month") + "?month=2026-03").content.decode()
    assert "宁波站" in page
    assert "2.00" in page
    assert client.post(address, {f"q{firm.station.pk}": ""}).status_code == 302
    assert client.get(reverse("complaints:month") + "?month=xx").status_code == 200
