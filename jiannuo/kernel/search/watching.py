"""Keeps entries in step when single records are saved or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models.signals import post_delete, post_save

from jiannuo.kernel.search import services
from jiannuo.kernel.search.sources import SearchSource, sources


def connect() -> None:
    """Listen to every registered model and to what it watches."""
    for source in sources():
        _listen(source)
        for model, owner_of in source.watch:
            _listen_to(source, model, owner_of)


def _listen(source: SearchSource) -> None:
    def saved(instance: Any, raw: bool = False, created: bool = True, **_more: Any) -> None:
        if not raw and (created or not source.settled):
            services.touch(source.model, instance.pk)

    def deleted(instance: Any, **_more: Any) -> None:
        services.forget(source.kind, instance.pk)

    post_save.connect(saved, sender=source.model, weak=False, dispatch_uid=f"search-{source.kind}-saved")
    post_delete.connect(
        deleted, sender=source.model, weak=False, dispatch_uid=f"search-{source.kind}-deleted"
    )


def _listen_to(source: SearchSource, model: type[Any], owner_of: Callable[[Any], int | None]) -> None:
    def touched(instance: Any, **_more: Any) -> None:
        owner = owner_of(instance)
        if owner is not None:
            services.touch(source.model, owner)

    for name, signal in (("saved", post_save), ("deleted", post_delete)):
        signal.connect(
            touched, sender=model, weak=False, dispatch_uid=f"search-{source.kind}-{model._meta.label}-{name}"
        )
