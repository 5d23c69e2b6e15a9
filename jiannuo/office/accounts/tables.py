"""The list of people."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.columns import MomentColumn, PhoneColumn
from jiannuo.office.accounts.models import User


class PeopleTable(tables.Table):
    name = tables.Column(linkify=("accounts:person", {"pk": tables.A("pk")}))
    username = tables.Column()
    organization = tables.Column()
    roles = tables.Column(verbose_name=gettext_lazy("roles"), accessor="pk")
    phone = PhoneColumn()
    email = tables.Column()
    last_login = MomentColumn(verbose_name=gettext_lazy("last sign-in"))
    is_active = tables.Column(verbose_name=gettext_lazy("state"))

    class Meta:
        model = User
        fields = ("name", "username", "organization", "roles", "phone", "email", "last_login", "is_active")

    def render_roles(self, record: User) -> Any:
        held = record.role_assignments.all()
        lines = format_html_join(
            "",
            "<div>{} <span class='text-secondary'>{}</span></div>",
            ((a.get_role_display(), a.organization) for a in held),
        )
        return format_html("<div>{}</div>", lines)

    def value_roles(self, record: User) -> str:
        return "；".join(f"{a.get_role_display()}（{a.organization}）" for a in record.role_assignments.all())

    def render_is_active(self, value: bool) -> str:
        return _("active") if value else _("deactivated")
