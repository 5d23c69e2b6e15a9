"""Parts of a file (HTTP range requests, RFC 9110 section 14), so that a player can seek in a recording."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

from django.http import FileResponse, HttpResponse, HttpResponseBase
from whitenoise.responders import SlicedFile, StaticFile

_ONE_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)", re.ASCII)


def part_asked_for(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte, both included, that a ``Range`` header asks for; None for the whole file.

    What is not one range of bytes (several, another unit, nonsense) asks for the whole, as the standard allows. Raises
    LookupError when the range lies outside the file.
    """
    if not _ONE_RANGE.fullmatch(header.strip()) or len(header) > 60:
        return None
    first, last = StaticFile.parse_byte_range(header)
    if header.strip().startswith("bytes=-"):
        first, last = (max(first + size, 0), size - 1) if first else (size, None)
    if last is not None and last < first:
        return None
    if first >= size:
        raise LookupError(header)
    return first, size - 1 if last is None else min(last, size - 1)


def respond_with_part(
    opened: BinaryIO, *, size: int, etag: str, asked: dict[str, str], **kwargs: Any
) -> HttpResponseBase:
    """The file or the part of it that the headers ``asked`` for: 200, 206, or 416 outside of it.

    ``If-Range`` with another ``etag`` gets the whole file. ``kwargs`` are those of Django's ``FileResponse``.
    """
    header = asked.get("Range", "")
    if asked.get("If-Range") not in (None, etag):
        header = ""
    try:
        part = part_asked_for(header, size)
    except LookupError:
        opened.close()
        refused: HttpResponseBase = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return _named(refused, etag)
    if part is None:
        return _named(FileResponse(opened, **kwargs), etag)
    first, last = part
    response = FileResponse(SlicedFile(opened, first, last), status=206, **kwargs)
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _named(response, etag)


def _named(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response
