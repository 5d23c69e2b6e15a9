"""A form that is sent twice counts once; sent again with other contents it is refused: nothing is lost unseen."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from jiannuo.kernel.files.models import StoredFile


class SentDifferently(ValidationError):
    """The key of a form came before, with other contents."""

    def __init__(self) -> None:
        text = _(
            "This form was sent before with other contents, and those were kept. Send it again if this is to be kept"
            " too, as something new."
        )
        super().__init__(text, code="key_reused")


def digest_of(contents: Mapping[str, Any]) -> str:
    """A short word for what was sent: the same contents give the same word, whenever they are sent.

    Records count by what they are, files by their bytes, blank text like none.
    """
    plain = json.dumps(_plain(contents), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", errors="replace")).hexdigest()


def refuse_other_contents(kept: str, sent: str) -> None:
    """Raise SentDifferently when ``sent`` is not what was ``kept``; rows from before have no digest and say nothing."""
    if kept and kept != sent:
        raise SentDifferently


def reopen(form: Any, error: ValidationError, *, field: str = "client_key") -> None:
    """Show ``error`` on a bound form that keeps what was typed and has a new key, so that it can be sent once more."""
    form.add_error(None, error)
    data = form.data.copy()
    data[form.add_prefix(field)] = secrets.token_hex(16)
    form.data = data


def _plain(value: Any) -> Any:
    if isinstance(value, StoredFile):
        return value.sha256
    if isinstance(value, Model):
        return [value._meta.label, value.pk]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain for name, one in value.items() if (plain := _plain(one)) not in ("", None)}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.strip() if isinstance(value, str) else value
