"""Doing a step once, however often a device sends it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.workorders.models import DoneStep, WorkOrder

T = TypeVar("T")


class KeyReused(ValidationError):
    """The key of a step came again with other contents."""

    def __init__(self) -> None:
        text = _("This step was sent before with other contents. Reload the page and do it again.")
        super().__init__(text, code="key_reused")


def digest_of(order: WorkOrder, step: str, body: Mapping[str, Any]) -> str:
    """A short word for what was sent; the same contents give the same word."""
    plain = json.dumps(
        {"order": order.pk, "step": step, "body": body}, sort_keys=True, default=str, ensure_ascii=False
    )
    return hashlib.sha256(plain.encode()).hexdigest()


@transaction.atomic
def once(
    key: str, order: WorkOrder, step: str, body: Mapping[str, Any], *, by: Any, do: Callable[[], T]
) -> T | None:
    """Run ``do`` unless ``by`` has sent the same step with this ``key`` before; ``None`` when it was.

    Raises KeyReused when the key came before with another order, step or body. Two copies arriving at the same
    time wait for each other on the unique key, so the second finds the first done. Without a key the step is run.
    """
    if not key:
        return do()
    digest = digest_of(order, step, body)
    noted, is_new = DoneStep.objects.get_or_create(
        person=by, key=key[:64], defaults={"order": order, "step": step, "digest": digest}
    )
    if is_new:
        return do()
    if noted.digest != digest:
        raise KeyReused
    return None
