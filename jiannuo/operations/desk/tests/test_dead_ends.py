"""Rules behind which nobody stands: refused when saved, told when somebody leaves, passed over when requests come."""

from __future__ import annotations

from django.urls import reverse

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.services import change_person, revoke_role, set_active
from jiannuo.office.notices.models import Notice
from jiannuo.operations.desk.tests.test_routing import firm, refusal  # noqa: F401
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories


def test_a_unit_where_nobody_could_take_it_is_refused(firm):  # noqa: F811
    assert (
        "Nobody who works at" in refusal(firm, to_organization=firm.other).message_dict["to_organization"][0]
    )
    factories.person("technician", at=firm.other)
    assert "to_organization" in refusal(firm, to_organization=firm.other).message_dict
    factories.person("dealer_clerk", at=firm.other)
    assert firm.rule("有人了", to_organization=firm.other).pk


def test_the_managers_are_told_when_the_last_who_could_take_it_leaves(firm):  # noqa: F811
    boss = factories.person("administrator", at=firm.head)
    unit = firm.rule("归安顺", kinds=["help"], to_organization=firm.dealer)
    firm.rule("急修给质量", severities=["critical"], to_organization=firm.head, to_role="quality_engineer")
    second = factories.person("dealer_clerk", at=firm.dealer)

    revoke_role(second.role_assignments.get(), by=boss)
    assert not Notice.objects.filter(kind="requests.rule_dead").exists()
    set_active(firm.clerk, False, by=boss)

    told = Notice.objects.get(kind="requests.rule_dead")
    assert (told.person, told.url) == (firm.manager, reverse("desk:rule_edit", args=[unit.pk]))
    revoke_role(firm.quality.role_assignments.get(), by=boss)
    assert Notice.objects.filter(kind="requests.rule_dead", person=firm.manager).count() == 2


def test_who_goes_to_work_elsewhere_leaves_the_rule_alone(firm):  # noqa: F811
    boss = factories.person("administrator", at=firm.head)
    mover = factories.person("quality_engineer", at=firm.other)
    rule = firm.rule("质量", to_organization=firm.other, to_person=mover)
    assignment = mover.role_assignments.get()
    change_person(mover, by=boss, organization=firm.dealer)
    assert not Notice.objects.filter(
        kind="requests.rule_dead"
    ).exists()  # the role at the old unit is still theirs
    revoke_role(assignment, by=boss)
    assert rule.name in Notice.objects.get(kind="requests.rule_dead").title


def test_a_rule_that_leads_nowhere_is_passed_over_with_a_note(firm):  # noqa: F811
    firm.rule("归安顺", kinds=["repair"], to_organization=firm.dealer)
    firm.rule("其余给客服", to_role="service_agent")
    User.objects.filter(pk=firm.clerk.pk).update(is_active=False)
    request = firm.request()
    assert (request.routed_to, request.responsible_role) == (firm.branch, "service_agent")
    assert "归安顺" in request.timeline.get(action="route_skipped").text


def test_without_another_rule_it_stays_with_the_agents_who_are_told(firm):  # noqa: F811
    firm.rule("归安顺", kinds=["repair"], to_organization=firm.dealer)
    User.objects.filter(pk=firm.clerk.pk).update(is_active=False)
    request = firm.request()
    assert (request.organization, request.routed_to) == (firm.branch, None)
    assert Notice.objects.filter(person=firm.agent, kind="requests.unsent").exists()
    owed = Obligation.objects.get(document_id=request.pk, metric="arrangement")
    assert owed.person == firm.agent
