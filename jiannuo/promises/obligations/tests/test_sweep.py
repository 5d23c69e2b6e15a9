from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.models import Notice
from jiannuo.promises.obligations import services
from jiannuo.promises.obligations import sweep as sweeping
from jiannuo.promises.obligations.models import Obligation, ObligationStep
from jiannuo.promises.obligations.recipients import Recipients
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.testing import factories

from .conftest import START, Case, after


@pytest.fixture
def told(monkeypatch) -> list[tuple[str, str, str]]:
    """Who was told what: person, kind, metric."""
    heard: list[tuple[str, str, str]] = []

    def listen(obligation, kind, people, occasion, channels=()):
        heard.extend((str(person), kind.id, obligation.metric) for person in people)

    monkeypatch.setattr(sweeping, "_tell", listen)
    return heard


def happened(document) -> list[str]:
    entries = TimelineEntry.objects.filter(document_id=document.pk, kind="obligation").order_by("pk")
    return list(entries.values_list("action", flat=True))


@pytest.mark.django_db
def test_nothing_is_done_before_its_instant(case, told):
    case.promised()
    assert sweep(after(minutes=29)) == 0
    assert told == []


@pytest.mark.django_db
def test_a_warning_goes_to_the_person_and_the_dispatcher_once(case, told):
    request, owed = case.promised()
    services.fulfil(request, "response", at=after(minutes=1))

    assert sweep(after(hours=1)) == 1
    assert sweep(after(hours=1)) == 0

    assert told == [
        (str(case.agent), "obligations.warning", "arrival"),
        (str(case.dispatcher), "obligations.warning", "arrival"),
    ]
    arrival = Obligation.objects.get(pk=owed["arrival"].pk)
    assert arrival.warned_at == after(hours=1)
    assert arrival.next_at == after(hours=2)
    assert arrival.state == "open"


@pytest.mark.django_db
def test_a_miss_is_written_down_with_what_is_owed_instead(case, told):
    request, owed = case.promised()
    services.fulfil(request, ["response", "arrival"], at=after(minutes=1))

    sweep(after(hours=4))

    repair = Obligation.objects.get(pk=owed["repair"].pk)
    assert (repair.state, repair.missed_at) == ("missed", after(hours=4))
    assert repair.owed_instead == "提供同档次备机"
    line = TimelineEntry.objects.get(document_id=request.pk, action="missed")
    assert "提供同档次备机" in line.text
    assert line.data["consequences"] == [{"code": "loaner", "text": "提供同档次备机"}]


@pytest.mark.django_db
def test_escalation_climbs_to_the_role_at_the_organisation_or_above(case, told):
    request, owed = case.promised()
    services.fulfil(request, ["response", "arrival"], at=after(minutes=1))

    sweep(after(hours=3, minutes=30))
    sweep(after(hours=4))
    sweep(after(hours=5))

    escalated = [(who, metric) for who, kind, metric in told if kind == "obligations.escalated"]
    assert escalated == [(str(case.dispatcher), "repair"), (str(case.manager), "repair")]
    assert Obligation.objects.get(pk=owed["repair"].pk).next_at is None
    assert happened(request)[-3:] == ["escalated", "missed", "escalated"]


@pytest.mark.django_db
def test_after_a_standstill_what_passed_is_acted_on_once(case, told):
    request, _owed = case.promised()
    services.fulfil(request, ["response", "repair"], at=after(minutes=1))

    assert sweep(after(days=3)) == 1
    assert sweep(after(days=3)) == 0

    assert [kind for _who, kind, _metric in told] == ["obligations.missed", "obligations.missed"]
    assert not ObligationStep.objects.filter(obligation__metric="arrival", done_at=None).exists()


@pytest.mark.django_db
def test_what_is_kept_paused_or_waived_is_left_alone(case, told):
    request, owed = case.promised()
    services.fulfil(request, ["response", "arrival"], at=after(minutes=1))
    services.pause(request, "waiting_customer", at=after(hours=1))

    assert sweep(after(days=3)) == 0
    assert Obligation.objects.get(pk=owed["repair"].pk).state == "open"


@pytest.mark.django_db
def test_one_that_fails_holds_up_no_other(case, told, monkeypatch):
    _request, owed = case.promised()
    real = sweeping._warn

    def fail(obligation, now, recipients):
        raise RuntimeError("no paper")

    monkeypatch.setattr(sweeping, "_warn", fail)
    assert sweep(after(hours=1)) == 1
    arrival = Obligation.objects.get(pk=owed["arrival"].pk)
    assert arrival.next_at == after(hours=1) + sweeping.RETRY_AFTER
    assert arrival.warned_at is None

    monkeypatch.setattr(sweeping, "_warn", real)
    assert sweep(after(hours=1, minutes=5)) == 1
    arrival.refresh_from_db()
    assert arrival.warned_at == after(hours=1, minutes=5)


@pytest.mark.django_db
def test_a_deputy_stands_in_and_without_holders_the_managers_are_told(case):
    recipients = Recipients()
    deputy = factories.person(at=case.branch)
    gone = factories.person("quality_engineer", at=case.branch, is_active=False, deputy=deputy)

    assert gone.deputy == deputy
    assert recipients.holding("quality_engineer", case.branch) == [deputy]
    assert recipients.holding("finance_clerk", case.branch) == []
    assert recipients.escalated_to("finance_clerk", case.branch) == [case.manager]


@pytest.mark.django_db
def test_a_holder_below_or_beside_is_not_told(case):
    beside = factories.organization(case.office)
    factories.person("department_manager", at=beside)
    assert Recipients().holding("department_manager", case.branch) == []


@pytest.mark.django_db(transaction=True)
def test_sweepers_at_the_same_time_never_act_twice(monkeypatch):
    case = Case()
    for _n in range(12):
        case.promised()
    heard: list[int] = []
    monkeypatch.setattr(sweeping, "_tell", lambda obligation, *rest: heard.append(obligation.pk))
    barrier = threading.Barrier(3)
    acted: list[int] = []
    failures: list[BaseException] = []

    def run():
        barrier.wait()
        try:
            acted.append(sweep(START + timedelta(hours=2)))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert sum(acted) == 24
    assert len(heard) == len(set(heard)) == 24
    assert Obligation.objects.filter(state="missed").count() == 24
    assert TimelineEntry.objects.filter(action="missed").count() == 24


@pytest.mark.django_db
def test_the_cost_of_looking_is_one_query(case, django_assert_num_queries):
    case.promised()
    with django_assert_num_queries(1):
        sweep(START)


@pytest.mark.django_db
def test_people_find_it_in_their_inbox_in_their_language(case):
    request, _owed = case.promised()
    case.dispatcher.language = "en"
    case.dispatcher.save(update_fields=["language"])
    services.fulfil(request, ["response", "arrival"], at=after(minutes=1))

    sweep(after(hours=4))

    notice = Notice.objects.get(person=case.dispatcher, kind="obligations.missed")
    assert request.number in notice.title
    assert "repair" in notice.title
    assert "提供同档次备机" in notice.text
    assert Notice.objects.filter(person=case.agent, kind="obligations.missed").count() == 1
    assert Notice.objects.filter(person=case.dispatcher, kind="obligations.escalated").count() == 1
