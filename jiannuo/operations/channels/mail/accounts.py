"""Mailboxes as people keep them: saving, trying, reading now, and what they ignored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.sealing import seal
from jiannuo.operations.channels.mail.automatic import Ignored
from jiannuo.operations.channels.mail.connecting import MailTrouble, try_reading, try_sending
from jiannuo.operations.channels.models import MailAccount, MailMessage

#: a stored password goes to no other server than the one it was typed in for
READ_FROM = ("imap_host", "imap_port", "imap_tls", "user")
SENT_THROUGH = ("smtp_host", "smtp_port", "smtp_tls", "smtp_user")
COUNTED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of trying a mailbox, in words."""

    good: bool
    text: str


def accounts_for(user: Any) -> QuerySet[MailAccount]:
    """Mailboxes in the scope of ``user``, with how many mails of the last days were taken in, ignored, still wait."""
    lately = Q(messages__at__gt=timezone.now() - timedelta(days=COUNTED_DAYS), messages__direction="in")
    return (
        MailAccount.objects.visible_to(user)
        .select_related("organization")
        .annotate(
            taken_in=Count("messages", filter=lately & Q(messages__state="taken_in")),
            ignored=Count("messages", filter=lately & Q(messages__state="ignored")),
            waiting=Count("messages", filter=Q(messages__state="stored")),
        )
        .order_by("-is_active", "name", "pk")
    )


def ignored_lately(account: MailAccount) -> list[tuple[str, str, int]]:
    """Why mails of the last days were ignored: value, label, how many."""
    rows = MailMessage.objects.filter(
        account=account, state="ignored", at__gt=timezone.now() - timedelta(days=COUNTED_DAYS)
    )
    counted = rows.order_by().values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    return [(reason, str(Ignored(reason).label), n) for reason, n in counted]


@transaction.atomic
def save_account(
    account: MailAccount, *, by: Any, password: str = "", smtp_password: str = ""
) -> MailAccount:
    """Save a mailbox. An empty password keeps the stored one, but not for another server or name.

    Raises PermissionDenied, or ValidationError by field.
    """
    if not by.has_perm("channels.manage", account):
        raise PermissionDenied("channels.manage")
    stored = MailAccount.objects.filter(pk=account.pk).first() if account.pk else None
    if stored is not None and not by.has_perm("channels.manage", stored):
        raise PermissionDenied("channels.manage")
    _seal_passwords(account, stored, password, smtp_password)
    if stored is not None and _differs(account, stored, (*READ_FROM[:1], "user", "folder")):
        account.uid_validity, account.last_uid = None, 0
    account.next_poll_at, account.is_demo = timezone.now(), False
    account.full_clean(exclude=["sealed_password", "sealed_smtp_password"])
    account.save()
    return account


def _seal_passwords(
    account: MailAccount, stored: MailAccount | None, password: str, smtp_password: str
) -> None:
    elsewhere = stored is None or _differs(account, stored, READ_FROM)
    if password:
        account.sealed_password = seal(password)
    elif elsewhere:
        raise ValidationError({"password": _("Type in the password for this server and user name.")})
    if not account.smtp_user:
        account.sealed_smtp_password = ""
        if (
            account.smtp_host
            and not password
            and stored is not None
            and _differs(account, stored, SENT_THROUGH)
        ):
            raise ValidationError({"password": _("Type in the password for this server and user name.")})
    elif smtp_password:
        account.sealed_smtp_password = seal(smtp_password)
    elif stored is None or _differs(account, stored, SENT_THROUGH) or not stored.sealed_smtp_password:
        raise ValidationError({"smtp_password": _("Type in the password for this server and user name.")})


def _differs(one: MailAccount, other: MailAccount, fields: tuple[str, ...]) -> bool:
    return any(getattr(one, field) != getattr(other, field) for field in fields)


def try_account(account: MailAccount) -> list[Finding]:
    """Connect to both servers without changing anything; what was found, in plain words."""
    findings = []
    try:
        count = try_reading(account)
        words = _("Reading works: %(count)s mails lie in “%(folder)s”.")
        findings.append(Finding(True, words % {"count": count, "folder": account.folder}))
    except MailTrouble as trouble:
        findings.append(Finding(False, _("Reading does not work. %(why)s") % {"why": trouble}))
    if not account.smtp_host:
        findings.append(Finding(True, _("Answers go out through the mail server of the installation.")))
        return findings
    try:
        try_sending(account)
        findings.append(Finding(True, _("Sending works.")))
    except MailTrouble as trouble:
        findings.append(Finding(False, _("Sending does not work. %(why)s") % {"why": trouble}))
    return findings


@transaction.atomic
def read_now(account: MailAccount) -> None:
    """Have a mailbox read at once."""
    from jiannuo.operations.channels.mail.tasks import read_mailbox

    MailAccount.objects.filter(pk=account.pk, next_poll_at__gt=timezone.now()).exclude(
        next_poll_at__gt=timezone.now() + timedelta(minutes=account.poll_minutes)
    ).update(next_poll_at=timezone.now())
    transaction.on_commit(partial(read_mailbox.enqueue, account.pk), robust=True)
