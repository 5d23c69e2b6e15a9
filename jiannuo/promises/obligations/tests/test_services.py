from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import link
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.promises.obligations import queries, services
from jiannuo.promises.obligations.models import Obligation, ObligationStep
from jiannuo.testing import factories

from .conftest import START, after

pytestmark = pytest.mark.django_db


def texts(document) -> list[str]:
    entries = TimelineEntry.objects.filter(document_id=document.pk, kind="obligation").order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_a_decision_opens_one_obligation_for_each_metric_whose_clock_has_started(case):
    request, owed = case.promised()

    assert set(owed) == {"response", "arrival", "repair"}
    arrival = owed["arrival"]
    assert arrival.due_at == after(hours=2)
    assert arrival.warn_at == after(hours=1)
    assert arrival.next_at == after(hours=1)
    assert arrival.plan["clause"] == "arrival"
    assert arrival.version.commitment.code == "T01"
    steps = ObligationStep.objects.filter(obligation=owed["repair"]).values_list("kind", "role", "at")
    assert set(steps) == {
        ("escalate", "dispatcher", after(hours=3, minutes=30)),
        ("miss", "", after(hours=4)),
        ("escalate", "general_manager", after(hours=5)),
    }
    assert texts(request) == ["opened"]


def test_opening_twice_changes_nothing(case):
    request, _owed = case.promised()
    _request, again = case.promised(request)
    assert again == {}
    assert Obligation.objects.filter(document=request).count() == 3


def test_kept_in_time_or_late_follows_the_instant_not_when_the_news_came(case):
    request, owed = case.promised()

    services.fulfil(request, "response", at=after(minutes=30))
    services.fulfil(request, ["arrival"], at=after(hours=2, seconds=1))

    owed["response"].refresh_from_db()
    owed["arrival"].refresh_from_db()
    assert owed["response"].state == "met"
    assert owed["response"].evidence_id == request.pk
    assert owed["arrival"].state == "met_late"
    assert owed["arrival"].next_at is None
    assert texts(request) == ["opened", "met", "met_late"]


def test_a_miss_is_taken_back_when_the_proof_shows_it_was_kept(case):
    request, owed = case.promised()
    Obligation.objects.filter(pk=owed["arrival"].pk).update(state="missed", missed_at=after(hours=2))

    services.fulfil(request, "arrival", at=after(hours=1))

    owed["arrival"].refresh_from_db()
    assert owed["arrival"].state == "met"


def test_work_for_the_sake_of_a_request_meets_what_the_request_owes(case):
    request, owed = case.promised()
    order = case.request()
    link(order, request)

    services.fulfil(order, "repair", at=after(hours=3))

    owed["repair"].refresh_from_db()
    assert owed["repair"].state == "met"
    assert owed["repair"].evidence_id == order.pk
    assert [one.metric for one in queries.for_document(order)] == ["response", "arrival", "repair"]


def test_fulfilling_what_is_not_owed_is_no_error(case):
    assert services.fulfil(case.request(), "arrival", at=START) == []


def test_the_clock_stands_still_only_where_the_clause_allows_the_reason(case):
    request, owed = case.promised()

    assert services.pause(request, "waiting_parts", at=after(hours=1)) == []
    paused = services.pause(request, "waiting_customer", at=after(hours=1))

    assert [one.metric for one in paused] == ["repair"]
    repair = Obligation.objects.get(pk=owed["repair"].pk)
    assert repair.is_paused
    assert (repair.due_at, repair.next_at) == (None, None)
    assert not repair.steps.filter(done_at=None, at__isnull=False).exists()
    assert Obligation.objects.get(pk=owed["arrival"].pk).due_at == after(hours=2)


def test_the_due_instant_moves_by_the_pause(case):
    request, owed = case.promised()
    services.pause(request, "waiting_customer", at=after(hours=1))
    assert services.pause(request, "waiting_customer", at=after(hours=2)) == []

    services.resume(request, at=after(hours=6))

    repair = Obligation.objects.get(pk=owed["repair"].pk)
    assert repair.due_at == after(hours=9)
    assert repair.next_at == after(hours=8, minutes=30)
    miss = repair.steps.get(kind="miss")
    assert miss.at == after(hours=9)
    assert services.resume(request, at=after(hours=7)) == []
    assert texts(request) == ["opened", "paused", "resumed"]


def test_what_is_done_while_the_clock_stands_still_is_in_time(case):
    request, owed = case.promised()
    services.pause(request, "waiting_customer", at=after(hours=1))

    services.fulfil(request, "repair", at=after(hours=30))

    repair = Obligation.objects.get(pk=owed["repair"].pk)
    assert repair.state == "met"
    assert repair.due_at == after(hours=33)
    assert repair.pauses.get().to_at == after(hours=30)


def test_a_manager_waives_with_a_reason(case):
    _request, owed = case.promised()

    services.waive(owed["repair"], by=case.manager, reason="客户同意改期")

    repair = Obligation.objects.get(pk=owed["repair"].pk)
    assert (repair.state, repair.waived_by, repair.waive_reason) == ("waived", case.manager, "客户同意改期")
    assert repair.next_at is None


def test_waiving_is_refused_without_reason_role_or_anything_owed(case):
    _request, owed = case.promised()
    with pytest.raises(PermissionDenied):
        services.waive(owed["repair"], by=case.agent, reason="x")
    stranger = factories.person("general_manager", at=factories.organization(case.office))
    with pytest.raises(PermissionDenied):
        services.waive(owed["repair"], by=stranger, reason="x")
    with pytest.raises(ValidationError):
        services.waive(owed["repair"], by=case.manager, reason="  ")
    services.waive(owed["repair"], by=case.manager, reason="x")
    with pytest.raises(services.ObligationNotOpen):
        services.waive(owed["repair"], by=case.manager, reason="x")


def test_with_its_subject_ends_what_is_owed_but_a_miss_stays_a_miss(case):
    request, owed = case.promised()
    Obligation.objects.filter(pk=owed["response"].pk).update(state="missed", missed_at=after(hours=1))

    services.cancel(request, at=after(hours=1), reason="客户取消")

    states = dict(Obligation.objects.filter(document=request).values_list("metric", "state"))
    assert states == {"response": "missed", "arrival": "cancelled", "repair": "cancelled"}
    assert not Obligation.objects.open().filter(document=request).exists()
    assert not Obligation.objects.exclude(next_at=None).exists()


def test_the_technician_of_an_order_answers_for_what_is_done_in_the_field(case):
    request, _owed = case.promised()
    order = case.request()
    link(order, request)
    technician = factories.person("technician", at=case.branch)

    services.assign(order, technician)

    people = dict(Obligation.objects.filter(document=request).values_list("metric", "person"))
    assert people == {"response": case.agent.pk, "arrival": technician.pk, "repair": technician.pk}


def test_a_graver_fault_is_planned_anew_and_what_was_met_stays(case):
    request, _owed = case.promised()
    services.fulfil(request, "response", at=after(minutes=5))
    decision = decide(facts_for(unit=case.unit, customer=case.customer), after(minutes=30), case.branch)

    services.replan(
        request,
        decision,
        organization=case.branch,
        customer=case.customer,
        at=after(minutes=30),
        reason="重大故障",
    )

    rows = set(Obligation.objects.filter(document=request).values_list("metric", "state", "due_at"))
    assert ("response", "met", after(minutes=30)) in rows
    assert ("arrival", "cancelled", after(hours=2)) in rows
    assert ("arrival", "open", after(hours=2, minutes=30)) in rows


def test_mine_are_the_own_and_for_the_desk_what_nobody_has_taken_on(case):
    _request, owed = case.promised()
    Obligation.objects.filter(pk=owed["arrival"].pk).update(person=None)
    technician = factories.person("technician", at=case.branch)

    assert {one.metric for one in queries.mine(case.agent)} == {"response", "arrival", "repair"}
    assert {one.metric for one in queries.mine(case.dispatcher)} == {"arrival"}
    assert not queries.mine(technician).exists()
    elsewhere = factories.person("service_agent", at=factories.organization(case.office))
    assert not queries.mine(elsewhere).exists()
