"""Pages, budgets, refusals, prints, exports and API of follow-ups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.followups.figures import month_figures
from jiannuo.operations.followups.models import (
    Answer,
    Campaign,
    FollowUp,
    FollowUpKind,
    Letter,
    LetterTemplate,
    QuestionRule,
    Script,
)
from jiannuo.operations.followups.services import do_letter, talk_of, write_letter
from jiannuo.operations.followups.tests.conftest import CONTENT, at
from jiannuo.operations.followups.views import letters
from jiannuo.testing import factories


@pytest.fixture(autouse=True)
def call_at_any_hour(garage):
    """The clock of the test may stand at night."""
    FollowUpKind.objects.update(call_from="00:00", call_to="23:59:59")


@pytest.fixture
def call(garage):
    """A follow-up that may be made now."""
    now = timezone.now()
    return garage.followup(at=now, due_at=now + timedelta(hours=3), owner=None)


def page(client, who, what, *args, **query):
    client.force_login(who)
    return client.get(reverse(f"followups:{what}", args=args), query)


def send(client, who, what, /, *args, **data):
    client.force_login(who)
    return client.post(reverse(f"followups:{what}", args=args), data)


def answered(client, garage, call, *values):
    """Answer over the page, question after question."""
    for value in values:
        question = talk_of(FollowUp.objects.get(pk=call.pk)).next
        response = send(client, garage.caller, "answer", call.number, question.pk, value=value)
        assert response.status_code == 302


def test_the_whole_talk_over_the_page(client, garage, call):
    response = send(client, garage.caller, "next")
    assert response["Location"] == reverse("followups:call", args=[call.number])
    shown = page(client, garage.caller, "call", call.number).content.decode()
    assert "设备现在使用情况怎么样" in shown
    assert "杭州恒力机械有限公司" in shown
    assert page(client, garage.second, "call", call.number).status_code == 302  # somebody has it open
    answered(client, garage, call, "有故障", "压缩机异响", "4", "no", "yes")
    shown = page(client, garage.caller, "call", call.number).content.decode()
    assert "压缩机异响" in shown  # suggested as what must be answered
    assert send(client, garage.caller, "notes", call.number, summary="还在写").status_code == 204
    assert "还在写" in page(client, garage.caller, "call", call.number).content.decode()  # after a reload
    empty = send(client, garage.caller, "call", call.number, issue_kind="repair")
    assert empty.status_code == 422
    version = FollowUp.objects.get(pk=call.pk).version
    said = {"spoken_with": "王经理", "issue_kind": "repair", "issue_text": "压缩机异响", "version": version}
    assert send(client, garage.caller, "call", call.number, **{**said, "version": 99}).status_code == 409
    done = send(client, garage.caller, "call", call.number, **said)
    assert call.number in done["Location"]
    assert send(client, garage.caller, "notes", call.number, summary="晚到").status_code == 204
    request = ServiceRequest.objects.get()
    assert request.number in page(client, garage.caller, "detail", call.number).content.decode()
    card = reverse("followups:of_document", args=[request.number])
    assert card in client.get(request.get_absolute_url(), follow=True).content.decode()
    assert call.number in client.get(card).content.decode()
    assert page(client, garage.stranger, "of_document", request.number).status_code == 404


def test_bad_answers_are_said_where_they_were_given(client, garage, call):
    page(client, garage.caller, "call", call.number)
    question = talk_of(FollowUp.objects.get(pk=call.pk)).next
    response = send(client, garage.caller, "answer", call.number, question.pk, value="无所谓")
    assert response.status_code == 422
    assert "invalid-feedback" in response.content.decode()
    assert not Answer.objects.exists()
    assert send(client, garage.caller, "answer", call.number, 999999, value="x").status_code == 404


def test_not_reached_over_the_page(client, garage, call):
    assert page(client, garage.caller, "not_reached", call.number).status_code == 200
    assert send(client, garage.caller, "not_reached", call.number).status_code == 422
    response = send(client, garage.caller, "not_reached", call.number, result="no_answer")
    assert response["Location"] == reverse("followups:list")
    call.refresh_from_db()
    assert (call.attempts, call.taken_by) == (1, None)
    assert send(client, garage.caller, "next")["Location"] == reverse("followups:list")  # nobody now
    send(client, garage.caller, "put_back", call.number)


def test_strangers_and_technicians_get_nothing(client, garage, call):
    for person in (garage.stranger, garage.technician):
        for name in ("detail", "call", "not_reached"):
            assert page(client, person, name, call.number).status_code in (403, 404)
        for name in ("answer",):
            assert send(client, person, name, call.number, 1, value="x").status_code in (403, 404)
        assert call.number not in page(client, person, "list").content.decode()
    assert page(client, garage.caller, "settings").status_code == 403
    assert page(client, garage.caller, "campaign_new").status_code == 403


def test_budgets(client, garage, call, django_assert_max_num_queries):
    garage.answer(call, *CONTENT)
    for _n in range(12):
        garage.followup(at=timezone.now(), due_at=timezone.now() + timedelta(days=1))
    client.force_login(garage.caller)
    pages = [("list", 12), ("letters", 12), ("campaigns", 12), ("month", 12)]
    for name, most in pages:
        with django_assert_max_num_queries(most):
            assert client.get(reverse(f"followups:{name}")).status_code == 200
    with django_assert_max_num_queries(25):
        client.get(reverse("followups:detail", args=[call.number]))
    with django_assert_max_num_queries(45):
        assert client.get(reverse("followups:call", args=[call.number])).status_code == 200
    client.force_login(garage.manager)
    with django_assert_max_num_queries(20):
        assert client.get(reverse("followups:settings")).status_code == 200


def test_filters_and_export(client, garage, call):
    client.force_login(garage.caller)
    address = reverse("followups:list")
    for query in ("mine=yes", "urgent=late", "urgent=today", "state=due", "due_after=2026-01-01"):
        assert client.get(f"{address}?{query}").status_code == 200
    assert client.get(f"{address}?export=xlsx").status_code == 200
    assert call.number.encode() in b"".join(client.get(f"{address}?export=csv").streaming_content)


def test_by_hand_over_the_page(client, garage):
    assert page(client, garage.caller, "new").status_code == 200
    kind = garage.kind()
    when = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    data = {"kind": kind.pk, "customer": garage.customer.pk, "due_at": when, "purpose": "试用一周后"}
    assert send(client, garage.caller, "new", **{**data, "follows": "FU-1"}).status_code == 422
    assert send(client, garage.caller, "new", **data).status_code == 302
    assert FollowUp.objects.get().purpose == "试用一周后"


def test_figures_come_from_the_ledger(client, garage):
    now = at(5, 9)
    for day in (9, 10):
        garage.talk(garage.followup(at=now, due_at=at(day)), *CONTENT, when=at(10, 9) if day == 9 else at(6))
    garage.step(garage.followup(at=now, due_at=at(11)), "attempt", result="refused")
    garage.followup(at=now, due_at=at(12), owner=garage.second)
    rows = {row.person: row for row in month_figures(garage.manager, at(1).date()).rows}
    mine = rows["孟玲"]
    assert (mine.due, mine.done, mine.in_time, mine.unreached, mine.open) == (3, 2, 1, 1, 0)
    assert (str(mine.share), mine.reached) == ("66.66", False)
    assert (rows["沈洁"].due, rows["沈洁"].open) == (1, 1)
    assert not month_figures(garage.stranger, at(1).date()).rows
    shown = page(client, garage.caller, "month", month="2026-03").content.decode()
    assert "66.66" in shown
    assert page(client, garage.caller, "month", month="2026-03", export="xlsx").status_code == 200
    assert page(client, garage.caller, "month", month="rubbish").status_code == 200


def test_namesakes_are_two_people(garage):
    type(garage.second).objects.filter(pk=garage.second.pk).update(name="孟玲")
    garage.followup(at=at(5, 9), due_at=at(11))
    garage.followup(at=at(5, 9), due_at=at(12), owner=garage.second)
    rows = month_figures(garage.manager, at(1).date()).rows
    names = {f"孟玲 ({one.username})" for one in (garage.caller, garage.second)}
    assert ({row.person for row in rows}, [row.due for row in rows]) == (names, [1, 1])


def test_the_letters_to_be_sent_are_printed_together(client, garage, monkeypatch):
    printed = []
    monkeypatch.setattr(
        letters, "render_pdf", lambda _form, what: printed.append(what["letters"]) or b"%PDF-"
    )
    address = reverse("followups:letters_print")
    client.force_login(garage.caller)
    assert client.get(address).status_code == 302
    version = LetterTemplate.objects.get(name="活动通知").versions.get()
    sent, first, second = (write_letter(version, garage.customer, by=garage.caller) for _turn in range(3))
    Letter.objects.filter(pk=sent.pk).update(state="sent")
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert printed == [[first, second]]
    assert client.get(f"{address}?state=sent").status_code == 302
    shown = client.get(f"{reverse('followups:letters')}?state=written").content.decode()
    assert f"{address}?state=written" in shown


def test_letters_of_others_are_not_printed(client, garage):
    version = LetterTemplate.objects.get(name="活动通知").versions.get()
    write_letter(version, garage.customer, by=garage.caller)
    client.force_login(garage.stranger)
    assert client.get(reverse("followups:letters_print")).status_code == 302
    client.force_login(garage.technician)
    assert client.get(reverse("followups:letters_print")).status_code == 403
    client.force_login(garage.caller)
    whole = client.get(reverse("followups:letters_print"))
    assert whole.content.startswith(b"%PDF")


def texts(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_prints(client, garage, as_html):
    call = garage.talk(
        garage.followup(), "有小问题", "偶尔跳闸", "3", "no", "yes", summary="基本正常", wishes="上门看看"
    )
    letter = write_letter(
        LetterTemplate.objects.get(name="答复函").versions.first(), garage.customer, by=garage.caller
    )
    client.force_login(garage.caller)
    for form in ("F53", "F56", "F57"):
        shown = texts(client.get(f"/print/{form}/{call.pk}.pdf"))
        assert "偶尔跳闸" in shown
        assert call.number in shown
    assert "对您所提意见的答复" in texts(client.get(f"/print/letter/{letter.pk}.pdf"))
    register = texts(page(client, garage.caller, "call_register", month="2026-03"))
    assert "基本正常" in register
    assert "F54-202603" in register
    assert page(client, garage.caller, "letter_register", month="2026-03").status_code == 200
    client.force_login(garage.stranger)
    assert client.get(f"/print/F53/{call.pk}.pdf").status_code == 404
    assert "基本正常" not in texts(page(client, garage.stranger, "call_register", month="2026-03"))


# Scripts and tables


def test_a_script_is_written_published_and_frozen(client, garage):
    manager = garage.manager
    assert send(client, manager, "script_new", name="新品回访", is_active="on").status_code == 302
    script = Script.objects.get(name="新品回访")
    version = script.versions.get()
    send(client, manager, "script_publish", version.pk)
    assert version.__class__.objects.get(pk=version.pk).is_draft  # nothing to ask yet
    question = {"text": "好用吗？", "identity": "handy", "kind": "yes_no", "lowest": 1, "highest": 5}
    assert send(client, manager, "question_new", version.pk, **question).status_code == 302
    assert send(client, manager, "question_new", version.pk, **question).status_code == 422  # asked already
    bad = {**question, "identity": "which", "kind": "choice", "choices_text": "甲"}
    assert send(client, manager, "question_new", version.pk, **bad).status_code == 422
    assert (
        send(client, manager, "question_new", version.pk, **{**bad, "choices_text": "甲\n乙"}).status_code
        == 302
    )
    first, second = version.questions.all()
    rule = {"operator": "is", "value": "no", "goto": second.pk, "issue": "repair"}
    assert send(client, manager, "rule_new", first.pk, **rule).status_code == 302
    for wrong in ({"value": "perhaps"}, {"operator": "at_most"}, {"ends": "on"}, {"goto": "", "issue": ""}):
        assert send(client, manager, "rule_new", first.pk, **{**rule, **wrong}).status_code == 422
    send(client, manager, "question_change", second.pk, "up")
    send(client, manager, "script_publish", version.pk)
    version.refresh_from_db()
    assert version.is_draft  # the rule leads back now
    send(client, manager, "question_change", second.pk, "down")
    assert send(client, manager, "script_words", version.pk, greeting="您好{customer}").status_code == 302
    send(client, manager, "script_publish", version.pk)
    version.refresh_from_db()
    assert not version.is_draft
    assert send(client, manager, "question_edit", first.pk, **question).status_code == 422
    send(client, manager, "rule_remove", QuestionRule.objects.get(question=first).pk)
    assert QuestionRule.objects.filter(question=first).exists()
    send(client, manager, "script_draft", script.pk)
    assert script.versions.first().questions.count() == 2
    assert page(client, manager, "script", script.pk).status_code == 200
    assert send(client, garage.caller, "script_draft", script.pk).status_code == 403


def test_tables_are_changed_by_managers_in_their_scope(client, garage):
    manager = garage.manager
    kind = FollowUpKind.objects.get(name="走访")
    for name, args in (
        ("settings", ()),
        ("setting_edit", ("kinds", kind.pk)),
        ("setting_new", ("callers",)),
        ("setting_new", ("campaigns",)),
        ("template_new", ()),
        ("template_edit", (LetterTemplate.objects.first().pk,)),
    ):
        assert page(client, manager, name, *args).status_code == 200
    values = {"organization": garage.garage.pk, "person": garage.caller.pk}
    assert send(client, manager, "setting_new", "callers", **values).status_code == 302
    assert send(client, manager, "setting_new", "callers", **values).status_code == 422  # named already
    elsewhere = {"organization": garage.other.pk, "person": garage.caller.pk}
    assert send(client, manager, "setting_new", "callers", **elsewhere).status_code == 422
    template = {
        "name": "感谢信",
        "kind": "thanks",
        "subject": "感谢",
        "body": "尊敬的{contact}：",
        "is_active": "on",
    }
    assert send(client, manager, "template_new", **{**template, "body": "{phone}"}).status_code == 422
    assert send(client, manager, "template_new", **template).status_code == 302
    made = LetterTemplate.objects.get(name="感谢信")
    send(client, manager, "template_edit", made.pk, **{**template, "body": "尊敬的{contact}，谢谢"})
    send(client, manager, "template_edit", made.pk, **{**template, "body": "尊敬的{contact}，谢谢"})
    assert made.versions.count() == 2
    assert page(client, manager, "setting_new", "nothing").status_code == 404


# Letters


def test_a_letter_is_sent_comes_back_and_casts_doubt_on_the_address(client, garage, as_html):
    customer = garage.customer
    customer.addresses.create(detail="文三路1号", is_primary=True)
    template = LetterTemplate.objects.get(name="答复函")
    data = {"template": template.pk, "customer": customer.pk}
    assert page(client, garage.caller, "letter_new").status_code == 200
    assert send(client, garage.caller, "letter_new", **data).status_code == 302
    letter = Letter.objects.get()
    assert (letter.recipient, letter.address_text) == ("杭州恒力机械有限公司", "文三路1号")
    today = timezone.localdate()
    do_letter(letter, "send", by=garage.caller, data={"sent_on": today, "posting": "XA1"})
    do_letter(letter, "come_back", by=garage.caller, data={"returned_on": today, "reason": "查无此人"})
    doubt = letter.doubt
    client.force_login(garage.caller)
    assert letter.number in client.get(customer.get_absolute_url()).content.decode()
    customer.addresses.create(detail="文三路2号")
    again = write_letter(template.versions.first(), customer, by=garage.caller)
    assert again.address_text == "文三路2号"  # not the doubted one
    assert page(client, garage.caller, "letter", letter.number).status_code == 200
    assert send(client, garage.stranger, "doubt_clear", doubt.pk).status_code == 404
    assert send(client, garage.caller, "doubt_clear", doubt.pk).status_code == 302
    assert "查无此人" in texts(page(client, garage.caller, "letter_register", month=f"{today:%Y-%m}"))


def test_letters_marked_as_sent_together(client, garage):
    garage.customer.addresses.create(detail="文三路1号")
    version = LetterTemplate.objects.first().versions.first()
    good = write_letter(version, garage.customer, by=garage.caller)
    bad = write_letter(version, factories.customer(garage.garage), by=garage.caller)
    client.force_login(garage.caller)
    data = {"select": [good.pk, bad.pk], "sent_on": timezone.localdate().isoformat(), "confirmed": "1"}
    response = client.post(reverse("followups:letters") + "?bulk=send", data)
    assert response.status_code in (200, 302)
    assert Letter.objects.get(pk=bad.pk).state == "written"
    assert not Campaign.objects.exists()


def test_over_the_api(client, garage, call):
    client.force_login(garage.caller)
    rows = client.get("/api/v1/followups/?state=due").json()
    assert [one["number"] for one in rows["results"]] == [call.number]
    address = f"/api/v1/followups/{call.number}/actions/attempt/"
    key = {"HTTP_IDEMPOTENCY_KEY": "attempt-1", "content_type": "application/json"}
    assert client.post(address, {"result": "busy"}, **key).status_code == 200
    assert FollowUp.objects.get().attempts == 1
    for name in ("letters", "campaigns"):
        assert client.get(f"/api/v1/{name}/").status_code == 200
    client.force_login(garage.stranger)
    assert client.get(f"/api/v1/followups/{call.number}/").status_code == 404
