"""Mail that no person wrote to us: auto-replies, bounces, lists, our own. Answering it would go on for ever."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.sealing import is_marked_here
from jiannuo.office.notices.sending import OWN_HEADER
from jiannuo.operations.channels.mail.parsing import ParsedMail

_ROBOTS = ("mailer-daemon", "postmaster", "mail-daemon")
_BULK = {"bulk", "list", "junk", "auto_reply", "auto-reply"}
_SUPPRESS = {"all", "autoreply", "oof"}


class Ignored(models.TextChoices):
    """Why a mail was not taken in."""

    OWN = "own", pgettext_lazy("mail ignored", "sent by ourselves")
    LOOP = "loop", pgettext_lazy("mail ignored", "our own mail came back")
    BOUNCE = "bounce", pgettext_lazy("mail ignored", "report that a mail could not be delivered")
    AUTO_REPLY = "auto_reply", pgettext_lazy("mail ignored", "automatic reply")
    BULK = "bulk", pgettext_lazy("mail ignored", "mass mail")
    LIST = "list", pgettext_lazy("mail ignored", "mailing list")
    FLOOD = "flood", pgettext_lazy("mail ignored", "too many mails of one sender within an hour")


def reason_to_ignore(mail: ParsedMail, own: Collection[str]) -> str:
    """Why ``mail`` is no matter for a person, a value of :class:`Ignored`; empty when it is one.

    By RFC 3834 (automatic responses), RFC 3464 (delivery reports), RFC 2369 and 2919 (lists) and what Exchange adds.
    ``own`` are the addresses from which this installation sends. Mail of another installation is like any other: only
    a mark that this one made tells of its own.
    """
    marks = mail.marks
    if is_marked_here(marks.get(OWN_HEADER.lower(), "")):
        return Ignored.LOOP
    if _is_bounce(mail):
        return Ignored.BOUNCE
    if mail.from_address in own:
        return Ignored.OWN
    if _is_automatic(marks):
        return Ignored.AUTO_REPLY
    if marks.get("precedence", "").strip().lower() in _BULK:
        return Ignored.BULK
    if {"list-id", "list-unsubscribe", "list-post", "feedback-id"} & set(marks):
        return Ignored.LIST
    return ""


def _is_bounce(mail: ParsedMail) -> bool:
    return (
        mail.return_path == ""
        or mail.content_type == "multipart/report"
        or mail.from_address.partition("@")[0] in _ROBOTS
    )


def _is_automatic(marks: dict[str, str]) -> bool:
    said = marks.get("auto-submitted", "no").partition(";")[0].strip().lower()
    suppress = {part.strip().lower() for part in marks.get("x-auto-response-suppress", "").split(",")}
    return (
        said not in {"", "no"}
        or bool(suppress & _SUPPRESS)
        or bool({"x-autoreply", "x-autorespond", "x-autoresponder"} & set(marks))
        or marks.get("precedence", "").strip().lower() in {"auto_reply", "auto-reply"}
    )
