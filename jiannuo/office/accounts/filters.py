"""The filter of the list of people."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.roles import Role
from jiannuo.office.organizations.models import Organization


def _organizations(request: Any) -> QuerySet[Organization]:
    return Organization.objects.visible_to(request.user) if request else Organization.objects.none()


class PeopleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("name, phone or e-mail"), method="search", widget=forms.TextInput(attrs={"type": "search"})
    )
    role = django_filters.ChoiceFilter(label=_("role"), choices=Role, method="holding")
    organization = django_filters.ModelChoiceFilter(
        label=_("organisation"), queryset=_organizations, method="working_below"
    )
    is_active = django_filters.ChoiceFilter(
        label=_("state"), choices=[("true", _("active")), ("false", _("deactivated"))]
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return rows.filter(
            Q(name__icontains=value)
            | Q(username__icontains=value)
            | Q(phone__icontains=value)
            | Q(email__icontains=value)
        )

    def holding(self, rows: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return rows.filter(pk__in=User.objects.filter(role_assignments__role=value).values("pk"))

    def working_below(self, rows: QuerySet[User], _name: str, value: Organization) -> QuerySet[User]:
        return rows.filter(organization__path__startswith=value.path)
