"""Connections to mail servers; what goes wrong is said in words that tell what to do."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail import get_connection
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailboxStarttlsError,
)

from jiannuo.kernel.sealing import Unreadable, unseal
from jiannuo.operations.channels.models.mail import Encryption, MailAccount

SECONDS = 20


class MailTrouble(Exception):
    """A mail server cannot be used; the text says why and what to do."""


@contextmanager
def mailbox(account: MailAccount) -> Iterator[BaseMailBox]:
    """The folder of ``account``, opened so that nothing in it changes. Raises MailTrouble."""
    with _said(account.imap_host, account.imap_port):
        box = _box(account)
    try:
        with _said(account.imap_host, account.imap_port):
            _sign_in(box, account)
            _open_folder(box, account)
        with _said(account.imap_host, account.imap_port):
            yield box
    finally:
        _leave(box)


def smtp_connection(account: MailAccount) -> Any:
    """Django's connection for the answers of ``account``: its own SMTP server, else that of the installation."""
    if not account.smtp_host:
        return get_connection()
    sealed = account.sealed_smtp_password if account.smtp_user else account.sealed_password
    return get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=account.smtp_host,
        port=account.smtp_port,
        username=(account.smtp_user or account.user) if account.smtp_tls != Encryption.NONE else "",
        password=unseal(sealed) if account.smtp_tls != Encryption.NONE else "",
        use_ssl=account.smtp_tls == Encryption.SSL,
        use_tls=account.smtp_tls == Encryption.STARTTLS,
        timeout=SECONDS,
    )


def try_reading(account: MailAccount) -> int:
    """How many mails lie in the folder. Raises MailTrouble."""
    with mailbox(account) as box:
        return int(box.folder.status(account.folder, ["MESSAGES"])["MESSAGES"])


def try_sending(account: MailAccount) -> None:
    """Connect to the SMTP server and sign in, without sending anything. Raises MailTrouble."""
    with _said(account.smtp_host, account.smtp_port):
        connection = smtp_connection(account)
        connection.open()
        connection.close()


def _box(account: MailAccount) -> BaseMailBox:
    host, port = account.imap_host, account.imap_port
    if account.imap_tls == Encryption.NONE:
        return MailBoxUnencrypted(host, port, timeout=SECONDS)
    kind = MailBox if account.imap_tls == Encryption.SSL else MailBoxStartTls
    return kind(host, port, timeout=SECONDS, ssl_context=ssl.create_default_context())


def _sign_in(box: BaseMailBox, account: MailAccount) -> None:
    password = unseal(account.sealed_password)
    if account.user.isascii() and password.isascii():
        box.login(account.user, password, initial_folder=None)
    else:
        box.login_utf8(account.user, password, initial_folder=None)
    _kind, lines = box.client.capability()
    if (
        b"ID" in b" ".join(lines or ()).upper().split()
    ):  # RFC 2971; some large providers open no folder for those without a name
        box.client.xatom("ID", '("name" "Jiannuo" "vendor" "Jiannuo")')


def _open_folder(box: BaseMailBox, account: MailAccount) -> None:
    box.folder.set(account.folder, readonly=True)


def _leave(box: BaseMailBox) -> None:
    """The work is done or has failed; how the server says good-bye does not matter."""
    with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
        box.logout()
    with suppress(OSError):
        box.client.shutdown()


@contextmanager
def _said(host: str, port: int) -> Iterator[None]:
    """Say in plain words what a connection meets."""
    try:
        yield
    except tuple(kind for kinds, _words in _WORDS for kind in kinds) as error:
        words = next(words for kinds, words in _WORDS if isinstance(error, kinds))
        raise MailTrouble(words() % {"host": host, "port": port, "error": _short(error)}) from error


def _short(error: Exception) -> str:
    said = getattr(error, "smtp_error", None)
    result = getattr(error, "command_result", None)
    if isinstance(result, tuple) and len(result) > 1 and result[1]:
        said = result[1][0]
    text = said.decode("utf-8", errors="replace") if isinstance(said, bytes) else str(said or error)
    return " ".join(text.split())[:150]


#: the first kind that fits says it
_WORDS: tuple[tuple[tuple[type[Exception], ...], Any], ...] = (
    (
        (Unreadable,),
        lambda: _("The stored password cannot be read any more. Type it in anew and save."),
    ),
    (
        (socket.gaierror,),
        lambda: _("There is no server called “%(host)s”. Check the name of the server."),
    ),
    (
        (ConnectionRefusedError,),
        lambda: _("Nothing answers on %(host)s at port %(port)s. Check the port."),
    ),
    (
        (TimeoutError,),
        lambda: _("%(host)s does not answer at port %(port)s. Check server, port and firewall."),
    ),
    (
        (ssl.SSLCertVerificationError,),
        lambda: _("The certificate of %(host)s is not valid: %(error)s. Check the name of the server."),
    ),
    (
        (ssl.SSLError, MailboxStarttlsError),
        lambda: _("%(host)s does not speak this encryption at port %(port)s. Choose the other kind or port."),
    ),
    (
        (MailboxLoginError, smtplib.SMTPAuthenticationError),
        lambda: _(
            "%(host)s does not accept user name and password (%(error)s). Many providers want a code made for "
            "programs instead of the password, and IMAP and SMTP switched on in their settings."
        ),
    ),
    (
        (MailboxFolderSelectError,),
        lambda: _("There is no such folder in the mailbox (%(error)s). The usual one is INBOX."),
    ),
    (
        (imaplib.IMAP4.abort, smtplib.SMTPServerDisconnected, ConnectionError, EOFError),
        lambda: _("%(host)s broke off the connection (%(error)s). Often the wrong encryption was chosen."),
    ),
    (
        (imaplib.IMAP4.error, ImapToolsError, smtplib.SMTPException),
        lambda: _("%(host)s refused: %(error)s"),
    ),
    ((OSError,), lambda: _("%(host)s cannot be reached: %(error)s")),
)
