"""Documents through the API: the same rules as on the pages."""

from __future__ import annotations

import pytest
from django import forms

from jiannuo.office.documents import flow, services
from jiannuo.office.documents.tests.makers import photo, request_at
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.testing import factories

pytestmark = pytest.mark.urls("jiannuo.faces.api.tests.routes")
REQUESTS = "/test/v1/requests/"


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=20)


@pytest.fixture(autouse=True)
def own_forms(monkeypatch):
    monkeypatch.setattr(flow.Action, "form_class", lambda action: {"cancel": ReasonForm}.get(action.name))


def act(client, document, name, body, key, **headers):
    url = f"{REQUESTS}{document.number}/actions/{name}/"
    return client.post(url, body, format="json", HTTP_IDEMPOTENCY_KEY=key, **headers)


def test_the_list_shows_what_the_caller_may_see(company, as_program, django_assert_max_num_queries):
    mine = [request_at(company.dealer_a) for _ in range(5)]
    request_at(company.dealer_b)
    client = as_program(company.clerk_a)

    with django_assert_max_num_queries(12):
        response = client.get(REQUESTS)

    assert [row["number"] for row in response.json()["results"]] == [d.number for d in reversed(mine)]


def test_pages_follow_each_other(company, as_program):
    for _ in range(5):
        request_at(company.dealer_a)
    client = as_program(company.clerk_a)

    seen, url = [], f"{REQUESTS}?size=2"
    while url:
        page = client.get(url).json()
        seen += [row["number"] for row in page["results"]]
        url = page["next"]

    assert len(seen) == len(set(seen)) == 5


def test_documents_of_others_are_not_found(company, as_program):
    document = request_at(company.dealer_a)
    client = as_program(company.clerk_b)

    assert client.get(f"{REQUESTS}{document.number}/").status_code == 404
    assert client.get(f"{REQUESTS}{document.number}/timeline/").status_code == 404
    assert act(client, document, "cancel", {"reason": "x"}, "1").status_code == 404
    for name in ("comments", "attachments"):
        url = f"{REQUESTS}{document.number}/{name}/"
        assert client.post(url, {"text": "x"}, HTTP_IDEMPOTENCY_KEY=name).status_code == 404


def test_a_role_elsewhere_does_not_open_a_document_here(company, as_program):
    # Given a technician of dealer A (who may not see requests) who is a clerk at dealer B (who may)
    person = factories.person("dealer_technician", at=company.dealer_a)
    person.role_assignments.create(role="dealer_clerk", organization=company.dealer_b)
    document = request_at(company.dealer_a)

    assert as_program(person).get(f"{REQUESTS}{document.number}/").status_code == 404


def test_an_action_is_done_with_the_version_that_was_read(company, as_program):
    document = request_at(company.dealer_a)
    client = as_program(company.clerk_a)
    read = client.get(f"{REQUESTS}{document.number}/")
    assert read["ETag"] == '"1"'
    assert "cancel" in read.json()["actions"]

    done = act(client, document, "cancel", {"reason": "误报"}, "1", HTTP_IF_MATCH=read["ETag"])

    assert done.status_code == 200
    assert (done.json()["state"], done["ETag"]) == ("cancelled", '"2"')
    assert ServiceRequest.objects.get().timeline.first().text == "误报"


def test_a_stale_version_is_a_conflict(company, as_program):
    document = request_at(company.dealer_a)
    services.perform(document, "triage", by=company.clerk_a, data={})
    client = as_program(company.clerk_a)

    by_header = act(client, document, "cancel", {"reason": "x"}, "1", HTTP_IF_MATCH='"1"')
    by_field = act(client, document, "cancel", {"reason": "x", "version": 1}, "2")

    for response in (by_header, by_field):
        assert response.status_code == 409
        assert response.json()["type"] == "urn:jiannuo:problem:stale"
    assert act(client, document, "cancel", {"reason": "x"}, "3", HTTP_IF_MATCH="today").status_code == 400


def test_actions_that_are_not_possible(company, as_program):
    document = request_at(company.dealer_a)
    client = as_program(company.clerk_a)

    wrong_state = act(client, document, "close", {}, "1")
    assert wrong_state.json()["type"] == "urn:jiannuo:problem:action-not-allowed"
    assert wrong_state.status_code == 409
    assert act(client, document, "explode", {}, "2").status_code == 404
    assert act(client, document, "start", {}, "3").status_code == 404
    auditor = as_program(factories.person("auditor", at=company.head))
    assert act(auditor, document, "cancel", {"reason": "x"}, "4").status_code == 403


@pytest.mark.parametrize(
    "body", [{}, {"reason": ""}, {"reason": "x" * 21}, {"reason": {"a": 1}}, {"reason": ["a"]}, []]
)
def test_bad_data_is_refused_by_field(company, as_program, body):
    document = request_at(company.dealer_a)

    response = act(as_program(company.clerk_a), document, "cancel", body, "1")

    assert response.status_code == 422
    assert response.json()["errors"]
    assert ServiceRequest.objects.get().state == "new"


def test_a_repeated_action_is_done_once(company, as_program):
    document = request_at(company.dealer_a)
    client = as_program(company.clerk_a)

    first = act(client, document, "cancel", {"reason": "x"}, "same")
    again = act(client, document, "cancel", {"reason": "x"}, "same")

    assert again.status_code == 200
    assert first.json() == again.json()
    assert ServiceRequest.objects.get().timeline.count() == 2


def test_comments_files_and_history(company, as_program):
    document = request_at(company.dealer_a)
    client = as_program(company.clerk_a)
    base = f"{REQUESTS}{document.number}/"

    comment = client.post(f"{base}comments/", {"text": "你好"}, format="json", HTTP_IDEMPOTENCY_KEY="1")
    files = client.post(
        f"{base}attachments/",
        {"files": [photo()], "purpose": "fault"},
        format="multipart",
        HTTP_IDEMPOTENCY_KEY="2",
    )
    again = client.post(
        f"{base}attachments/",
        {"files": [photo()], "purpose": "fault"},
        format="multipart",
        HTTP_IDEMPOTENCY_KEY="2",
    )
    history = client.get(f"{base}timeline/").json()

    assert comment.status_code == files.status_code == again.status_code == 201
    assert files.json() == again.json()
    assert [entry["kind"] for entry in history["results"]] == ["file", "comment", "created"]
    assert history["next_before"] is None


def test_empty_comments_and_broken_files_are_refused(company, as_program):
    document = request_at(company.dealer_a)
    client = as_program(company.clerk_a)
    base = f"{REQUESTS}{document.number}/"

    assert client.post(f"{base}comments/", {}, format="json", HTTP_IDEMPOTENCY_KEY="1").status_code == 422
    assert (
        client.post(f"{base}attachments/", {}, format="multipart", HTTP_IDEMPOTENCY_KEY="2").status_code
        == 422
    )
    from django.core.files.uploadedfile import SimpleUploadedFile

    program = SimpleUploadedFile("a.jpg", b"MZ" + b"\0" * 300)
    response = client.post(
        f"{base}attachments/", {"files": [program]}, format="multipart", HTTP_IDEMPOTENCY_KEY="3"
    )
    assert response.status_code == 422
    assert client.get(f"{base}timeline/?before=x").status_code == 422


def test_readers_may_not_comment(company, as_program):
    document = request_at(company.dealer_a)
    client = as_program(factories.person("auditor", at=company.head))
    url = f"{REQUESTS}{document.number}/comments/"
    assert client.post(url, {"text": "x"}, format="json", HTTP_IDEMPOTENCY_KEY="1").status_code == 403
