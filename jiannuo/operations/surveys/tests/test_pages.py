"""Pages, the link, prints, workbooks, import and API of surveys."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.exchange import services as exchange
from jiannuo.kernel.exchange.importers import importer_named
from jiannuo.kernel.exchange.reports import faults
from jiannuo.kernel.exchange.tests.files import text_file, workbook
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.links import token_of
from jiannuo.operations.surveys.models import Invitation, Opinion, OpinionCategory, SurveyAnswer
from jiannuo.operations.surveys.tests.conftest import BAD, GOOD
from jiannuo.testing import factories


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def posted(values, **more):
    return {f"q-{code}": value for code, value in values.items()} | more


# The link


def test_a_customer_answers_by_the_link_once(firm, client):
    url = reverse("portal:survey", args=[token_of(firm.invitation())])

    shown = client.get(url)
    assert shown.status_code == 200
    opened = shown.context["opened"]
    assert client.post(url, posted({"overall": 5})).status_code == 422
    done = client.post(url, posted(GOOD, opened=opened), follow=True)
    again = client.post(url, posted(BAD, opened=opened))

    assert done.status_code == 200
    assert again.status_code == 409
    answer = SurveyAnswer.objects.get()
    assert answer.csi == 100
    assert answer.device_print
    assert answer.address_print


def test_a_forged_and_an_old_link_are_told_apart(firm, client):
    invitation = firm.invitation()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))

    assert client.get(reverse("portal:survey", args=["1.x:forged"])).status_code == 404
    assert client.get(reverse("portal:survey", args=[token_of(invitation)])).status_code == 410


def test_one_address_cannot_flood(firm, client):
    url = reverse("portal:survey", args=[token_of(firm.invitation())])

    answers = {client.post(url, {}).status_code for _ in range(21)}

    assert answers == {422, 429}


# Pages of the staff


def test_lists_and_pages_keep_their_budgets(firm, client, django_assert_max_num_queries):
    for place in range(4):
        answer = firm.answer({**GOOD, "say": f"很好{place}"})
    low = firm.answer(BAD)
    client.force_login(firm.supervisor)

    for name in ("list", "invitations", "opinions"):
        with django_assert_max_num_queries(12):
            assert client.get(reverse(f"surveys:{name}")).status_code == 200
    with django_assert_max_num_queries(25):
        shown = client.get(reverse("surveys:answer", args=[low.number])).content.decode()
    assert Complaint.objects.get().number in shown
    for name in ("statistics", "opinion_statistics"):
        with django_assert_max_num_queries(25):
            assert client.get(reverse(f"surveys:{name}")).status_code == 200
    client.force_login(firm.agent)
    shown = client.get(reverse("surveys:answer", args=[low.number])).content.decode()
    assert Complaint.objects.get().number not in shown
    assert client.get(reverse("surveys:correct", args=[answer.number])).status_code == 403


def test_the_table_of_answers_does_not_read_more_for_more_rows(firm, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(firm.follow_up)
    firm.answer(GOOD)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("surveys:list"))
    for _ in range(5):
        firm.answer(GOOD)
    with django_assert_num_queries(len(few)):
        client.get(reverse("surveys:list"))


def test_who_may_open_what(firm, client):
    refused = {
        firm.technician: ("list", "statistics", "enter", "settings"),
        firm.clerk: ("settings",),
        firm.agent: ("settings",),
        firm.follow_up: ("settings", "category_new"),
        firm.manager: ("category_new",),
    }
    for person, names in refused.items():
        client.force_login(person)
        for name in names:
            assert client.get(reverse(f"surveys:{name}")).status_code == 403, (person, name)


def test_paper_is_entered_by_page(firm, client):
    client.force_login(firm.agent)
    url = reverse("surveys:enter")
    day = f"{timezone.localdate():%Y-%m-%d}"
    about = {"organization": firm.branch.pk, "way": "paper", "answered_on": day, "name": "许女士"}

    assert client.get(url).status_code == 200
    assert client.post(url, posted({"overall": 9}, **about)).status_code == 422
    assert client.post(url, posted(GOOD, **about, phone="abc")).status_code == 422
    done = client.post(url, posted(GOOD, **about))

    answer = SurveyAnswer.objects.get()
    assert done["Location"] == answer.get_absolute_url()
    assert (answer.way, answer.name, answer.organization) == ("paper", "许女士", firm.branch)


def test_a_call_is_entered_for_the_invitation(firm, client):
    invitation = firm.invitation()
    url = reverse("surveys:call", args=[invitation.pk])
    client.force_login(firm.other_clerk)
    assert client.get(url).status_code == 404

    client.force_login(firm.follow_up)
    assert client.get(url).status_code == 200
    client.post(url, posted(GOOD))
    again = client.post(url, posted(BAD))

    answer = SurveyAnswer.objects.get()
    assert (answer.way, answer.created_by, answer.csi) == ("phone", firm.follow_up, 100)
    assert again["Location"] == answer.get_absolute_url()


def test_an_answer_is_corrected_by_page_and_a_stale_one_refused(firm, client):
    answer = firm.answer(GOOD)
    client.force_login(firm.follow_up)
    url = reverse("surveys:correct", args=[answer.number])
    changed = posted({**GOOD, "overall": 3}, reason="录入错误", version=answer.version)

    assert client.get(url).status_code == 200
    assert client.post(url, posted(GOOD, reason="没有变化")).status_code == 422
    assert client.post(url, changed).status_code == 302
    assert client.post(url, changed).status_code == 409
    assert SurveyAnswer.objects.get().csi == 75


def test_opinions_are_confirmed_one_by_one_and_together(firm, client):
    firm.answer({**GOOD, "say": "态度很差"})
    firm.answer({**GOOD, "say": "嗯"})
    first, second = Opinion.objects.order_by("pk")
    client.force_login(firm.follow_up)
    other = OpinionCategory.objects.get(code="other")

    client.post(
        reverse("surveys:opinions"),
        {"bulk": "confirm", "select": [first.pk, second.pk]},
        HTTP_HX_REQUEST="true",
    )
    client.post(reverse("surveys:opinion", args=[second.pk]), {"category": other.pk})

    first.refresh_from_db()
    second.refresh_from_db()
    assert second.category == other
    client.force_login(firm.manager)
    assert client.get(reverse("surveys:opinion", args=[first.pk])).status_code == 403


def test_managers_write_a_version_by_pages(firm, client):
    client.force_login(firm.general)
    code = firm.questionnaire.code

    def go(name, *parts, **data):
        return client.post(reverse(f"surveys:{name}", args=[code, *parts]), data)

    assert client.get(reverse("surveys:settings")).status_code == 200
    assert client.get(reverse("surveys:questionnaire", args=[code])).status_code == 200
    assert client.get(reverse("surveys:edition_edit", args=[code])).status_code == 404
    go("edition_new")
    question = {"position": 90, "code": "clean", "kind": "score", "text": "现场是否清理", "weight": 1}
    assert go("part_new", "questions", **question).status_code == 302
    assert go("part_new", "questions", **question).status_code == 422
    draft = firm.questionnaire.editions.get(state="draft")
    row = draft.questions.get(code="clean")
    assert go("part_edit", "questions", row.pk, **{**question, "weight": 3}).status_code == 302
    assert go("part_edit", "nothing", row.pk).status_code == 404
    assert go("part_remove", "low", draft.low_scores.first().pk).status_code == 302
    assert go("edition_publish").status_code == 302

    assert firm.questionnaire.current.questions.get(code="clean").weight == 3
    rule = {"organization": firm.head.pk, "event": "order_closed", "questionnaire": firm.questionnaire.pk}
    made = client.post(reverse("surveys:rule_new"), {**rule, "share": 50, "interval_days": 30})
    assert made.status_code == 302
    bad = client.post(reverse("surveys:rule_new"), {**rule, "share": 101, "interval_days": 30})
    assert bad.status_code == 422


# Statistics as print and workbook


def test_f59_and_f60_are_printed_and_saved(firm, client):
    firm.answer({**GOOD, "say": "态度很好"})
    services.confirm(Opinion.objects.get(), OpinionCategory.objects.get(code="praise"), by=firm.follow_up)
    client.force_login(firm.follow_up)

    for name in ("statistics_pdf", "opinions_pdf"):
        answer = client.get(reverse(f"surveys:{name}"))
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
    blank = reverse("printing:print", args=["F58-blank", firm.edition.pk])
    filled = reverse("printing:print", args=["F58", SurveyAnswer.objects.get().pk])
    assert client.get(blank).content.startswith(b"%PDF")
    assert client.get(filled).content.startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("surveys:statistics_xlsx")).content))
    assert len(book.sheetnames) == 3
    assert [cell.value for cell in list(book.worksheets[0].rows)[-1]][1:3] == [1, 100]
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("surveys:opinions_xlsx")).content))
    assert [cell.value for cell in list(book.worksheets[0].rows)[1]][:2] == ["表扬", 1]
    assert book.sheetnames[1:] == ["按月份", "按机构"]
    heading, branch = ([cell.value for cell in row] for row in book.worksheets[2].rows)
    assert dict(zip(heading, branch, strict=True))["表扬"] == 1
    by_product = client.get(reverse("surveys:opinions_xlsx"), {"by": "model"})
    assert openpyxl.load_workbook(io.BytesIO(by_product.content)).sheetnames[2] == "按产品"
    strange = {"from": "2026-99", "to": "x", "organization": "x", "by": "x", "questionnaire": "x"}
    for name in ("statistics", "opinion_statistics", "opinions_xlsx"):
        assert client.get(reverse(f"surveys:{name}"), strange).status_code == 200


# Import


HEADINGS = ["问卷", "日期", "姓名", "电话", *(f"第{place}题" for place in range(1, 8))]


def run_import(firm, rows, person=None):
    job = exchange.upload(
        workbook({"十一月": [HEADINGS, *rows]}),
        importer=importer_named("survey-answers"),
        by=person or firm.agent,
    )
    exchange.match(job, sheets=job.sheets, mapping=job.mapping, by=person or firm.agent)
    job.refresh_from_db()
    return job


def test_paper_comes_in_from_a_workbook_and_bad_cells_are_named(firm):
    good = ["after-service", "2026-11-03", "许女士", "13812340678", 5, 4, 5, 9, "门店", "态度、速度", "很好"]
    job = run_import(
        firm,
        [
            good,
            ["after-service", "2026-11-03", "李", "", 6, 4, "", "", "", "", ""],
            ["after-service", "2026-11-03", "王", "", 5, 4, "", "", "电视", "", ""],
            ["nothing", "2026-11-03", "赵", "", 5, 4, "", "", "", "", ""],
            good,
        ],
    )
    found = [(one["sheet"], one["row"], one["column"]) for one in faults(job, 100)]
    exchange.start(job, mode="good", by=firm.agent)

    assert found == [
        ("十一月", 3, "第1题"),
        ("十一月", 4, "第5题"),
        ("十一月", 5, "问卷"),
        ("十一月", 6, "电话"),
    ]
    answer = SurveyAnswer.objects.get()
    assert (answer.way, answer.customer, answer.nps) == ("sheet", firm.customer, 9)


def test_a_file_in_the_encoding_of_old_offices_is_read_rightly_and_a_mixed_one_refused(firm):
    rows = [HEADINGS, ["after-service", "2026-11-03", "许女士", "", "5", "4", "", "", "门店", "", "很好"]]
    importer = importer_named("survey-answers")
    job = exchange.upload(text_file(rows, "gb18030", "a.csv"), importer=importer, by=firm.agent)
    exchange.match(job, sheets=job.sheets, mapping=job.mapping, by=firm.agent)
    job.refresh_from_db()
    exchange.start(job, mode="all", by=firm.agent)
    assert SurveyAnswer.objects.get().opinions.get().text == "很好"

    mixed = text_file(rows, "utf-8").read() + text_file(rows[1:], "gb18030").read()
    with pytest.raises(ValidationError):
        exchange.upload(SimpleUploadedFile("b.csv", mixed), importer=importer, by=firm.agent)


def test_the_same_file_twice_is_refused_row_by_row_but_equal_answers_on_one_sheet_are_real(firm):
    nameless = ["after-service", "2026-11-03", "", "", 5, 5, 5, 10, "", "", ""]
    exchange.start(run_import(firm, [nameless, nameless]), mode="all", by=firm.agent)
    assert SurveyAnswer.objects.count() == 2

    again = run_import(firm, [nameless, nameless, nameless])
    found = [(one["sheet"], one["row"], one["column"]) for one in faults(again, 100)]
    exchange.start(again, mode="good", by=firm.agent)

    assert found == [("十一月", 2, "日期"), ("十一月", 3, "日期")]
    assert SurveyAnswer.objects.count() == 3


def test_the_number_of_the_form_tells_equal_answers_of_two_files_apart(firm):
    def taken(number):
        row = ["after-service", "2026-11-03", "", "", 5, 5, 5, 10, "", "", "", number]
        file = workbook({"十一月": [[*HEADINGS, "问卷编号"], row, *([row] if number == "A-3" else [])]})
        job = exchange.upload(file, importer=importer_named("survey-answers"), by=firm.agent)
        exchange.match(job, sheets=job.sheets, mapping=job.mapping, by=firm.agent)
        job.refresh_from_db()
        refused = [(one["row"], one["column"]) for one in faults(job, 100)]
        if job.good:
            exchange.start(job, mode="good", by=firm.agent)
        return refused

    assert taken("A-1") == []
    assert taken("A-2") == []
    assert taken("A-1") == [(2, "问卷编号")]
    assert taken("A-3") == [(3, "问卷编号")], "twice in one file"
    assert SurveyAnswer.objects.count() == 3


def test_what_a_dealer_imports_about_itself_waits(firm):
    row = ["after-service", "2026-11-03", "许女士", "", 5, 5, 5, 10, "", "", ""]
    clerk = factories.person("service_agent", at=firm.dealer)
    job = run_import(firm, [row], person=clerk)
    exchange.start(job, mode="good", by=clerk)

    assert (SurveyAnswer.objects.get().state, SurveyAnswer.objects.get().organization) == (
        "waiting",
        firm.dealer,
    )


# API


def test_the_api_lists_enters_and_sums_up(firm, client):
    client.force_login(firm.follow_up)
    body = {
        "questionnaire": "after-service",
        "organization": firm.branch.code,
        "customer": firm.customer.pk,
        "replies": {"overall": 5, "attitude": 4},
    }

    def post(data, key):
        url = reverse("api:surveyanswer-list")
        return client.post(url, data, content_type="application/json", HTTP_IDEMPOTENCY_KEY=key)

    made = post(body, "k1")
    assert made.status_code == 201
    assert post(body, "k1").json()["number"] == made.json()["number"]
    assert post({**body, "replies": {"overall": 9}}, "k2").status_code == 422
    assert post({**body, "organization": "none"}, "k3").status_code == 422
    assert SurveyAnswer.objects.count() == 1
    listed = client.get(reverse("api:surveyanswer-list")).json()["results"]
    assert listed[0]["replies"] == {"overall": "5", "attitude": "4"}
    figures = client.get(reverse("api:surveyfigure-list"), {"questionnaire": "after-service"}).json()
    assert figures["total"]["answers"] == 1
    assert client.get(reverse("api:surveyfigure-list")).status_code == 422
    asked = {"questionnaire": "after-service", "by": "organization"}
    opinions = client.get(reverse("api:surveyopinionfigure-list"), asked).json()
    assert set(opinions) >= {"categories", "rows", "total", "unconfirmed"}
    assert client.get(reverse("api:surveyopinionfigure-list")).status_code == 422
    assert client.get(reverse("api:surveyopinionfigure-list"), {**asked, "by": "x"}).status_code == 422
    client.force_login(firm.technician)
    for name in ("surveyfigure", "surveyopinionfigure"):
        refused = client.get(reverse(f"api:{name}-list"), {"questionnaire": "after-service"})
        assert refused.status_code == 403
    client.force_login(factories.person("dealer_clerk", at=firm.other))
    assert client.get(reverse("api:surveyanswer-list")).json()["results"] == []
