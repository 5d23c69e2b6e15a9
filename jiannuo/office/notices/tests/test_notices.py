"""People are told once, in their language, in the inbox and by e-mail."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.exchange.events import ImportFinished
from jiannuo.kernel.tables.events import ExportFinished
from jiannuo.office.documents import approvals
from jiannuo.office.documents.tests.makers import request_at
from jiannuo.office.notices import NoticeKind, kinds, queries, register
from jiannuo.office.notices.models import Delivery, Notice
from jiannuo.office.notices.services import mark_read, notify
from jiannuo.testing import factories

PLAIN = NoticeKind("test.plain", title="New job %(number)s", body="For %(who)s")


def test_a_notice_is_in_the_inbox_and_in_the_mail(company, django_capture_on_commit_callbacks):
    # Given a request
    document = request_at(company.branch)

    # When the agent is told about it
    with django_capture_on_commit_callbacks(execute=True):
        notify([company.agent], PLAIN, document=document, context={"who": "张先生"}, key="k")

    # Then it stands in the inbox and was mailed, with a link
    notice = Notice.objects.get()
    assert (notice.title, notice.text) == (f"New job {document.number}", "For 张先生")
    assert notice.url == document.get_absolute_url()
    assert [m.subject for m in mail.outbox] == [notice.title]
    assert notice.url in mail.outbox[0].body
    assert Delivery.objects.get().state == "sent"


def test_the_same_key_is_told_once_to_each_person(company, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = notify([company.agent], PLAIN, context={"who": "x"}, key="k")
        again = notify([company.agent, company.clerk_a], PLAIN, context={"who": "x"}, key="k")

    assert [n.person for n in first] == [company.agent]
    assert [n.person for n in again] == [company.clerk_a]
    assert len(mail.outbox) == 2


def test_nothing_is_sent_when_the_transaction_is_rolled_back(company, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        notify([company.agent], PLAIN, context={"who": "x"})
    assert mail.outbox == []
    assert len(callbacks) == 1


def test_who_does_not_want_mail_or_has_none_or_left_gets_none(company, django_capture_on_commit_callbacks):
    company.agent.notify_by_email = False
    company.clerk_a.email = ""
    company.clerk_b.is_active = False

    with django_capture_on_commit_callbacks(execute=True):
        notify([company.agent, company.clerk_a, company.clerk_b], PLAIN, context={"who": "x"})

    assert mail.outbox == []
    assert set(Notice.objects.values_list("person", flat=True)) == {company.agent.pk, company.clerk_a.pk}


def test_each_reads_it_in_their_language(company):
    # Given a message that Django itself translates
    company.clerk_a.language = "en"
    told = NoticeKind("test.languages", title=_("Monday"))

    notify([company.agent, company.clerk_a], told)

    titles = {notice.person_id: notice.title for notice in Notice.objects.all()}
    assert titles == {company.agent.pk: "星期一", company.clerk_a.pk: "Monday"}


def test_kinds_are_declared_once_and_places_must_be_filled(company, monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    register(NoticeKind("test.once", title="a"))
    register(NoticeKind("test.once", title="a"))
    with pytest.raises(ValueError, match=r"test\.once"):
        register(NoticeKind("test.once", title="b"))
    with pytest.raises(LookupError, match=r"test\.never"):
        notify([company.agent], "test.never")
    with pytest.raises(KeyError):
        notify([company.agent], PLAIN)


def test_long_keys_stay_apart(company):
    for end in "ab":
        notify([company.agent], PLAIN, context={"who": "x"}, key="k" * 400 + end)
    assert Notice.objects.count() == 2


def test_many_people_cost_few_queries(company, django_assert_max_num_queries):
    people = [factories.person("technician", at=company.branch) for _ in range(20)]
    with django_assert_max_num_queries(5):
        notify(people, PLAIN, context={"who": "x"}, key="k")


def test_the_inbox_and_the_bell(client, company, django_assert_max_num_queries):
    for n in range(45):
        notify([company.agent], PLAIN, context={"who": n})
    notify([company.clerk_a], PLAIN, context={"who": "x"})
    client.force_login(company.agent)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("notices:inbox"))
    assert len(page.context["rows"].object_list) == 40
    with django_assert_max_num_queries(3):
        assert client.get(reverse("notices:count")).json() == {"unread": 45}
    assert "45" in client.get(reverse("notices:count"), HTTP_HX_REQUEST="true").content.decode()


def test_opening_a_notice_marks_it_and_leads_on(client, company):
    document = request_at(company.branch)
    (notice,) = notify([company.agent], PLAIN, document=document, context={"who": "x"})
    notice = Notice.objects.get()
    client.force_login(company.agent)

    assert client.get(reverse("notices:open", args=[notice.pk]))["Location"] == document.get_absolute_url()
    assert queries.unread_count(company.agent) == 0


def test_notices_of_others_are_not_found_and_links_stay_on_this_site(client, company):
    notify([company.agent], PLAIN, context={"who": "x"}, url="https://evil.example/")
    notice = Notice.objects.get()

    client.force_login(company.clerk_a)
    assert client.get(reverse("notices:open", args=[notice.pk])).status_code == 404
    assert mark_read(company.clerk_a, [notice.pk]) == 0
    client.force_login(company.agent)
    assert client.get(reverse("notices:open", args=[notice.pk]))["Location"] == reverse("notices:inbox")


def test_all_are_marked_as_read_at_once_and_only_mine(client, company):
    for person in (company.agent, company.agent, company.clerk_a):
        notify([person], PLAIN, context={"who": "x"})
    client.force_login(company.agent)

    assert client.get(reverse("notices:read_all")).status_code == 405
    client.post(reverse("notices:read_all"))

    assert queries.unread_count(company.agent) == 0
    assert queries.unread_count(company.clerk_a) == 1


def test_the_inbox_shows_unread_ones_alone_when_asked(client, company):
    for n in range(3):
        notify([company.agent], PLAIN, context={"who": n})
    mark_read(company.agent, [Notice.objects.first().pk])
    client.force_login(company.agent)

    assert len(client.get(reverse("notices:inbox"), {"unread": "1"}).context["rows"].object_list) == 2


@pytest.mark.django_db(transaction=True)
def test_approvers_and_askers_are_told():
    # Given a question to two roles
    from jiannuo.office.documents.tests.makers import company as make_company

    company = make_company()
    document = request_at(company.branch)
    approval = approvals.ask(document, "超预算", ["department_manager", "general_manager"], by=company.agent)

    # Then the first is told, the second when their turn comes, and who asked in the end
    def told():
        return list(Notice.objects.order_by("pk").values_list("person__username", "kind"))

    manager, general = company.department_manager.username, company.general_manager.username
    assert told() == [(manager, "approvals.asked")]
    approvals.approve(approval.steps.get(position=1), by=company.department_manager)
    assert told()[1:] == [(general, "approvals.asked")]
    approvals.reject(approval.steps.get(position=2), by=company.general_manager, remark="太贵")
    assert told()[2:] == [(company.agent.username, "approvals.decided")]
    assert "太贵" in Notice.objects.get(kind="approvals.decided").text


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_reminded_once_for_each_interval():
    from datetime import timedelta

    from django.utils import timezone

    from jiannuo.office.documents.tests.makers import company as make_company

    company = make_company()
    approvals.ask(request_at(company.branch), "超预算", ["department_manager"], by=company.agent)

    for _turn in range(2):
        approvals.remind_due(timezone.now() + timedelta(hours=25))

    reminders = Notice.objects.filter(kind="approvals.reminded")
    assert [r.person for r in reminders] == [company.department_manager]


@pytest.mark.parametrize(
    ("event", "title"),
    [
        (
            ImportFinished(job_id=1, user_id=0, file_name="units.xlsx", url="/imports/1/", done=98, bad=2),
            "units.xlsx",
        ),
        (
            ImportFinished(
                job_id=1, user_id=0, file_name="units.xlsx", url="/imports/1/", done=0, bad=9, failed=True
            ),
            "units.xlsx",
        ),
        (ExportFinished(export_id=1, owner_id=0, title="工单", url="/exports/1/"), "工单"),
        (
            ExportFinished(export_id=1, owner_id=0, title="工单", url="/exports/1/", message="磁盘已满"),
            "工单",
        ),
    ],
)
def test_who_waits_for_work_in_the_background_is_told_once(
    company, event, title, django_capture_on_commit_callbacks
):
    whose = "user_id" if isinstance(event, ImportFinished) else "owner_id"
    event = replace(event, **{whose: company.agent.pk})

    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            publish(event)

    notice = Notice.objects.get(person=company.agent)
    assert title in notice.title
    assert notice.url == event.url
    assert getattr(event, "message", "") in notice.text
