"""In which encoding a file of text is written: UTF-8, UTF-16 with its mark, Big5 where that is sure, else GB 18030.

Big5 and GB 18030 share most of their bytes, and what is one of them can often be read as the other, as nonsense. Both
begin with the characters in common use, in other places: the one in which the signs of the file are common is meant.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
UTF8, UTF16, BIG5, GB = "utf-8-sig", "utf-16", "cp950", "gb18030"
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: how much of a file is looked at to tell Big5 from GB 18030, and how many characters that takes at least
SAMPLE, FEWEST = 65_536, 4
#: shares of common characters: in Big5 at least, in GB 18030 below the first surely not, from the second on surely
COMMON_BIG5, RARE_GB, COMMON_GB = 0.9, 0.6, 0.8
_DELIMITERS = (b",", b";", b"\t")


def looks_like_text(head: bytes) -> bool:
    """Whether the beginning of a file can be text, be it in two encodings, which :func:`find_encoding` refuses."""
    if head.startswith(MARKS):
        first = head[: len(head) // 2 * 2].decode(UTF16, "replace").split("\n", 1)[0]
        return not any(map(_is_no_letter, first))
    if b"\x00" in head:
        return False
    *lines, last = head.split(b"\n")
    # The last character may be cut in the middle.
    return all(_is_readable(line) for line in lines) and any(
        _is_readable(last[: len(last) - cut]) for cut in range(4)
    )


def _is_readable(line: bytes) -> bool:
    return any(_decodes(line, code) for code in (UTF8, GB, BIG5))


def _is_no_letter(sign: str) -> bool:
    return sign in "\ufeff\ufffd" or (sign not in "\t\r\n" and unicodedata.category(sign) in ("Cc", "Cn"))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def find_encoding(path: str, name: str) -> str:
    """The encoding of a file of text. Raises ValidationError when it has none, or several."""
    with open(path, "rb") as file:  # noqa: PTH123
        head = file.read(2)
    if head in MARKS:
        _check_utf16(path, name)
        return UTF16
    if _is_all(path, UTF8):
        return UTF8
    _refuse_mixture(path, name)
    if _is_all(path, BIG5):
        common_big5, common_gb = _shares(path)
        if common_big5 >= COMMON_BIG5 and common_gb < RARE_GB:
            return BIG5
        if common_big5 >= COMMON_BIG5 and common_gb < COMMON_GB:
            message = _("“%(name)s” may be Big5 or GB 18030. Save the file as UTF-8 or as .xlsx.")
            raise ValidationError(message % {"name": name}, code="encoding")
    if _is_all(path, GB):
        return GB
    message = _("The letters of “%(name)s” cannot be read. Save the file as UTF-8 or as .xlsx.")
    raise ValidationError(message % {"name": name}, code="encoding")


def _is_all(path: str, encoding: str) -> bool:
    try:
        with open(path, encoding=encoding) as file:  # noqa: PTH123
            while file.read(MEGABYTE):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _mixture(name: str, line: int, column: int) -> ValidationError:
    message = _("“%(name)s” is written in two encodings: line %(line)s, column %(column)s is in another one.")
    advice = _("Save the file as UTF-8 or as .xlsx.")
    values = {"name": name, "line": line, "column": column}
    return ValidationError(f"{message % values} {advice}", code="encoding")


def _refuse_mixture(path: str, name: str) -> None:
    """Refuse a file with lines in UTF-8 and lines in something else: two files were put together.

    The lines in UTF-8 can be read as GB 18030 as well, as nonsense.
    """
    first: bool | None = None
    with open(path, "rb") as file:  # noqa: PTH123
        for number, line in enumerate(file, start=1):
            kind = _is_in_utf8(line)
            if kind is None:
                continue
            if first is None:
                first = kind
            elif kind != first:
                raise _mixture(name, number, _column(line, kind))


def _is_in_utf8(line: bytes) -> bool | None:
    """Whether a line is in UTF-8; ``None`` when that cannot be told.

    Text in another encoding is valid UTF-8 with two Chinese characters only by a rare chance.
    """
    if line.isascii():
        return None
    try:
        text = line.decode(UTF8)
    except UnicodeDecodeError:
        return False
    return True if sum("\u4e00" <= sign <= "\u9fff" for sign in text) >= 2 else None


def _column(line: bytes, in_utf8: bool) -> int:
    """The column of a line, from 1, in which its first letters stand that are in UTF-8 (or are not)."""
    delimiter = max(_DELIMITERS, key=line.count)
    for place, cell in enumerate(line.split(delimiter), start=1):
        if not cell.isascii() and _decodes(cell, UTF8) is in_utf8:
            return place
    return 1


def _shares(path: str) -> tuple[float, float]:
    """Which share of the two-byte signs is common in Big5, and in GB 18030; (0, 1) where there are too few."""
    signs = list(_signs(path))
    if len(signs) < FEWEST:
        return 0, 1
    big5 = sum(0xA4 <= lead <= 0xC6 for lead, _trail in signs)
    gb = sum(0xB0 <= lead <= 0xD7 and trail >= 0xA1 for lead, trail in signs)
    return big5 / len(signs), gb / len(signs)


def _signs(path: str) -> Iterator[tuple[int, int]]:
    """The two-byte signs at the beginning of a file, without punctuation, which is the same in both."""
    looked = 0
    with open(path, "rb") as file:  # noqa: PTH123
        for line in file:
            if line.isascii():
                continue
            place = 0
            while place < len(line) - 1:
                if line[place] < 0x80:
                    place += 1
                    continue
                if not 0xA1 <= line[place] <= 0xA3:
                    yield line[place], line[place + 1]
                place += 2
            looked += len(line)
            if looked > SAMPLE:
                return


def _check_utf16(path: str, name: str) -> None:
    """Refuse a file with the mark of UTF-16 that holds something else, too. Raises ValidationError with the place."""
    with open(path, encoding=UTF16, errors="replace") as file:  # noqa: PTH123
        for number, line in enumerate(file, start=1):
            if (place := _strange(line)) is not None:
                raise _mixture(name, number, place)


def _strange(line: str) -> int | None:
    """The column of a line of UTF-16 where it is none; ``None`` where it is.

    Bytes of another encoding read two by two make signs that there are not, or a line without any plain sign.
    """
    delimiter = max(",;\t", key=line.count)
    for place, cell in enumerate(line.split(delimiter), start=1):
        if any(map(_is_no_letter, cell)):
            return place
    for order in ("utf-16-le", "utf-16-be"):
        raw = line.encode(order)
        if len(raw) > 2 * FEWEST and b"\x00" not in raw and (raw.isascii() or _is_in_utf8(raw)):
            return 1
    return None
