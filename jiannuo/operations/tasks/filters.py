"""How tasks are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.roles import Role
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.tasks.kinds import CHOICES
from jiannuo.operations.tasks.models import Task


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _people(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    if user is None:
        return User.objects.none()
    return (
        User.objects.visible_to(user).filter(is_active=True, tasks__isnull=False).distinct().order_by("name")
    )


class TaskFilter(filters.FilterSet):
    """Number, state, kind, whose, where, what is late."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=Task.State.choices)
    task_kind = filters.MultipleChoiceFilter(label=_("kind of task"), choices=CHOICES)
    role = filters.MultipleChoiceFilter(label=_("whose work"), choices=Role.choices)
    person = filters.ModelChoiceFilter(label=_("person"), queryset=_people)
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    urgent = filters.ChoiceFilter(label=_("due"), choices=[("late", _("overdue"))], method="by_due")

    class Meta:
        model = Task
        fields: tuple[str, ...] = ()

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)

    def by_due(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """What should have been done by now."""
        return rows.filter(state__in=Task.OPEN_STATES, due_at__lt=timezone.now())
