"""The lists of follow-ups, letters and campaigns."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.tables.columns import DayColumn, MomentColumn, NumberColumn, StateColumn, render
from jiannuo.operations.followups.models import Campaign, CampaignEntry, FollowUp, Letter

NUMBER = {"td": {"class": "j-number"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}
WIDE = {"td": {"class": "j-wide"}}
_DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'
RESULT_STYLES = {
    "waiting": "warning",
    "announced": "info",
    "coming": "primary",
    "declined": "secondary",
    "unreached": "secondary",
    "came": "success",
    "absent": "secondary",
}


class FollowUpTable(tables.Table):
    """Follow-ups as lists show them."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    due = tables.Column(accessor="due_at", verbose_name=_("due"), empty_values=())
    followup_kind = tables.Column(verbose_name=_("kind"), attrs=ONE_LINE)
    customer = tables.Column(attrs=ONE_LINE)
    unit = tables.Column(accessor="unit__serial", verbose_name=_("unit"), attrs=NUMBER)
    attempts = NumberColumn()
    owner = tables.Column(attrs=ONE_LINE)
    summary = tables.Column(verbose_name=_("main points"), attrs=WIDE)
    ended = MomentColumn(accessor="ended_at", verbose_name=_("made"))
    organization = tables.Column()

    class Meta:
        model = FollowUp
        fields = (
            "number",
            "state",
            "due",
            "followup_kind",
            "customer",
            "unit",
            "attempts",
            "owner",
            "summary",
            "ended",
            "organization",
        )

    def render_due(self, record: FollowUp) -> Any:
        if record.state != "due":
            return render("{{ value|localtime_full }}", value=record.due_at)
        return render(_DUE, due=record.due_at)

    def value_due(self, record: FollowUp) -> Any:
        return record.due_at


class LetterTable(tables.Table):
    """The register of letters (F55)."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    letter_kind = tables.Column(verbose_name=pgettext_lazy("letter", "kind"), attrs=ONE_LINE)
    customer = tables.Column(attrs=ONE_LINE)
    subject = tables.Column(attrs=WIDE)
    due_on = DayColumn()
    sent_on = DayColumn()
    sent_by = tables.Column(attrs=ONE_LINE)
    posting = tables.Column(attrs=NUMBER)
    returned_on = DayColumn()
    campaign = tables.Column(accessor="mailing__title", verbose_name=_("campaign"))
    organization = tables.Column()

    class Meta:
        model = Letter
        fields = (
            "number",
            "state",
            "letter_kind",
            "customer",
            "subject",
            "due_on",
            "sent_on",
            "sent_by",
            "posting",
            "returned_on",
            "campaign",
            "organization",
        )


class CampaignTable(tables.Table):
    """Campaigns."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    title = tables.Column(verbose_name=_("campaign"), attrs=WIDE)
    campaign_kind = tables.Column(verbose_name=_("kind"), attrs=ONE_LINE)
    takes_place = MomentColumn(accessor="takes_place_at", verbose_name=_("takes place"))
    invited = NumberColumn(verbose_name=_("invited"), orderable=False)
    told = NumberColumn(verbose_name=pgettext_lazy("campaign", "told"), orderable=False)
    opted_out = NumberColumn()
    organization = tables.Column()

    class Meta:
        model = Campaign
        fields = (
            "number",
            "state",
            "title",
            "campaign_kind",
            "takes_place",
            "invited",
            "told",
            "opted_out",
            "organization",
        )


class EntryTable(tables.Table):
    """The customers of one campaign with the result of each."""

    customer = tables.Column(linkify=True, attrs=ONE_LINE)
    result = tables.Column(attrs=ONE_LINE)
    unit = tables.Column(accessor="unit__serial", verbose_name=_("unit"), attrs=NUMBER)
    followup = tables.Column(
        accessor="followup__number", verbose_name=_("follow-up"), attrs=NUMBER, orderable=False
    )
    remark = tables.Column(attrs=WIDE)
    organization = tables.Column()
    note = tables.Column(
        accessor="pk",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "text-end"}},
    )

    class Meta:
        model = CampaignEntry
        fields = ("customer", "result", "unit", "followup", "remark", "organization", "note")

    def render_result(self, record: CampaignEntry) -> Any:
        style = RESULT_STYLES.get(record.result, "secondary")
        return render("{% badge label style %}", label=record.get_result_display(), style=style)

    def value_result(self, record: CampaignEntry) -> str:
        return str(record.get_result_display())

    def render_followup(self, value: str) -> Any:
        return render("<a href=\"{% url 'followups:detail' number %}\">{{ number }}</a>", number=value)

    def render_note(self, value: int) -> Any:
        return render(
            "{% load i18n %}"
            "<a class=\"btn btn-sm\" href=\"{% url 'followups:entry' pk %}\">{% translate 'Result' %}</a>",
            pk=value,
        )
