"""The lists of surveys."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, NumberColumn, StateColumn, render
from jiannuo.operations.surveys.models import Invitation, Opinion, SurveyAnswer, SurveyReport

NUMBER = {"td": {"class": "j-number"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}
WIDE = {"td": {"class": "j-wide"}}
INVITATION_STYLES = {"unsent": "warning", "sent": "info", "answered": "success"}


class AnswerTable(tables.Table):
    """Answers."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    who = tables.Column(accessor="who", verbose_name=_("customer"), orderable=False, attrs=ONE_LINE)
    csi = NumberColumn(orderable=False)
    nps = NumberColumn(orderable=False)
    satisfied = tables.Column(orderable=False)
    title = tables.Column(verbose_name=_("questionnaire"), orderable=False)
    way = tables.Column(orderable=False, attrs=ONE_LINE)
    model = tables.Column(accessor="model__code", verbose_name=_("product"), orderable=False, attrs=ONE_LINE)
    person = tables.Column(orderable=False, attrs=ONE_LINE)
    organization = tables.Column(orderable=False)
    answered = MomentColumn(accessor="answered_at", verbose_name=_("when it was answered"))

    class Meta:
        model = SurveyAnswer
        fields = (
            *("number", "state", "who", "csi", "nps", "satisfied"),
            *("way", "model", "person", "organization", "answered", "title"),
        )

    def render_satisfied(self, value: bool, record: SurveyAnswer) -> Any:
        label, style = (gettext("satisfied"), "success") if value else (gettext("not satisfied"), "warning")
        if record.low:
            label, style = gettext("low score"), "danger"
        return render("{% badge label style %}", label=label, style=style)

    def value_satisfied(self, value: Any) -> Any:
        return value


class InvitationTable(tables.Table):
    """Invitations: who was asked, who is to be called."""

    customer = tables.Column(linkify=True, orderable=False)
    state = tables.Column(orderable=False)
    document = tables.Column(linkify=True, verbose_name=_("document"), orderable=False, attrs=NUMBER)
    questionnaire = tables.Column(verbose_name=_("questionnaire"), orderable=False)
    model = tables.Column(accessor="model__code", verbose_name=_("product"), orderable=False, attrs=ONE_LINE)
    person = tables.Column(orderable=False, attrs=ONE_LINE)
    organization = tables.Column(orderable=False)
    created = MomentColumn(accessor="created_at", verbose_name=_("asked"), orderable=False)
    expires = MomentColumn(accessor="expires_at", verbose_name=_("good until"), orderable=False)
    call = tables.Column(accessor="pk", verbose_name="", orderable=False, exclude_from_export=True)

    class Meta:
        model = Invitation
        fields = (
            *("customer", "state", "document", "questionnaire", "model", "person"),
            *("organization", "created", "expires", "call"),
        )

    def render_state(self, record: Invitation) -> Any:
        if record.is_expired:
            return render("{% badge label 'secondary' %}", label=gettext("expired"))
        return render(
            "{% badge label style %}",
            label=record.get_state_display(),
            style=INVITATION_STYLES.get(record.state, "secondary"),
        )

    def value_state(self, record: Invitation) -> str:
        return str(gettext("expired") if record.is_expired else record.get_state_display())

    def render_call(self, record: Invitation) -> Any:
        if record.state == Invitation.State.ANSWERED:
            return ""
        return render(
            '<a class="btn btn-sm text-nowrap" href="{{ url }}">{% icon "phone" %}{{ label }}</a>',
            url=reverse("surveys:call", args=[record.pk]),
            label=gettext("Enter a call"),
        )


class OpinionTable(tables.Table):
    """Opinions, with what is suggested and what a person confirmed."""

    text = tables.Column(orderable=False, attrs=WIDE)
    category = tables.Column(orderable=False, empty_values=())
    answer = tables.Column(
        linkify=lambda record: record.answer.get_absolute_url(),
        verbose_name=_("answer"),
        orderable=False,
        attrs=NUMBER,
    )
    organization = tables.Column(orderable=False)
    month = tables.DateColumn(format="Y-m", orderable=False, attrs=NUMBER)
    confirmed_by = tables.Column(verbose_name=_("confirmed by"), orderable=False, attrs=ONE_LINE)
    change = tables.Column(accessor="pk", verbose_name="", orderable=False, exclude_from_export=True)

    class Meta:
        model = Opinion
        fields = ("text", "category", "answer", "organization", "month", "confirmed_by", "change")

    def render_category(self, record: Opinion) -> Any:
        if record.category is not None:
            return render("{% badge label 'success' 'check' %}", label=record.category.name)
        if record.suggested is None:
            return render("{% badge label 'secondary' %}", label=gettext("not classified"))
        label = gettext("%(name)s, unconfirmed") % {"name": record.suggested.name}
        return render("{% badge label 'warning' %}", label=label)

    def value_category(self, record: Opinion) -> str:
        return record.category.name if record.category is not None else ""

    def render_change(self, record: Opinion) -> Any:
        return render(
            '<a class="btn btn-sm text-nowrap" href="{{ url }}">{{ label }}</a>',
            url=reverse("surveys:opinion", args=[record.pk]),
            label=gettext("Change") if record.category_id else gettext("Classify"),
        )


class ReportTable(tables.Table):
    """Statistics that were handed in."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    organization = tables.Column(orderable=False)
    months = tables.Column(
        accessor="months",
        verbose_name=_("months"),
        orderable=False,
        attrs={"td": {"class": "j-number text-nowrap"}},
    )
    questionnaire = tables.Column(orderable=False)
    answers = NumberColumn(orderable=False)
    csi = NumberColumn(orderable=False)
    created_by = tables.Column(verbose_name=_("handed in by"), orderable=False, attrs=ONE_LINE)
    created_at = MomentColumn(verbose_name=_("handed in at"), orderable=False)

    class Meta:
        model = SurveyReport
        fields = (
            *("number", "organization", "months", "questionnaire"),
            *("answers", "csi", "created_by", "created_at"),
        )
