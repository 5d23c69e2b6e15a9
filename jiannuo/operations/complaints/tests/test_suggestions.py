"""Suggestions: taken, valued, rewarded as a clause says, answered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.complaints.models import Payout, Suggestion
from jiannuo.operations.complaints.services import do_suggestion, register_suggestion
from jiannuo.operations.complaints.slips import read_slip, slip_url

REWARD = {
    "kind": "settlement",
    "id": "reward-for-suggestions",
    "text": "有价值的意见和建议奖励200元。",
    "source": {"document": "售后服务管理办法", "article": "三"},
    "when": [
        {"fact": "request_kind", "any_of": ["suggestion"]},
        {"fact": "flag", "any_of": ["valuable"]},
    ],
    "payee": "customer",
    "basis": "fixed",
    "amount": "200",
    "items": ["consultation"],
    "start": "confirmed",
}


def taken(firm, **fields) -> Suggestion:
    values = {
        "by": firm.agent,
        "organization": firm.branch,
        "text": "说明书上加一张接线图",
        "name": "王师傅",
        "place": "西湖营业厅",
        **fields,
    }
    return register_suggestion(**values)


def test_a_valuable_one_is_rewarded_as_the_clause_says(firm):
    firm.promise(REWARD)
    valued = do_suggestion(taken(firm), "value_it", by=firm.quality, data={"opinion": "采纳"})
    payout = Payout.objects.get()
    assert (valued.reward, payout.amount, payout.purpose, payout.payee) == (
        Decimal(200),
        Decimal(200),
        "reward",
        "王师傅",
    )
    assert "reward-for-suggestions" in payout.clause
    answered = do_suggestion(valued, "give_answer", by=firm.quality, data={"answer": "感谢"})
    assert answered.state == "answered"


def test_what_is_only_noted_earns_nothing(firm):
    firm.promise(REWARD)
    do_suggestion(taken(firm), "note_it", by=firm.quality, data={"opinion": "已有"})
    assert not Payout.objects.exists()


def test_without_a_clause_there_is_no_reward(firm):
    valued = do_suggestion(taken(firm), "value_it", by=firm.quality, data={"opinion": "采纳"})
    assert (valued.reward, Payout.objects.count()) == (None, 0)


def test_a_request_of_this_kind_becomes_one_and_is_closed_with_it(firm):
    request = firm.request(request_kind="suggestion", symptom_text="希望周末也能安装")
    suggestion = Suggestion.objects.get()
    assert (suggestion.source_id, suggestion.text) == (request.pk, "希望周末也能安装")
    suggestion = do_suggestion(suggestion, "note_it", by=firm.quality, data={"opinion": "研究"})
    do_suggestion(suggestion, "give_answer", by=firm.quality, data={"answer": "下月起周六可以"})
    request.refresh_from_db()
    assert (request.state, request.answer) == ("closed", "下月起周六可以")


def test_refusals(firm):
    with pytest.raises(PermissionDenied):
        taken(firm, by=firm.technician)
    with pytest.raises(ValidationError):
        taken(firm, text=" ")
    with pytest.raises(ValidationError):
        taken(firm, received_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(PermissionDenied):
        do_suggestion(taken(firm), "value_it", by=firm.agent, data={"opinion": "采纳"})
    assert taken(firm, name="").who == "—"


def test_the_pages(client, firm, django_assert_max_num_queries):
    firm.promise(REWARD)
    client.force_login(firm.agent)
    address = reverse("complaints:suggestion_new")
    data = {
        "organization": firm.branch.pk,
        "channel": "slip",
        "received_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "text": "建议加开夜间热线",
    }
    assert client.get(address).status_code == 200
    assert client.post(address, {**data, "text": ""}).status_code == 422
    assert client.post(address, data).status_code == 302
    suggestion = Suggestion.objects.get()
    with django_assert_max_num_queries(12):
        assert suggestion.number in client.get(reverse("complaints:suggestions")).content.decode()
    with django_assert_max_num_queries(25):
        page = client.get(reverse("complaints:suggestion", args=[suggestion.number])).content.decode()
    assert "200.00" in page
    client.force_login(firm.quality)
    assert client.get(f"/print/F63/{suggestion.pk}.pdf").status_code == 200
    assert client.get("/api/v1/suggestions/").json()["results"][0]["number"] == suggestion.number
    client.force_login(firm.technician)
    assert client.get(reverse("complaints:suggestions")).status_code == 403


def test_blank_slips_are_printed_with_a_code_for_the_phone(firm, client, monkeypatch):
    seen = {}

    def printed(template, context):
        seen.update(context)
        return b"%PDF-1.7"

    monkeypatch.setattr("jiannuo.operations.complaints.slips.render_pdf", printed)
    client.force_login(firm.agent)
    page = reverse("complaints:slip")
    assert page in client.get(reverse("complaints:suggestions")).content.decode()
    assert client.get(page).status_code == 200
    assert client.post(page, {"organization": firm.branch.pk, "place": ""}).status_code == 422

    answer = client.post(page, {"organization": firm.branch.pk, "place": "维修大厅"})

    assert answer["Content-Type"] == "application/pdf"
    assert (seen["organization"], seen["place"]) == (firm.branch, "维修大厅")
    assert seen["qr"].startswith("data:image/svg+xml")
    token = slip_url(firm.branch, "维修大厅").rsplit("/", 1)[1]
    assert read_slip(token) == (firm.branch, "维修大厅")


def test_who_takes_no_suggestions_prints_no_slips(firm, client):
    client.force_login(firm.technician)
    assert client.get(reverse("complaints:slip")).status_code == 403
