from __future__ import annotations

import itertools
import json
import threading
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from jiannuo.operations.channels import services, signing
from jiannuo.operations.channels.defaults import fill
from jiannuo.operations.channels.models import ChannelSetting, Connection, Extension, InboxItem
from jiannuo.operations.channels.services import connecting
from jiannuo.testing import factories

PHONE = "+8613812340001"
_events = itertools.count(1)


class Desk:
    """A branch with a hotline, two agents, a dealer beside it, and a customer who calls."""

    def __init__(self) -> None:
        fill(ChannelSetting)
        self.head = factories.organization()
        self.branch = factories.organization(self.head, name="华东分公司")
        self.other = factories.organization(self.head, name="华北分公司")
        self.agent = factories.person("service_agent", at=self.branch, name="王丽")
        self.colleague = factories.person("service_agent", at=self.branch, name="李敏")
        self.stranger = factories.person("service_agent", at=self.other)
        self.manager = factories.person("department_manager", at=self.branch)
        self.technician = factories.person("technician", at=self.branch)
        self.auditor = factories.person("auditor", at=self.branch)
        self.admin = factories.person("administrator", at=self.head)
        self.customer = factories.customer(self.branch, phone=PHONE, name="宁波恒力机械有限公司")

    def connection(self, kind: str = "telephone", **fields: Any) -> tuple[Connection, str]:
        """A connection and its secret."""
        outgoing = fields.pop("outgoing_to", "")
        source = Connection(**{"organization": self.branch, "name": "总机", "kind": kind, **fields})
        secret = connecting.connect(source, by=self.admin, outgoing_to=outgoing)
        return source, secret

    def hotline(self) -> tuple[Connection, str]:
        """A telephone system whose extension 801 is the agent's."""
        source, secret = self.connection()
        Extension.objects.create(connection=source, number="801", person=self.agent)
        return source, secret

    def item(self, **fields: Any) -> InboxItem:
        values = {
            "channel": "email",
            "key": f"test:{next(_events)}",
            "organization": self.branch,
            "subject": "空压机报警",
            "text": "排气温度高，停机",
            "sender_name": "刘工",
            "sender_phone": PHONE,
            **fields,
        }
        return services.receive(**values)


def post(
    source: Connection,
    secret: str,
    data: Any,
    *,
    name: str = "api:hook_calls",
    body: bytes | None = None,
    at: float | None = None,
    signature: str | None = None,
    client: Client | None = None,
) -> Any:
    """Send a hook as a telephone system does."""
    body = json.dumps(data).encode() if body is None else body
    stamp = str(int(time.time() if at is None else at))
    return (client or Client()).post(
        reverse(name, args=[source.code]),
        data=body,
        content_type="application/json",
        headers={
            signing.TIMESTAMP: stamp,
            signing.SIGNATURE: signature or signing.signature(secret, stamp, body),
        },
    )


def call_event(event: str, call: str = "c1", **fields: Any) -> dict[str, Any]:
    return {
        "event_id": f"e{next(_events)}",
        "event": event,
        "call_id": call,
        "number": "138 1234 0001",
        "extension": "801",
        **fields,
    }


def at_once(*works: Any) -> list[Any]:
    """Run in threads that begin together; what each gave or raised."""
    gate, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Any) -> None:
        gate.wait()
        try:
            answers[place] = work()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture(autouse=True)
def news_is_heard_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    cache.clear()
    if "transactional_db" not in request.fixturenames:
        monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def sign_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client
