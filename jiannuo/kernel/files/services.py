"""Storing files: looked at before they are kept."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection
from datetime import datetime
from pathlib import PurePath
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from jiannuo.kernel.files.models import StoredFile

MEGABYTE = 1024 * 1024
THUMBNAIL_PIXELS = 320
IMAGE_PIXELS_LIMIT = 60_000_000

#: kind → (content types by what the bytes say, limit in bytes)
KINDS: dict[str, tuple[frozenset[str], int]] = {
    "image": (frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"}), 10 * MEGABYTE),
    "pdf": (frozenset({"application/pdf"}), 20 * MEGABYTE),
    "audio": (frozenset({"audio/mpeg", "audio/x-wav", "audio/amr", "audio/ogg", "audio/mp4"}), 30 * MEGABYTE),
    "video": (frozenset({"video/mp4", "video/quicktime", "video/webm"}), 60 * MEGABYTE),
    "sheet": (
        frozenset({"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}),
        60 * MEGABYTE,
    ),
    "text": (
        frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}),
        20 * MEGABYTE,
    ),
}
EVERYDAY_KINDS = ("image", "pdf", "audio", "video", "sheet", "text")

_EXTENSIONS = {
    "image/jpeg": {".jpg", ".jpeg", ".jfif"},
    "image/png": {".png"},
    "image/webp": {".webp"},
    "image/heic": {".heic", ".heif"},
    "application/pdf": {".pdf"},
    "video/mp4": {".mp4", ".m4v"},
    "video/quicktime": {".mov"},
    "video/webm": {".webm"},
}


def check(upload: UploadedFile[Any], kinds: Collection[str]) -> str:
    """The content type of ``upload`` by its bytes.

    Raises ValidationError, before anything is stored, for an empty file, one too large, of a kind not asked for,
    or whose name promises another kind than its bytes hold.
    """
    size = upload.size or 0
    if size == 0:
        raise ValidationError(
            _("“%(name)s” is empty. Choose another file.") % {"name": upload.name}, code="empty"
        )
    upload.seek(0)
    guess = filetype.guess(upload.read(8192))
    upload.seek(0)
    content_type = guess.mime if guess else ""
    kind = next((kind for kind in kinds if content_type in KINDS[kind][0]), None)
    if kind is None:
        raise ValidationError(
            _("“%(name)s” is not a file of the right kind. Allowed: %(kinds)s.")
            % {"name": upload.name, "kinds": "、".join(str(kind_label(kind)) for kind in kinds)},
            code="kind",
        )
    limit = KINDS[kind][1]
    if size > limit:
        raise ValidationError(
            _("“%(name)s” has %(size)s; at most %(limit)s are allowed. Make it smaller and try again.")
            % {"name": upload.name, "size": filesizeformat(size), "limit": filesizeformat(limit)},
            code="size",
        )
    suffix = PurePath(upload.name or "").suffix.lower()
    expected = _EXTENSIONS.get(content_type)
    if expected and suffix and suffix not in expected:
        raise ValidationError(
            _("“%(name)s” does not hold what its ending says. Save it anew and try again.")
            % {"name": upload.name},
            code="ending",
        )
    return content_type


def kind_label(kind: str) -> str:
    """The name of a kind of file for people."""
    return {
        "image": _("photo (JPEG, PNG, WebP, HEIC)"),
        "pdf": "PDF",
        "audio": _("sound recording"),
        "video": _("video"),
        "sheet": _("Excel table (XLSX)"),
        "text": _("Word text (DOCX)"),
    }[kind]


@transaction.atomic
def store(
    upload: UploadedFile[Any],
    *,
    by: Any = None,
    kinds: Collection[str] = EVERYDAY_KINDS,
    taken_at: datetime | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> StoredFile:
    """Check and keep a file. Photos lose their metadata but keep when and where they were taken (degrees).

    Raises ValidationError as :func:`check` does, and for a broken image.
    """
    content_type = check(upload, kinds)
    data = upload.read()
    thumbnail = b""
    if content_type in {"image/jpeg", "image/png", "image/webp"}:
        data, thumbnail, exif_time = _clean_image(data, upload.name or "", content_type)
        taken_at = taken_at or exif_time
    stored = StoredFile(
        name=PurePath(upload.name or "file").name[:160],
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=by if getattr(by, "pk", None) else None,
        taken_at=taken_at,
        latitude=latitude,
        longitude=longitude,
    )
    suffix = PurePath(stored.name).suffix.lower()
    stored.file.save(f"{stored.pk}{suffix}", ContentFile(data), save=False)
    if thumbnail:
        stored.thumbnail.save(f"{stored.pk}-small.jpg", ContentFile(thumbnail), save=False)
    stored.save(force_insert=True)
    return stored


def _clean_image(data: bytes, name: str, content_type: str) -> tuple[bytes, bytes, datetime | None]:
    """The image turned upright and without metadata, its thumbnail (JPEG), and when it was taken."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > IMAGE_PIXELS_LIMIT:
                raise ValidationError(_("“%(name)s” has too many pixels.") % {"name": name}, code="pixels")
            taken_at = _exif_time(image)
            upright = ImageOps.exif_transpose(image)
            cleaned = io.BytesIO()
            upright.save(cleaned, format=content_type.split("/")[1].upper(), quality=90)
            small = upright.convert("RGBA")
            small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
            paper = Image.new("RGB", small.size, "white")
            paper.paste(small, mask=small.getchannel("A"))
            thumbnail = io.BytesIO()
            paper.save(thumbnail, format="JPEG", quality=80)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError) as error:
        raise ValidationError(
            _("“%(name)s” is not a whole picture. Take it again.") % {"name": name}, code="broken"
        ) from error
    return cleaned.getvalue(), thumbnail.getvalue(), taken_at


def _exif_time(image: Image.Image) -> datetime | None:
    raw = image.getexif().get_ifd(0x8769).get(0x9003)
    try:
        taken = datetime.strptime(str(raw), "%Y:%m:%d %H:%M:%S") if raw else None  # noqa: DTZ007 - the camera's clock
    except ValueError:
        return None
    return timezone.make_aware(taken) if taken else None
