"""A house with a mailbox on a real mail server, and mails to it."""

from __future__ import annotations

import io
from datetime import timedelta
from email.message import EmailMessage

from django.utils import timezone
from PIL import Image

from jiannuo.kernel.sealing import seal
from jiannuo.operations.channels.mail import fetching, registering
from jiannuo.operations.channels.mail.answering import answer_request
from jiannuo.operations.channels.models import MailAccount, MailMessage
from jiannuo.operations.desk.services import register_request
from jiannuo.promises.commitments.tests.samples import load
from jiannuo.testing import factories, mailserver

US = "service@maker.example"
WANG = "wang@customer.example"


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "PNG")
    return data.getvalue()


def mail(text="空调不制冷，请派人来修。", *, sender=f"王芳 <{WANG}>", subject="报修", files=(), **headers):
    """A mail to us; ``files`` as (name, type, bytes), further headers by name with underscores."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, US, subject
    message["Message-ID"] = headers.pop(
        "message_id", f"<{timezone.now().timestamp()}-{id(message)}@customer.example>"
    )
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, kind, data in files:
        main, sub = kind.split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message


class House:
    """A maker with a branch, an agent, a customer whose address is known, and a mailbox on the server."""

    def __init__(self, server, run) -> None:
        self.server, self.run = server, run
        self.office = factories.organization()
        self.branch = factories.organization(self.office)
        self.agent = factories.person("service_agent", at=self.office)
        self.auditor = factories.person("auditor", at=self.office)
        self.customer = factories.customer(self.branch, name="王芳", email=WANG)
        self.account = self.mailbox(US)
        load()

    def mailbox(self, address, **fields):
        values = {
            "organization": self.office,
            "name": "客服邮箱",
            "imap_host": "127.0.0.1",
            "imap_port": self.server.imap_port,
            "imap_tls": "none",
            "user": address,
            "sealed_password": seal(mailserver.PASSWORD),
            "from_address": address,
            "from_name": "客服中心",
            "smtp_host": "127.0.0.1",
            "smtp_port": self.server.smtp_port,
            "smtp_tls": "none",
            "signature": "践诺客服",
            "starts_at": timezone.now() - timedelta(days=1),
            **fields,
        }
        return MailAccount.objects.create(**values)

    def comes(self, *mails, **more):
        """Mails arrive at the server and are read."""
        for one in mails:
            self.server.deliver(US, one, **more)
        return self.read()

    def read(self):
        MailAccount.objects.update(next_poll_at=timezone.now())
        with self.run(execute=True):
            for pk in fetching.due_accounts():
                fetching.poll(pk)
            registering.take_in_due()
        return MailMessage.objects.order_by("-pk").first()

    def register(self, item, **fields):
        with self.run(execute=True):
            request = register_request(
                by=self.agent,
                customer=self.customer,
                symptom_text=item.text,
                channel="email",
                origin=f"inbox-{item.pk}",
                allow_duplicate=True,
                **fields,
            )
        item.refresh_from_db()
        return request

    def answers(self, request, text="今天下午三点到。", **more):
        with self.run(execute=True):
            return answer_request(request, by=self.agent, text=text, **more)
