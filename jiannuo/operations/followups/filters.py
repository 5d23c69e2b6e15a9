"""How follow-ups, letters and campaigns are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.followups.models import (
    Campaign,
    CampaignKind,
    FollowUp,
    FollowUpKind,
    Letter,
    LetterKind,
)


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _owners(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    if user is None:
        return User.objects.none()
    seen = FollowUp.objects.visible_to(user).filter(owner__isnull=False).values("owner")
    return User.objects.filter(pk__in=seen).order_by("name")


class _DocumentFilter(filters.FilterSet):
    number = filters.CharFilter(label=_("number"), method="starting_with")
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)


class FollowUpFilter(_DocumentFilter):
    """Number, state, kind, who makes it, when due, when made, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=FollowUp.State.choices)
    followup_kind = filters.ModelMultipleChoiceFilter(
        label=_("kind of follow-up"), queryset=FollowUpKind.objects.all()
    )
    owner = filters.ModelChoiceFilter(label=_("follow-up employee"), queryset=_owners)
    mine = filters.ChoiceFilter(label=_("whose"), choices=[("yes", _("mine"))], method="by_me")
    urgent = filters.ChoiceFilter(
        label=_("due"), choices=[("late", _("overdue")), ("today", _("by the end of today"))], method="by_due"
    )
    due = filters.DateFromToRangeFilter(label=_("due between"), field_name="due_at")
    ended = filters.DateFromToRangeFilter(label=_("made between"), field_name="ended_at")

    class Meta:
        model = FollowUp
        fields: tuple[str, ...] = ()

    def by_me(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """One's own."""
        return rows.filter(owner=self.request.user)

    def by_due(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What is still to be made and was due by now, or is by tonight."""
        now = timezone.localtime()
        limit = now if value == "late" else now.replace(hour=23, minute=59, second=59)
        return rows.filter(state="due", ended_at__isnull=True, due_at__lte=limit)


class LetterFilter(_DocumentFilter):
    """Number, state, kind, when to be sent, when sent, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Letter.State.choices)
    letter_kind = filters.MultipleChoiceFilter(
        label=pgettext_lazy("letter", "kind"), choices=LetterKind.choices
    )
    due = filters.DateFromToRangeFilter(label=_("to be sent by"), field_name="due_on")
    sent = filters.DateFromToRangeFilter(label=_("sent on"), field_name="sent_on")

    class Meta:
        model = Letter
        fields: tuple[str, ...] = ()


class CampaignFilter(_DocumentFilter):
    """Number, state, kind, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Campaign.State.choices)
    campaign_kind = filters.ModelMultipleChoiceFilter(
        label=_("kind of campaign"), queryset=CampaignKind.objects.all()
    )

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = ()
