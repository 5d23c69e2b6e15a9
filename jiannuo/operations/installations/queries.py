"""Reads of projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.installations.models import (
    STAGE_NAMES,
    STAGES,
    Acceptance,
    GoodsNotice,
    Installation,
    InstallationUnit,
    PackingLine,
    Remaining,
    Trainee,
)
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.installedbase.models import InstalledUnit

RELATED = ("customer", "unit__model", "category", "division")
GONE = (InstalledUnit.Status.RETURNED, InstalledUnit.Status.SCRAPPED)
MOST_UNITS = 60
#: what somebody must be allowed to do at a customer's to be named for a project
FIELD_WORK = {"orders.work", "installations.work"}
#: states in which the customer has signed something, or may have
SIGNED = ("acceptance", "refused", "partly", "accepted", "closed")


def installations_for(user: Any) -> QuerySet[Any]:
    """The projects that ``user`` may see, with their number of units and what remains."""
    rows = Installation.objects.visible_to(user).select_related("organization", "customer")
    return rows.annotate(
        units=Count("parts", distinct=True),
        open_items=Count("remaining", filter=Q(remaining__done_at__isnull=True), distinct=True),
    )


def notices_for(user: Any) -> QuerySet[Any]:
    """The goods notices that ``user`` may see."""
    rows = GoodsNotice.objects.visible_to(user)
    return rows.select_related("organization", "customer", "addressee", "project")


def known_suppliers(user: Any, most: int = 50) -> list[GoodsNotice]:
    """The latest notice to each supplier outside that ``user`` may see, newest first; one query."""
    rows = GoodsNotice.objects.visible_to(user).exclude(supplier="")
    latest = rows.order_by().values("supplier").annotate(last=Max("pk")).values("last")
    return list(GoodsNotice.objects.filter(pk__in=latest).order_by("-pk")[:most])


def units_to_install(user: Any, customer: int | None = None, words: str = "") -> QuerySet[Any]:
    """Units of customers that are in no project and not accepted, newest first."""
    rows = (
        InstalledUnit.objects.visible_to(user)
        .filter(accepted_on__isnull=True, customer__isnull=False)
        .exclude(status__in=GONE)
        .exclude(installation_parts__is_active=True)
        .select_related("model__category", "customer", "organization", "address__division")
    )
    if customer:
        rows = rows.filter(customer=customer)
    if words:
        rows = rows.filter(Q(serial__icontains=words) | Q(customer__name__icontains=words))
    return rows.order_by("-pk")


def site_people(installation: Installation) -> QuerySet[User]:
    """Who may be named to go to the customer: technicians of the organisation that installs, or of one above it."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if held >= FIELD_WORK]
    path, step = installation.organization.path, Organization.steplen
    above = [path[:length] for length in range(step, len(path) + 1, step)]
    held = RoleAssignment.objects.filter(role__in=roles, organization__path__in=above)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name", "pk")


def projects_of(user: Any) -> QuerySet[Any]:
    """The projects to which ``user`` goes: named by the office, by a work order of a unit, or by what remains."""
    mine = InstallationUnit.objects.filter(order__in=WorkOrder.objects.done_by(user).order_by().values("pk"))
    due = Remaining.objects.filter(person=user, done_at__isnull=True)
    named = Installation.persons.through.objects.filter(user=user)
    keys = Q(pk__in=named.values("installation")) | Q(pk__in=mine.order_by().values("installation"))
    return Installation.objects.visible_to(user).filter(
        keys | Q(pk__in=due.order_by().values("installation"))
    )


def read_along(installation: Installation) -> None:
    """Read everything that the page of a project shows; what it cannot have yet costs no query."""
    units = InstallationUnit.objects.select_related("unit__model", "order")
    lines = PackingLine.objects.select_related("part__unit")
    wanted: list[Any] = [
        Prefetch("parts", units.prefetch_related("measures__readings")),
        Prefetch("remaining", Remaining.objects.select_related("part__unit", "person", "obligation")),
    ]
    if installation.needs("unpacking"):
        told = GoodsNotice.objects.select_related("addressee")
        wanted.append(Prefetch("packing", lines.prefetch_related("photos", Prefetch("notices", told))))
    if installation.needs("documents"):
        wanted.append("papers")
    if installation.needs("training"):
        trainees = Trainee.objects.annotate(known_count=Count("known")).order_by("pk")
        wanted += ["topics", Prefetch("trainees", trainees)]
    if installation.trial_started_at is not None:
        wanted.append("trial")
    if installation.state in SIGNED or installation.round > 1:
        signed = Acceptance.objects.select_related("by", "taken_back_by").prefetch_related("units__unit")
        wanted.append(Prefetch("acceptances", signed))
    prefetch_related_objects([installation], *wanted)
    known = installation._prefetched_objects_cache  # type: ignore[attr-defined]
    for name, model_manager in (
        ("packing", installation.packing),
        ("papers", installation.papers),
        ("topics", installation.topics),
        ("trainees", installation.trainees),
        ("trial", installation.trial),
        ("acceptances", installation.acceptances),
    ):
        if name not in known:
            known[name] = model_manager.none()
    if not installation.needs("training") or not list(installation.trainees.all()):
        known["skills"] = installation.skills.none()


def signed_acceptances(installation: Installation) -> list[Acceptance]:
    """What the customer accepted and nobody took back, newest first."""
    rows = installation.acceptances.filter(is_refusal=False, taken_back_at__isnull=True)
    return list(rows.prefetch_related("units__unit"))


@dataclass(frozen=True, slots=True)
class Mark:
    """One stage in the bar at the top: done, present or to come; ``skipped`` where the product does not need it."""

    label: str
    status: str


def stage_marks(installation: Installation) -> list[Mark]:
    """The stages of the project in their order."""
    here = STAGES.index(installation.state) if installation.state in STAGES else len(STAGES)
    if installation.state in ("refused", "partly"):
        here = len(STAGES) - 1
    marks = []
    for position, state in enumerate(STAGES):
        name = STAGE_NAMES.get(state, "")
        if state == "planned":
            continue
        status = "done" if position < here else "present" if position == here else "coming"
        if name and not installation.needs(name):
            status = "skipped"
        if state == "agreed" and here == 0 and status == "coming":
            status = "present"
        marks.append(Mark(_stage_label(state), status))
    return marks


def _stage_label(state: str) -> str:
    return {
        "agreed": _("Delivery"),
        "unpacking": _("Unpacking"),
        "installing": _("Installation"),
        "commissioning": _("Commissioning"),
        "trial": _("Trial run"),
        "documents": _("Documents"),
        "training": _("Training"),
        "acceptance": _("Acceptance"),
    }[state]
