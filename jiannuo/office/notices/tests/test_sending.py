"""Messages go out once, are tried again with growing pauses, and customers' messages stand on the timeline."""

from __future__ import annotations

import http.server
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from jiannuo.office.documents.tests.makers import request_at
from jiannuo.office.notices import NoticeKind, sending
from jiannuo.office.notices.models import Delivery
from jiannuo.office.notices.services import notify, tell_customer
from jiannuo.testing import factories

DONE = NoticeKind("test.done", title="工单%(number)s已完成", body="记录: %(link)s")
LOUD = NoticeKind("test.loud", title="Fire", email=False, broadcast=True)


@pytest.fixture
def gateway():
    """A real HTTP server that takes what Apprise posts; fails while ``broken`` is set."""

    class Taker(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.server.taken.append((self.path, json.loads(self.rfile.read(length))))
            self.send_response(500 if self.server.broken else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    server.taken, server.broken = [], False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def message(**fields):
    values = {"key": "k", "channel": "email", "to": "a@example.com", "title": "t", "text": "x", **fields}
    return Delivery.objects.create(**values)


def test_a_message_that_failed_waits_longer_each_time_and_is_given_up_in_the_end(db, monkeypatch, caplog):
    # Given a mail server that is away
    def away(*_args, **_kwargs):
        raise ConnectionRefusedError("mail server is away")

    monkeypatch.setattr(sending.EmailMessage, "send", away)
    delivery = message()

    # When it is tried until nothing is due any more
    pauses = []
    while delivery.state == "pending":
        tried = timezone.now()
        assert sending.send(delivery.key) is False
        delivery.refresh_from_db()
        pauses.append(round((delivery.next_try_at - tried).total_seconds() / 60))
        Delivery.objects.update(next_try_at=timezone.now())

    # Then the pauses grew, and it was given up with its reason
    assert pauses == [1, 4, 16, 64, 256, 360, 360]
    assert delivery.state == "failed"
    assert "mail server is away" in delivery.last_error


def test_what_failed_once_is_sent_by_the_periodic_job(db, monkeypatch):
    delivery = message()
    with monkeypatch.context() as patch:
        patch.setattr(sending.EmailMessage, "send", lambda *a, **k: 1 / 0)
        sending.send(delivery.key)
    assert sending.send_due() == 0

    Delivery.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))

    assert sending.send_due() == 1
    assert len(mail.outbox) == 1
    assert sending.send_due() == 0


def test_what_a_dead_worker_left_is_due_after_its_lease(db, monkeypatch):
    # Given a worker that dies while it sends
    def die(*_args, **_kwargs):
        raise SystemExit

    delivery = message()
    with monkeypatch.context() as patch:
        patch.setattr(sending.EmailMessage, "send", die)
        with pytest.raises(SystemExit):
            sending.send(delivery.key)

    # Then others leave it alone for a while, and take it over afterwards
    assert sending.send(delivery.key) is False
    Delivery.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    assert sending.send(delivery.key) is True


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_sends():
    keys = [message(key=f"k{n}").key for n in range(5)]

    def work(_worker):
        try:
            return sum(sending.send(key) for key in keys)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        sent = sum(pool.map(work, range(4)))

    assert sent == len(keys) == len(mail.outbox)


def test_group_channels_get_loud_notices_once(company, gateway, settings, django_capture_on_commit_callbacks):
    settings.APPRISE_URLS = [f"json://127.0.0.1:{gateway.server_port}/group"]
    with django_capture_on_commit_callbacks(execute=True):
        notify([company.agent, company.clerk_a], LOUD, key="fire")
        notify([company.agent], LOUD, key="fire")

    assert [(path, body["title"]) for path, body in gateway.taken] == [("/group", "Fire")]


def test_a_channel_that_refuses_is_tried_again(
    company, gateway, settings, django_capture_on_commit_callbacks
):
    settings.APPRISE_URLS = [f"json://127.0.0.1:{gateway.server_port}/group"]
    gateway.broken = True
    with django_capture_on_commit_callbacks(execute=True):
        notify([company.agent], LOUD, key="fire")
    assert Delivery.objects.get().state == "pending"

    gateway.broken = False
    Delivery.objects.update(next_try_at=timezone.now())
    assert sending.send_due() == 1


def test_addresses_that_apprise_does_not_know_are_named_in_the_error(db, settings):
    settings.APPRISE_URLS = ["nonsense"]
    delivery = message(channel="group", to="")
    sending.send(delivery.key)
    delivery.refresh_from_db()
    assert "JIANNUO_APPRISE_URLS" in delivery.last_error


def test_a_customer_is_told_by_mail_and_text_message_once(
    company, gateway, settings, django_capture_on_commit_callbacks
):
    # Given a gateway of text messages and a customer with phone and e-mail
    settings.APPRISE_URLS = [f"json://127.0.0.1:{gateway.server_port}/sms/{{phone}}"]
    document = request_at(company.branch)
    customer = factories.customer(company.branch, phone="+8613812345678", email="zhang@example.com")

    # When they are told twice
    with django_capture_on_commit_callbacks(execute=True):
        for _turn in range(2):
            told = {"customer": customer, "document": document, "context": {"link": "https://x/1"}}
            tell_customer(DONE, key="done:1", **told)

    # Then each channel got it once, and the timeline says what was said without the whole number
    assert [m.to for m in mail.outbox] == [["zhang@example.com"]]
    assert len(gateway.taken) == 1
    assert "13812345678" in gateway.taken[0][0]
    entry = document.timeline.get(kind="message")
    assert "138****5678" in entry.text
    assert "13812345678" not in entry.text + json.dumps(entry.data)
    assert document.number in entry.text
    assert entry.visible_to_customer


@pytest.mark.parametrize(
    ("fields", "phone"),
    [({}, "+8613800000001"), ({"consent_messages": False, "email": "a@b.cn"}, "+8613800000001")],
)
def test_what_cannot_be_sent_is_said_on_the_timeline_once(company, fields, phone):
    document = request_at(company.branch)
    customer = factories.customer(company.branch, phone=phone, **fields)

    for _turn in range(2):
        assert tell_customer(DONE, key="1", customer=customer, document=document, context={"link": "x"}) == []

    entry = document.timeline.get(kind="message")
    assert not entry.visible_to_customer
    assert Delivery.objects.count() == 0


def test_a_visitor_without_record_is_told_at_the_address_given(company, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell_customer(DONE, key="1", email="guest@example.com", context={"link": "x"}, language="en")
    assert mail.outbox[0].to == ["guest@example.com"]
