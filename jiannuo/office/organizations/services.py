"""Writes about organisations: found, change, move, deactivate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.kernel.regions.models import Division
from jiannuo.office.organizations.models import Organization, OrganizationKind, area_prefix

_K = OrganizationKind

#: kind → kinds below which it may stand
PARENTS: dict[str, frozenset[str]] = {
    _K.HEAD_OFFICE: frozenset(),
    _K.BRANCH: frozenset({_K.HEAD_OFFICE, _K.BRANCH}),
    _K.WAREHOUSE: frozenset({_K.HEAD_OFFICE, _K.BRANCH, _K.DEALER}),
    _K.DEALER: frozenset({_K.HEAD_OFFICE, _K.BRANCH}),
    _K.STATION: frozenset({_K.HEAD_OFFICE, _K.BRANCH, _K.DEALER}),
    _K.SUPPLIER: frozenset({_K.HEAD_OFFICE}),
}
CHANGEABLE = frozenset(
    {
        "code",
        "name",
        "short_name",
        "kind",
        "phone",
        "address",
        "areas",
        "grade",
        "agreement_number",
        "agreement_from",
        "agreement_to",
        "time_zone",
        "calendar",
    }
)


def parse_areas(text: str) -> list[str]:
    """Codes of divisions from what a person typed: separated by commas, spaces or lines; padded codes cut short.

    Raises ValidationError that names the codes which do not exist.
    """
    return check_areas(re.split(r"[\s,，、;；]+", text.strip()) if text.strip() else [])


def check_areas(codes: Iterable[str]) -> list[str]:
    """The codes, each once, as divisions are stored; raises ValidationError for unknown ones."""
    wanted = list(dict.fromkeys(area_prefix(code) for code in codes if code))
    known = set(Division.objects.filter(code__in=wanted).values_list("code", flat=True))
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise ValidationError(
            _("There is no administrative division with the code %(codes)s. Look the code up and correct it.")
            % {"codes": "、".join(unknown[:5])},
            code="unknown_division",
        )
    return wanted


@transaction.atomic
def found(parent: Organization, *, by: Any, **values: Any) -> Organization:
    """A new organisation below ``parent``. Raises ValidationError by field, PermissionDenied."""
    _check_permission(by, parent)
    parent = Organization.objects.select_for_update().get(pk=parent.pk)
    if not parent.active:
        raise ValidationError({"parent": _("%(name)s is not active any more.") % {"name": parent}})
    organization = Organization(**_checked(values))
    _check_place(organization.kind, parent)
    # The tree fills these in; the rest is validated before it is stored.
    organization.full_clean(exclude=["path", "depth", "numchild"])
    return Organization.objects.add_child(
        parent, {name: getattr(organization, name) for name in _checked(values)}
    )


@transaction.atomic
def change(organization: Organization, *, by: Any, **values: Any) -> Organization:
    """Change the record of an organisation. Raises ValidationError by field, PermissionDenied."""
    _check_permission(by, organization)
    fresh = Organization.objects.select_for_update().get(pk=organization.pk)
    for name, value in _checked(values).items():
        setattr(fresh, name, value)
    _check_place(fresh.kind, Organization.objects.get_parent(fresh))
    wrong = [
        child for child in Organization.objects.get_children(fresh) if fresh.kind not in PARENTS[child.kind]
    ]
    if wrong:
        text = _("%(name)s stands below it and cannot stand below this kind. Move it first.")
        raise ValidationError({"kind": text % {"name": wrong[0]}})
    fresh.full_clean(exclude=["path", "depth", "numchild"])
    fresh.save()
    return fresh


@transaction.atomic
def move(organization: Organization, parent: Organization, *, by: Any) -> Organization:
    """Put an organisation with everything below it under another parent. Raises ValidationError, PermissionDenied."""
    _check_permission(by, organization)
    _check_permission(by, parent)
    node, target = (
        Organization.objects.select_for_update().get(pk=pk) for pk in (organization.pk, parent.pk)
    )
    if node.depth == 1:
        raise ValidationError({"parent": _("The head office stays at the top.")})
    _check_permission(by, Organization.objects.get_parent(node))
    if target.path.startswith(node.path):
        raise ValidationError({"parent": _("An organisation cannot stand below itself.")})
    if not target.active:
        raise ValidationError({"parent": _("%(name)s is not active any more.") % {"name": target}})
    _check_place(node.kind, target)
    Organization.objects.move(node, target, pos="sorted-child")
    return Organization.objects.get(pk=node.pk)


@transaction.atomic
def set_active(organization: Organization, active: bool, *, by: Any) -> Organization:
    """Close an organisation, or open it again. Raises ValidationError while people or organisations depend on it."""
    _check_permission(by, organization)
    node = Organization.objects.select_for_update().get(pk=organization.pk)
    if not active:
        if node.depth == 1:
            raise ValidationError(_("The head office cannot be closed."))
        if Organization.objects.get_descendants(node).filter(active=True).exists():
            raise ValidationError(_("Organisations below it are active. Close or move them first."))
        if node.people.filter(is_active=True).exists():
            raise ValidationError(_("People work there. Move or deactivate them first."))
    elif not Organization.objects.get_parent(node).active:
        raise ValidationError(_("The organisation above it is closed. Open that one first."))
    node.active = active
    node.save(update_fields=["active"])
    return node


def _check_permission(by: Any, organization: Organization) -> None:
    if not by.has_perm("organizations.edit", organization):
        raise PermissionDenied("organizations.edit")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - CHANGEABLE:
        raise TypeError(f"Not fields of an organisation: {', '.join(sorted(unknown))}")
    checked = dict(values)
    if "areas" in checked:
        try:
            checked["areas"] = check_areas(checked["areas"])
        except ValidationError as error:
            raise ValidationError({"areas": error.messages}) from error
    if "time_zone" in checked:
        try:
            ZoneInfo(checked["time_zone"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValidationError(
                {"time_zone": _("There is no such time zone. Write Asia/Shanghai, say.")}
            ) from error
    start, end = checked.get("agreement_from"), checked.get("agreement_to")
    if start and end and end < start:
        raise ValidationError({"agreement_to": _("The agreement cannot end before it begins.")})
    return checked


def _check_place(kind: str, parent: Organization | None) -> None:
    if kind not in PARENTS:
        raise ValidationError({"kind": _("There is no such kind of organisation.")})
    if parent is None:
        if kind != OrganizationKind.HEAD_OFFICE:
            raise ValidationError({"kind": _("Only a head office stands at the top.")})
    elif parent.kind not in PARENTS[kind]:
        raise ValidationError(
            {
                "kind": _("“%(kind)s” cannot stand below “%(parent)s”.")
                % {"kind": OrganizationKind(kind).label, "parent": parent.get_kind_display()}
            }
        )
