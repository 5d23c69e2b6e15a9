"""Tags and filters of the interface: time, money, phone numbers, states, icons."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

#: Look of a state → icon, so that colour is never the only signal.
STATE_ICONS = {
    "secondary": "circle-dashed",
    "info": "circle-dot",
    "primary": "player-play",
    "warning": "clock-exclamation",
    "danger": "alert-triangle",
    "success": "circle-check",
}

#: State of an obligation → (look, icon).
OBLIGATION_STYLES = {
    "open": ("info", "clock"),
    "paused": ("secondary", "player-pause"),
    "met": ("success", "circle-check"),
    "met_late": ("warning", "clock-check"),
    "missed": ("danger", "alert-triangle"),
    "waived": ("secondary", "circle-minus"),
    "cancelled": ("secondary", "ban"),
}

TIMELINE_ICONS = {
    "created": "plus",
    "comment": "message",
    "transition": "arrow-right",
    "change": "pencil",
    "file": "paperclip",
    "message": "send",
    "obligation": "alarm",
    "approval": "gavel",
    "call": "phone",
}


def _aware(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return timezone.make_aware(value) if timezone.is_naive(value) else value


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite; decorative, so the text beside it must say the same."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("icons.svg"),
        name,
    )


@register.filter(expects_localtime=True)
def localtime_full(value: date | datetime | None) -> str:
    """The exact instant in the zone of the page: 2026-11-21 14:05 (a date stays a date)."""
    if not value:
        return ""
    return date_format(value, "Y-m-d H:i") if isinstance(value, datetime) else date_format(value, "Y-m-d")


@register.filter
def isoformat(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""


def span_text(seconds: float) -> str:
    """A length of time in at most two units, as the scripts write it."""
    minutes, rest = divmod(int(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, _("{n} d")), (hours, _("{n} h")), (minutes, _("{n} min")), (rest, _("{n} s"))]
    first = next((i for i, (n, _unit) in enumerate(parts) if n), 3)
    shown = parts[first : first + 2] if first < 2 else parts[first : first + 1]
    return " ".join(unit.format(n=n) for n, unit in shown if n) or parts[3][1].format(n=0)


@register.filter(name="relative_time")
def relative_time(value: datetime | None) -> SafeString | str:
    """How long ago or ahead, kept fresh by script, with the exact instant on hover."""
    if not value:
        return ""
    value = _aware(value)
    seconds = (value - timezone.now()).total_seconds()
    if abs(seconds) < 60:
        text = _("just now")
    else:
        text = (_("in {span}") if seconds > 0 else _("{span} ago")).format(span=span_text(seconds))
    exact = localtime_full(timezone.localtime(value))
    return format_html(
        '<time class="j-time" datetime="{}" title="{}" data-relative>{}</time>',
        value.isoformat(),
        exact,
        text,
    )


@register.filter
def countdown_text(due: datetime | None, state: str = "open") -> str:
    """What a countdown says before the script takes over."""
    if state == "open" and due:
        seconds = (_aware(due) - timezone.now()).total_seconds()
        return (_("{span} left") if seconds >= 0 else _("{span} late")).format(span=span_text(seconds))
    words = {
        "open": _("no time set"),
        "met": _("kept"),
        "met_late": _("kept late"),
        "missed": _("missed"),
        "waived": _("waived"),
        "cancelled": _("cancelled"),
        "paused": _("clock paused"),
    }
    if state == "missed" and due:
        seconds = (timezone.now() - _aware(due)).total_seconds()
        return _("{span} late").format(span=span_text(seconds))
    return words.get(state, state)


@register.simple_tag
def countdown(
    due: datetime | None, warn: datetime | None = None, state: str = "open", metric: str = ""
) -> SafeString:
    """A live countdown for a table cell, where components are not at hand."""
    context = {"due": due, "warn": warn, "state": state, "metric": metric, "compact": True}
    return render_to_string("partials/countdown.html", context)


@register.filter
def money(value: Any, currency: str = "CNY") -> str:
    """An amount: two decimals, grouped, with the sign of its currency."""
    if value is None or value == "":
        return ""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    sign = {"CNY": "¥", "USD": "$", "EUR": "€", "HKD": "HK$"}.get(currency or "CNY", f"{currency} ")
    return f"{'−' if amount < 0 else ''}{sign}{abs(amount):,.2f}"


@register.filter
def phone(value: Any) -> str:
    """A phone number as people of its country write it; masked or odd numbers stay as they are."""
    text = str(value or "").strip()
    if not text or "*" in text:
        return text
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    if number.country_code == 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.filter
def phone_href(value: Any) -> str:
    """The address that dials a number; empty for a masked one."""
    text = str(value or "").strip()
    if not text or "*" in text:
        return ""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966)


@register.filter
def file_size(value: int | None) -> str:
    size = float(value or 0)
    for unit in ("B", "kB", "MB"):
        if size < 1000 or unit == "MB":
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return ""


@register.filter
def state_icon(style: str) -> str:
    """The icon of a look, or of the state of an obligation."""
    if style in STATE_ICONS:
        return STATE_ICONS[style]
    return OBLIGATION_STYLES.get(style, ("", "circle"))[1]


@register.filter
def obligation_style(state: str) -> str:
    return OBLIGATION_STYLES.get(state, ("secondary", ""))[0]


@register.filter
def timeline_icon(kind: str) -> str:
    return TIMELINE_ICONS.get(kind, "circle-dot")


@register.simple_tag
def state_badge(document: Any) -> SafeString:
    """The state of a document: colour, icon and words. Reads ``state_label`` and ``state_style``."""
    style = getattr(document, "state_style", "secondary") or "secondary"
    label = getattr(document, "state_label", "") or getattr(document, "state", "")
    return badge(label, style)


@register.simple_tag
def badge(label: Any, style: str = "secondary", icon_name: str = "") -> SafeString:
    """A badge in one of the looks secondary, info, primary, warning, danger, success."""
    return format_html(
        '<span class="j-state j-state-{}">{}<span>{}</span></span>',
        style,
        icon(icon_name or STATE_ICONS.get(style, "circle")),
        label,
    )


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return None


@register.filter
def initials(name: Any) -> str:
    """One or two signs for a person's avatar: the last two of a Chinese name, else first letters."""
    text = str(name or "").strip()
    if not text:
        return "?"
    if text.isascii():
        return "".join(word[0] for word in text.split()[:2]).upper()
    return text[-2:]


#: What a browser says of itself → how people call it; the first that fits counts.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device_name(user_agent: str) -> str:
    """A short name for a browser: Chrome · Windows."""
    found = [
        next((name for sign, name in signs if sign in user_agent), "") for signs in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or user_agent[:40]
