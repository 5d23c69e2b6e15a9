"""Reading mailboxes: every new mail is stored whole before anything is done with it.

A mail counts as taken when its row and the mark of its number are committed together; its file is written before. What
fails in between is fetched again, and what was stored already is known by its fingerprint.
"""

from __future__ import annotations

import imaplib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox

from jiannuo.kernel.events.batches import alone
from jiannuo.operations.channels.mail.connecting import MailTrouble, mailbox
from jiannuo.operations.channels.mail.parsing import fingerprint, parse
from jiannuo.operations.channels.models.mail import MailAccount, MailMessage

MEGABYTE = 1024 * 1024
#: of a head, more than any honest one has
HEAD = MEGABYTE // 4
#: mails of one turn; the rest follows at once in the next
PORTION = 50
#: how long one reading may take before another process presumes its process dead
LEASE = timedelta(minutes=15)
#: after a server renumbered its mails, those of the last days are compared with what is known
LOOK_BACK = timedelta(days=3)
_ENTRY = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the server says about one mail."""

    uid: int
    size: int
    at: datetime


def due_accounts() -> list[int]:
    """Mailboxes to be read now."""
    now = timezone.now()
    rows = MailAccount.objects.filter(is_active=True, is_demo=False, next_poll_at__lte=now)
    return list(rows.order_by("next_poll_at").values_list("pk", flat=True))


def poll(pk: int) -> int:
    """Read one mailbox if nobody else is reading it; how many mails were stored.

    What goes wrong is kept with the mailbox (``last_error``) and ends here: another mailbox does not feel it.
    """
    now = timezone.now()
    due = MailAccount.objects.filter(pk=pk, is_active=True, next_poll_at__lte=now)
    if due.update(next_poll_at=now + LEASE) == 0:
        return 0
    account = MailAccount.objects.select_related("organization").get(pk=pk)
    stored, more, trouble = 0, False, ""
    with alone("Mailbox %s could not be read", pk) as attempt:
        try:
            stored, more = _read(account)
        except MailTrouble as error:
            trouble = str(error)
    if attempt.error:
        trouble = _("Unexpected: %(error)s") % {"error": attempt.error.strip().splitlines()[-1]}
    _note(account, now, trouble, more=more)
    return stored


def _note(account: MailAccount, now: datetime, trouble: str, *, more: bool) -> None:
    pause = timedelta(minutes=0 if more else account.poll_minutes)
    changes: dict[str, object] = {"next_poll_at": timezone.now() + pause, "last_error": trouble[:400]}
    if not trouble:
        changes |= {"polled_at": now, "failing_since": None}
    elif account.failing_since is None:
        changes["failing_since"] = now
    MailAccount.objects.filter(pk=account.pk).update(**changes)


def _read(account: MailAccount) -> tuple[int, bool]:
    """How many mails were stored, and whether there are more."""
    with mailbox(account) as box:
        entries = _new_entries(box, account)
        stored = sum(_take(box, account, entry) for entry in entries[:PORTION])
    return stored, len(entries) > PORTION


def _new_entries(box: BaseMailBox, account: MailAccount) -> list[Entry]:
    """What came since the last reading, oldest first. Where the server renumbered, what is not older than some days."""
    validity = int((box.client.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
    since = account.starts_at.replace(microsecond=0)
    known = account.uid_validity == validity
    if not known and account.uid_validity is not None and account.polled_at:
        since = max(since, account.polled_at - LOOK_BACK)
    after = account.last_uid if known else 0
    found = [entry for entry in _listing(box, after + 1) if entry.uid > after]
    wanted = [entry for entry in found if entry.at >= since]
    if not known:
        older = [
            entry.uid for entry in found if entry.uid < min((one.uid for one in wanted), default=1 << 62)
        ]
        account.uid_validity, account.last_uid = validity, max(older, default=0)
        account.save(update_fields=["uid_validity", "last_uid"])
    return sorted(wanted, key=lambda entry: entry.uid)


def _listing(box: BaseMailBox, first: int) -> list[Entry]:
    kind, lines = box.client.uid("FETCH", f"{first}:*", "(UID RFC822.SIZE INTERNALDATE)")
    if kind != "OK":
        raise MailTrouble(_("The server did not list its mails: %(said)s") % {"said": str(lines)[:150]})
    entries = []
    for line in lines:
        data = line if isinstance(line, bytes) else b" ".join(part for part in line or () if part)
        uid, size = _ENTRY.search(data), _SIZE.search(data)
        if uid and size:
            entries.append(Entry(int(uid[1]), int(size[1]), _instant(data)))
    return entries


def _instant(data: bytes) -> datetime:
    parts = imaplib.Internaldate2tuple(data)
    if parts is None:
        return timezone.now()
    return datetime(*parts[:6]).astimezone(UTC)


def _take(box: BaseMailBox, account: MailAccount, entry: Entry) -> int:
    """Fetch and store one mail; of one that is too large only the head. 1 when it is new."""
    limit = account.largest_megabytes * MEGABYTE
    too_large, trouble = entry.size > limit, ""
    try:
        raw = _fetch(box, entry.uid, "HEADER" if too_large else "")
    except MailTrouble as error:  # one mail that the server cannot hand over must not hold up the others
        raw, trouble = _fetch(box, entry.uid, "HEADER"), str(error)
    if raw is None:  # removed between listing and fetching
        MailAccount.objects.filter(pk=account.pk).update(last_uid=entry.uid)
        return 0
    if len(raw) > limit:
        raw, too_large = raw.partition(b"\r\n\r\n")[0], True
    size = max(entry.size, len(raw))
    return store(account, raw, uid=entry.uid, size=size, too_large=too_large, trouble=trouble)


def _fetch(box: BaseMailBox, uid: int, section: str) -> bytes | None:
    kind, data = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[{section}])")
    if kind != "OK":
        raise MailTrouble(_("The server did not hand over mail %(uid)s.") % {"uid": uid})
    parts: Sequence[object] = data or ()
    return next((part[1] for part in parts if isinstance(part, tuple) and len(part) > 1), None)


def store(
    account: MailAccount, raw: bytes, *, uid: int, size: int, too_large: bool = False, trouble: str = ""
) -> int:
    """Keep one mail as it came and mark it as taken; 1 when it is new, 0 when it was stored before.

    ``trouble`` says why only its head is there. The file first, then the row and the mark in one transaction.
    """
    key = fingerprint(raw) + (f"-{size}" if too_large else "")
    mark = Q(pk=account.pk, uid_validity=account.uid_validity, last_uid__lt=uid)
    if MailMessage.objects.filter(account=account, key=key).exists():
        MailAccount.objects.filter(mark).update(last_uid=uid)
        return 0
    mail = parse(raw.partition(b"\r\n\r\n")[0][:HEAD] + b"\r\n\r\n")
    message = MailMessage(
        account=account,
        key=key,
        uid=uid,
        uid_validity=account.uid_validity,
        size=size,
        too_large=too_large,
        message_id=mail.message_id,
        references=list(mail.thread[:50]),
        from_name=mail.from_name,
        from_address=mail.from_address,
        reply_to=mail.reply_to,
        to="、".join(mail.to)[:254],
        subject=mail.subject,
        last_error=trouble[:400],
        sent_at=mail.sent_at,
    )
    message.raw.save(f"{uuid.uuid4()}.eml", ContentFile(raw), save=False)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
            MailAccount.objects.filter(mark).update(last_uid=uid)
    except IntegrityError:
        message.raw.delete(save=False)
        if not MailMessage.objects.filter(account=account, key=key).exists():
            raise
        MailAccount.objects.filter(mark).update(last_uid=uid)
        return 0
    return 1
