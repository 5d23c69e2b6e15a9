"""The pages of mail: mailboxes, mails, the answer from a request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.sealing import unseal
from jiannuo.operations.channels.models import InboxItem, MailAccount, MailMessage
from jiannuo.operations.channels.services import receive
from jiannuo.operations.desk.services import register_request
from jiannuo.testing import factories

SECRET = "never-shown-4711"


class Company:
    def __init__(self) -> None:
        self.office = factories.organization()
        self.branch = factories.organization(self.office)
        self.other = factories.organization(self.office)
        self.manager = factories.person("department_manager", at=self.branch)
        self.agent = factories.person("service_agent", at=self.branch)
        self.auditor = factories.person("auditor", at=self.branch)
        self.stranger = factories.person("department_manager", at=self.other)
        self.customer = factories.customer(self.branch, email="wang@customer.example")

    def mailbox(self, n=1, **fields):
        values = {
            "organization": self.branch,
            "name": f"邮箱{n}",
            "imap_host": "127.0.0.1",
            "imap_port": 1,
            "user": f"user{n}",
            "from_address": f"service{n}@maker.example",
            **fields,
        }
        return MailAccount.objects.create(**values)

    def mail(self, account, n=1, **fields):
        values = {
            "account": account,
            "key": f"k{n}",
            "state": "taken_in",
            "message_id": f"{n}@customer.example",
            "from_name": "王芳",
            "from_address": "wang@customer.example",
            "subject": f"报修{n}",
            "text": "不制冷<script>alert(1)</script>",
            **fields,
        }
        return MailMessage.objects.create(**values)

    def request_with_mail(self, account):
        item = receive(channel="email", key="mail:1", organization=self.branch, text="不制冷")
        request = register_request(
            by=self.agent, customer=self.customer, symptom_text="不制冷", allow_duplicate=True
        )
        InboxItem.objects.filter(pk=item.pk).update(request=request, state="registered")
        self.mail(account, 1, item=item)
        return request


@pytest.fixture
def company(db):
    return Company()


def form(**changed):
    values = {
        "name": "客服邮箱",
        "is_active": "on",
        "imap_host": "imap.maker.example",
        "imap_port": "993",
        "imap_tls": "ssl",
        "user": "service@maker.example",
        "password": SECRET,
        "folder": "INBOX",
        "starts_at": "2026-11-01T00:00",
        "from_address": "service@maker.example",
        "smtp_port": "465",
        "smtp_tls": "ssl",
        "greeting": "{name}您好：",
        "largest_megabytes": "25",
        "hourly_limit": "20",
        "poll_minutes": "1",
    }
    return {**values, **changed}


def test_a_mailbox_is_connected_and_its_password_is_never_shown(company, client):
    # when
    client.force_login(company.manager)
    answer = client.post(reverse("mail:account_new"), form(organization=company.branch.pk))
    # then
    account = MailAccount.objects.get()
    assert answer.status_code == 302
    assert unseal(account.sealed_password) == SECRET
    assert SECRET not in account.sealed_password
    page = client.get(account.get_absolute_url())
    assert SECRET not in page.content.decode()
    assert account.sealed_password not in page.content.decode()
    # an empty password keeps the stored one
    client.post(account.get_absolute_url(), form(organization=company.branch.pk, password="", name="新名"))
    account.refresh_from_db()
    assert (account.name, unseal(account.sealed_password)) == ("新名", SECRET)


@pytest.mark.parametrize(
    "changed",
    [
        {"imap_host": "elsewhere.example"},
        {"user": "somebody.else"},
        {"imap_tls": "none"},
        {"smtp_host": "elsewhere.example"},
        {"smtp_host": "smtp.example", "smtp_user": "x"},
    ],
)
def test_a_stored_password_goes_to_no_other_server(company, client, changed):
    client.force_login(company.manager)
    client.post(reverse("mail:account_new"), form(organization=company.branch.pk))
    account = MailAccount.objects.get()
    answer = client.post(
        account.get_absolute_url(), form(organization=company.branch.pk, password="", **changed)
    )
    assert answer.status_code == 422
    account.refresh_from_db()
    assert (account.imap_host, account.smtp_host) == ("imap.maker.example", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"imap_port": "0"},
        {"from_address": "x"},
        {"hourly_limit": "0"},
        {"password": ""},
        {"poll_minutes": "9999"},
    ],
)
def test_a_mailbox_with_bad_values_is_refused(company, client, wrong):
    client.force_login(company.manager)
    answer = client.post(reverse("mail:account_new"), form(organization=company.branch.pk, **wrong))
    assert answer.status_code == 422
    assert not MailAccount.objects.exists()


def test_a_mailbox_cannot_be_given_to_another_organisation(company, client):
    client.force_login(company.manager)
    answer = client.post(reverse("mail:account_new"), form(organization=company.other.pk))
    assert answer.status_code == 422


def test_testing_the_connection_says_in_plain_words_what_is_wrong(company, client):
    account = company.mailbox(smtp_host="127.0.0.1", smtp_port=1)
    client.force_login(company.manager)
    page = client.post(reverse("mail:account_test", args=[account.pk])).content.decode()
    assert page.count("127.0.0.1 的端口 1 没有应答，请核对端口。") == 2


def test_who_may_do_what(company, client):
    account = company.mailbox()
    mail = company.mail(account)
    ignored = company.mail(account, 2, state="ignored", reason="bulk")
    refused = {
        "agent": [reverse("mail:accounts"), account.get_absolute_url(), reverse("mail:account_new")],
        "stranger": [account.get_absolute_url(), mail.get_absolute_url()],
    }
    for who, addresses in refused.items():
        client.force_login(getattr(company, who))
        for address in addresses:
            assert client.get(address).status_code in {403, 404}, (who, address)
    client.force_login(company.auditor)
    assert client.post(reverse("mail:take_in", args=[ignored.pk])).status_code == 403
    client.force_login(company.stranger)
    for name in ("account_test", "account_read"):
        assert client.post(reverse(f"mail:{name}", args=[account.pk])).status_code == 404
    assert client.post(reverse("mail:take_in", args=[ignored.pk])).status_code == 404


@pytest.mark.parametrize("many", [2, 12])
def test_the_lists_keep_to_their_budget(company, client, django_assert_max_num_queries, many):
    # given
    account = company.mailbox()
    request = company.request_with_mail(account)
    for n in range(2, many):
        company.mail(account, n, document=request if n % 2 else None)
        company.mailbox(n)
    client.force_login(company.manager)
    # then
    with django_assert_max_num_queries(12):
        assert client.get(reverse("mail:list")).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("mail:accounts")).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(account.get_absolute_url()).status_code == 200


def test_ignored_mail_is_counted_and_listed_with_its_reason(company, client):
    account = company.mailbox()
    company.mail(account, 1, state="ignored", reason="auto_reply")
    company.mail(account, 2, state="ignored", reason="auto_reply", at=timezone.now() - timedelta(days=30))
    company.mail(account, 3)
    client.force_login(company.manager)
    assert "自动回复" in client.get(account.get_absolute_url()).content.decode()
    page = client.get(reverse("mail:list"), {"state": "ignored"}).content.decode()
    assert "报修1" in page
    assert "报修3" not in page


def test_the_page_of_a_mail_shows_text_and_never_runs_it(company, client, django_assert_max_num_queries):
    account = company.mailbox()
    mail = company.mail(account, refused=[{"name": "<b>x.exe", "reason": "不允许"}])
    client.force_login(company.agent)
    with django_assert_max_num_queries(12):
        page = client.get(mail.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;x.exe" in page
    assert "wang@customer.example" in page
    client.force_login(company.auditor)
    assert "wang@customer.example" not in client.get(mail.get_absolute_url()).content.decode()


def test_the_original_is_downloaded_and_never_shown(company, client):
    mail = company.mail(company.mailbox())
    mail.raw.save("x.eml", ContentFile(b"<script>alert(1)</script>"))
    client.force_login(company.agent)
    answer = client.get(reverse("mail:original", args=[mail.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        "application/octet-stream",
        "nosniff",
    )
    client.force_login(company.auditor)
    assert client.get(reverse("mail:original", args=[mail.pk])).status_code == 404


def test_a_request_is_answered_from_its_page(company, client, django_assert_max_num_queries):
    # given
    request = company.request_with_mail(company.mailbox())
    client.force_login(company.agent)
    address = reverse("mail:answer", args=[request.number])
    with django_assert_max_num_queries(25):
        page = client.get(reverse("desk:request_detail", args=[request.number]))
    assert address in page.content.decode()
    # when it is sent twice, as by a double click
    shown = client.get(address)
    data = {"to": "wang@customer.example", "text": "明天到", "key": shown.context["form"]["key"].value()}
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 302
    # then there is one answer, on the timeline
    answer = MailMessage.objects.get(direction="out")
    assert (answer.by, answer.document_id) == (company.agent, request.pk)
    assert "明天到" in client.get(request.get_absolute_url(), follow=True).content.decode()


@pytest.mark.parametrize("wrong", [{"text": ""}, {"to": "x@stranger.example"}, {"to": ""}])
def test_an_answer_without_words_or_to_a_stranger_is_refused(company, client, wrong):
    request = company.request_with_mail(company.mailbox())
    client.force_login(company.agent)
    data = {"to": "wang@customer.example", "text": "明天到", "key": "k", **wrong}
    answer = client.post(reverse("mail:answer", args=[request.number]), data)
    assert answer.status_code == 422
    assert not MailMessage.objects.filter(direction="out").exists()


def test_a_stranger_answers_nothing(company, client):
    request = company.request_with_mail(company.mailbox())
    client.force_login(company.stranger)
    assert client.get(reverse("mail:answer", args=[request.number])).status_code == 404


def test_taking_in_by_hand_leads_to_the_item(company, client):
    account = company.mailbox()
    mail = company.mail(account, state="ignored", reason="bulk")
    mail.raw.save("x.eml", ContentFile(b"From: wang@customer.example\r\nSubject: x\r\n\r\nhello"))
    client.force_login(company.agent)
    answer = client.post(reverse("mail:take_in", args=[mail.pk]))
    item = InboxItem.objects.get()
    assert (answer["Location"], item.text) == (item.get_absolute_url(), "hello")
