"""What closed orders teach: cases, drafts of difficult cases, and answers by articles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.desk import solved
from jiannuo.operations.desk.services import do as do_request
from jiannuo.operations.desk.services import register_request
from jiannuo.operations.knowledge.models import Article, SolvedCase
from jiannuo.operations.knowledge.tests.conftest import keep_rules
from jiannuo.operations.workorders.cases import ask_url, write_up
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.services import add_photos
from jiannuo.operations.workorders.tests import scene
from jiannuo.registry.products.models import SparePart
from jiannuo.testing import factories


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path, monkeypatch):
    settings.JIANNUO_KNOWLEDGE_INDEX = tmp_path / "index"
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def closed(firm):
    keep_rules()
    order = firm.order_in("on_site", fault="不制冷，电话 13800001111")
    photo = SimpleUploadedFile("a.png", scene.drawing(), content_type="image/png")
    add_photos(order, [photo], by=firm.technician, purpose="fault")
    part = SparePart.objects.get()
    OrderLine.objects.create(
        order=order, kind="parts", part=part, code=part.code, description=part.name, unit_price=1
    )
    order.visits.update(arrived_at=timezone.now() - timedelta(minutes=50))
    for step in ("complete", "sign", "review", "close"):
        order = firm.step(order, step)
    return order


def test_a_closed_order_becomes_a_case(firm, closed):
    case = SolvedCase.objects.get()
    assert (case.document_id, str(case.cause), case.minutes) == (closed.pk, "压缩机卡死", 50)
    assert case.fault == "不制冷，电话 …"
    assert [part.name for part in case.parts.all()] == ["压缩机 1.5P"]
    assert case.model == closed.unit.model


def test_cases_are_gathered_anew_by_the_command(firm, closed, capsys):
    SolvedCase.objects.all().delete()
    call_command("rebuild_knowledge", "--cases")
    assert SolvedCase.objects.get().document_id == closed.pk
    assert "1 records" in capsys.readouterr().out


def test_written_up_in_one_click(client, firm, closed):
    client.force_login(firm.dispatcher)
    address = reverse("workorders:write_case", args=[closed.number])
    page = client.get(reverse("workorders:detail", args=[closed.number])).content.decode()
    assert address in page
    assert "knowledge/suggest" in page

    answer = client.post(address)

    article = Article.objects.get()
    assert answer["Location"] == reverse("knowledge:edit", args=[article.number])
    draft = article.draft
    assert draft.question == "不制冷\n不制冷，电话 …"
    assert draft.cause == "压缩机卡死"
    assert draft.answer == "更换\n更换压缩机\n出风 12 ℃"
    assert (draft.minutes, list(draft.product_models.all())) == (50, [closed.unit.model])
    assert [part.code for part in draft.parts.all()] == ["P-100"]
    assert [one.purpose for one in article.attachments.all()] == ["fault"]
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(address)["Location"] == article.get_absolute_url()
    assert Article.objects.count() == 1


def test_only_closed_orders_by_people_who_write(client, firm, closed):
    open_order = firm.order()
    with pytest.raises(ValidationError):
        write_up(open_order, by=firm.dispatcher)
    client.force_login(firm.dispatcher)
    assert client.post(reverse("workorders:write_case", args=[open_order.number])).status_code == 409
    with pytest.raises(PermissionDenied):
        write_up(closed, by=factories.person("auditor", at=firm.head))
    client.force_login(firm.stranger)
    assert client.post(reverse("workorders:write_case", args=[closed.number])).status_code == 404
    assert not Article.objects.exists()


def test_the_phone_asks_history(client, firm):
    order = firm.order_in("accepted")
    client.force_login(firm.technician)
    assert "knowledge/suggest" in client.get(reverse("field:job", args=[order.number])).content.decode()
    assert client.get(ask_url(order)).status_code == 200


def test_answered_with_an_article_counts_as_solved_without_a_visit(client, firm, closed):
    article, _new = write_up(closed, by=firm.dispatcher)
    manager = factories.person("department_manager", at=firm.head)
    agent = factories.person("dealer_clerk", at=firm.dealer)
    from jiannuo.office.documents import approvals
    from jiannuo.operations.knowledge.services import do, write_draft

    write_draft(article, {"audiences": ["staff", "dealers"]}, by=firm.dispatcher)
    do(Article.objects.get(pk=article.pk), "submit", by=firm.dispatcher)
    approvals.approve(article.approvals.get().steps.get(), by=manager)
    request = register_request(
        by=agent, customer=firm.customer, unit=firm.unit, symptom_text="不制冷", request_kind="consultation"
    )
    client.force_login(agent)
    address = reverse("documents:action", args=[request.number, "give_answer"])
    assert "knowledge/choose" in client.get(address).content.decode()
    assert client.post(address, {"answer": "请清洗滤网", "article": "999999"}).status_code == 422

    assert client.post(address, {"answer": "请清洗滤网", "article": article.pk}).status_code == 302

    article.counter.refresh_from_db()
    assert article.counter.uses == 1
    again = {"customer": firm.customer, "unit": firm.unit, "allow_duplicate": True}
    plain = register_request(by=agent, symptom_text="异响", **again)
    do_request(plain, "give_answer", by=agent, data={"answer": "正常现象"})
    [month] = solved.by_month(agent, timezone.localdate())
    assert (month.solved, month.without_visit, month.with_article, month.share) == (2, 2, 1, 100.0)
    assert solved.by_category(agent, timezone.localdate())[0].solved == 2
    page = client.get(reverse("desk:solved"))
    assert page.status_code == 200
    client.force_login(firm.stranger)
    assert client.get(reverse("desk:solved")).status_code == 403
