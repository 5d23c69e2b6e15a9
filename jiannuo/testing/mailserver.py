"""A real IMAP and SMTP server on this machine for tests: what is sent over SMTP lies in the mailbox of its receiver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP as SMTP_POLICY
from io import BytesIO
from typing import Any, TypeVar

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.error import UnauthorizedLogin
from twisted.cred.portal import IRealm, Portal
from twisted.internet import reactor as _reactor
from twisted.internet.protocol import ServerFactory
from twisted.internet.threads import blockingCallFromThread
from twisted.mail import imap4, smtp
from zope.interface import implementer

reactor: Any = _reactor
PASSWORD = "correct-horse"
T = TypeVar("T")


@implementer(imap4.IMessage)
class StoredMail:
    """One mail in a mailbox."""

    def __init__(self, uid: int, raw: bytes) -> None:
        self.uid = uid
        self.raw = raw
        self.part: Message = message_from_bytes(raw)
        self.claimed_size = 0

    def getHeaders(self, negate: bool, *names: Any) -> dict[str, str]:  # noqa: N802 - twisted's name
        wanted = {(name.decode() if isinstance(name, bytes) else name).lower() for name in names}
        return {
            key.lower(): value
            for key, value in self.part.raw_items()
            if negate != (key.lower() in wanted) or not names
        }

    def getBodyFile(self) -> BytesIO:  # noqa: N802
        return BytesIO(self.raw.partition(b"\r\n\r\n")[2])

    def open(self) -> BytesIO:
        """The whole mail, byte for byte (``IMessageFile``)."""
        return BytesIO(self.raw)

    def getSize(self) -> int:  # noqa: N802
        return self.claimed_size or len(self.raw)

    def isMultipart(self) -> bool:  # noqa: N802
        return False

    def getUID(self) -> int:  # noqa: N802
        return self.uid

    def getFlags(self) -> list[str]:  # noqa: N802
        return []

    def getInternalDate(self) -> str:  # noqa: N802
        return time.strftime("%d-%b-%Y %H:%M:%S +0000", time.gmtime())


@implementer(imap4.IMessageFile)
class WholeMail(StoredMail):
    """A mail that IMAP hands over as it was sent."""


@implementer(imap4.IMailbox)
class Mailbox:
    """One folder in memory."""

    def __init__(self) -> None:
        self.mails: list[StoredMail] = []
        self.validity = 1
        self.next_uid = 1

    def put(self, raw: bytes, *, claimed_size: int = 0) -> StoredMail:
        """Lay a mail into the folder; ``claimed_size`` is what RFC822.SIZE says when it is not the length."""
        mail = WholeMail(self.next_uid, raw)
        mail.claimed_size = claimed_size
        self.next_uid += 1
        self.mails.append(mail)
        return mail

    def renumber(self) -> None:
        """What a server does that was restored from a backup: other numbers, and says so by UIDVALIDITY."""
        self.validity += 1
        for position, mail in enumerate(self.mails, start=1):
            mail.uid = position
        self.next_uid = len(self.mails) + 1

    def getFlags(self) -> list[str]:  # noqa: N802
        return ["\\Seen", "\\Deleted"]

    def getHierarchicalDelimiter(self) -> str:  # noqa: N802
        return "/"

    def getUIDValidity(self) -> int:  # noqa: N802
        return self.validity

    def getUIDNext(self) -> int:  # noqa: N802
        return self.next_uid

    def getUID(self, message: int) -> int:  # noqa: N802
        return self.mails[message - 1].uid

    def getMessageCount(self) -> int:  # noqa: N802
        return len(self.mails)

    def getRecentCount(self) -> int:  # noqa: N802
        return 0

    def getUnseenCount(self) -> int:  # noqa: N802
        return len(self.mails)

    def isWriteable(self) -> bool:  # noqa: N802
        return False

    def destroy(self) -> None: ...

    def requestStatus(self, names: Iterable[str]) -> dict[str, Any]:  # noqa: N802
        return imap4.statusRequestHelper(self, names)

    def addListener(self, listener: Any) -> None: ...  # noqa: N802

    def removeListener(self, listener: Any) -> None: ...  # noqa: N802

    def addMessage(self, message: Any, flags: Any = (), date: Any = None) -> None:  # noqa: N802
        self.put(message.read())

    def expunge(self) -> list[int]:
        return []

    def fetch(self, messages: Any, uid: bool) -> list[tuple[int, StoredMail]]:
        messages.last = (self.next_uid - 1 if uid else len(self.mails)) or 1
        return [
            (number, mail)
            for number, mail in enumerate(self.mails, start=1)
            if (mail.uid if uid else number) in messages
        ]

    def store(self, messages: Any, flags: Any, mode: Any, uid: bool) -> dict[int, list[str]]:
        return {}


@dataclass
class MailServer:
    """Mailboxes by address, an IMAP port and an SMTP port. Everybody's password is :data:`PASSWORD`."""

    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    imap_port: int = 0
    smtp_port: int = 0
    refuse_mail: bool = False
    accepted: list[tuple[str, Message]] = field(default_factory=list)

    def mailbox(self, address: str) -> Mailbox:
        """The mailbox of ``address``, made when there is none."""
        return self.mailboxes.setdefault(address.lower(), Mailbox())

    def deliver(self, address: str, mail: EmailMessage | bytes, **more: Any) -> StoredMail:
        """Lay a mail into the mailbox of ``address``."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes(policy=SMTP_POLICY)
        return _in_reactor(lambda: self.mailbox(address).put(raw, **more))

    def sent_to(self, address: str) -> list[Message]:
        """The mails that SMTP took for ``address``."""
        return [message for to, message in self.accepted if to == address.lower()]

    def clear(self) -> None:
        """No mail, no mailbox, nothing refused."""
        self.mailboxes.clear()
        self.accepted.clear()
        self.refuse_mail = False


class _Account(imap4.MemoryAccount):
    """The folders of one person: an inbox."""

    def _emptyMailbox(self, name: str, id: int) -> Mailbox:  # noqa: A002, N802
        return Mailbox()


@implementer(IRealm)
class _Realm:
    def __init__(self, server: MailServer) -> None:
        self.server = server

    def requestAvatar(self, avatar: Any, _mind: Any, *_interfaces: Any) -> Any:  # noqa: N802
        name = avatar.decode() if isinstance(avatar, bytes) else avatar
        account = _Account(name)
        account.addMailbox("INBOX", self.server.mailbox(name))
        return imap4.IAccount, account, lambda: None


class _Anybody(InMemoryUsernamePasswordDatabaseDontUse):
    """Lets in whoever knows the one password."""

    def requestAvatarId(self, credentials: Any) -> Any:  # noqa: N802
        if credentials.checkPassword(PASSWORD) or credentials.checkPassword(PASSWORD.encode()):
            return credentials.username
        raise UnauthorizedLogin


class _Imap(ServerFactory):
    def __init__(self, server: MailServer) -> None:
        self.portal: Any = Portal(_Realm(server), [_Anybody()])  # type: ignore[arg-type, list-item]

    def buildProtocol(self, _address: Any) -> Any:  # noqa: N802
        protocol: Any = imap4.IMAP4Server()
        protocol.portal = self.portal
        return protocol


@implementer(smtp.IMessage)
class _Incoming:
    def __init__(self, server: MailServer, to: str) -> None:
        self.server, self.to, self.lines = server, to, list[bytes]()

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self.lines.append(line)

    def eomReceived(self) -> Any:  # noqa: N802
        from twisted.internet.defer import succeed

        raw = b"\r\n".join(self.lines) + b"\r\n"
        self.server.mailbox(self.to).put(raw)
        self.server.accepted.append((self.to, message_from_bytes(raw)))
        return succeed(None)

    def connectionLost(self) -> None: ...  # noqa: N802


@implementer(smtp.IMessageDelivery)
class _Delivery:
    def __init__(self, server: MailServer) -> None:
        self.server = server

    def receivedHeader(self, _helo: Any, _origin: Any, _recipients: Any) -> bytes:  # noqa: N802
        return b"Received: by the mail server of the tests"

    def validateFrom(self, _helo: Any, origin: Any) -> Any:  # noqa: N802
        return origin

    def validateTo(self, user: Any) -> Callable[[], _Incoming]:  # noqa: N802
        if self.server.refuse_mail:
            raise smtp.SMTPBadRcpt(user)
        to = str(user.dest).lower()
        return lambda: _Incoming(self.server, to)


class _Smtp(ServerFactory):
    def __init__(self, server: MailServer) -> None:
        self.server = server

    def buildProtocol(self, _address: Any) -> Any:  # noqa: N802
        protocol = smtp.ESMTP()
        protocol.delivery = _Delivery(self.server)
        protocol.host = b"localhost"
        return protocol


def _in_reactor(function: Callable[[], T]) -> T:
    return blockingCallFromThread(reactor, function)


_thread: threading.Thread | None = None


def start() -> MailServer:
    """A running server on two free ports of this machine; its thread ends with the process."""
    global _thread
    if _thread is None:
        _thread = threading.Thread(target=reactor.run, args=(False,), name="mail-server", daemon=True)
        _thread.start()
        while not reactor.running:
            time.sleep(0.01)
    server = MailServer()

    def listen() -> tuple[int, int]:
        imap = reactor.listenTCP(0, _Imap(server), interface="127.0.0.1")
        post = reactor.listenTCP(0, _Smtp(server), interface="127.0.0.1")
        return imap.getHost().port, post.getHost().port

    server.imap_port, server.smtp_port = _in_reactor(listen)
    return server
