"""Reads of follow-ups, letters and campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.followups.models import (
    Campaign,
    CampaignEntry,
    FollowUp,
    Letter,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Phone

RELATED = ("organization", "customer", "owner", "followup_kind", "unit__model")
HANDLE = "followups.handle"
MOST_SHOWN = 8


def followups_for(user: Any) -> QuerySet[FollowUp]:
    """Follow-ups in scope, with what lists show."""
    return FollowUp.objects.visible_to(user).filter(kind="followup").select_related(*RELATED)


def letters_for(user: Any) -> QuerySet[Letter]:
    """Letters in scope, with what lists show."""
    rows = Letter.objects.visible_to(user).filter(kind="letter")
    return rows.select_related("organization", "customer", "sent_by", "mailing", "talk")


def campaigns_for(user: Any) -> QuerySet[Campaign]:
    """Campaigns in scope, with how many are invited and how many were told."""
    entries = CampaignEntry.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    told = entries.exclude(result=CampaignEntry.Result.WAITING)
    return (
        Campaign.objects.visible_to(user)
        .filter(kind="campaign")
        .select_related("organization", "campaign_kind")
        .annotate(
            invited=Coalesce(Subquery(entries.annotate(n=Count("pk")).values("n")), Value(0)),
            told=Coalesce(Subquery(told.annotate(n=Count("pk")).values("n")), Value(0)),
        )
    )


def people_for(followup: FollowUp) -> QuerySet[User]:
    """Active people who may make the follow-up."""
    return people_at(followup.organization)


def people_at(organization: Any) -> QuerySet[User]:
    """Active people who make follow-ups at an organisation or above it."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if HANDLE in held]
    held = RoleAssignment.objects.filter(role__in=roles, organization__path__in=paths_upwards(organization))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


def callers_to_choose(user: Any) -> QuerySet[User]:
    """Active people of the person's scope who make follow-ups."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if HANDLE in held]
    held = RoleAssignment.objects.filter(role__in=roles)
    people = User.objects.visible_to(user).filter(pk__in=held.values("user"), is_active=True)
    return people.order_by("name")


def phone_of(followup: FollowUp) -> str:
    """The number to call: the contact's, else the customer's main one. One query."""
    phones = list(Phone.objects.filter(customer=followup.customer_id))
    own = [one for one in phones if followup.contact_id and one.contact_id == followup.contact_id]
    found = (own or phones)[:1]
    return found[0].number if found else ""


@dataclass(frozen=True, slots=True)
class History:
    """What the caller sees beside the script."""

    orders: Sequence[WorkOrder]
    followups: Sequence[FollowUp]
    letters: Sequence[Letter]


def history_of(followup: FollowUp, user: Any) -> History:
    """What happened with this customer before, newest first, as ``user`` may see it; three queries."""
    orders = WorkOrder.objects.visible_to(user).filter(customer=followup.customer_id, kind="workorder")
    earlier = FollowUp.objects.visible_to(user).filter(customer=followup.customer_id, kind="followup")
    letters = Letter.objects.visible_to(user).filter(customer=followup.customer_id, kind="letter")
    return History(
        list(orders.select_related("unit__model", "technician").order_by("-pk")[:MOST_SHOWN]),
        list(
            earlier.exclude(pk=followup.pk)
            .select_related("followup_kind", "owner")
            .order_by("-pk")[:MOST_SHOWN]
        ),
        list(letters.order_by("-pk")[:MOST_SHOWN]),
    )


def raised_by(document: Document) -> list[Document]:
    """The requests that a follow-up brought about; one query."""
    links = DocumentLink.objects.filter(target=document.pk, kind=DocumentLink.Kind.FOLLOWS)
    return list(Document.objects.filter(pk__in=links.values("source")).order_by("pk"))


def of_document(document: Document) -> list[FollowUp]:
    """The follow-ups about a document, and those that brought it about. One query."""
    raised = DocumentLink.objects.filter(source=document.pk, kind=DocumentLink.Kind.FOLLOWS).values("target")
    rows = FollowUp.objects.filter(Q(source=document.pk) | Q(pk__in=raised)).select_related(
        "followup_kind", "owner"
    )
    return list(rows.order_by("due_at", "pk"))


def calls_between(user: Any, begin: Any, end: Any) -> QuerySet[FollowUp]:
    """The follow-ups made or given up between two instants, oldest first, with the customer's main phone."""
    phones = Phone.objects.filter(customer=OuterRef("customer")).order_by("-is_primary", "pk")
    rows = followups_for(user).filter(ended_at__gte=begin, ended_at__lt=end).exclude(state="dropped")
    return rows.annotate(main_phone=Subquery(phones.values("number")[:1])).order_by("ended_at", "pk")


def letters_between(user: Any, first: Any, after: Any) -> QuerySet[Letter]:
    """The letters sent from one day to before another, oldest first."""
    return letters_for(user).filter(sent_on__gte=first, sent_on__lt=after).order_by("sent_on", "pk")
