"""What stands on the pages, in the reader's language."""

from __future__ import annotations

from django.utils import translation


def zh(message: str, language: str = "zh-hans", *, context: str = "") -> str:
    """The words that a person reads for a message of the code."""
    with translation.override(language):
        return translation.pgettext(context, message) if context else translation.gettext(message)
