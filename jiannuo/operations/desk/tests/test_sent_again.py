"""What the desk corrects at triage decides anew who is responsible; what somebody has taken stays theirs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiannuo.office.notices.models import Notice
from jiannuo.operations.desk.models import HandBackReason
from jiannuo.operations.desk.services import do
from jiannuo.operations.desk.tests.test_routing import Firm, firm  # noqa: F401
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

TRIAGE = {"request_kind": "repair", "severity": "normal", "nature": ""}


@pytest.fixture
def sorted_firm(firm: Firm) -> Firm:  # noqa: F811
    firm.rule("质量转技术", natures=["quality"], to_organization=firm.head, to_role="quality_engineer")
    firm.rule("急修给店员", severities=["critical"], to_organization=firm.dealer, to_person=firm.clerk)
    firm.rule("咨询给客服", kinds=["consultation"], to_role="service_agent")
    return firm


def triage(firm: Firm, request, *, by=None, **data):  # noqa: F811
    by = by or firm.agent
    return do(request, "triage", by=by, data={**TRIAGE, "owner": by, **data})


def test_the_nature_said_at_triage_sends_what_came_in_without_one(sorted_firm):
    request = sorted_firm.request(by=None, channel="web")
    assert request.routed_to is None

    request = triage(sorted_firm, request, nature="quality")

    assert (request.routed_to, request.responsible_role) == (sorted_firm.head, "quality_engineer")
    assert request.owner is None
    assert "质量转技术" in request.timeline.get(action="route").text
    assert Notice.objects.filter(person=sorted_firm.quality, kind="requests.sent").count() == 1
    owed = Obligation.objects.filter(document_id=request.pk)
    assert {"arrangement", "contact", "review"} <= set(owed.values_list("metric", flat=True))
    assert not owed.filter(person__isnull=False, state="open").exists()


def test_a_corrected_severity_sends_it_on_from_where_a_rule_had_sent_it(sorted_firm):
    request = sorted_firm.request(nature="quality")
    request = triage(sorted_firm, request, nature="partner", severity="critical")
    assert (request.organization, request.routed_to, request.owner) == (
        sorted_firm.dealer,
        sorted_firm.dealer,
        sorted_firm.clerk,
    )
    assert request.taken_at == sorted_firm.branch
    assert request.timeline.filter(action="route").count() == 2
    owed = Obligation.objects.filter(document_id=request.pk, state="open")
    assert set(owed.values_list("organization", "person")) == {(sorted_firm.dealer.pk, sorted_firm.clerk.pk)}


def test_a_rule_at_home_brings_it_home(sorted_firm):
    request = sorted_firm.request(severity="critical")
    assert (request.organization, request.taken_at) == (sorted_firm.dealer, sorted_firm.branch)
    request = triage(sorted_firm, request, request_kind="consultation")
    assert (request.organization, request.taken_at) == (sorted_firm.branch, None)
    assert (request.responsible_role, request.owner) == ("service_agent", sorted_firm.agent)


def test_the_same_rule_says_nothing_new(sorted_firm):
    request = sorted_firm.request(nature="quality")
    request = triage(sorted_firm, request, nature="quality", severity="minor")
    assert (request.responsible_role, request.owner) == ("quality_engineer", sorted_firm.agent)
    assert request.timeline.filter(action="route").count() == 1


def test_what_nobody_corrected_is_not_sent_again(sorted_firm):
    request = sorted_firm.request()
    sorted_firm.rule("新规则", kinds=["repair"], to_organization=sorted_firm.dealer)
    assert triage(sorted_firm, request).routed_to is None


def test_what_somebody_there_has_taken_stays(sorted_firm):
    request = sorted_firm.request(nature="quality")
    do(request, "contacted", by=sorted_firm.quality, data={"way": "phone"})
    request = triage(sorted_firm, request, nature="partner", severity="critical")
    assert request.responsible_role == "quality_engineer"
    assert request.timeline.filter(action="route").count() == 1


def test_whom_a_person_named_keeps_it(sorted_firm):
    named = sorted_firm.request(owner=sorted_firm.manager)
    assert triage(sorted_firm, named, nature="quality").routed_to is None
    other = factories.person("service_agent", at=sorted_firm.branch)
    request = triage(sorted_firm, sorted_firm.request(allow_duplicate=True), nature="quality", owner=other)
    assert (request.owner, request.routed_to) == (other, None)


def test_no_rule_sends_it_back_to_the_dealer_who_handed_it_back(sorted_firm):
    request = sorted_firm.request(severity="critical")
    why = HandBackReason.objects.get(code="staff")
    request = do(request, "hand_back", by=sorted_firm.clerk, data={"why": why})
    request = triage(sorted_firm, request, severity="critical", nature="other")
    assert (request.organization, request.owner) == (sorted_firm.branch, sorted_firm.agent)


def test_the_form_sends_it_and_leads_back_to_a_page_that_is_there(client, sorted_firm):
    request = sorted_firm.request()
    client.force_login(sorted_firm.agent)
    address = reverse("documents:action", args=[request.number, "triage"])
    done = client.post(address, {**TRIAGE, "nature": "quality", "version": request.version}, follow=True)
    assert done.status_code == 200
    request.refresh_from_db()
    assert (request.responsible_role, request.owner) == ("quality_engineer", None)
