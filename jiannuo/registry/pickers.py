"""Choosing one of many thousand records: a select that asks the server for what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import JsonResponse
from django.utils.functional import Promise

SHOWN = 20


class RemoteSelect(forms.Select):
    """Renders the chosen record only; the script fetches others from ``url``."""

    def __init__(
        self, url: str | Promise, *, placeholder: Any = "", attrs: dict[str, Any] | None = None
    ) -> None:
        more = {"data-placeholder": placeholder} if placeholder else {}
        super().__init__({"data-remote": url, **more, **(attrs or {})})

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        keys = [key for key in map(str, value or ()) if key.isdecimal() and len(key) < 19]
        source: Any = self.choices
        records = source.queryset.filter(pk__in=keys) if keys else ()
        chosen = [(record.pk, source.field.label_from_instance(record)) for record in records]
        plain = forms.Select(attrs=self.attrs, choices=[("", ""), *chosen])
        return plain.optgroups(name, value, attrs)


class RemoteChoiceField(forms.ModelChoiceField):
    """A foreign key chosen by :class:`RemoteSelect`. Whoever is not in ``queryset`` (scoped!) is refused."""

    def __init__(self, queryset: QuerySet[Any], *, url: Any, placeholder: Any = "", **kwargs: Any) -> None:
        super().__init__(queryset, widget=RemoteSelect(url, placeholder=placeholder), **kwargs)


def answer(
    records: Iterable[Any], *, text: Callable[[Any], str] = str, hint: Callable[[Any], str] | None = None
) -> JsonResponse:
    """What a remote select expects."""
    rows: Sequence[dict[str, Any]] = [
        {"value": record.pk, "text": text(record), **({"hint": hint(record)} if hint else {})}
        for record in records
    ]
    return JsonResponse({"results": rows})
