"""The ledger as a list."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.tables.columns import render
from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation, RecurringDuty
from jiannuo.promises.obligations.words import party_label

_COUNTDOWN = (
    '{% include "partials/countdown.html" with due=o.due_at warn=o.warn_at state=o.state paused=o.is_paused'
    " text=o.text compact=True only %}"
)
_STATE = "{% badge o.get_state_display o.state|obligation_style o.state|state_icon %}"
_WAIVE = '{% load i18n %}<a class="btn btn-sm" href="{{ url }}">{% translate "Waive" %}</a>'


_LINK = '<a href="{{ url }}">{{ text }}</a>'
_SUBJECT = (
    '{% if url %}<a class="j-number" href="{{ url }}">{{ number }}</a>{% else %}{{ number }}{% endif %}'
)


def _subject_url(record: Any) -> str:
    """The page of the document or the unit that something is owed for."""
    if record.document_id:
        return reverse("documents:open", args=[record.document.number])
    return str(record.unit.get_absolute_url()) if record.unit_id else ""


class ObligationTable(tables.Table):
    """One row for each obligation."""

    due = tables.Column(accessor="due_at", verbose_name=_("due"), empty_values=())
    metric = tables.Column(verbose_name=_("what is owed"))
    document = tables.Column(accessor="subject_label", verbose_name=_("document or unit"), orderable=False)
    subject = tables.Column(accessor="document__title", verbose_name=_("subject"))
    debtor = tables.Column(verbose_name=pgettext_lazy("party", "debtor"), attrs={"td": {"class": "j-nowrap"}})
    creditor = tables.Column(
        verbose_name=pgettext_lazy("party", "creditor"), attrs={"td": {"class": "j-nowrap"}}
    )
    customer = tables.Column(verbose_name=_("customer"), attrs={"td": {"class": "j-wide"}})
    organization = tables.Column(verbose_name=_("organisation"), attrs={"td": {"class": "j-nowrap"}})
    person = tables.Column(verbose_name=_("person responsible"), attrs={"td": {"class": "j-nowrap"}})
    state = tables.Column(verbose_name=_("state"))
    text = tables.Column(verbose_name=_("promise"), attrs={"td": {"class": "text-wrap"}})

    class Meta:
        model = Obligation
        fields = (
            "due",
            "metric",
            "document",
            "subject",
            "debtor",
            "creditor",
            "customer",
            "organization",
            "person",
            "state",
            "text",
        )
        template_name = "partials/table.html"

    def render_due(self, record: Obligation) -> Any:
        return render(_COUNTDOWN, o=record)

    def value_due(self, record: Obligation) -> Any:
        return record.due_at

    def render_metric(self, record: Obligation) -> Any:
        return render(_LINK, url=record.get_absolute_url(), text=record.metric_label)

    def render_debtor(self, value: str) -> str:
        return party_label(value)

    def render_creditor(self, value: str) -> str:
        return party_label(value)

    def value_metric(self, record: Obligation) -> str:
        return record.metric_label

    def render_document(self, record: Obligation) -> Any:
        return render(_SUBJECT, url=_subject_url(record), number=record.subject_label)

    def value_document(self, record: Obligation) -> str:
        return record.subject_label

    def render_state(self, record: Obligation) -> Any:
        return render(_STATE, o=record)

    def value_state(self, record: Obligation) -> str:
        return record.get_state_display()

    def render_text(self, record: Obligation) -> str:
        return " → ".join(filter(None, (record.text, record.owed_instead)))


class WaivableObligationTable(ObligationTable):
    """For those who may let go of a promise."""

    waive = tables.Column(accessor="pk", verbose_name="", exclude_from_export=True)

    def render_waive(self, record: Obligation) -> Any:
        return render(_WAIVE, url=reverse("obligations:waive", args=[record.pk])) if record.is_owed else ""


class DutyTable(tables.Table):
    """One row for each duty that recurs."""

    action = tables.Column(accessor="action_label", verbose_name=_("what is owed"), orderable=False)
    subject = tables.Column(accessor="pk", verbose_name=_("document or unit"), orderable=False)
    customer = tables.Column(verbose_name=_("customer"), orderable=False)
    organization = tables.Column(verbose_name=_("organisation"), orderable=False)
    commitment = tables.Column(
        accessor="version__commitment__name", verbose_name=_("commitment"), orderable=False
    )
    anchor = tables.DateColumn(verbose_name=_("counted from"), format="Y-m-d", orderable=False)
    last_on = tables.DateColumn(verbose_name=_("until"), format="Y-m-d", orderable=False)
    next_opens_at = tables.DateTimeColumn(verbose_name=_("next opens"), format="Y-m-d H:i", orderable=False)
    occurrences = tables.Column(accessor="next_index", verbose_name=_("opened so far"), orderable=False)

    class Meta:
        model = RecurringDuty
        fields = (
            "action",
            "subject",
            "customer",
            "organization",
            "commitment",
            "anchor",
            "last_on",
            "next_opens_at",
            "occurrences",
        )
        template_name = "partials/table.html"

    def render_subject(self, record: RecurringDuty) -> Any:
        return render(_SUBJECT, url=_subject_url(record), number=self.value_subject(record))

    def value_subject(self, record: RecurringDuty) -> str:
        return str(
            record.document.number if record.document is not None else record.unit or record.organization
        )

    def render_occurrences(self, record: RecurringDuty) -> Any:
        url = f"{reverse('obligations:list')}?duty={record.pk}"
        return render(_LINK, url=url, text=_("occurrences"))

    def value_occurrences(self, record: RecurringDuty) -> int:
        return record.next_index - 1


_EVENT_ACTIONS = (
    '{% load i18n %}<div class="d-flex gap-1 justify-content-end">'
    '{% if day %}<a class="btn btn-sm" href="{{ day }}">{% translate \'Another day\' %}</a>{% endif %}'
    '{% if off %}<a class="btn btn-sm" href="{{ off }}">{% translate \'Call the event off\' %}</a>{% endif %}</div>'
)


class EventTable(tables.Table):
    """One row for each announced event."""

    on = tables.DateColumn(verbose_name=_("day"), format="Y-m-d", attrs={"td": {"class": "j-nowrap"}})
    event = tables.Column(accessor="event_label", verbose_name=_("event"), orderable=False)
    subject = tables.Column(verbose_name=_("whose"), orderable=False, attrs={"td": {"class": "j-wide"}})
    organization = tables.Column(verbose_name=_("organisation"), orderable=False)
    commitment = tables.Column(verbose_name=_("commitment"), orderable=False)
    occasion = tables.Column(verbose_name=_("which time"), orderable=False)
    state = tables.Column(verbose_name=_("state"), orderable=False)
    source = tables.Column(verbose_name=_("announced by"), orderable=False)
    announced_at = tables.DateTimeColumn(verbose_name=_("announced"), format="Y-m-d H:i", orderable=False)
    note = tables.Column(verbose_name=_("note"), orderable=False, attrs={"td": {"class": "text-wrap"}})
    owed = tables.Column(
        accessor="pk", verbose_name=_("what is owed"), orderable=False, exclude_from_export=True
    )

    class Meta:
        model = AnnouncedEvent
        fields = (
            "on",
            "event",
            "subject",
            "organization",
            "commitment",
            "occasion",
            "state",
            "source",
            "announced_at",
            "note",
            "owed",
        )
        template_name = "partials/table.html"

    def render_on(self, record: AnnouncedEvent) -> str:
        return f"{record.on:%Y-%m-%d}" + (f" {record.clock:%H:%M}" if record.clock else "")

    def render_subject(self, record: AnnouncedEvent) -> Any:
        one = record.unit or record.customer
        if one is None:
            return str(record.organization)
        return render(_LINK, url=one.get_absolute_url(), text=str(one))

    def value_subject(self, record: AnnouncedEvent) -> str:
        return str(record.subject)

    def render_state(self, record: AnnouncedEvent) -> Any:
        return render("{% badge label style %}", label=record.state_label, style=_EVENT_STYLES[record.state])

    def value_state(self, record: AnnouncedEvent) -> str:
        return record.state_label

    def render_source(self, record: AnnouncedEvent) -> str:
        return str(record.announced_by or record.get_source_display())

    def render_note(self, record: AnnouncedEvent) -> str:
        return " · ".join(filter(None, (record.note, record.reason)))

    def render_owed(self, record: AnnouncedEvent) -> Any:
        url = f"{reverse('obligations:list')}?announced={record.pk}"
        return render(_LINK, url=url, text=_("what is owed"))


_EVENT_STYLES = {"to_come": "info", "past": "secondary", "called_off": "danger"}


class ChangeableEventTable(EventTable):
    """For those who may move an event or call it off."""

    change = tables.Column(accessor="pk", verbose_name="", orderable=False, exclude_from_export=True)

    def render_change(self, record: AnnouncedEvent) -> Any:
        if record.called_off_at is not None or record.source == AnnouncedEvent.Source.AGREEMENT:
            return ""
        day, off = (reverse(f"obligations:{name}", args=[record.pk]) for name in ("event_day", "event_off"))
        return render(_EVENT_ACTIONS, day=day, off=off)
