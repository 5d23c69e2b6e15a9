"""A mailbox is connected and tried, a mail is read, registered and answered from the page of its request."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiannuo.operations.channels.models import InboxItem
from jiannuo.operations.desk.services import register_request
from jiannuo.registry.customers.models import Customer
from jiannuo.testing import factories, mailserver
from tests.browser.words import zh

pytestmark = pytest.mark.once
US, THEM = "fuwu@house.example", "zhou@customer.example"


@pytest.fixture
def server() -> Any:
    return mailserver.start()


def connect(page: Page, town: Any, server: Any) -> None:
    page.goto("/mail/accounts/")
    page.get_by_role("link", name=zh("Connect a mailbox")).first.click()
    page.locator("#id_name").fill("客服邮箱")
    page.locator("#id_organization").select_option(str(town.branch.pk))
    for name, value in {
        "imap_host": "127.0.0.1",
        "imap_port": str(server.imap_port),
        "user": US,
        "password": mailserver.PASSWORD,
        "from_address": US,
        "smtp_host": "127.0.0.1",
        "smtp_port": str(server.smtp_port),
    }.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_imap_tls").select_option("none")
    page.locator("#id_smtp_tls").select_option("none")
    page.get_by_role("button", name=zh("Save"), exact=True).click()
    page.get_by_role("button", name=zh("Test the connection")).click()
    expect(page.get_by_role("main")).to_contain_text(zh("Sending works."))
    expect(page.get_by_role("main")).to_contain_text("收信正常")


def test_a_mail_is_read_registered_and_answered(visit: Any, town: Any, server: Any) -> None:
    # given a manager who connects a mailbox
    manager = factories.person("department_manager", at=town.branch, username="boss", name="何建平")
    page = visit(manager)
    connect(page, town, server)
    # when a customer writes and the mailbox is read
    Customer.objects.filter(pk=town.customer.pk).update(email=THEM)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = THEM, US, "不制冷", "<1@customer.example>"
    mail.set_content("空调只吹风不制冷。")
    server.deliver(US, mail)
    page.get_by_role("button", name=zh("Read now")).click()
    # then the agent finds it in the inbox, with whose it is
    desk = visit(town.agent)
    desk.goto("/inbox/")
    desk.get_by_role("link", name="不制冷").first.click()
    expect(desk.get_by_role("main")).to_contain_text("空调只吹风不制冷。")
    expect(desk.get_by_role("main")).to_contain_text(town.customer.name)
    # when it has become a request, the answer goes out from its page
    request = register_request(
        by=town.agent,
        customer=town.customer,
        symptom_text="不制冷",
        channel="email",
        origin=f"inbox-{InboxItem.objects.get().pk}",
    )
    desk.goto(f"/requests/{request.number}/")
    desk.get_by_role("button", name=zh("Answer by e-mail")).click()
    form = desk.locator("#modal-content form")
    form.locator("[name=text]").fill("今天下午三点上门。")
    form.locator("button[type=submit]").click()
    expect(desk.get_by_role("main")).to_contain_text("今天下午三点上门。")
    answer = server.sent_to(THEM)[-1]
    assert answer["In-Reply-To"] == "<1@customer.example>"
    assert not request.obligations.filter(metric="response", state="open").exists()
