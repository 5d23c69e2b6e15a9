"""Comments, files and the history."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.documents import panels, services, timeline
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.tests.makers import photo, request_at
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.testing import factories

HTMX = {"HTTP_HX_REQUEST": "true"}


def test_a_comment_with_a_photo_is_one_line_of_the_history(client, company):
    # Given a request
    document = request_at(company.branch)
    client.force_login(company.agent)

    # When the agent comments with a photo
    url = reverse("documents:comment", args=[document.number])
    response = client.post(url, {"text": "客户已联系", "files": [photo()]}, **HTMX)

    # Then the history comes back with the comment on top and its picture
    assert response.status_code == 200
    newest = timeline.page_of(document).items[0]
    assert (newest.kind, newest.text, newest.author) == ("comment", "客户已联系", "王芳")
    assert newest.files[0].thumbnail_url
    assert newest.files[0].url in response.content.decode()


def test_a_file_of_the_wrong_kind_is_refused_and_nothing_is_kept(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)
    program = SimpleUploadedFile("photo.jpg", b"MZ\x90\x00" + b"\x00" * 300, content_type="image/jpeg")

    url = reverse("documents:comment", args=[document.number])
    response = client.post(url, {"text": "看图", "files": [photo(), program]})

    assert response.status_code == 422
    assert "看图" in response.content.decode()
    assert document.timeline.count() == 1
    assert StoredFile.objects.count() == 0


def test_files_are_attached_with_purpose_and_caption(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)

    url = reverse("documents:upload", args=[document.number])
    response = client.post(
        url, {"files": [photo("a.jpg"), photo("b.jpg")], "purpose": "fault", "caption": "铭牌"}
    )

    assert response.status_code == 302
    assert set(document.attachments.values_list("purpose", "caption")) == {("fault", "铭牌")}
    assert [len(item.files) for item in timeline.page_of(document).items] == [2, 0]


def test_too_many_files_and_unknown_purposes_are_refused(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)
    url = reverse("documents:upload", args=[document.number])

    assert client.post(url, {"files": [photo() for _ in range(21)]}, **HTMX).status_code == 422
    assert client.post(url, {"files": [photo()], "purpose": "art"}, **HTMX).status_code == 422
    assert client.post(url, {}, **HTMX).status_code == 422
    assert Attachment.objects.count() == 0


def test_a_file_is_served_to_those_who_see_its_document_only(client, company):
    # Given a photo on a request of dealer A
    document = request_at(company.dealer_a)
    client.force_login(company.clerk_a)
    client.post(reverse("documents:upload", args=[document.number]), {"files": [photo()]})
    url = reverse("files:serve", args=[StoredFile.objects.get().pk])

    # Then colleagues and the branch may read it, dealer B and customers not
    statuses = {}
    customer = factories.person("customer", at=company.dealer_a)
    for person in (company.clerk_a, company.agent, company.clerk_b, customer):
        client.force_login(person)
        statuses[person] = client.get(url).status_code
    assert list(statuses.values()) == [200, 200, 404, 404]


def test_readers_may_not_write(client, company):
    document = request_at(company.branch)
    client.force_login(factories.person("auditor", at=company.head))

    assert client.get(reverse("documents:timeline", args=[document.number])).status_code == 200
    assert client.post(reverse("documents:comment", args=[document.number]), {"text": "x"}).status_code == 403
    assert (
        client.post(reverse("documents:upload", args=[document.number]), {"files": [photo()]}).status_code
        == 403
    )


def test_the_history_comes_in_pages_that_cost_the_same(client, company, django_assert_max_num_queries):
    # Given a long history with files
    document = request_at(company.branch)
    for n in range(70):
        services.comment(document, by=company.agent, text=f"第{n}次")

    # When all of it is read page by page
    texts, before = [], 0
    while True:
        with django_assert_max_num_queries(4):
            page = timeline.page_of(document, before=before)
        texts += [item.text for item in page.items]
        before = page.next_before
        if not before:
            break

    # Then every entry appears once, newest first
    assert texts == [f"第{n}次" for n in reversed(range(70))] + [""]


def test_the_history_page_takes_any_cursor(client, company):
    document = request_at(company.branch)
    client.force_login(company.agent)
    url = reverse("documents:timeline", args=[document.number])

    for before in ("0", "-1", "abc", "9" * 30, "999999"):
        assert client.get(url, {"before": before}).status_code == 200


def test_transitions_are_told_by_the_words_of_the_action(company):
    document = request_at(company.branch)
    services.perform(document, "triage", by=company.agent, data={})

    item = timeline.page_of(document).items[0]

    assert (
        item.label
        == f"{ServiceRequest.triage._django_fsm.transitions['new'].custom['action'].label} → "
        + str(ServiceRequest.State.TRIAGED.label)
    )


def test_what_customers_may_see_is_told_apart(company):
    document = request_at(company.branch)
    services.record(document, "message", text="已派工", visible_to_customer=True)
    services.comment(document, by=company.agent, text="内部")

    assert [item.text for item in timeline.page_of(document, for_customer=True).items] == ["已派工"]


def test_higher_rooms_plug_panels_into_every_document_page(client, company, monkeypatch):
    # Given a room that registers a panel
    monkeypatch.setattr(panels, "_panels", list(panels._panels))
    monkeypatch.setattr(ServiceRequest, "URL_NAME", "nowhere:detail")
    panels.register(lambda document, user: {"seen": (document.number, user.pk)})
    document = request_at(company.branch)
    client.force_login(company.agent)

    # When a document page is opened, its context is there
    response = client.get(reverse("documents:open", args=[document.number]))
    assert response.context["seen"] == (document.number, company.agent.pk)
