"""Messages: collect them from the code, compile the catalogues, name what is not translated.

    python scripts/messages.py build     compile jiannuo/locale/zh_Hans/*.po (zh_Hant is made from zh_Hans)
    python scripts/messages.py update    bring zh_Hans up to date with the code and report what lacks a translation
    python scripts/messages.py check     report only

Each room has a catalogue of its own, ``operations.desk.po``. A message that several rooms share stands with the first
of them; write a new one into any catalogue, ``update`` puts it in its place.

Needs neither gettext's programs nor a configured Django.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "jiannuo" / "locale"
CHINESE = LOCALE / "zh_Hans"
SOURCES = ("jiannuo",)
LEFT_OUT = {"tests", "migrations", "testing", "locale"}
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "_t": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@dataclass(frozen=True)
class Gap:
    """A message that a Chinese reader would meet in English, or that is broken."""

    message: str
    reason: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.reason}: {self.message!r} ({', '.join(self.places[:3]) or 'catalogue'})"


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Every Python file and template whose messages people see."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not LEFT_OUT & set(path.relative_to(root).parts):
                yield path


def collect(root: Path = ROOT) -> Catalog:
    """All messages in the code, with the files they are in."""
    catalog = Catalog(charset="utf-8")
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        for _line, message, comments, context in messages_in(path):
            catalog.add(message, locations=[(place, None)], auto_comments=comments, context=context)
    return catalog


def messages_in(path: Path) -> Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """The messages of one file: line, text (or singular and plural), translators' comments, context."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = _template_as_python(text, path)
    source = io.BytesIO(text.encode())
    return list(extract("python", source, keywords=KEYWORDS, comment_tags=["Translators"]))  # type: ignore[arg-type]


def _template_as_python(text: str, path: Path) -> str:
    from django.utils.translation.template import templatize

    if "{" not in text:
        return ""
    # What is not a message comes back as noise, on which only the calls matter: one statement a line, no indentation.
    calls = re.compile(r"""(?:\b(?:n?p?gettext|_)\((?:u?(['"])(?:\\.|(?!\1).)*\1|[^'"()])*\))""")
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join("; ".join(found.group() for found in calls.finditer(line)) for line in lines)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", charset="utf-8", abort_invalid=True)


def empty(locale: str = "zh_Hans") -> Catalog:
    """A catalogue with a head that does not change from one update to the next."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale=locale,
        project="Jiannuo",
        version="1",
        header_comment="# Jiannuo in Chinese.",
        copyright_holder="Jiannuo",
        msgid_bugs_address="",
        last_translator="Jiannuo",
        language_team=locale,
        creation_date=first,
        revision_date=first,
        charset="utf-8",
        fuzzy=False,
    )


def room_of(message: Message) -> str:
    """The catalogue in which a message stands: that of the first room that says it."""
    _package, area, *rest = min(place for place, _line in message.locations).split("/")
    return f"{area}.{rest[0]}" if len(rest) > 1 else Path(area).stem


def translated(message: Message | None) -> bool:
    """Whether the message has a translation that may be shown."""
    if message is None or message.fuzzy:
        return False
    texts = (message.string,) if isinstance(message.string, str) else message.string
    return bool(texts) and all(texts)


def merged() -> Catalog:
    """The Chinese catalogues of all rooms in one; of two translations the first."""
    catalog = empty()
    for path in sorted(CHINESE.glob("*.po")):
        for message in read(path):
            known = catalog.get(message.id, message.context)
            if not message.id or translated(known) or (known and not translated(message)):
                continue
            if known:
                catalog.delete(message.id, message.context)
            plural_now = isinstance(message.id, tuple) and isinstance(message.string, tuple)
            catalog.add(
                message.id,
                (message.string[0],) if plural_now else message.string,
                context=message.context,
                flags=message.flags,
                user_comments=message.user_comments,
            )
    return catalog


def gaps(code: Catalog, catalog: Catalog) -> list[Gap]:
    """What lacks a translation, is fuzzy, or lost a placeholder on the way."""
    found = []
    for message in code:
        if not message.id:
            continue
        chinese = catalog.get(message.id, message.context)
        text = message.id if isinstance(message.id, str) else message.id[0]
        places = tuple(sorted({place for place, _ in message.locations}))
        if chinese is not None and chinese.fuzzy:
            found.append(Gap(text, "fuzzy", places))
        elif not translated(chinese):
            found.append(Gap(text, "not translated", places))
        elif lost := _lost_placeholders(message, chinese):
            found.append(Gap(text, f"placeholders differ ({', '.join(sorted(lost))})", places))
    known = {gap.message for gap in found}
    for message in catalog:
        if message.id and message.fuzzy:
            text = message.id if isinstance(message.id, str) else message.id[0]
            if text not in known:
                found.append(Gap(text, "fuzzy", ()))
    return found


def _lost_placeholders(message: Message, chinese: Message | None) -> set[str]:
    assert chinese is not None
    wanted_in = [message.id] if isinstance(message.id, str) else list(message.id)
    given_in = [chinese.string] if isinstance(chinese.string, str) else list(chinese.string)
    wanted = [{found.group() for found in PLACEHOLDER.finditer(text)} for text in wanted_in]
    allowed, needed = set().union(*wanted), set.intersection(*wanted)
    lost: set[str] = set()
    for text in given_in:
        given = {found.group() for found in PLACEHOLDER.finditer(text)}
        lost |= (given - allowed) | (needed - given)
    return lost


def traditional(catalog: Catalog) -> Catalog:
    """The catalogue in traditional characters, with the words usual in Taiwan."""
    from opencc import OpenCC

    convert = OpenCC("s2twp").convert
    result = empty("zh_Hant")
    for message in catalog:
        if not message.id or not translated(message):
            continue
        string = message.string
        result.add(
            message.id,
            convert(string) if isinstance(string, str) else tuple(convert(text) for text in string),
            context=message.context,
        )
    return result


def compile_to(folder: str, catalog: Catalog) -> None:
    path = LOCALE / folder / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        write_mo(file, catalog, use_fuzzy=False)
    new.replace(path)


def build() -> int:
    catalog = merged()
    compile_to("zh_Hans", catalog)
    compile_to("zh_Hant", traditional(catalog))
    return 0


def check() -> int:
    found = gaps(collect(), merged())
    for gap in found:
        print(gap)
    print(f"{len(found)} messages need a translator" if found else "Every message is translated")
    return 1 if found else 0


def update() -> int:
    """Write the catalogues anew: every message of the code, in the order of the files."""
    catalog = merged()
    rooms: dict[str, Catalog] = {}
    for message in collect():
        if not message.id:
            continue
        present = catalog.get(message.id, message.context)
        rooms.setdefault(room_of(message), empty()).add(
            message.id,
            present.string if present else None,
            locations=message.locations,
            flags=present.flags if present else (),
            auto_comments=message.auto_comments,
            user_comments=present.user_comments if present else (),
            context=message.context,
        )
    CHINESE.mkdir(parents=True, exist_ok=True)
    for path in CHINESE.glob("*.po"):
        if path.stem not in rooms:
            path.unlink()
    for name, room in rooms.items():
        with (CHINESE / f"{name}.po").open("wb") as file:
            write_po(file, room, width=100, sort_by_file=True, include_lineno=False, omit_header=False)
    build()
    return check()


COMMANDS = {"build": build, "update": update, "check": check}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    return COMMANDS[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
