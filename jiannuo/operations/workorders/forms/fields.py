"""Fields that orders need and Django does not have."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

MOST_SIGNATURE_BYTES = 2 * 1024 * 1024
PNG = "data:image/png;base64,"


class InstantInput(forms.DateTimeInput):
    """Date and time to the minute, with the picker of the browser."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"step": 60, **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class InstantField(forms.DateTimeField):
    """An instant in the zone of the page."""

    widget = InstantInput
    default_error_messages = {"invalid": _("Enter a date and a time, such as 2026-11-21 14:30.")}


class PartField(forms.ModelChoiceField):
    """A spare part; ``in_van`` says how many of which are in the van, by their key."""

    in_van: Mapping[int, Decimal] = MappingProxyType({})

    def label_from_instance(self, obj: Any) -> str:
        there = self.in_van.get(obj.pk)
        if there is None:
            return str(obj)
        return gettext("%(part)s · %(n)s in the van") % {"part": obj, "n": f"{there.normalize():f}"}


class SignatureField(forms.Field):
    """A drawing as PNG data address, cleaned to an upload. An empty or blank drawing is refused."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": _("The signature is missing. Let the customer sign in the box."),
        "invalid": _("The signature could not be read. Clear the box and sign again."),
    }

    def clean(self, value: Any) -> SimpleUploadedFile:
        text = str(value or "")
        if not text:
            raise ValidationError(self.error_messages["required"], code="required")
        if not text.startswith(PNG) or len(text) > MOST_SIGNATURE_BYTES * 4 // 3:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            data = base64.b64decode(text.removeprefix(PNG), validate=True)
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                if image.width * image.height > 16_000_000:
                    raise ValidationError(self.error_messages["invalid"], code="invalid")
                blank = _is_blank(image)
        except (binascii.Error, UnidentifiedImageError, OSError, SyntaxError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if blank:
            raise ValidationError(self.error_messages["required"], code="required")
        return SimpleUploadedFile("signature.png", data, content_type="image/png")


def _is_blank(image: Image.Image) -> bool:
    """Whether nothing was drawn: every point has the same colour."""
    return all(low == high for low, high in image.convert("RGBA").getextrema())
