"""What a mail says, as plain text: HTML is cleaned by ammonia and then written as text; nothing of it is ever run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from jiannuo.operations.channels.mail.charsets import plain

_BLOCKS = {
    "p",
    "div",
    "tr",
    "table",
    "ul",
    "ol",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "hr",
}
_KEPT = {*_BLOCKS, "br", "li", "td", "th", "a"}
_WITH_CONTENT = {
    "script",
    "style",
    "head",
    "title",
    "object",
    "embed",
    "iframe",
    "svg",
    "math",
    "select",
    "textarea",
    "button",
    "noscript",
    "template",
}
#: How mail programs begin the copy of the mail that is answered.
_QUOTE = re.compile(
    r"^[ \t]*(?:"
    r"-{2,}\s*(?:原始邮件|原始郵件|Original Message|Forwarded message|转发的邮件|邮件原件|回复的原邮件)\s*-{2,}.*"
    r"|(?:On|在|于)\s.{4,200}(?:wrote|写道|寫道)\s*[:：]"
    r"|.{0,120}[<＜(（][^\s<>@]+@[^\s<>]+[>＞)）].{0,60}(?:wrote|写道|寫道|撰写)\s*[:：]"
    r"|(?:发件人|寄件者|From)\s*[:：].*@.*"
    r")[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def text_of_html(html: str) -> str:
    """The words of an HTML mail: no script, form, style, picture or hidden frame; the target of a link beside it."""
    clean = nh3.clean(
        html,
        tags=_KEPT,
        clean_content_tags=_WITH_CONTENT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(clean)
    writer.close()
    return tidy("".join(writer.parts))


class _Writer(HTMLParser):
    """Writes cleaned HTML as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._link = ""
        self._label = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n• ")
        elif tag in {"td", "th"}:
            self.parts.append("  ")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
            self._label = len(self.parts)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            label = "".join(self.parts[self._label :]).strip()
            target = self._link.removeprefix("mailto:").removeprefix("tel:")
            if target.rstrip("/") != label.rstrip("/"):
                self.parts.append(f" <{target}>")
            self._link = ""
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data.replace("\xa0", " ")))


def tidy(text: str) -> str:
    """``text`` without blanks at the ends of lines and without more than one empty line at once."""
    lines = [line.strip(" \t\u3000\u200b\ufeff") for line in plain(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def without_quote(text: str) -> str:
    """What the sender wrote anew: the copy of the answered mail below it is left out, unless nothing else is there."""
    found = _QUOTE.search(text)
    head = text[: found.start()] if found else text
    own = [line for line in head.rstrip().split("\n") if not line.startswith(">")]
    return tidy("\n".join(own)) or text
