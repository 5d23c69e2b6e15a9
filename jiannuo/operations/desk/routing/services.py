"""Writing routing rules, and sending requests where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS, Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.desk import notices
from jiannuo.operations.desk.routing.matching import Case, Verdict, ask, case_of, covers, first_fitting
from jiannuo.operations.desk.routing.models import HandBackReason, RoutingRule

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
    return problems


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


# Sending requests


def rules_for(organization: Any) -> list[RoutingRule]:
    """The rules that are asked for requests of an organisation, in their order. One query."""
    rows = RoutingRule.objects.filter(organization__path__in=paths_upwards(organization), is_active=True)
    return list(rows.select_related(*RELATED).in_order())


def try_out(case: Case, rules: Sequence[RoutingRule]) -> list[Verdict]:
    """What each rule says of a case, from the top."""
    return [ask(rule, case) for rule in rules]


def send(request: Any) -> Verdict | None:
    """Let the first fitting rule say who is responsible for a request that is not saved yet; None where none fits.

    Whoever was named by a person stays. The request moves to a unit whose people could not see it otherwise; who
    took it goes on reading it (``ServiceRequest.objects.visible_to``).
    """
    rules = rules_for(request.organization)
    verdict = first_fitting(rules, case_of(request, timezone.localdate(request.received_at)))
    if verdict is None:
        return None
    rule = verdict.rule
    if not request.organization.path.startswith(rule.to_organization.path):
        request.taken_at, request.organization = request.organization, rule.to_organization
    request.routed_to, request.responsible_role = rule.to_organization, rule.to_role
    if request.owner is None:
        request.owner = rule.to_person
    return verdict


def note_sending(request: Any, verdict: Verdict | None, *, by: Any, at: datetime) -> None:
    """Say on the timeline where the request went and why, and tell the people there."""
    if verdict is None:
        return
    rule = verdict.rule
    text = _("Sent to %(who)s by the rule “%(rule)s”: %(why)s") % {
        "who": rule.goes_to,
        "rule": rule.name,
        "why": "、".join(verdict.why),
    }
    documents.record(
        request,
        TimelineEntry.Kind.CHANGE,
        by=by,
        at=at,
        action="route",
        text=text,
        data={"rule": rule.pk, "to": rule.to_organization.code, "role": rule.to_role},
    )
    people = (
        [rule.to_person]
        if rule.to_person
        else holders(rule.to_role, rule.to_organization)
        if rule.to_role
        else []
    )
    context = {"customer": request.customer, "title": request.title, "rule": rule.name}
    notify(people, notices.SENT, document=request, context=context, key=f"routed:{request.pk}")
