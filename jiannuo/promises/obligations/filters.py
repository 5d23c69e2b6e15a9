"""Filters of the ledger: one definition for list, export, fulfilment and API.

The hidden ones are how a figure of the fulfilment opens the rows behind it: each narrows to exactly one line of it,
and ``-`` stands for the line without a value.
"""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.months import instants_of, month_named
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.models import Commitment
from jiannuo.promises.commitments.words import EVENTS, PARTIES
from jiannuo.promises.obligations.announcing import owed_for
from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation, RecurringDuty
from jiannuo.promises.obligations.queries import COUNTED_STATES
from jiannuo.promises.obligations.words import WORDS
from jiannuo.registry.products.models import Category

NOTHING = "-"


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(request.user) if request else Organization.objects.none()


def _people(request: Any) -> QuerySet[Any]:
    if not request:
        return User.objects.none()
    owing = Obligation.objects.filter(person__isnull=False).values("person")
    return User.objects.visible_to(request.user).filter(is_active=True, pk__in=owing).order_by("name")


def _commitments(request: Any) -> QuerySet[Any]:
    return Commitment.objects.visible_to(request.user) if request else Commitment.objects.none()


def _hidden(label: Any, method: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(label=label, method=method, widget=forms.HiddenInput, max_length=200)


class MonthField(forms.CharField):
    """A month as ``2026-11``."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and month_named(text) is None:
            raise ValidationError(gettext("Write the month as 2026-11."))
        return text


class MonthFilter(django_filters.Filter):
    field_class = MonthField


class ObligationFilter(django_filters.FilterSet):
    """What is owed, by whom, where, by which promise, and when it is due."""

    state = django_filters.MultipleChoiceFilter(label=_("state"), choices=Obligation.State.choices)
    metric = django_filters.MultipleChoiceFilter(label=_("what is owed"), choices=list(WORDS.items()))
    debtor = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("party", "debtor"), choices=list(PARTIES.items())
    )
    organization = django_filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    person = django_filters.ModelChoiceFilter(label=_("person responsible"), queryset=_people)
    commitment = django_filters.ModelChoiceFilter(
        label=_("commitment"), queryset=_commitments, field_name="version__commitment", to_field_name="code"
    )
    due = django_filters.DateFromToRangeFilter(
        label=_("due"),
        field_name="due_at",
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )
    month = MonthFilter(label=_("month"), method="in_month", widget=forms.HiddenInput)
    clause = _hidden(_("clause"), "of_clause")
    product = _hidden(_("product and below"), "of_product")
    product_is = _hidden(_("product"), "of_exact_product")
    zone = _hidden(_("zone"), "of_zone")
    at = _hidden(_("organisation"), "at_organization")
    who = _hidden(_("person"), "of_person")
    unit = _hidden(_("installed unit"), "of_unit")
    duty = _hidden(_("recurring duty"), "of_duty")
    announced = _hidden(_("announced event"), "of_announced")
    without = _hidden(_("commitment"), "without_commitment")
    counted = _hidden(_("counted"), "only_counted")

    class Meta:
        model = Obligation
        fields: tuple[str, ...] = ()

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)

    def in_month(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        month = month_named(value)
        if month is None:
            return rows
        start, end = instants_of(month, ZoneInfo(settings.TIME_ZONE))
        return rows.filter(due_at__gte=start, due_at__lt=end)

    def of_clause(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """``CODE/clause``; ``-/clause`` for what no commitment stands behind."""
        code, _slash, clause = value.partition("/")
        rows = rows.filter(clause=clause)
        if code == NOTHING:
            return rows.filter(version__isnull=True)
        return rows.filter(version__commitment__code=code)

    def without_commitment(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        return rows.filter(version__isnull=True)

    def of_product(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        paths = Category.objects.filter(Q(code_path=value) | Q(code_path__startswith=f"{value}/"))
        return rows.filter(product_path__in=list(paths.values_list("code_path", flat=True)))

    def of_exact_product(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(product_path="" if value == NOTHING else value)

    def of_zone(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(zone="" if value == NOTHING else value)

    def at_organization(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return _by_key(rows, "organization", value)

    def of_person(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(person__isnull=True) if value == NOTHING else _by_key(rows, "person", value)

    def of_unit(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return _by_key(rows, "unit", value)

    def of_duty(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return _by_key(rows, "duty", value)

    def of_announced(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What follows from an announced event that the person may see."""
        found = AnnouncedEvent.objects.visible_to(self.request.user)
        row = _by_key(found, "pk", value).select_related("organization", "unit", "customer").first()
        return rows.filter(owed_for(row)) if row is not None else rows.none()

    def only_counted(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        return rows.filter(due_at__isnull=False, state__in=COUNTED_STATES)


def _by_key(rows: QuerySet[Any], field: str, value: str) -> QuerySet[Any]:
    """Rows by a key written in an address; none for what is no key."""
    return rows.filter(**{field: int(value)}) if re.fullmatch(r"[0-9]{1,18}", value) else rows.none()


class FulfilmentFilter(ObligationFilter):
    """The same, with the month to choose and without the state, which the columns show."""

    month = MonthFilter(label=_("month"), method="in_month", widget=forms.TextInput(attrs={"type": "month"}))
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=Obligation.State.choices, widget=forms.MultipleHiddenInput
    )


class EventFilter(django_filters.FilterSet):
    """What is announced, for whom, and whether it is still to come."""

    state = django_filters.ChoiceFilter(
        label=_("state"), choices=AnnouncedEvent.State.choices, method="in_state"
    )
    event = django_filters.MultipleChoiceFilter(
        label=_("event"), choices=[(name, EVENTS[name]) for name in AnnouncedEvent.EVENTS]
    )
    organization = django_filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    on = django_filters.DateFromToRangeFilter(
        label=_("day"), widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"})
    )
    source = django_filters.ChoiceFilter(label=_("announced by"), choices=AnnouncedEvent.Source.choices)

    class Meta:
        model = AnnouncedEvent
        fields: tuple[str, ...] = ()

    def in_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == AnnouncedEvent.State.CALLED_OFF:
            return rows.filter(called_off_at__isnull=False)
        rows, today = rows.filter(called_off_at__isnull=True), timezone.localdate()
        return (
            rows.filter(on__gt=today) if value == AnnouncedEvent.State.TO_COME else rows.filter(on__lte=today)
        )

    below = ObligationFilter.below


class DutyFilter(django_filters.FilterSet):
    """What recurs, for whom, and whether it still does."""

    state = django_filters.ChoiceFilter(
        label=_("state"), choices=[("running", _("running")), ("ended", _("ended"))], method="in_state"
    )
    action = django_filters.MultipleChoiceFilter(label=_("what is owed"), choices=list(WORDS.items()))
    organization = django_filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    unit = _hidden(_("installed unit"), "of_unit")

    class Meta:
        model = RecurringDuty
        fields: tuple[str, ...] = ()

    def in_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(ended_at__isnull=value == "running")

    below = ObligationFilter.below
    of_unit = ObligationFilter.of_unit
