"""What a complaint says stands nowhere where the service reads: its request, the machine's page, what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from jiannuo.faces.portal import tokens
from jiannuo.faces.portal.queries import open_requests
from jiannuo.kernel.files.services import store
from jiannuo.kernel.files.tests.test_files import picture
from jiannuo.office.documents.models import Attachment, TimelineEntry
from jiannuo.office.documents.services import comment, record
from jiannuo.operations.channels.models import Call, InboxItem, MailAccount, MailMessage
from jiannuo.operations.channels.services import receive, write_down
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.complaints.tests.conftest import CALLED
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import do as do_request
from jiannuo.operations.dispatch.services import requests_from
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.obligations.models import Retention
from jiannuo.promises.obligations.queries import kept_for_document
from jiannuo.testing import factories

SECRET = "维修工王某收了钱不开票"
NOTE = "客户说王某还威胁了他"


@pytest.fixture
def request_(firm) -> ServiceRequest:
    """A request that was taken as a repair, with notes and a photo, and turned out to be a complaint."""
    request = firm.request(
        request_kind="repair",
        symptom_text=SECRET,
        reporter_name="赵告状",
        reporter_phone="13812345678",
        files=[store(picture(), by=firm.agent)],
    )
    comment(request, by=firm.agent, text=NOTE)
    do_request(request, "contacted", by=firm.agent, data={"way": "phone", "remark": f"{NOTE}，要求严办"})
    do_request(request, "triage", by=firm.agent, data={"request_kind": "complaint", "remark": NOTE})
    return ServiceRequest.objects.get()


def test_all_that_was_said_moves_to_the_desk(firm, request_):
    complaint = Complaint.objects.get()
    assert (complaint.text, complaint.complainant, complaint.phone) == (SECRET, "赵告状", "+8613812345678")
    assert complaint.attachments.count() == 1
    assert NOTE in " ".join(
        TimelineEntry.objects.filter(document=complaint.pk).values_list("text", flat=True)
    )
    assert (request_.symptom_text, request_.reporter_name, request_.reporter_phone) == ("", "", "")
    assert SECRET not in request_.title
    assert not request_.attachments.exists()
    left = TimelineEntry.objects.filter(document=request_.pk)
    assert not [entry for entry in left if NOTE in entry.text or NOTE in str(entry.data)]
    assert left.filter(action="triage").exists(), "the steps themselves stay"


def test_a_request_taken_as_a_complaint_never_holds_its_text(firm):
    made = firm.request(symptom_text=SECRET, files=[store(picture(), by=firm.agent)])
    assert (made.symptom_text, made.attachments.count()) == ("", 0)
    assert Complaint.objects.get().attachments.count() == 1


def addresses(request: ServiceRequest, file: Attachment) -> list[str]:
    number = request.number
    return [
        reverse("desk:request_detail", args=[number]),
        reverse("documents:timeline", args=[number]),
        reverse("desk:request_list"),
        reverse("desk:request_list") + "?export=csv",
        f"/api/v1/requests/{number}/",
        f"/api/v1/requests/{number}/timeline/",
        "/api/v1/requests/",
        reverse("search:results") + f"?q={request.customer.name}",
        reverse("search:results") + "?q=13812345678",
        reverse("console:home"),
        reverse("dispatch:create_order") + f"?request={number}",
        reverse("notices:inbox"),
        reverse("desk:service_register"),
        request.customer.get_absolute_url(),
        reverse("files:serve", args=[file.file_id]),
    ]


@pytest.mark.usefixtures("as_html")
def test_the_service_reads_none_of_it_on_any_path(firm, request_):
    file = Attachment.objects.get()
    for who in ("dispatcher", "clerk", "finance", "quality", "admin", "technician"):
        client = Client()
        client.force_login(getattr(firm, who))
        for address in addresses(request_, file):
            answer = client.get(address)
            told = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if "/files/" in address:
                assert answer.status_code in (403, 404), who
                continue
            text = told.decode("utf-8", "ignore")
            for secret in (SECRET, NOTE, "赵告状", Complaint.objects.get().number):
                assert secret not in text, (who, address, secret)


def test_the_service_sees_that_it_is_with_the_desk(client, firm, request_):
    client.force_login(firm.agent)
    page = client.get(reverse("desk:request_detail", args=[request_.number])).content.decode()
    assert request_.customer.name in page
    assert Complaint.objects.get().get_absolute_url() not in page
    assert client.get(f"/print/F09/{request_.pk}.pdf").status_code == 200
    client.force_login(firm.supervisor)
    page = client.get(reverse("documents:open", args=[request_.number]), follow=True)
    if page.status_code == 200:
        assert Complaint.objects.get().get_absolute_url() in page.content.decode()


def test_what_the_service_writes_on_it_goes_to_the_desk(client, firm, request_):
    client.force_login(firm.agent)
    address = reverse("documents:comment", args=[request_.number])
    assert client.post(address, {"text": "客户又来电催"}).status_code in (200, 302)
    entry = TimelineEntry.objects.get(text="客户又来电催")
    assert (entry.document_id, entry.author) == (Complaint.objects.get().pk, firm.agent)


@pytest.mark.parametrize("name", ["triage", "contacted", "give_answer", "merge", "cancel", "close"])
def test_the_service_does_nothing_with_it(client, firm, request_, name):
    client.force_login(firm.agent)
    address = reverse("documents:action", args=[request_.number, name])
    assert client.post(address, {"reason": "x"}).status_code in (403, 409)


def test_it_becomes_no_order_and_takes_in_no_other_request(firm, request_):
    with pytest.raises(ValidationError):
        requests_from([request_.number], firm.dispatcher)
    other = firm.request(request_kind="repair", symptom_text="漏水")
    with pytest.raises(ValidationError):
        do_request(other, "merge", by=firm.agent, data={"into": request_})


def test_whoever_stands_before_the_machine_learns_nothing(client, firm):
    unit = factories.unit(firm.branch, of=firm.customer)
    request = firm.request(symptom_text=SECRET, unit=unit)
    assert open_requests(unit) == []
    page = client.get(f"/q/{unit.label_code}").content.decode()
    assert request.number not in page
    link = tokens.make("progress", request.number, timedelta(days=1))
    firm.answered(Complaint.objects.get())
    page = client.get(f"/p/{link}").content.decode()
    assert "今天 18 点前上门" not in page
    assert SECRET not in page


def test_what_is_kept_does_not_name_a_hidden_complaint(firm):
    firm.promise()
    complaint = firm.complaint(accused_person=firm.colleague)
    request = firm.request(request_kind="repair", symptom_text="漏水")
    version = CommitmentVersion.objects.get()
    for number, document in enumerate((complaint, request)):
        Retention.objects.create(
            key=f"k{number}",
            organization=firm.branch,
            document=document,
            version=version,
            clause="t",
            keeps="record",
            since=CALLED.date(),
        )
    about = {one.pk: one for one in Retention.objects.all()}
    assert not [one for one in about.values() if complaint.number in str(one)]
    for person in (firm.agent, firm.dispatcher, firm.admin, firm.colleague, firm.manager):
        seen = Retention.objects.visible_to(person)
        assert not seen.filter(document=complaint.pk).exists(), person
        assert kept_for_document(complaint, person) == []
    assert Retention.objects.visible_to(firm.agent).filter(document=request.pk).exists()
    assert len(kept_for_document(complaint, firm.supervisor)) == 1


def test_what_came_in_on_other_channels_is_the_desks_too(client, firm, request_):
    item = receive(channel="im", key="k", organization=firm.branch, subject="投诉", text=SECRET)
    call = write_down(by=firm.agent, organization=firm.branch, number="13812345678", note=SECRET)
    account = MailAccount.objects.create(
        organization=firm.branch, name="x", imap_host="h", imap_port=1, user="u"
    )
    mail = MailMessage.objects.create(account=account, key="m", subject=SECRET, text=SECRET)
    rows = ((InboxItem, item), (Call, call), (MailMessage, mail))
    for model, row in rows:
        assert model.objects.visible_to(firm.agent).filter(pk=row.pk).exists()
    InboxItem.objects.filter(pk=item.pk).update(request=request_)
    Call.objects.filter(pk=call.pk).update(request=request_)
    MailMessage.objects.filter(pk=mail.pk).update(document=request_.pk)
    for model, row in rows:
        for person in firm.service:
            assert not model.objects.visible_to(person).filter(pk=row.pk).exists(), (model, person)
        assert model.objects.visible_to(firm.general).filter(pk=row.pk).exists(), model
    client.force_login(firm.agent)
    page = client.get(reverse("desk:request_detail", args=[request_.number]))
    assert (page.status_code, SECRET in page.content.decode()) == (200, False)
    assert client.get(reverse("mail:answer", args=[request_.number])).status_code == 404
    record(request_, TimelineEntry.Kind.MESSAGE, text="又来信催办")
    assert TimelineEntry.objects.get(text="又来信催办").document_id == Complaint.objects.get().pk
