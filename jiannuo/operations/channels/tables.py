"""The lists of the channels."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn, render
from jiannuo.office.accounts.privacy import mask_phone
from jiannuo.operations.channels.models import Call, InboxItem

ONE_LINE = {"td": {"class": "j-nowrap"}}
WIDE = {"td": {"class": "j-wide"}}
_DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'
_TITLE = '<a href="{{ url }}">{% if call %}{% icon "phone" %} {% endif %}{{ title }}</a>'
_REQUEST = '<a class="j-number" href="{{ one.get_absolute_url }}">{{ one.number }}</a>'
_CUSTOMER = '<a href="{{ one.get_absolute_url }}">{{ one }}</a>'


class InboxTable(tables.Table):
    """What came in, as the inbox lists it."""

    title = tables.Column(
        accessor="listed_title", verbose_name=_("what came in"), orderable=False, attrs=WIDE, empty_values=()
    )
    state = StateColumn()
    due = tables.Column(accessor="due_at", verbose_name=_("due"), empty_values=())
    channel = tables.Column(attrs=ONE_LINE)
    who = tables.Column(
        accessor="who", verbose_name=_("sender"), orderable=False, attrs=ONE_LINE, empty_values=()
    )
    owner = tables.Column(attrs=ONE_LINE)
    request = tables.Column(verbose_name=_("service request"))
    source = tables.Column()
    organization = tables.Column()
    received = MomentColumn(accessor="received_at", verbose_name=pgettext_lazy("inbox", "received"))

    class Meta:
        model = InboxItem
        fields = (
            "title",
            "state",
            "due",
            "channel",
            "who",
            "owner",
            "request",
            "source",
            "organization",
            "received",
        )

    def render_title(self, record: Any) -> Any:
        call = record.kind == InboxItem.Kind.CALL_BACK
        return render(_TITLE, url=record.get_absolute_url(), title=record.listed_title, call=call)

    def value_title(self, record: Any) -> str:
        return str(record.listed_title)

    def render_due(self, record: InboxItem) -> Any:
        if not record.is_open or record.due_at is None:
            return "—"
        return render(_DUE, due=record.due_at)

    def value_due(self, record: InboxItem) -> Any:
        return record.due_at if record.is_open else None

    def render_who(self, record: InboxItem) -> str:
        return record.who_is_shown or "—"

    def value_who(self, record: InboxItem) -> str:
        return record.who

    def render_request(self, value: Any) -> Any:
        return render(_REQUEST, one=value)

    def value_request(self, value: Any) -> str:
        return str(value)


class CallTable(tables.Table):
    """Calls, as the register lists them."""

    rang = MomentColumn(
        accessor="rang_at",
        verbose_name=pgettext_lazy("call", "rang"),
        linkify=lambda record: record.get_absolute_url(),
        attrs=ONE_LINE,
    )
    state = StateColumn()
    direction = tables.Column(attrs=ONE_LINE)
    number = tables.Column(verbose_name=_("phone"), attrs={"td": {"class": "j-number"}})
    customer = tables.Column(verbose_name=_("customer"), attrs=WIDE, empty_values=())
    topic = tables.Column(attrs=ONE_LINE)
    agent = tables.Column(attrs=ONE_LINE)
    lasted = tables.Column(
        accessor="lasted_text",
        verbose_name=_("spoke for"),
        orderable=False,
        attrs={"td": {"class": "j-number text-end"}, "th": {"class": "text-end"}},
    )
    request = tables.Column(verbose_name=_("service request"))
    recording = tables.Column(
        accessor="recording_id", verbose_name=_("recording"), orderable=False, empty_values=()
    )
    organization = tables.Column(attrs=ONE_LINE)

    class Meta:
        model = Call
        fields = (
            "rang",
            "state",
            "direction",
            "number",
            "customer",
            "topic",
            "agent",
            "lasted",
            "request",
            "recording",
            "organization",
        )

    def _number(self, record: Any) -> str:
        return record.number if record.in_full else mask_phone(record.number)

    def render_number(self, record: Any) -> Any:
        return render("{{ number|phone }}", number=self._number(record))

    def value_number(self, record: Any) -> str:
        return self._number(record)

    def render_customer(self, record: Call) -> Any:
        return render(_CUSTOMER, one=record.customer) if record.customer_id else record.caller_name or "—"

    def value_customer(self, record: Call) -> str:
        return str(record.customer or record.caller_name)

    def render_request(self, value: Any) -> Any:
        return render(_REQUEST, one=value)

    def value_request(self, value: Any) -> str:
        return str(value)

    def render_recording(self, record: Call) -> Any:
        return render(
            '{% if there %}{% icon "microphone" %}{% else %}—{% endif %}', there=record.recording_id
        )

    def value_recording(self, record: Call) -> str:
        return str(_("yes")) if record.recording_id else ""
