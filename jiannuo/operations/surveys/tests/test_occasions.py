"""Other occasions to ask than work orders: an answered request, a closed complaint, the month."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.events import publish
from jiannuo.kernel.months import next_month
from jiannuo.office.documents.events import ServiceEnded
from jiannuo.operations.complaints.services import register_complaint
from jiannuo.operations.desk.services import do as do_request
from jiannuo.operations.desk.services import register_request
from jiannuo.operations.surveys import queries, services
from jiannuo.operations.surveys.models import Invitation, SurveyAnswer
from jiannuo.operations.surveys.tests.conftest import GOOD
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer
from jiannuo.testing import factories


def moment(months: int, day: int, hour: int = 10) -> datetime:
    """An instant of this month (0), the next (1) or the one after (2)."""
    month = timezone.localdate().replace(day=1)
    for _number in range(months):
        month = next_month(month)
    return timezone.make_aware(datetime(month.year, month.month, day, hour))


def answered_by_phone(firm):
    request = register_request(
        by=firm.agent, customer=firm.customer, symptom_text="怎么设定时？", request_kind="consultation"
    )
    return do_request(request, "give_answer", by=firm.agent, data={"answer": "按住定时键三秒"})


# Answered requests


def test_a_request_answered_by_phone_asks_its_customer(firm):
    firm.rule(event="request_answered")

    request = answered_by_phone(firm)

    invitation = Invitation.objects.get()
    assert (invitation.document_id, invitation.organization, invitation.person) == (
        request.pk,
        request.organization,
        firm.agent,
    )
    assert invitation.phone == "+8613812340678"


def test_where_the_table_says_nothing_of_requests_nobody_is_asked(firm):
    firm.rule()

    answered_by_phone(firm)

    assert not Invitation.objects.exists()


def test_the_same_news_twice_asks_once(firm):
    firm.rule(event="request_answered", interval_days=0)
    request = answered_by_phone(firm)

    publish(
        ServiceEnded(
            document_id=request.pk,
            how="answered",
            at=timezone.now(),
            customer_id=firm.customer.pk,
            organization_id=firm.branch.pk,
        )
    )

    assert Invitation.objects.count() == 1


def test_who_gave_the_answer_does_not_enter_the_judgement_unchecked(firm):
    firm.rule(event="request_answered")
    answered_by_phone(firm)
    Invitation.objects.update(person=firm.follow_up)

    answer = services.answer_invitation(Invitation.objects.get(), GOOD, by=firm.follow_up)

    assert (answer.state, answer.flags) == ("waiting", ["self_entered"])


# Complaints


def closed_complaint(firm):
    complaint = register_complaint(
        by=firm.supervisor, organization=firm.branch, customer=firm.customer, text="两次没来"
    )
    publish(
        ServiceEnded(
            document_id=complaint.pk,
            how="complaint",
            at=timezone.now(),
            customer_id=firm.customer.pk,
            organization_id=firm.head.pk,
            person_id=firm.supervisor.pk,
        )
    )
    return complaint


def test_a_closed_complaint_asks_about_the_desk_and_the_service_never_sees_it(firm, client):
    firm.rule(event="complaint_closed")
    complaint = closed_complaint(firm)
    agent = factories.person("service_agent", at=firm.head)

    invitation = Invitation.objects.get()
    assert (invitation.organization, invitation.person) == (firm.head, firm.supervisor)
    answer = services.answer_invitation(invitation, {**GOOD, "say": "处理得很好"})

    for model in (Invitation, SurveyAnswer, type(answer.opinions.get())):
        assert model.objects.visible_to(firm.supervisor).exists()
        assert not model.objects.visible_to(agent).exists()
    client.force_login(agent)
    assert client.get(answer.get_absolute_url()).status_code == 404
    assert complaint.number not in client.get(reverse("surveys:invitations")).content.decode()


def test_a_kind_of_job_is_refused_where_there_is_no_order(firm):
    for event in ("request_answered", "complaint_closed", "monthly"):
        with pytest.raises(ValidationError) as refused:
            firm.rule(event=event, job="repair")
        assert "job" in refused.value.message_dict


# The month


@pytest.fixture
def served(firm):
    """A customer whose order was signed this month, and a line that asks everybody."""
    Customer.objects.filter(pk=firm.customer.pk).update(email="xu@example.com")
    firm.rule(event="monthly")
    return signed(firm, moment(0, 12))


def signed(firm, at, **fields):
    order = firm.order(**fields)
    WorkOrder.objects.filter(pk=order.pk).update(signed_at=at)
    return order


def test_who_had_a_service_last_month_is_asked_once(firm, served):
    signed(firm, moment(0, 20))

    assert services.invite_for_month(moment(1, 2)) == 1
    assert services.invite_for_month(moment(1, 3)) == 0

    invitation = Invitation.objects.get()
    assert invitation.round == moment(0, 1).date()
    assert (invitation.document_id, invitation.person, invitation.unit) == (None, firm.technician, None)
    assert f"{moment(0, 1):%Y-%m}" in mail.outbox[0].body
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            organization=firm.head,
            questionnaire=firm.questionnaire,
            edition=firm.edition,
            customer=firm.customer,
            month=invitation.month,
            round=invitation.round,
            expires_at=invitation.expires_at,
        )


def test_only_in_the_first_days_and_by_day(firm, served):
    for at in (moment(1, 2, 7), moment(1, 2, 21), moment(1, 9), moment(2, 2)):
        assert services.invite_for_month(at) == 0


def test_consent_and_the_hours_without_calls_are_kept(firm, served):
    Customer.objects.update(do_not_call_from=time(9), do_not_call_to=time(12))
    assert services.invite_for_month(moment(1, 2, 10)) == 0
    assert services.invite_for_month(moment(1, 2, 13)) == 1

    Invitation.objects.all().delete()
    Customer.objects.update(consent_messages=False)
    assert services.invite_for_month(moment(1, 3, 13)) == 0


def test_who_was_asked_lately_is_not_asked_about_the_month(firm, served):
    services.invite(served, firm.edition, customer=firm.customer, at=moment(0, 13))

    assert services.invite_for_month(moment(1, 2)) == 0


def test_a_share_of_the_customers_is_drawn_always_the_same(firm, served):
    for _number in range(40):
        signed(firm, moment(0, 15), customer=factories.customer(firm.branch))
    rule = firm.questionnaire.rules.get()
    rule.share = 50
    services.save_rule(rule, by=firm.general)

    first = services.invite_for_month(moment(1, 2))
    asked = set(Invitation.objects.values_list("customer", flat=True))
    Invitation.objects.all().delete()
    services.invite_for_month(moment(1, 2))

    assert 8 < first < 33
    assert set(Invitation.objects.values_list("customer", flat=True)) == asked


def test_the_nearest_line_holds_for_the_month_too(firm, served):
    firm.rule(event="monthly", organization=firm.branch, share=0)

    assert services.invite_for_month(moment(1, 2)) == 0


def test_the_response_rate_counts_monthly_invitations_in_the_month_in_which_they_went_out(firm, served):
    services.invite_for_month(moment(1, 2))
    services.answer_invitation(Invitation.objects.get(), GOOD, at=moment(1, 2) + timedelta(hours=3))
    span = queries.Span(firm.questionnaire, moment(0, 1).date(), moment(1, 1).date())

    months = queries.tallies(firm.general, span, "month")

    assert [(one.label, one.asked, one.responded) for one in months] == [
        (f"{moment(0, 1):%Y-%m}", 0, 0),
        (f"{moment(1, 1):%Y-%m}", 1, 1),
    ]
