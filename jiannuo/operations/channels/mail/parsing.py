"""Reading one mail: pure, and never raising whatever the bytes are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from pathlib import PurePosixPath

from jiannuo.kernel.events.batches import alone
from jiannuo.operations.channels.mail.charsets import decoded, header_of, headers_of, plain, words
from jiannuo.operations.channels.mail.texts import text_of_html, tidy

LONGEST_TEXT = 100_000
#: of one part before it is made tidy: markup takes room
LONGEST_BODY = 2_000_000
LONGEST_SUBJECT = 200
MOST_PARTS = 300
MOST_FILES = 40
DEEPEST = 5
_ID = re.compile(r"<([^<>\s]{1,250})>")
_ADDRESS = re.compile(r"[^@\s<>\"(),;:]+@[^@\s<>\"(),;:]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that came with a mail, not yet looked at."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """What a mail says. Addresses are in small letters, identifiers without their angle brackets."""

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    files: tuple[MailFile, ...] = ()
    return_path: str | None = None
    content_type: str = "text/plain"
    report_type: str = ""
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def thread(self) -> tuple[str, ...]:
        """The identifiers of earlier mails that this one names, the nearest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))


#: Headers by which programs that send mail on their own give themselves away.
MARKS = (
    "auto-submitted",
    "precedence",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "list-id",
    "list-unsubscribe",
    "list-post",
    "feedback-id",
    "x-jiannuo-message",
)


def parse(raw: bytes) -> ParsedMail:
    """The mail in ``raw``; what cannot be read is left out."""
    message = _message(raw)
    from_name, from_address = _first(headers_of(message, "from"))
    if not from_address:
        from_name, from_address = _first(headers_of(message, "sender"))
    texts, files = _contents(message)
    return ParsedMail(
        message_id=next(iter(_ids(header_of(message, "message-id"))), ""),
        in_reply_to=_ids(header_of(message, "in-reply-to")),
        references=_ids(" ".join(headers_of(message, "references"))),
        from_name=from_name[:100],
        from_address=from_address,
        reply_to=_first(headers_of(message, "reply-to"))[1],
        to=tuple(one for _name, one in addresses(headers_of(message, "to") + headers_of(message, "cc"))),
        subject=header_of(message, "subject")[:LONGEST_SUBJECT],
        sent_at=_date(header_of(message, "date")),
        text=tidy("\n\n".join(texts))[:LONGEST_TEXT],
        files=tuple(files[:MOST_FILES]),
        return_path=_return_path(message),
        content_type=message.get_content_type(),
        report_type=words(str(message.get_param("report-type") or "")).lower()[:40],
        marks={name: value[:200] for name in MARKS if (value := header_of(message, name))},
    )


def fingerprint(raw: bytes) -> str:
    """What makes a mail this mail, however it travelled: its identifier, sender, date and subject, and its body.

    Two copies that took different ways have the same one; two mails whose program gave both one identifier do not.
    """
    message = head_of(raw)
    head = "\n".join(header_of(message, name) for name in ("message-id", "from", "date", "subject"))
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
    digest = hashlib.sha256(head.encode("utf-8", errors="replace"))
    digest.update(b"\0" + (body[1].replace(b"\r\n", b"\n").rstrip() if len(body) > 1 else b""))
    return digest.hexdigest()


def head_of(raw: bytes) -> Message:
    """The head of a mail without its body."""
    return message_from_bytes(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0] + b"\r\n\r\n")


def _message(raw: bytes) -> Message:
    """The mail; of one with more parts than any person sends, the head: reading them would take for ever."""
    return head_of(raw) if raw.lower().count(b"multipart/") > MOST_PARTS else message_from_bytes(raw)


def addresses(headers: list[str]) -> list[tuple[str, str]]:
    """Name and address of each person in ``headers``."""
    try:
        pairs = getaddresses(headers)
    except RecursionError:  # remarks within remarks
        pairs = []
    found = []
    for name, address in pairs:
        match = _ADDRESS.fullmatch(address.strip())
        if match and len(address) <= 254:
            found.append((plain(name).strip(), match[0].lower()))
    if not found:
        found = [
            ("", one.lower())
            for header in headers
            for one in _ADDRESS.findall(header[:1000])
            if len(one) <= 254
        ]
    return found


def _first(headers: list[str]) -> tuple[str, str]:
    return next(iter(addresses(headers)), ("", ""))


def _ids(header: str) -> tuple[str, ...]:
    """Identifiers in a header; one without angle brackets counts when it stands alone."""
    found = _ID.findall(header)
    if not found and header and " " not in header and len(header) <= 250:
        found = [header]
    return tuple(dict.fromkeys(found[-50:]))


def _return_path(message: Message) -> str | None:
    values = headers_of(message, "return-path")
    if not values:
        return None
    return "" if values[0].strip() in {"", "<>"} else _first(values)[1]


def _date(header: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(header)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(UTC) if 1990 < at.year < 2200 else None
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _contents(message: Message) -> tuple[list[str], list[MailFile]]:
    texts: list[str] = []
    files: list[MailFile] = []
    for part in _leaves(message):
        with alone("A part of a mail could not be read"):  # it must not hide the others
            _take(part, texts, files)
    return texts, files


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that hold something: of alternatives the plain text, else the HTML; nested mails with their heads."""
    budget = MOST_PARTS
    for part in _walk(message, depth):
        budget -= 1
        if budget < 0:
            return
        yield part


def _walk(message: Message, depth: int) -> Iterator[Message]:
    children = message.get_payload()
    if not isinstance(children, list) or depth > DEEPEST * 2:
        yield message
        return
    parts = [child for child in children if isinstance(child, Message)]
    kind = message.get_content_type()
    if kind == "message/rfc822" or message.get_content_maintype() == "message":
        for inner in parts:
            if kind == "message/rfc822":
                yield _heading(inner)
            yield from _walk(inner, depth + 1)
        return
    if kind == "multipart/alternative":
        parts = _best(parts)
    for part in parts:
        yield from _walk(part, depth + 1)


def _best(parts: list[Message]) -> list[Message]:
    """Of several forms of one text the plain one that says something, else the last; files beside them as well."""
    forms = [
        part
        for part in parts
        if part.get_content_type() in {"text/plain", "text/html"} or part.is_multipart()
    ]
    others = [part for part in parts if part not in forms and part.get_content_maintype() != "text"]
    for form in forms:
        if form.get_content_type() == "text/plain" and _body(form).strip():
            return [form, *(part for part in forms if part.get_content_type() == "multipart/mixed"), *others]
    return [*forms[-1:], *others]


def _heading(inner: Message) -> Message:
    """A line that says whose mail is enclosed, as a part."""
    line = Message()
    line.set_payload(
        f"―― {header_of(inner, 'from')} · {header_of(inner, 'subject')} ――".encode(), charset=None
    )
    line["Content-Type"] = 'text/plain; charset="utf-8"'
    line["X-Enclosed"] = "heading"
    return line


def _take(part: Message, texts: list[str], files: list[MailFile]) -> None:
    kind = part.get_content_type()
    name = _file_name(part)
    attached = part.get_content_disposition() == "attachment"
    if kind in {"text/plain", "text/html"} and not attached and not (name and kind == "text/html"):
        body = _body(part)[:LONGEST_BODY]
        texts.append(text_of_html(body) if kind == "text/html" else body)
    elif kind.startswith(("message/", "multipart/")):
        return
    else:
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            files.append(MailFile(name or _unnamed(kind, len(files)), kind[:80], data))


def _body(part: Message) -> str:
    data = part.get_payload(decode=True)
    if isinstance(data, str):
        data = data.encode("utf-8", errors="surrogateescape")
    return decoded(data, str(part.get_param("charset") or "")) if isinstance(data, bytes) else ""


def _file_name(part: Message) -> str:
    """The name of a file by RFC 2231, RFC 2047 or neither; without folders and control characters."""
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        value = part.get_param(parameter, header=header)
        if not value:
            continue
        if isinstance(value, tuple):
            charset, _language, text = value
            name = (
                decoded(str(text).encode("latin-1", errors="surrogateescape"), str(charset or ""))
                if (_only_bytes(str(text)))
                else collapse_rfc2231_value(value)
            )
        else:
            name = words(str(value))
        name = PurePosixPath(plain(words(name)).replace("\\", "/")).name.strip(" .")
        if name:
            return name[:160]
    return ""


def _only_bytes(text: str) -> bool:
    try:
        text.encode("latin-1", errors="surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _unnamed(kind: str, position: int) -> str:
    ending = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "image/webp": ".webp"}
    return f"file-{position + 1}{ending.get(kind, '')}"
