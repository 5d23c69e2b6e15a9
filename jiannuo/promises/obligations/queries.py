"""Reads of the ledger."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.models import Document
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.promises.commitments.engine import published
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.promises.commitments.wordlist import MATTERS
from jiannuo.promises.commitments.words import label
from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation, ObligationQuerySet, Retention
from jiannuo.promises.obligations.starting import starts_with

State = Obligation.State
COUNTED_STATES = (State.OPEN, State.MET, State.MET_LATE, State.MISSED, State.WAIVED)


def for_document(document: Document) -> list[Obligation]:
    """What ``document`` and the documents it serves owe or owed, soonest first; not what was cancelled. One query."""
    serving = Q(document__links_in__source_id=document.pk, document__links_in__kind="serves")
    rows = (
        Obligation.objects.filter(Q(document_id=document.pk) | serving)
        .exclude(state=State.CANCELLED)
        .select_related("person", "organization", "document")
        .distinct()
    )
    return sorted(rows, key=lambda one: (one.due_at is None, one.due_at or one.started_at, one.pk))


def kept_for_document(document: Document, user: Any) -> list[Retention]:
    """What is kept about ``document`` and the documents it serves, as far as ``user`` may know. One query."""
    serving = Q(document__links_in__source_id=document.pk, document__links_in__kind="serves")
    rows = Retention.objects.filter(Q(document_id=document.pk) | serving)
    return list(rows.known_to(user).select_related("organization", "version").distinct())


def visible_to(user: Any) -> ObligationQuerySet:
    """The ledger as ``user`` may see it."""
    return Obligation.objects.visible_to(user)


def answers_for_unassigned(user: Any) -> bool:
    """Whether what nobody has taken on is the business of ``user``."""
    return bool(user.has_perm("requests.handle") or user.has_perm("orders.dispatch"))


def stood_in_for(user: Any) -> list[int]:
    """Ids of the people on leave today for whom ``user`` stands in."""
    today = timezone.localdate()
    away = User.objects.filter(deputy=user.pk, is_active=True, absent_from__lte=today)
    return list(
        away.filter(Q(absent_until__isnull=True) | Q(absent_until__gte=today)).values_list("pk", flat=True)
    )


def mine(user: Any) -> QuerySet[Obligation]:
    """What ``user`` owes, soonest first: their own, that of people on leave for whom they stand in, and for those who
    handle requests what nobody has taken on.
    """
    whose = Q(person__in=[user.pk, *stood_in_for(user)])
    if answers_for_unassigned(user):
        ids = organization_ids(user)
        whose |= Q(person__isnull=True) if ids is None else Q(person__isnull=True, organization__in=ids)
    return (
        Obligation.objects.open()
        .known_to(user)
        .filter(whose)
        .select_related("document", "customer", "organization", "person", "unit")
        .order_by("due_at", "pk")
    )


def owed_in_scope(user: Any) -> QuerySet[Obligation]:
    """What is owed in the scope of ``user``, soonest first."""
    return (
        visible_to(user)
        .open()
        .select_related("document", "customer", "organization", "person", "unit")
        .order_by("due_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """How many are open, due until the end of the day, and missed."""

    open: int
    today: int
    missed: int


def counters(rows: QuerySet[Obligation], end_of_day: datetime) -> Counters:
    """Count ``rows`` in one query."""
    found = rows.order_by().aggregate(
        open=Count("pk"),
        today=Count("pk", filter=Q(state=State.OPEN, due_at__lt=end_of_day)),
        missed=Count("pk", filter=Q(state=State.MISSED)),
    )
    return Counters(**found)


def missed_by_organization(user: Any, limit: int = 10) -> list[tuple[str, int]]:
    """Organisations in the scope of ``user`` with what they have missed and still owe, the worst first."""
    rows = (
        visible_to(user)
        .filter(state=State.MISSED, abandoned_at__isnull=True)
        .order_by()
        .values_list("organization__short_name", "organization__name", "organization_id")
        .annotate(number=Count("pk"))
        .order_by("-number")[:limit]
    )
    return [(short or name, number) for short, name, _pk, number in rows]


def listed(user: Any) -> QuerySet[Obligation]:
    """The ledger as ``user`` may see it, with what its rows show."""
    return visible_to(user).select_related("document", "customer", "organization", "person", "unit")


def in_full(user: Any) -> QuerySet[Obligation]:
    """The same with everything that the page of one obligation shows."""
    rows = listed(user).select_related("version__commitment", "duty", "waived_by", "evidence")
    return rows.prefetch_related(
        "pauses", "steps__acknowledged_by", "proofs__document", "proofs__file", "proofs__by"
    )


def announced(user: Any) -> QuerySet[AnnouncedEvent]:
    """The announced events that ``user`` may see, with what their rows show."""
    rows = AnnouncedEvent.objects.visible_to(user)
    return rows.select_related(
        "organization", "customer", "unit__model", "commitment", "category", "announced_by"
    )


def matters(events: Collection[str], user: Any) -> list[tuple[str, str]]:
    """What promises tell apart that hang on one of ``events``, as it is read; of commitments that bind ``user``."""
    bound = set(
        CommitmentVersion.objects.filter(commitment__in=Commitment.objects.visible_to(user)).values_list(
            "pk", flat=True
        )
    )
    found: dict[str, str] = {}
    for version in published():
        if version.version_id not in bound or not starts_with(version, events):
            continue
        for clause in version.commitment.clauses:
            for condition in getattr(clause, "when", ()):
                if condition.fact == "subject":
                    found.update({one: str(label(MATTERS, one, version.labels)) for one in condition.any_of})
    return sorted(found.items(), key=lambda pair: pair[1])
