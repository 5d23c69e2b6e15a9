"""Bytes of mail to text: what senders declare about their encoding is often wrong."""

from __future__ import annotations

import codecs
import re
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

#: Supersets of the encodings that Chinese mail programs name.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "936": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "",
    "ascii": "",
    "unknown-8bit": "",
    "x-unknown": "",
    "default": "",
    "8bit": "",
}
#: Encodings whose bytes any text can claim to be; looked at more closely before they are believed.
_SAYS_NOTHING = {"", "cp1252"}
LONGEST_HEADER = 10_000
_NOT_STORED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_CHINESE = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")


def plain(text: str) -> str:
    """``text`` without what no database keeps and no page shows: control characters, halves of characters."""
    return _NOT_STORED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def decoded(data: bytes, declared: str = "") -> str:
    """The text of ``data``, whatever was ``declared``; never raises.

    Valid UTF-8 with Chinese in it is believed before anything else; GB 18030 serves for its older parts; where
    nothing says what it is, bytes that are all pairs of GB 2312 are Chinese.
    """
    if data.isascii() and not declared.lower().startswith(("utf-16", "utf-32", "utf-7", "iso-2022", "hz")):
        return plain(data.decode("ascii"))
    name = _codec(declared)
    utf8 = _strict(data, "utf-8-sig")
    if utf8 is not None and (name in {*_SAYS_NOTHING, "utf-8"} or _CHINESE.search(utf8)):
        return plain(utf8)
    candidates = [name, "gb18030"]
    if name in _SAYS_NOTHING:
        candidates = ["gb18030"] if _strict(data, "gb2312") is not None else [name or "gb18030", "cp1252"]
    for candidate in candidates:
        text = _strict(data, candidate) if candidate else None
        if text is not None:
            return plain(text)
    return plain(data.decode(name or "utf-8", errors="replace"))


def _codec(declared: str) -> str:
    """The codec for a declared name; empty when it says nothing or is unknown."""
    name = declared.strip().strip("\"'").lower()
    name = _WIDER.get(name, name)
    try:
        found = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    try:
        b"".decode(found or "ascii")
    except LookupError:  # codecs that are no encodings of text, such as "zlib"
        return ""
    return found


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def header_of(message: Message, name: str) -> str:
    """The first header of that name as text on one line; empty when there is none. Never raises."""
    return next(iter(headers_of(message, name)), "")


def headers_of(message: Message, name: str) -> list[str]:
    """All headers of that name as text."""
    return [
        words(str(value)[:LONGEST_HEADER])
        for key, value in message.raw_items()
        if key.lower() == name.lower()
    ]


def words(raw: str) -> str:
    """A raw header or parameter as people read it: encoded words decoded, bytes without a declaration guessed."""
    data = raw.encode("utf-8", errors="surrogateescape")
    text = raw if data.isascii() else decoded(data)
    if "=?" in text:
        text = _encoded_words(text)
    return " ".join(plain(text).split())


def _encoded_words(text: str) -> str:
    try:
        parts = decode_header(text)
    except (MessageError, ValueError, LookupError):
        return text
    joined: list[str] = []
    pending: tuple[bytes, str] = (b"", "")
    for part, charset in parts:  # a character may be cut in two by the border of two words of one encoding
        if isinstance(part, str):
            joined.append(part)
        elif charset == pending[1] and pending[0]:
            pending = (pending[0] + part, pending[1])
        else:
            joined.append(decoded(*pending))
            pending = (part, charset or "")
            continue
        if isinstance(part, str):
            joined.insert(len(joined) - 1, decoded(*pending))
            pending = (b"", "")
    joined.append(decoded(*pending))
    return "".join(joined)
