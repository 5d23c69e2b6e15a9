"""From a stored mail to the inbox: a new item, a further message of a thread, or nothing with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jiannuo.kernel.events.batches import alone
from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.services import store as store_file
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.channels.mail import answering
from jiannuo.operations.channels.mail.automatic import Ignored, reason_to_ignore
from jiannuo.operations.channels.mail.further import is_unheard, open_again, tell_of
from jiannuo.operations.channels.mail.parsing import MailFile, ParsedMail, parse
from jiannuo.operations.channels.mail.texts import without_quote
from jiannuo.operations.channels.mail.threads import Thread, thread_of
from jiannuo.operations.channels.models import Channel, InboxItem, InboxLine, MailAccount, MailMessage
from jiannuo.operations.channels.services import add_message, receive
from jiannuo.operations.desk.models import ServiceRequest

#: after so many failures a person gets the mail as it is
MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(minutes=1)
#: Outlook's own package, which nothing but Outlook reads
OUTLOOK_PACKAGE = "winmail.dat"


def due_mails(limit: int = 100) -> list[int]:
    """Stored mails that wait to be taken in, oldest first."""
    rows = MailMessage.objects.filter(state=MailMessage.State.STORED, next_try_at__lte=timezone.now())
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def take_in_due() -> int:
    """Take in what waits, each mail for itself; how many were taken in or ignored."""
    return sum(attempt_to_take_in(pk) for pk in due_mails())


def attempt_to_take_in(pk: int) -> bool:
    """Take in one mail; a failure is kept with it and tried again later, at last a person gets the mail as it is."""
    with alone("Mail %s could not be taken in", pk) as attempt, translation.override(settings.LANGUAGE_CODE):
        return take_in(pk)
    message = MailMessage.objects.get(pk=pk)
    message.attempts += 1
    message.next_try_at = timezone.now() + FIRST_PAUSE * int(4 ** (message.attempts - 1))
    message.last_error = attempt.error.strip().splitlines()[-1][:400]
    message.save(update_fields=["attempts", "next_try_at", "last_error"])
    if message.attempts >= MOST_ATTEMPTS:
        with translation.override(settings.LANGUAGE_CODE):
            _give_to_a_person(message)
    return False


@transaction.atomic
def take_in(pk: int, *, by: Any = None) -> bool:
    """Make of a stored mail what it is; False when somebody else did. ``by``: a person who wants an ignored one in.

    One transaction: either the mail stands in the inbox (or on its request) and counts as taken in, or neither.
    """
    wanted = MailMessage.State.IGNORED if by is not None else MailMessage.State.STORED
    claimed = MailMessage.objects.filter(pk=pk, state=wanted, direction=MailMessage.Direction.IN)
    if claimed.update(state=MailMessage.State.TAKEN_IN) == 0:
        return False
    message = MailMessage.objects.select_related("account__organization").get(pk=pk)
    with message.raw.open("rb") as file:
        raw = file.read()
    mail = parse(raw)
    message.text = mail.text
    if by is None:
        message.reason = _why_ignored(message, mail)
    message.automatic = message.reason not in ("", Ignored.FLOOD)
    if message.reason == Ignored.BOUNCE:
        answering.came_back(message, raw)
    if message.reason and by is None:
        message.state = MailMessage.State.IGNORED
    elif message.too_large:
        _take_in_too_large(message)
    else:
        _take_in_whole(message, mail)
    message.save()
    return True


def take_in_ignored(message: MailMessage, *, by: Any) -> InboxItem | None:
    """Take in a mail that was ignored. Raises PermissionDenied, or ValidationError when it is no longer ignored."""
    if not by.has_perm("inbox.handle", message.account):
        raise PermissionDenied("inbox.handle")
    if not take_in(message.pk, by=by):
        raise ValidationError(_("This mail was taken in already."))
    message.refresh_from_db()
    return message.item


def own_addresses() -> set[str]:
    """The addresses from which this installation sends, in small letters."""
    accounts = MailAccount.objects.values_list("from_address", flat=True)
    house = parse(f"From: {settings.DEFAULT_FROM_EMAIL}\r\n\r\n".encode()).from_address
    return {address.lower() for address in (*accounts, house) if address}


def _why_ignored(message: MailMessage, mail: ParsedMail) -> str:
    reason = reason_to_ignore(mail, own_addresses())
    if reason:
        return reason
    within_the_hour = MailMessage.objects.filter(
        account=message.account,
        from_address=message.from_address,
        direction=MailMessage.Direction.IN,
        at__gt=message.at - timedelta(hours=1),
        pk__lt=message.pk,
    )
    return Ignored.FLOOD if within_the_hour.count() >= message.account.hourly_limit else ""


def _take_in_whole(message: MailMessage, mail: ParsedMail) -> None:
    thread = thread_of(mail, message.account)
    files, message.refused = _keep(mail.files)
    if thread is not None and thread.known:
        _join(message, thread, files)
        return
    message.item = _new_item(message, mail.text or message.last_error, files)
    if thread is not None:
        about = thread.number or (str(thread.item) if thread.item is not None else "")
        _note(
            message.item,
            _("The mail names “%(about)s”, but its sender does not belong to it. Make sure who wrote it.")
            % {"about": about},
        )


def _join(message: MailMessage, thread: Thread, files: list[StoredFile]) -> None:
    """Put a further mail where its thread is; if nobody deals with that any more, in front of somebody too."""
    text = with_refused(without_quote(message.text), message.refused)
    request, item = thread.request, thread.item
    if request is not None:
        message.document_id = request.pk
        _write_on(request, message, text, files)
    if item is None and request is not None and is_unheard(request):
        item = request.inbox_items.select_related("owner__deputy").order_by("-pk").first()
    if item is not None:
        message.item = item
        add_message(item, key=f"mail:{message.pk}", text=text, at=message.at, files=files)
        if not item.is_open and (request is None or is_unheard(request)):
            open_again(item, at=message.at)
    if request is not None and not request.is_open:
        message.item = _new_item(message, text, files)
        words = _("Belongs to %(number)s, which is “%(state)s”.")
        _note(message.item, words % {"number": request.number, "state": request.state_label})
    elif request is not None and item is None and is_unheard(request):
        message.item = _new_item(message, text, files, request=request)
        words = _("Belongs to %(number)s, for which nobody is responsible yet.")
        _note(message.item, words % {"number": request.number})
    tell_of(message, request, item)


def _write_on(request: ServiceRequest, message: MailMessage, text: str, files: list[StoredFile]) -> None:
    entry = documents.record(
        request,
        TimelineEntry.Kind.MESSAGE,
        at=message.at,
        text=_("Mail from %(who)s: %(text)s")
        % {"who": message.from_name or message.from_address, "text": text},
        data={"mail": message.pk},
        visible_to_customer=True,
    )
    for file in files:
        documents.attach(request, file, entry=entry, purpose="fault", visible_to_customer=True)


def _new_item(
    message: MailMessage, text: str, files: list[StoredFile], *, request: ServiceRequest | None = None
) -> InboxItem:
    """A new item of a mail; with ``request`` it belongs to that already."""
    organization = message.account.organization
    return receive(
        channel=Channel.EMAIL,
        key=f"mail:{message.pk}",
        organization=organization,
        source=message.account.name,
        subject=message.subject,
        text=with_refused(text, message.refused),
        sender_name=message.from_name,
        sender_address=message.from_address,
        received_at=message.at,
        files=files,
        customer=request.customer if request is not None else None,
        request=request,
        is_demo=message.is_demo,
    )


def _note(item: InboxItem, text: str) -> None:
    InboxLine.objects.create(item=item, kind=InboxLine.Kind.NOTE, text=text)


def _take_in_too_large(message: MailMessage) -> None:
    sizes = {
        "size": filesizeformat(message.size),
        "limit": filesizeformat(message.account.largest_megabytes * 1024 * 1024),
    }
    words = _("This mail has %(size)s and was not fetched; at most %(limit)s are taken. Its sender was told.")
    message.item = _new_item(message, words % sizes, [])
    answering.tell_too_large(message, sizes)


def _give_to_a_person(message: MailMessage) -> None:
    """A mail that cannot be taken in, as an item without its text; the whole mail can be fetched from its page."""
    with transaction.atomic():
        waiting = MailMessage.objects.filter(pk=message.pk, state=MailMessage.State.STORED)
        if waiting.update(state=MailMessage.State.TAKEN_IN):
            words = _("This mail could not be read. Open it from its page with a mail program.")
            item = _new_item(message, words, [])
            MailMessage.objects.filter(pk=message.pk).update(item=item)


def _keep(found: tuple[MailFile, ...]) -> tuple[list[StoredFile], list[dict[str, str]]]:
    """The files that may be kept, and of the others name and reason."""
    kept: list[StoredFile] = []
    refused: list[dict[str, str]] = []
    for one in found:
        reason = ""
        if one.name.lower() == OUTLOOK_PACKAGE or one.content_type.endswith("ms-tnef"):
            reason = _("a package of Outlook. Ask for the files again, sent as HTML or plain text.")
        else:
            upload = SimpleUploadedFile(one.name, one.data, one.content_type)
            with alone("A file of a mail could not be kept") as attempt:
                try:
                    kept.append(store_file(upload))
                except ValidationError as error:
                    reason = " ".join(error.messages)
            if attempt.error:
                reason = _("The file could not be read.")
        if reason:
            refused.append({"name": one.name, "reason": reason})
    return kept, refused


def with_refused(text: str, refused: list[dict[str, str]]) -> str:
    """``text`` and below it the files that were not kept, with the reason of each."""
    if not refused:
        return text
    lines = [f"• {one['name']}: {one['reason']}" for one in refused]
    return "\n".join([text, "", _("Files that were not kept:"), *lines]).strip()
