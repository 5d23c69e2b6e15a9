"""Writing routing rules: none that leads nowhere, none that is never reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS, Role
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.desk import notices
from jiannuo.operations.desk.routing.matching import covers
from jiannuo.operations.desk.routing.models import HandBackReason, RoutingRule
from jiannuo.promises.obligations.recipients import Recipients

ROUTING, ANSWER = "requests.routing", "requests.answer"
RELATED = (
    "organization",
    "symptom",
    "category",
    "model",
    "division",
    "below",
    "to_organization",
    "to_person",
)


@transaction.atomic
def save_rule(rule: RoutingRule, *, by: Any) -> RoutingRule:
    """Check and save a rule; a new one goes to the end of its table.

    Raises PermissionDenied outside the own organisations, ValidationError for one that leads nowhere: the unit is
    closed, nobody there holds the role, the person cannot handle it, or another rule stands before it.
    """
    if not by.has_perm(ROUTING, rule.organization):
        raise PermissionDenied(ROUTING)
    others = list(_table(rule.organization).select_for_update(of=("self",)).exclude(pk=rule.pk))
    if rule.pk is None:
        rule.position = max((one.position for one in others), default=0) + 1
    rule.full_clean()
    if rule.is_active:
        if problems := dead_ends(rule):
            raise ValidationError(problems)
        refuse_hidden([*others, rule])
    rule.save()
    return rule


@transaction.atomic
def move_rule(rule: RoutingRule, *, up: bool, by: Any) -> bool:
    """Change places with the neighbour above or below; False at the end of the table. Raises as :func:`save_rule`."""
    if not by.has_perm(ROUTING, rule.organization):
        raise PermissionDenied(ROUTING)
    rows = list(_table(rule.organization).select_for_update(of=("self",)))
    place = next((at for at, one in enumerate(rows) if one.pk == rule.pk), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    for position, one in enumerate(rows, start=1):
        one.position = position
    refuse_hidden(rows)
    for one in rows:
        one.save(update_fields=["position"])
    return True


@transaction.atomic
def save_reason(reason: HandBackReason, *, by: Any) -> HandBackReason:
    """Save a reason for handing back. Raises PermissionDenied, ValidationError."""
    if not by.has_perm(ROUTING):
        raise PermissionDenied(ROUTING)
    reason.full_clean()
    reason.save()
    return reason


def _table(organization: Any) -> Any:
    rows = RoutingRule.objects.filter(organization=organization).select_related(*RELATED)
    return rows.order_by("position", "pk")


def dead_ends(rule: RoutingRule) -> dict[str, str]:
    """Why a rule leads nowhere, by field, with what to do; empty when somebody is there to take the request."""
    unit = rule.to_organization
    problems: dict[str, str] = {}
    if not unit.active:
        problems["to_organization"] = _("%(unit)s is closed. Choose a unit that works.") % {"unit": unit}
    if rule.to_role:
        label = Role(rule.to_role).label
        if rule.to_role not in PERMISSIONS[ANSWER][1]:
            text = _("The role “%(role)s” may not answer requests. Choose one that may.")
            problems["to_role"] = text % {"role": label}
        elif not holders(rule.to_role, unit):
            text = _(
                "Nobody holds the role “%(role)s” at %(unit)s or above it. Give it to somebody under People, or "
                "choose another."
            )
            problems["to_role"] = text % {"role": label, "unit": unit}
    if rule.to_person is not None and not _answers(rule.to_person, unit):
        text = _("%(person)s may not answer requests of %(unit)s. Choose somebody who works there.")
        problems["to_person"] = text % {"person": rule.to_person, "unit": unit}
    if not problems and not takers(rule):
        text = _(
            "Nobody who works at %(unit)s may answer requests. Give somebody there such a role under People, or choose "
            "another unit."
        )
        problems["to_organization"] = text % {"unit": unit}
    return problems


def takers(rule: RoutingRule) -> list[User]:
    """Who could take what a rule sends: its person, the holders of its role, or who answers requests at its unit."""
    if rule.to_person is not None:
        return [rule.to_person] if _answers(rule.to_person, rule.to_organization) else []
    return answering(rule.to_organization, rule.to_role)


def answering(unit: Organization, role: str = "") -> list[User]:
    """Active people who take the requests of a unit: the holders of ``role``, else who works there and may answer.

    Those far above it, who may do everything everywhere, do not work there.
    """
    if role:
        return holders(role, unit)
    may = Q(role_assignments__role__in=[one.value for one in PERMISSIONS[ANSWER][1]])
    there = Q(role_assignments__organization=unit)
    employed = Q(organization=unit, role_assignments__organization__path__in=paths_upwards(unit))
    return list(User.objects.filter(may & (there | employed), is_active=True).distinct().order_by("pk"))


def holders(role: str, organization: Any) -> list[User]:
    """Active people who hold ``role`` at the nearest organisation, from this one upwards, where anybody does."""
    rows = RoleAssignment.objects.filter(
        role=role, organization__path__in=paths_upwards(organization), user__is_active=True
    ).select_related("user", "organization")
    found = sorted(rows, key=lambda row: (-row.organization.depth, row.user_id))
    return [row.user for row in found if row.organization_id == found[0].organization_id]


def _answers(person: User, organization: Any) -> bool:
    return person.is_active and person.has_perm(ANSWER, organization)


def refuse_hidden(rules: Sequence[RoutingRule]) -> None:
    """Raise ValidationError when a rule is never reached because one above it takes all its cases."""
    ordered = sorted(rules, key=lambda one: (one.position, one.pk or 0))
    for place, rule in enumerate(ordered):
        wide = next((one for one in ordered[:place] if covers(one, rule)), None)
        if wide is not None:
            text = _(
                "“%(rule)s” would never be reached: “%(wide)s” stands above it and takes all its cases. Move it up, or "
                "narrow the other."
            )
            raise ValidationError(text % {"rule": rule.name, "wide": wide.name}, code="unreachable")


def tell_of_dead_ends(
    person_id: int, *, roles: Collection[str], places: Collection[int], at: datetime
) -> list[RoutingRule]:
    """Tell the managers of the rules that lead nowhere since a person does less; returns these rules.

    ``roles`` and ``places`` (keys of organisations) are what the person held and where.
    """
    paths = list(Organization.objects.filter(pk__in=places).values_list("path", flat=True))
    rows = RoutingRule.objects.filter(is_active=True).select_related(*RELATED)
    rows = rows.exclude(valid_to__lt=timezone.localdate(at))
    dead = []
    for rule in rows.order_by("organization__path", "position", "pk"):
        if not _concerns(rule, person_id, roles, paths):
            continue
        if problems := dead_ends(rule):
            dead.append(rule)
            notify(
                Recipients(at).escalated_to(Role.DEPARTMENT_MANAGER, rule.organization),
                notices.DEAD_END,
                context={"rule": rule.name, "why": " ".join(problems.values())},
                key=f"rule-dead:{rule.pk}:{at:%Y%m%d%H%M%S}",
                url=reverse("desk:rule_edit", args=[rule.pk]),
            )
    return dead


def _concerns(rule: RoutingRule, person_id: int, roles: Collection[str], paths: Collection[str]) -> bool:
    """Whether the person may have been who takes what the rule sends."""
    if rule.to_person_id is not None:
        return rule.to_person_id == person_id
    if rule.to_role and rule.to_role not in roles:
        return False
    return any(rule.to_organization.path.startswith(path) for path in paths)
