"""Opening a document and doing something with it, from any page."""

from __future__ import annotations

import json

import pytest
from django import forms
from django.urls import reverse

from jiannuo.office.documents import flow, services
from jiannuo.office.documents.forms import ActionForm
from jiannuo.office.documents.tests.makers import request_at
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories

HTMX = {"HTTP_HX_REQUEST": "true"}


class ReasonForm(forms.Form):
    reason = forms.CharField(label="why")


class PersonalForm(ActionForm):
    """Knows the document and the person."""

    answer = forms.CharField()

    def clean_answer(self):
        return f"{self.user.name}: {self.cleaned_data['answer']} ({self.document.number})"


@pytest.fixture(autouse=True)
def own_forms(monkeypatch):
    """The forms of this test instead of those of the desk."""
    chosen = {"cancel": ReasonForm, "give_answer": PersonalForm}
    monkeypatch.setattr(flow.Action, "form_class", lambda action: chosen.get(action.name))


def address(document, name):
    return reverse("documents:action", args=[document.number, name])


def test_open_sends_to_the_page_of_the_kind(client, company, monkeypatch):
    # Given a kind with a page
    document = request_at(company.branch)
    monkeypatch.setattr(ServiceRequest, "URL_NAME", "documents:timeline")
    client.force_login(company.agent)

    # When it is opened by its number
    response = client.get(reverse("documents:open", args=[document.number]))

    # Then the page of the kind answers
    assert response.status_code == 302
    assert response["Location"] == reverse("documents:timeline", args=[document.number])


def test_open_shows_the_plain_page_of_a_kind_without_one(
    client, company, monkeypatch, django_assert_max_num_queries
):
    document = request_at(company.branch, by=company.agent)
    monkeypatch.setattr(ServiceRequest, "URL_NAME", "nowhere:detail")
    client.force_login(company.agent)

    with django_assert_max_num_queries(25):
        response = client.get(reverse("documents:open", args=[document.number]))

    assert response.status_code == 200
    assert document.number in response.content.decode()
    names = {action.name for action in response.context["actions"]}
    assert {"triage", "give_answer", "merge", "cancel"} <= names


def test_documents_of_others_are_not_found(client, company):
    document = request_at(company.dealer_a)
    client.force_login(company.clerk_b)

    for name in ("open", "timeline"):
        assert client.get(reverse(f"documents:{name}", args=[document.number])).status_code == 404
    for name in ("comment", "upload"):
        assert client.post(reverse(f"documents:{name}", args=[document.number])).status_code == 404
    assert client.get(address(document, "cancel")).status_code == 404
    assert client.get(reverse("documents:open", args=["SR-20000101-0001"])).status_code == 404


def test_a_customer_with_a_role_at_the_dealer_sees_none_of_its_documents(client, company):
    document = request_at(company.dealer_a)
    client.force_login(factories.person("customer", at=company.dealer_a))

    assert client.get(reverse("documents:open", args=[document.number])).status_code == 404
    assert list(ServiceRequest.objects.visible_to(factories.person("customer", at=company.dealer_a))) == []


def test_strangers_are_sent_to_sign_in(client, company):
    document = request_at(company.dealer_a)

    response = client.get(address(document, "cancel"))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]
    assert client.get(address(document, "cancel"), **HTMX).status_code == 401


def test_the_form_of_an_action_is_shown_in_a_dialog_or_on_a_page(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)

    dialog = client.get(address(document, "cancel"), **HTMX).content.decode()
    page = client.get(address(document, "cancel")).content.decode()

    assert "<html" not in dialog
    assert 'name="reason"' in dialog
    assert f'name="version" value="{document.version}"' in dialog
    assert "<html" in page
    assert 'name="reason"' in page


def test_an_action_is_done_and_written_on_the_timeline(client, company):
    # Given a new request
    document = request_at(company.branch)
    client.force_login(company.agent)

    # When the agent cancels it in the dialog
    response = client.post(
        address(document, "cancel"), {"reason": "误报", "version": document.version}, **HTMX
    )

    # Then the page is loaded anew, and the history says who and why
    assert response["HX-Redirect"] == document.get_absolute_url()
    document = ServiceRequest.objects.get(pk=document.pk)
    assert document.state == "cancelled"
    entry = document.timeline.first()
    assert (entry.author, entry.action, entry.text) == (company.agent, "cancel", "误报")


def test_a_form_knows_the_document_and_the_person(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)

    client.post(address(document, "give_answer"), {"answer": "重启即可"})

    assert ServiceRequest.objects.get(pk=document.pk).answer == f"王芳: 重启即可 ({document.number})"


def test_a_form_with_errors_answers_422_and_keeps_what_was_typed(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)

    response = client.post(address(document, "give_answer"), {"answer": ""}, **HTMX)

    assert response.status_code == 422
    assert ServiceRequest.objects.get(pk=document.pk).state == "new"


def test_a_refusal_of_the_service_appears_in_the_form(client, company, monkeypatch):
    from django.core.exceptions import ValidationError

    document = request_at(company.branch)
    client.force_login(company.agent)

    def refuse(*_args, **_kwargs):
        raise ValidationError({"reason": "太短了", "elsewhere": "不行"})

    monkeypatch.setattr(services, "act", refuse)
    response = client.post(address(document, "cancel"), {"reason": "x"}, **HTMX)

    assert response.status_code == 422
    assert "太短了" in response.content.decode()
    assert "不行" in response.content.decode()


def test_a_stale_form_answers_409_and_changes_nothing(client, company):
    # Given a dialog that was opened before a colleague changed the request
    document = request_at(company.branch)
    services.perform(document, "triage", by=company.agent, data={"severity": "major"})
    client.force_login(company.agent)

    # When it is sent
    response = client.post(address(document, "cancel"), {"reason": "误报", "version": 1}, **HTMX)

    # Then the answer is a form (so that the page shows it) with the reason and a way to reload
    assert response.status_code == 409
    text = response.content.decode()
    assert "<form" in text
    assert "<html" not in text
    assert document.number in text
    assert ServiceRequest.objects.get(pk=document.pk).state == "triaged"


def test_an_action_that_the_state_does_not_allow_answers_409(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)

    for response in (client.get(address(document, "close")), client.post(address(document, "close"))):
        assert response.status_code == 409
        assert "“" in response.content.decode()


def test_an_action_that_the_role_does_not_allow_answers_403(client, company):
    document = request_at(company.branch)
    client.force_login(factories.person("auditor", at=company.head))

    assert client.get(address(document, "cancel")).status_code == 403
    assert client.post(address(document, "cancel"), {"reason": "x"}).status_code == 403


def test_hidden_and_unknown_actions_are_not_found(client, company):
    document = request_at(company.branch)
    client.force_login(factories.person("department_manager", at=company.head))

    assert client.post(address(document, "start")).status_code == 404
    assert client.post(address(document, "delete")).status_code == 404


def test_who_gave_the_document_away_is_not_sent_to_a_page_that_they_cannot_see(client, company, monkeypatch):
    # Given a technician with an order, whose action hands it back
    technician = factories.person("technician", at=company.branch)
    from jiannuo.office.documents.services import create_document

    order = create_document(
        WorkOrder(
            organization=company.branch, customer=factories.customer(company.branch), technician=technician
        ),
        by=None,
    )
    WorkOrder.objects.filter(pk=order.pk).update(state="dispatched")

    def hand_back(document, name, **_arguments):
        WorkOrder.objects.filter(pk=document.pk).update(technician=None)

    monkeypatch.setattr(services, "act", hand_back)
    client.force_login(technician)

    # When it is done
    response = client.post(address(order, "decline"), {"reason": "x"}, **HTMX)

    # Then they land at home
    assert response["HX-Redirect"] == "/"


def test_the_next_page_may_be_chosen_but_only_on_this_site(client, company):
    client.force_login(company.agent)
    inside, outside = request_at(company.branch), request_at(company.branch)

    first = client.post(address(inside, "cancel"), {"reason": "x", "next": "/approvals/"})
    second = client.post(address(outside, "cancel"), {"reason": "x", "next": "https://evil.example/"})

    assert first["Location"] == "/approvals/"
    assert second["Location"] == outside.get_absolute_url()


def test_toasts_reach_the_next_page(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)
    client.post(address(document, "cancel"), {"reason": "x"}, **HTMX)

    response = client.get(reverse("documents:timeline", args=[document.number]))
    assert [message.level_tag for message in response.context["messages"]] == ["success"]


def test_comment_errors_leave_the_page_as_it_is(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)

    response = client.post(reverse("documents:comment", args=[document.number]), {"text": "  "}, **HTMX)

    assert response.status_code == 422
    assert response["HX-Reswap"] == "none"
    assert json.loads(response["HX-Trigger"])["toast"]["level"] == "error"
