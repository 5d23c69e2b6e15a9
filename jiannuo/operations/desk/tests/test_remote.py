"""Trying by telephone or remotely before anybody travels, and the next answer that a person promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.faces.field.offline.knowing import tried_before
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import act
from jiannuo.office.notices.models import Notice
from jiannuo.operations.desk.models import Attempt, ServiceRequest
from jiannuo.operations.desk.services import do
from jiannuo.operations.desk.solved import by_month, total
from jiannuo.operations.workorders import services as workorders
from jiannuo.promises.obligations.byword import BY_WORD
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.sweep import sweep

pytestmark = pytest.mark.django_db

TRIED = "请客户断电三分钟后重启，外机仍不转，疑似压缩机电容"


def diagnose(desk, request, outcome="visit", **data):
    values = {
        "way": "phone",
        "tried": TRIED,
        "outcome": outcome,
        "next_answer_at": None,
        "article": None,
        **data,
    }
    return act(request, "diagnose", by=data.pop("by", desk.agent), data=values)


def word_on(request) -> Obligation:
    return Obligation.objects.filter(document=request, clause=BY_WORD).latest("pk")


def fresh(request) -> ServiceRequest:
    return ServiceRequest.objects.get(pk=request.pk)


def test_what_needs_a_visit_is_written_down_and_the_customer_was_contacted(desk):
    request = diagnose(desk, desk.request(), way="video")

    attempt = Attempt.objects.get(request=request)
    assert (attempt.way, attempt.outcome, attempt.by) == ("video", "visit", desk.agent)
    assert request.state == "new"
    assert Obligation.objects.get(document=request, metric="response").state == "met"
    assert Obligation.objects.get(document=request, metric="repair").state == "open"
    assert TRIED in TimelineEntry.objects.get(document_id=request.pk, action="diagnose").text


def test_what_was_solved_from_afar_is_answered_with_what_was_tried(desk):
    request = fresh(diagnose(desk, desk.request(), "solved", way="remote", tried="远程重设参数后恢复制冷"))

    assert (request.state, request.answer) == ("answered", "远程重设参数后恢复制冷")
    assert Obligation.objects.get(document=request, metric="repair").state == "met"
    figures = total(by_month(desk.manager, timezone.localdate()))
    assert (figures.tried, figures.tried_solved, figures.without_visit) == (1, 1, 1)


def test_what_is_not_solved_promises_an_answer_that_any_contact_keeps(desk):
    due = timezone.now() + timedelta(hours=3)
    request = diagnose(desk, desk.request(), "unsolved", next_answer_at=due)

    word = word_on(request)
    assert (word.metric, word.state, word.due_at, word.person) == ("contact", "open", due, desk.agent)
    assert word.version is None
    assert word in list(Obligation.objects.visible_to(desk.manager))

    act(fresh(request), "contacted", by=desk.agent, data={"way": "phone"})

    word.refresh_from_db()
    assert (word.state, word.evidence_id) == ("met", request.pk)


def test_tried_again_the_first_word_is_kept_and_a_new_one_given(desk):
    soon, later = (timezone.now() + timedelta(hours=hours) for hours in (1, 5))
    request = diagnose(desk, desk.request(), "unsolved", next_answer_at=soon)
    first = word_on(request)

    diagnose(desk, fresh(request), "unsolved", next_answer_at=later)

    first.refresh_from_db()
    assert first.state == "met"
    assert (word_on(request).state, word_on(request).due_at) == ("open", later)


def test_a_word_that_is_not_kept_is_told_to_whoever_gave_it_and_the_dispatchers(desk):
    due = timezone.now() + timedelta(hours=1)
    request = diagnose(desk, desk.request(), "unsolved", next_answer_at=due)

    sweep(due + timedelta(minutes=1))

    word = word_on(request)
    assert word.state == "missed"
    told = Notice.objects.filter(document=request, kind="obligations.missed").values_list("person", flat=True)
    assert {desk.agent.pk, desk.dispatcher.pk} <= set(told)


def test_another_kind_leaves_the_word_as_it_is(desk):
    due = timezone.now() + timedelta(hours=2)
    request = diagnose(desk, desk.request(), "unsolved", next_answer_at=due)

    data = {"request_kind": "help", "severity": "critical", "owner": desk.dispatcher}
    act(fresh(request), "triage", by=desk.dispatcher, data=data)

    assert (word_on(request).state, word_on(request).due_at) == ("open", due)


def test_who_closes_the_matter_owes_no_more_word(desk):
    request = diagnose(desk, desk.request(), "unsolved", next_answer_at=timezone.now() + timedelta(hours=2))

    act(fresh(request), "cancel", by=desk.agent, data={"reason": "客户自行修好"})

    assert word_on(request).state == "cancelled"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tried": "  "}, "tried"),
        ({"outcome": "unsolved"}, "next_answer_at"),
        ({"outcome": "unsolved", "next_answer_at": timezone.now() - timedelta(days=1)}, "next_answer_at"),
    ],
)
def test_bad_input_is_refused_at_its_field(desk, change, field):
    request = desk.request()

    with pytest.raises(ValidationError) as refusal:
        diagnose(desk, request, **{"outcome": "visit", **change})

    assert field in refusal.value.message_dict
    assert not Attempt.objects.exists()


def test_while_work_is_under_way_it_is_not_solved_from_afar(desk):
    request = desk.request()
    do(request, "start", by=None, as_system=True)

    with pytest.raises(ValidationError):
        diagnose(desk, fresh(request), "solved")
    assert diagnose(desk, fresh(request), "visit").state == "in_progress"


def test_whoever_travels_reads_on_the_order_what_was_tried(desk, django_capture_on_commit_callbacks):
    request = diagnose(desk, desk.request())
    with django_capture_on_commit_callbacks(execute=True):
        order = workorders.create_order(
            by=desk.dispatcher,
            organization=desk.branch,
            customer=desk.customer,
            unit=desk.unit,
            sources=[request],
        )

    diagnose(desk, fresh(request), tried="再次通话：客户确认电源正常")

    lines = TimelineEntry.objects.filter(document_id=order.pk, action="diagnose").order_by("pk")
    first, second = lines.values_list("text", flat=True)
    assert TRIED in first
    assert "电源正常" in second
    assert tried_before(order) == [first, second]  # on the telephone with the fault


def test_others_may_not_and_what_is_with_the_complaint_desk_is_not_tried(desk):
    request = desk.request()
    values = {"way": "phone", "tried": TRIED, "outcome": "visit"}

    with pytest.raises(PermissionDenied):
        act(request, "diagnose", by=desk.stranger, data=values)
    ServiceRequest.objects.filter(pk=request.pk).update(request_kind="complaint")
    with pytest.raises(PermissionDenied):
        act(fresh(request), "diagnose", by=desk.agent, data=values)


def test_on_the_page(desk, client, django_assert_max_num_queries):
    request = desk.request()
    client.force_login(desk.agent)
    url = reverse("documents:action", args=[request.number, "diagnose"])

    refused = client.post(
        url, {"version": request.version, "way": "phone", "tried": TRIED, "outcome": "unsolved"}
    )
    assert refused.status_code == 422

    due = timezone.localtime(timezone.now() + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M")
    data = {
        "version": request.version,
        "way": "phone",
        "tried": TRIED,
        "outcome": "unsolved",
        "next_answer_at": due,
    }
    assert client.post(url, data).status_code in (200, 204, 302)

    with django_assert_max_num_queries(25):
        page = client.get(reverse("desk:request_detail", args=[request.number])).content.decode()
    assert TRIED in page
    assert "attempts" in page
