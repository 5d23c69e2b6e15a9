"""Columns of lists. Each is defined once: as shown on the page, and as written to a file."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import django_tables2 as tables
from django.template import Context, engines
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

STATE = gettext_lazy("state")


@lru_cache(maxsize=64)
def _template(source: str) -> Any:
    return engines["django"].from_string("{% load jiannuo %}" + source).template  # type: ignore[attr-defined]


def render(source: str, **context: Any) -> SafeString:
    """A cell from a line of template, with the tags of the interface."""
    return _template(source).render(Context(context))  # type: ignore[no-any-return]


class StateColumn(tables.Column):
    """The state of a document as a badge; its words in a file."""

    def __init__(self, verbose_name: Any = STATE, **extra: Any) -> None:
        super().__init__(verbose_name=verbose_name, **{"accessor": "state", **extra})

    def render(self, record: Any) -> Any:
        return render("{% state_badge record %}", record=record)

    def value(self, record: Any, **_rest: Any) -> str:
        return str(record.state_label)


class MomentColumn(tables.Column):
    """An instant: how long ago, the exact time on hover and in a file."""

    def render(self, value: datetime) -> Any:
        return render("{{ value|relative_time }}", value=value)

    def value(self, value: Any, **_rest: Any) -> Any:
        return value


class DayColumn(tables.Column):
    """A date."""

    def render(self, value: date) -> Any:
        return render("{{ value|localtime_full }}", value=value)

    def value(self, value: Any, **_rest: Any) -> Any:
        return value


class MoneyColumn(tables.Column):
    """An amount, aligned to the right."""

    attrs = {"td": {"class": "j-number text-end"}, "th": {"class": "text-end"}}

    def render(self, value: Any) -> Any:
        return render("{{ value|money }}", value=value)

    def value(self, value: Any, **_rest: Any) -> Any:
        return value


class NumberColumn(tables.Column):
    """A number, aligned to the right."""

    attrs = {"td": {"class": "j-number text-end"}, "th": {"class": "text-end"}}


class PhoneColumn(tables.Column):
    """A telephone number as people write it."""

    def render(self, value: Any) -> Any:
        return render("{{ value|phone }}", value=value)

    def value(self, value: Any, **_rest: Any) -> str:
        return str(render("{{ value|phone }}", value=value))


class SelectColumn(tables.Column):
    """The box that chooses a row for a bulk action."""

    def __init__(self) -> None:
        super().__init__(
            accessor="pk",
            orderable=False,
            exclude_from_export=True,
            attrs={"th": {"class": "j-select"}, "td": {"class": "j-select"}},
        )

    @property
    def header(self) -> SafeString:
        return format_html(
            '<input type="checkbox" class="form-check-input" data-select-all aria-label="{}">',
            _("Choose all rows"),
        )

    def render(self, value: Any, record: Any) -> SafeString:
        return format_html(
            '<input type="checkbox" class="form-check-input" name="select" value="{}" data-select aria-label="{}">',
            value,
            _("Choose %(row)s") % {"row": record},
        )


def localized(value: datetime) -> datetime:
    """The instant in the zone of the page, without the zone, as spreadsheets want it."""
    return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
