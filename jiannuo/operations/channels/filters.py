"""How the inbox and the calls are filtered: page and export alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.channels.models import Call, Channel, InboxItem
from jiannuo.operations.channels.queries import same_number


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _people(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    if user is None:
        return User.objects.none()
    return User.objects.visible_to(user).filter(is_active=True).order_by("name")


class _Scoped(filters.FilterSet):
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)

    def of_number(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The whole number, however it is typed."""
        return rows.filter(**{name: same_number(value)})


class InboxFilter(_Scoped):
    """State, channel, whose, what is late, the sender's number, where, when."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=InboxItem.State.choices)
    channel = filters.MultipleChoiceFilter(label=_("channel"), choices=Channel.choices)
    whose = filters.ChoiceFilter(
        label=pgettext_lazy("inbox", "responsible"),
        choices=[("mine", _("mine")), ("nobody", _("nobody's"))],
        method="by_owner",
    )
    owner = filters.ModelChoiceFilter(label=_("person"), queryset=_people)
    urgent = filters.ChoiceFilter(label=_("due"), choices=[("late", _("overdue"))], method="by_due")
    kind = filters.MultipleChoiceFilter(label=pgettext_lazy("inbox", "kind"), choices=InboxItem.Kind.choices)
    phone = filters.CharFilter(label=_("phone"), field_name="sender_phone", method="of_number")
    received = filters.DateFromToRangeFilter(
        field_name="received_at",
        label=pgettext_lazy("inbox", "received"),
        widget=filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = InboxItem
        fields: tuple[str, ...] = ()

    def by_owner(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(owner=self.request.user) if value == "mine" else rows.filter(state="new")

    def by_due(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """What should have been dealt with by now."""
        return rows.filter(state__in=InboxItem.OPEN_STATES, due_at__lt=timezone.now())


class CallFilter(_Scoped):
    """State, direction, number, what about, who took it, where, when."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Call.State.choices)
    direction = filters.ChoiceFilter(label=pgettext_lazy("call", "direction"), choices=Call.Direction.choices)
    number = filters.CharFilter(label=_("phone"), method="of_number")
    topic = filters.MultipleChoiceFilter(label=pgettext_lazy("call", "about"), choices=Call.Topic.choices)
    agent = filters.ModelChoiceFilter(label=pgettext_lazy("call", "taken by"), queryset=_people)
    rang = filters.DateFromToRangeFilter(
        field_name="rang_at",
        label=pgettext_lazy("call", "rang"),
        widget=filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = Call
        fields: tuple[str, ...] = ()
