"""Sending requests where they belong: when they come in, and again when the desk corrects what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.search.services import index_many
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.desk import notices
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.routing.matching import Case, Verdict, ask, case_of
from jiannuo.operations.desk.routing.models import RoutingRule
from jiannuo.operations.desk.routing.services import RELATED, answering, dead_ends, takers
from jiannuo.promises.obligations.recipients import Recipients

#: steps by which somebody has taken a request
TAKING = ("contacted", "diagnose", "arrange")
MOVED = ("organization", "taken_at", "routed_to", "responsible_role", "owner")


@dataclass(frozen=True, slots=True)
class Sending:
    """The rule that sends a request, if any, and those before it that fitted but lead nowhere, with why."""

    verdict: Verdict | None = None
    skipped: tuple[tuple[RoutingRule, str], ...] = ()


#: of a request that no rule was asked about
STAYS = Sending()


def rules_for(organization: Any) -> list[RoutingRule]:
    """The rules that are asked for requests of an organisation, in their order. One query."""
    rows = RoutingRule.objects.filter(organization__path__in=paths_upwards(organization), is_active=True)
    return list(rows.select_related(*RELATED).in_order())


def try_out(case: Case, rules: Sequence[RoutingRule]) -> list[Verdict]:
    """What each rule says of a case, from the top."""
    return [ask(rule, case) for rule in rules]


def choose(rules: Sequence[RoutingRule], case: Case) -> Sending:
    """The first rule that fits and that somebody stands behind today."""
    skipped: list[tuple[RoutingRule, str]] = []
    for rule in rules:
        verdict = ask(rule, case)
        if not verdict.fits:
            continue
        problems = dead_ends(rule)
        if not problems:
            return Sending(verdict, tuple(skipped))
        skipped.append((rule, " ".join(problems.values())))
    return Sending(None, tuple(skipped))


def send(request: ServiceRequest) -> Sending:
    """Let the first fitting rule say who is responsible for a request that is not saved yet.

    Whoever was named by a person stays. The request moves to a unit whose people could not see it otherwise; who
    took it goes on reading it (``ServiceRequest.objects.visible_to``). Where no rule sends it, it stays where it is.
    """
    day = timezone.localdate(request.received_at)
    sending = choose(rules_for(request.organization), case_of(request, day))
    if sending.verdict is not None:
        _place(request, sending.verdict.rule)
        if request.owner is None:
            request.owner = sending.verdict.rule.to_person
    return sending


def send_again(request: ServiceRequest, *, by: Any, owner_before: Any) -> Sending:
    """Let the rule that fits now send a request whose nature, kind or severity ``by`` has corrected; saves it.

    It stays when somebody of the unit it was sent to has taken it, when a person named who is to do it (``by``
    taking it over for want of another is no such word), or when the same rule still says the same. No rule
    sends it back to a dealer who handed it back.
    """
    last = request.timeline.filter(action="route").order_by("-pk").first()
    if _is_taken(request, last, by=by, owner_before=owner_before):
        return STAYS
    home = request.taken_at or request.organization
    back = _handed_back_by(request)
    rules = [rule for rule in rules_for(home) if rule.to_organization_id not in back]
    case = case_of(request, timezone.localdate(request.received_at), organization=home)
    sending = choose(rules, case)
    if sending.verdict is None:
        return sending
    rule = sending.verdict.rule
    says = (rule.to_organization_id, rule.to_role, rule.to_person_id)
    if says == (request.routed_to_id, request.responsible_role, _put_there(last)):
        return STAYS
    _place(request, rule)
    if rule.to_person is not None or request.owner not in takers(rule):
        request.owner = rule.to_person
    request.save(update_fields=MOVED)
    index_many(ServiceRequest, [request.pk])
    return sending


def _place(request: ServiceRequest, rule: RoutingRule) -> None:
    """Make the unit of a rule responsible; a unit that could not see the request gets it."""
    home = request.taken_at or request.organization
    if home.path.startswith(rule.to_organization.path):
        request.taken_at, request.organization = None, home
    else:
        request.taken_at, request.organization = home, rule.to_organization
    request.routed_to, request.responsible_role = rule.to_organization, rule.to_role


def _is_taken(request: ServiceRequest, last: TimelineEntry | None, *, by: Any, owner_before: Any) -> bool:
    put_there = _put_there(last)
    if owner_before is not None and owner_before.pk != put_there:
        return True
    if request.owner is not None and request.owner not in (by, owner_before):
        return True
    if last is None or request.routed_to is None:
        return False
    steps = request.timeline.filter(pk__gt=last.pk, action__in=TAKING, author__isnull=False)
    done_by = set(steps.values_list("author_id", flat=True))
    theirs = {person.pk for person in answering(request.routed_to, request.responsible_role)}
    return bool(done_by & (theirs | {put_there}))


def _put_there(last: TimelineEntry | None) -> int | None:
    """The key of the person whom the last rule named."""
    return last.data.get("person") if last is not None else None


def _handed_back_by(request: ServiceRequest) -> set[int]:
    entries = request.timeline.filter(action="hand_back", author__organization__isnull=False)
    return set(entries.values_list("author__organization_id", flat=True))


def note_sending(request: ServiceRequest, sending: Sending, *, by: Any, at: datetime) -> None:
    """Say on the timeline where the request went and why, and tell the people there; or why it went nowhere."""
    for rule, why in sending.skipped:
        text = _("The rule “%(rule)s” fits but leads nowhere: %(why)s") % {"rule": rule.name, "why": why}
        documents.record(
            request,
            TimelineEntry.Kind.CHANGE,
            by=by,
            at=at,
            action="route_skipped",
            text=text,
            data={"rule": rule.pk},
        )
    if sending.verdict is not None:
        _note_sent(request, sending.verdict, by=by, at=at)
    elif sending.skipped:
        agents = Recipients(at).escalated_to(Role.SERVICE_AGENT, request.organization)
        rule, why = sending.skipped[0]
        context = {"customer": request.customer, "title": request.title, "rule": rule.name, "why": why}
        key = f"unsent:{request.pk}:{request.version}"
        notify(agents, notices.UNSENT, document=request, context=context, key=key)


def _note_sent(request: ServiceRequest, verdict: Verdict, *, by: Any, at: datetime) -> None:
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
        data={
            "rule": rule.pk,
            "to": rule.to_organization.code,
            "role": rule.to_role,
            "person": rule.to_person_id,
        },
    )
    people = takers(rule) if rule.to_role or rule.to_person is not None else []
    context = {"customer": request.customer, "title": request.title, "rule": rule.name}
    key = f"routed:{request.pk}:{request.version}"
    notify(people, notices.SENT, document=request, context=context, key=key)
