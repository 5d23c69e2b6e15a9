"""Requests that may be repeated safely: the same ``Idempotency-Key`` is carried out once.

The row with the key is inserted in the transaction that does the work. A repetition that arrives meanwhile waits at
the unique constraint (PostgreSQL) or for the write lock (SQLite), and then finds the stored answer. When the work
fails, the row goes with it, so that the caller may correct the request and try again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from jiannuo.faces.api.models import IdempotencyRecord
from jiannuo.faces.api.problems import Problem

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200
KEPT_HEADERS = ("Location", "ETag")

Handler = Callable[..., Response]


class IdempotentMixin:
    """For API views: every POST needs an ``Idempotency-Key``, and is carried out once for each key.

    Actions named in ``idempotent_exempt`` create nothing and need no key.
    """

    idempotent_exempt: tuple[str, ...] = ()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        handler = getattr(self, "post", None)
        if request.method == "POST" and handler and getattr(self, "action", "") not in self.idempotent_exempt:
            self.post = partial(carry_out_once, handler)


def carry_out_once(handler: Handler, request: Any, *args: Any, **kwargs: Any) -> Response:
    """The answer of ``handler``, or the stored one when the key was used for the same request before.

    Raises Problem: 400 without a usable key, 422 when the key was used for another request.
    """
    try:
        return _in_one_transaction(handler, request, *args, **kwargs)
    except Problem as problem:
        if problem.remember is not None:
            problem.remember()
        raise


def _in_one_transaction(handler: Handler, request: Any, *args: Any, **kwargs: Any) -> Response:
    key = _key_of(request)
    digest = _digest_of(request)
    with transaction.atomic():
        record = _claim(request, key, digest)
        if record.status is not None:
            return _replay(record, digest)
        response = handler(request, *args, **kwargs)
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        record.status = response.status_code
        record.body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
        record.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        record.save(update_fields=["status", "body", "headers"])
    return response


def _key_of(request: Any) -> str:
    key = str(request.headers.get(HEADER, "")).strip()
    if not key:
        raise Problem(
            400,
            "idempotency-key-missing",
            _(
                "Send the header Idempotency-Key with a value of your own (a UUID, say), the same one when you repeat."
            ),
        )
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(
            400, "idempotency-key-invalid", _("An Idempotency-Key has 1 to 200 printable ASCII signs.")
        )
    return key


def _digest_of(request: Any) -> str:
    """A digest of method, path and content; independent of the boundary of a multipart body."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    data = request.data
    if hasattr(data, "lists"):
        for name, values in sorted(data.lists()):
            for value in values:
                digest.update(f"{name}=".encode())
                digest.update(_content(value))
    else:
        digest.update(json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode())
    return digest.hexdigest()


def _content(value: Any) -> bytes:
    if isinstance(value, UploadedFile):
        value.seek(0)
        digest = hashlib.sha256(f"{value.name}\n".encode())
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return digest.digest()
    return hashlib.sha256(str(value).encode()).digest()


def _claim(request: Any, key: str, digest: str) -> IdempotencyRecord:
    """The record of the key: a new one of ours without status, or the one of the request that had it first."""
    rows = IdempotencyRecord.objects.filter(user=request.user, key=key)
    rows.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(
                user=request.user, key=key, path=request.path[:300], request_hash=digest
            )
    except IntegrityError:
        return rows.get()


def _replay(record: IdempotencyRecord, digest: str) -> Response:
    if record.request_hash != digest:
        raise Problem(
            422,
            "idempotency-key-reused",
            _("This Idempotency-Key was used for another request. Use a new key for a new request."),
        )
    data = json.loads(record.body) if record.body else None
    return Response(data, status=record.status, headers={**record.headers, "Idempotency-Replayed": "true"})


def forget_old(limit: int = 5000) -> int:
    """Remove answers older than a day; how many."""
    old = IdempotencyRecord.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).order_by("created_at")
    gone, _detail = IdempotencyRecord.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:limit])
    ).delete()
    return gone
