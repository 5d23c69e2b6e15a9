"""What customers are told, what is shown around units and customers, and promises about training and leftovers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from jiannuo.faces.portal import tokens
from jiannuo.office.documents.approvals import approve
from jiannuo.office.notices.models import Delivery
from jiannuo.operations.installations import services
from jiannuo.operations.installations.around_customer import installations
from jiannuo.operations.installations.models import Installation
from jiannuo.operations.installations.panels import of_unit
from jiannuo.operations.installations.tests.test_flow import refusal
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests.scene import signature_upload
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

TRAINING = """
code: LIGHTS
name: 运行承诺
kind: maker
owner: 厂家
clauses:
  - id: training-before-commissioning
    kind: time
    text: 设备调试前培训运行人员。
    source: {document: 运行承诺, article: 第一条}
    metric: training
    before: commissioned
    limit: {amount: 0, unit: hours}
"""
LEFTOVERS = """
code: REST
name: 遗留承诺
kind: maker
owner: 厂家
clauses:
  - id: leftovers-in-ten-days
    kind: time
    text: 验收遗留问题10天内处理完。
    source: {document: 遗留承诺, article: 第二条}
    when: {subject: remaining_item}
    metric: closure
    start: discovered
    limit: {amount: 10, unit: days}
  - id: corrected-by-quality
    kind: approval
    text: 已签字的验收单更正，须质量负责人同意。
    source: {document: 遗留承诺, article: 第三条}
    subject: correction
    approvers: [quality_engineer]
"""


@pytest.fixture(autouse=True)
def reachable(site) -> None:
    """The customer has an address for messages."""
    site.customer.email = "zhao@example.com"
    site.customer.save()


def told(one: Installation, kind: str) -> list[Delivery]:
    rows = Delivery.objects.filter(document_id=one.pk, key__contains=f"portal.{kind}")
    return list(rows.order_by("pk"))


def page_of(client: Any, one: Installation) -> Any:
    return client.get(f"/i/{tokens.make('installation', one.number, tokens.RECORD_LASTS)}")


# Told


def test_the_agreed_arrival_is_confirmed_once_for_each_time(site):
    one = site.project()
    expected = timezone.now() + timedelta(days=2)
    one = site.step(one, "agree", expected_at=expected)
    assert not told(one, "delivery")  # the house plans it, the customer does not know

    one = site.step(one, "tell", agreed_with="赵工")
    (first,) = told(one, "delivery")
    assert first.to == "zhao@example.com"
    assert f"{timezone.localtime(expected):%H:%M}" in first.title
    assert tokens.installation_url("")[:20] in first.text

    later = {"expected_at": expected + timedelta(days=1), "agreed_with": "赵工", "told_at": timezone.now()}
    site.step(one, "agree", **later)
    site.step(one, "agree", **later)
    assert len(told(one, "delivery")) == 2


def test_the_result_and_the_signed_acceptance_are_sent_with_the_form(client, site, monkeypatch):
    monkeypatch.setattr(
        "jiannuo.kernel.printing.views.render_pdf", lambda *args: render_to_string(*args).encode()
    )
    one = site.commissioned(site.project())
    (result,) = told(one, "commissioned")
    assert "2" in result.title
    page = page_of(client, one).content.decode()
    assert "油压" in page
    assert "acceptance.pdf" not in page
    token = tokens.make("installation", one.number, tokens.RECORD_LASTS)
    assert client.get(f"/i/{token}/acceptance.pdf").status_code == 404


def test_an_accepted_installation_shows_what_begins_and_its_form(
    client, site, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(
        "jiannuo.kernel.printing.views.render_pdf", lambda *args: render_to_string(*args).encode()
    )
    site.promise()
    one = site.trained(site.project())
    site.remaining(one)
    one = site.accept(one, opinion="运行平稳")
    (signed,) = told(one, "accepted")
    assert "赵工" in signed.text
    page_of(client, one)
    with django_assert_max_num_queries(20):
        page = page_of(client, one)
    text = page.content.decode()
    assert page.status_code == 200
    assert all(words in text for words in ("运行平稳", "自验收之日起保修12个月。", "补装减振垫"))
    token = tokens.make("installation", one.number, tokens.RECORD_LASTS)
    form = client.get(f"/i/{token}/acceptance.pdf")
    assert form.status_code == 200
    assert form["Content-Type"] == "application/pdf"

    site.step(one, "ask_correction", reason="签错机器")
    approve(one.approvals.get().steps.get(), by=site.manager)
    assert client.get(f"/i/{token}/acceptance.pdf").status_code == 404  # taken back


def test_broken_foreign_and_old_links_are_refused(client, site):
    one = site.arrived(site.project())
    token = tokens.make("installation", one.number, tokens.RECORD_LASTS)
    assert client.get(f"/i/{token[:-3]}").status_code == 404
    assert client.get(f"/i/{tokens.make('record', one.number, tokens.RECORD_LASTS)}").status_code == 404
    assert client.get(f"/i/{tokens.make('installation', 'IN-0', tokens.RECORD_LASTS)}").status_code == 404
    assert client.get(f"/i/{tokens.make('installation', one.number, timedelta(0))}").status_code in (200, 410)
    assert client.post(f"/i/{token}").status_code == 405


def test_who_wants_no_messages_gets_none(site):
    site.customer.consent_messages = False
    site.customer.save()
    one = site.arrived(site.project())
    assert not told(one, "delivery")
    assert one.timeline.filter(kind="message").exists()  # the page says why


# Shown around


def test_unit_and_customer_show_their_projects_to_those_who_may_see_them(
    client, site, django_assert_max_num_queries
):
    unit = site.unit()
    assert of_unit(unit, site.manager) is None
    one = site.project(unit)
    site.project()
    client.force_login(site.dispatcher)
    assert one.number in client.get(unit.get_absolute_url()).content.decode()
    with django_assert_max_num_queries(2):
        assert len(installations(site.customer, site.dispatcher)["projects"]) == 2
    tab = client.get(f"/customers/{site.customer.pk}/tab/installations")
    assert tab.status_code == 200
    assert one.number in tab.content.decode()
    assert installations(site.customer, site.stranger)["projects"] == []
    assert of_unit(unit, site.stranger) is None


# Training before commissioning


def test_training_is_owed_before_the_planned_commissioning_and_follows_its_date(site):
    site.promise(TRAINING)
    one = site.arrived(site.project())
    planned = timezone.now() + timedelta(days=3)
    past = timezone.now() - timedelta(hours=1)
    assert "commissioning_at" in refusal(
        site.step, one, "plan_commissioning", by=site.dispatcher, commissioning_at=past
    )
    one = site.step(one, "plan_commissioning", by=site.dispatcher, commissioning_at=planned)
    owed = Obligation.objects.get(document=one.pk, metric="training")
    assert (owed.due_at, owed.clause, owed.state) == (planned, "training-before-commissioning", "open")

    later = planned + timedelta(days=2)
    one = site.step(one, "plan_commissioning", by=site.dispatcher, commissioning_at=later)
    owed.refresh_from_db()
    assert owed.due_at == later

    for topic in one.topics.all():
        services.hold_topic(one, topic, by=site.technician, hours=Decimal(2), trainer="程志强")
    trainee = services.add_trainee(one, by=site.technician, name="钱师傅")
    services.sign_training(one, trainee, by=site.technician, signature=signature_upload())
    owed.refresh_from_db()
    assert owed.state == "open"  # not assessed yet
    services.assess(one, trainee, by=site.technician, skills=list(one.skills.all()))
    owed.refresh_from_db()
    assert owed.state == "met"


def test_training_that_did_not_come_before_is_not_owed_once_commissioning_has_begun(site):
    site.promise(TRAINING)
    one = site.unpacked(site.project())
    planned = timezone.now() + timedelta(days=3)
    one = site.step(one, "plan_commissioning", by=site.dispatcher, commissioning_at=planned)
    one = site.step(one, "make_orders")
    for part in one.parts.all():
        WorkOrder.objects.filter(pk=part.order_id).update(state="completed")
        services.order_completed(part.order_id, at=timezone.now())
    one = site.step(one, "go_on")
    assert one.state == "commissioning"
    owed = Obligation.objects.get(document=one.pk, metric="training", event="commissioned")
    assert owed.state == "cancelled"
    assert not Obligation.objects.open().filter(document=one.pk, metric="training").exists()


# What remains, corrections


def test_what_remains_is_owed_as_the_clause_says_and_not_later_than_agreed(site):
    site.promise(LEFTOVERS)
    one = site.trained(site.project())
    late = site.remaining(one, due_on=timezone.localdate() + timedelta(days=30))
    assert late.obligation.clause == "leftovers-in-ten-days"
    last = timezone.localdate(late.obligation.due_at - timedelta(seconds=1))
    assert last == timezone.localdate() + timedelta(days=10)
    assert late.text in late.obligation.text
    soon = site.remaining(one, text="补漆", due_on=timezone.localdate() + timedelta(days=2))
    assert timezone.localdate(soon.obligation.due_at) == soon.due_on
    assert {late.person, soon.person} == {site.technician}
    services.finish_remaining(one, late, by=site.technician, how="已装")
    late.obligation.refresh_from_db()
    assert late.obligation.state == "met"


def test_without_a_clause_what_remains_is_owed_by_the_named_person(site):
    one = site.trained(site.project())
    item = site.remaining(one, person=site.manager)
    assert (item.obligation.clause, item.obligation.person) == ("", site.manager)


def test_the_clause_else_the_table_names_who_agrees_to_a_correction(site):
    site.procedure.correction_role = "general_manager"
    site.procedure.save()
    one = site.accept(site.trained(site.project()))
    site.step(one, "ask_correction", reason="签错机器")
    assert one.approvals.get().steps.get().role == "general_manager"

    site.promise(LEFTOVERS)
    two = site.accept(site.trained(site.project()))
    assert "roles" in refusal(site.step, two, "ask_correction", reason="签错机器")  # nobody holds it yet
    factories.person("quality_engineer", at=site.head)
    site.step(two, "ask_correction", reason="签错机器")
    assert two.approvals.get().steps.get().role == "quality_engineer"
