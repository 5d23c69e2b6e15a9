"""Who is asked after a service: by the table of the nearest organisation, a share, not too often, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.kernel.events import publish
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.links import invitation_of, token_of
from jiannuo.operations.surveys.models import Invitation, InvitationRule
from jiannuo.operations.workorders.events import WorkOrderClosed, WorkOrderSigned
from jiannuo.registry.customers.models import Customer
from jiannuo.testing import factories


def closed(order):
    publish(WorkOrderClosed(order_id=order.pk, number=order.number, at=timezone.now()))


@pytest.fixture
def mailed(firm):
    Customer.objects.filter(pk=firm.customer.pk).update(email="xu@example.com")
    return firm


def test_a_closed_order_asks_its_customer_by_mail_with_a_link(mailed):
    mailed.rule()
    order = mailed.order()

    closed(order)
    closed(order)

    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.document_id, invitation.person) == (
        "sent",
        order.pk,
        mailed.technician,
    )
    assert len(mail.outbox) == 1
    assert f"/s/{token_of(invitation)}" in mail.outbox[0].body
    told = "".join(order.timeline.values_list("text", flat=True))
    assert "138****0678" in told
    assert token_of(invitation) not in told, "who reads the order must not answer"


def test_without_an_address_the_invitation_waits_for_a_call(firm):
    firm.rule()

    closed(firm.order())

    assert Invitation.objects.get().state == "unsent"


def test_a_customer_is_not_asked_again_within_the_interval(mailed):
    mailed.rule(interval_days=30)
    closed(mailed.order())

    closed(mailed.order())
    assert Invitation.objects.count() == 1

    Invitation.objects.update(created_at=timezone.now() - timedelta(days=31))
    closed(mailed.order())
    assert Invitation.objects.count() == 2


def test_the_lines_of_the_nearest_organisation_count(firm):
    firm.rule()
    firm.rule(organization=firm.dealer, share=0)
    customer = factories.customer(firm.dealer)

    closed(firm.order(organization=firm.dealer, customer=customer))
    assert not Invitation.objects.exists()

    closed(firm.order())
    assert Invitation.objects.count() == 1


def test_a_line_for_the_kind_of_job_goes_first(firm):
    firm.rule()
    firm.rule(job="installation", share=0)

    closed(firm.order(job="installation"))

    assert not Invitation.objects.exists()


def test_another_event_and_a_line_out_of_use_ask_nobody(firm):
    firm.rule(event="order_signed")
    order = firm.order()
    closed(order)
    assert not Invitation.objects.exists()

    InvitationRule.objects.update(is_active=False)
    publish(WorkOrderSigned(order_id=order.pk, number=order.number, at=timezone.now()))
    assert not Invitation.objects.exists()


def test_about_the_share_is_drawn_and_always_the_same(firm):
    rule = firm.rule(share=30)
    from jiannuo.operations.surveys.services.inviting import is_drawn

    drawn = [key for key in range(1000) if is_drawn(rule, key)]

    assert 230 < len(drawn) < 370
    assert drawn == [key for key in range(1000) if is_drawn(rule, key)]


def test_a_forged_link_leads_nowhere(firm):
    invitation = firm.invitation()
    token = token_of(invitation)

    assert invitation_of(token) == invitation
    assert invitation_of(token[:-1]) is None
    assert invitation_of(f"{invitation.pk}.x") is None


def test_only_managers_say_who_is_asked_and_within_their_reach(firm):
    line = {"event": "order_closed", "questionnaire": firm.questionnaire}
    for person in (firm.agent, firm.clerk, firm.follow_up):
        with pytest.raises(PermissionDenied):
            services.save_rule(InvitationRule(organization=firm.branch, **line), by=person)
    with pytest.raises(PermissionDenied):
        services.save_rule(InvitationRule(organization=firm.head, **line), by=firm.manager)
    with pytest.raises(ValidationError):
        services.save_rule(InvitationRule(organization=firm.branch, share=101, **line), by=firm.manager)
    services.save_rule(InvitationRule(organization=firm.branch, **line), by=firm.manager)
