"""Telephone numbers as people type them, and as they are kept: E.164."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

REGION = "CN"
_CHINESE_MOBILE = re.compile(r"^\+861[3-9]\d{9}$")
_KEPT = re.compile(r"[^\d+]")


def normalise_phone(text: str) -> str:
    """``138 0013 8000``, ``0571-8888 8888`` or ``+86…`` as E.164.

    Raises ValidationError that says what is wrong: letters, too short, too long, no such number.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if any(sign.isalpha() for sign in plain):
        raise ValidationError(
            _(
                "“%(text)s” has letters in it. A phone number has digits only; write names and extensions beside it."
            )
            % {"text": text.strip()},
            code="letters",
        )
    try:
        number = phonenumbers.parse(_KEPT.sub("", plain), REGION)
    except phonenumbers.NumberParseException as error:
        raise _refusal(text) from error
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # New ranges of mobile numbers are handed out faster than any list of them is updated.
    if not phonenumbers.is_valid_number(number) and not _CHINESE_MOBILE.match(written):
        raise _refusal(text)
    return written


def _refusal(text: str) -> ValidationError:
    return ValidationError(
        _(
            "“%(text)s” is not a phone number. Write a mobile number, or a landline with its area code (0571-88888888)."
        )
        % {"text": text.strip()},
        code="phone",
    )


def national_format(number: str) -> str:
    """A stored number as people of China type it (``138 0013 8000``); foreign ones in the international form."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return number
    inland = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if inland else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, form))


def phone_or_none(text: str) -> str | None:
    """The number in E.164, or None when ``text`` is none."""
    try:
        return normalise_phone(text)
    except ValidationError:
        return None
