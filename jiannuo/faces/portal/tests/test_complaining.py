"""A customer without an account complains, gets the number, and sees the state but nothing that is inner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from jiannuo.faces.portal import tokens
from jiannuo.faces.portal.tests.test_portal import solved
from jiannuo.kernel.files.tests.test_files import picture
from jiannuo.office.documents.services import comment
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.complaints.tests.conftest import POWER, Firm, firm, news_is_heard_at_once
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.commitments.tests.samples import time_clause
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.testing import factories

__all__ = ["firm", "news_is_heard_at_once"]

pytestmark = pytest.mark.django_db
TEXT = "维修工态度恶劣，多收了两百元"


@pytest.fixture
def unit(firm: Firm) -> InstalledUnit:
    cache.clear()
    return factories.unit(firm.branch, of=firm.customer)


def typed(key: str, **changed: Any) -> dict[str, Any]:
    return {
        "text": TEXT,
        "reporter_name": "李静",
        "reporter_phone": "13812345678",
        "client_key": "abc",
        "token": tokens.make("complain", key, tokens.FORM_LASTS),
        "altcha": solved(),
        **changed,
    }


def address(unit: InstalledUnit) -> str:
    return f"/q/{unit.label_code}/complain"


def test_by_the_code_on_the_machine(client: Client, firm: Firm, unit: InstalledUnit) -> None:
    assert address(unit) in client.get(f"/q/{unit.label_code}").content.decode()
    assert client.get(address(unit)).status_code == 200
    answer = client.post(address(unit), {**typed(unit.label_code), "photos": [picture()]})
    assert answer.status_code == 302
    made = Complaint.objects.get()
    assert (made.channel, made.unit, made.customer, made.organization) == (
        "web",
        unit,
        firm.customer,
        firm.branch,
    )
    assert (made.complainant, made.phone, made.attachments.count()) == ("李静", "+8613812345678", 1)
    assert not ServiceRequest.objects.exists(), "it goes to the desk, not through the service"
    assert made.number in client.get(answer["Location"]).content.decode()
    assert "portal/complaint" not in answer["Location"]


def test_by_the_link_to_a_request(client: Client, firm: Firm, unit: InstalledUnit) -> None:
    request = firm.request(request_kind="repair", symptom_text="漏水", unit=unit)
    token = tokens.make("progress", request.number, tokens.PROGRESS_LASTS)
    link = reverse("portal:complain_of", args=[token])
    assert link in client.get(f"/p/{token}").content.decode()
    assert client.get(link).status_code == 200
    assert client.post(link, typed(request.number)).status_code == 302
    made = Complaint.objects.get()
    assert (made.customer, made.unit, made.text) == (firm.customer, unit, TEXT)
    client.force_login(firm.agent)
    assert client.get(reverse("complaints:detail", args=[made.number])).status_code == 403


def test_the_customer_sees_state_and_answer_but_nothing_inner(
    client: Client, firm: Firm, unit: InstalledUnit, django_assert_max_num_queries: Any
) -> None:
    firm.promise(time_clause("answer", "48", start="complained"), POWER)
    made = firm.complaint(unit=unit)
    comment(made, by=firm.supervisor, text="内部备注：此人难缠")
    link = reverse("portal:complaint", args=[tokens.make("complaint", made.number, timedelta(days=1))])
    with django_assert_max_num_queries(8):
        page = client.get(link)
    assert page.context["obligations"]
    firm.assigned(made)
    made = firm.investigated(Complaint.objects.get(), findings="内部调查结论")
    page = client.get(link).content.decode()
    made = firm.answered(made, compensation=150)
    page += client.get(link).content.decode()
    assert "今天 18 点前上门" in page
    for inner in ("内部备注", "内部调查结论", "派工后无人跟进", "当天补派", "蒋慧敏", "150"):
        assert inner not in page, inner
    assert client.get(link).context["to_be_called"], "satisfied or not is said to the desk on the telephone"
    main = client.get(link).content.decode().split("<main")[1].split("</main>")[0]
    assert "<form" not in main
    assert client.post(link, {"result": "solved"}).status_code == 405
    made.refresh_from_db()
    assert made.state == "answered"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "长" * 4001}, 422),
        ({"reporter_phone": "123"}, 422),
        ({"reporter_name": ""}, 422),
        ({"altcha": ""}, 422),
        ({"token": "nonsense"}, 404),
    ],
)
def test_what_is_wrong_is_refused(
    client: Client, unit: InstalledUnit, changed: dict[str, Any], status: int
) -> None:
    assert client.post(address(unit), typed(unit.label_code, **changed)).status_code == status
    assert not Complaint.objects.exists()


def test_tokens_of_other_forms_and_old_ones_are_refused(client: Client, unit: InstalledUnit) -> None:
    report = tokens.make("report", unit.label_code, tokens.FORM_LASTS)
    assert client.post(address(unit), typed(unit.label_code, token=report)).status_code == 404
    other = tokens.make("complain", "OTHER", tokens.FORM_LASTS)
    assert client.post(address(unit), typed(unit.label_code, token=other)).status_code == 404
    old = tokens.make("complain", unit.label_code, timedelta(seconds=-5))
    answer = client.post(address(unit), typed(unit.label_code, token=old))
    assert (answer.status_code, TEXT in answer.content.decode()) == (410, True)
    assert not Complaint.objects.exists()


def test_sent_again_with_other_words_it_is_refused_and_they_are_kept(
    client: Client, unit: InstalledUnit
) -> None:
    client.post(address(unit), typed(unit.label_code))
    page = client.post(address(unit), typed(unit.label_code, text="师傅态度也不好"))
    assert page.status_code == 409
    assert "师傅态度也不好" in page.content.decode()
    assert page.context["form"]["client_key"].value() != "abc"
    assert Complaint.objects.count() == 1


def test_sent_twice_it_is_taken_once_and_a_flood_is_stopped(client: Client, unit: InstalledUnit) -> None:
    first = client.post(address(unit), typed(unit.label_code))
    second = client.post(address(unit), typed(unit.label_code))
    assert first.status_code == second.status_code == 302
    assert Complaint.objects.count() == 1
    answers = [client.post(address(unit), {}).status_code for _try in range(8)]
    assert answers[-1] == 429


def test_links_expire_and_cannot_be_made_up(client: Client, firm: Firm) -> None:
    made = firm.complaint()
    expired = tokens.make("complaint", made.number, timedelta(seconds=-5))
    assert client.get(f"/c/{expired}").status_code == 410
    assert client.get(f"/c/{tokens.make('progress', made.number, timedelta(days=1))}").status_code == 404
    assert client.get("/c/made:up").status_code == 404
    assert client.get(f"/p/{tokens.make('complaint', 'x', timedelta(days=1))}/complain").status_code == 404
