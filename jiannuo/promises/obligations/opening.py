"""From plans to rows of the ledger. The one place where obligations are made; each key is owed only once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from jiannuo.kernel.events import publish
from jiannuo.promises.commitments.engine import loaded
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.obligations.events import ObligationOpened
from jiannuo.promises.obligations.models import Obligation, ObligationStep, RecurringDuty
from jiannuo.promises.obligations.schedule import next_instant, steps_of
from jiannuo.rules import CommitmentInForce, ObligationPlan, TimeClause

ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What obligations are about, and whose they are."""

    organization: Any
    customer: Any = None
    person: Any = None
    document: Any = None
    unit: Any = None
    duty: RecurringDuty | None = None
    product_path: str = ""
    division_code: str = ""
    is_demo: bool = False

    @property
    def key(self) -> str:
        """The part of a key that names the subject."""
        for name, one in (("document", self.document), ("unit", self.unit)):
            if one is not None:
                return f"{name}:{one.pk}"
        product = f"/{self.product_path}" if self.product_path else ""
        return f"organization:{self.organization.pk}{product}"

    def debtor_organization(self, debtor: str) -> Any:
        """Whose obligation it is in the tree: the selling dealer where the dealer owes, else who does the service."""
        dealer = getattr(self.unit, "dealer", None) if debtor == "dealer" else None
        return dealer or self.organization


def about_document(document: Any, *, organization: Any, customer: Any, person: Any = None) -> Subject:
    """A document as a subject, with unit, product and place where it has them."""
    unit = getattr(document, "unit", None)
    category = getattr(document, "category", None) or (unit.model.category if unit is not None else None)
    return Subject(
        organization=organization,
        customer=customer,
        person=person,
        document=document,
        unit=unit,
        product_path=getattr(category, "code_path", ""),
        division_code=str(getattr(document, "division_id", None) or ""),
        is_demo=document.is_demo,
    )


Key = Callable[[ObligationPlan], str]


def parties_key(subject: Subject, event: str = "", occasion: str = "") -> Key:
    """One key for each thing owed between two parties about a subject, for an event and its occasion."""

    def key(plan: ObligationPlan) -> str:
        parts = (subject.key, event, occasion, plan.metric, plan.debtor, plan.creditor)
        return ":".join(part for part in parts if part)[:200]

    return key


def owe(subject: Subject, plans: Iterable[ObligationPlan], key: Key, *, event: str = "") -> list[Obligation]:
    """Open what is not owed yet under its key; the new obligations, soonest first.

    Two that ask at the same time open it once: the loser's rows are taken back and it looks again.
    """
    wanted = {key(plan): plan for plan in plans}
    for attempt in range(ATTEMPTS):
        known = set(Obligation.objects.filter(key__in=wanted).values_list("key", flat=True))
        fresh = {name: plan for name, plan in wanted.items() if name not in known}
        if not fresh:
            return []
        try:
            with transaction.atomic():
                return _create(subject, fresh, event)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    return []


def _create(subject: Subject, plans: dict[str, ObligationPlan], event: str) -> list[Obligation]:
    versions = versions_of(plans.values())
    opened, steps = [], []
    for key, plan in plans.items():
        version = versions.get((plan.commitment, plan.version))
        obligation = Obligation(
            organization=subject.debtor_organization(plan.debtor),
            customer=subject.customer,
            person=subject.person,
            document_id=getattr(subject.document, "pk", None),
            unit=subject.unit,
            duty=subject.duty,
            key=key,
            event=event or _start_of(version, plan),
            debtor=plan.debtor,
            creditor=plan.creditor,
            product_path=subject.product_path[:200],
            division_code=subject.division_code[:12],
            zone=_zone_of(version, plan, subject.division_code),
            version=version,
            clause=plan.clause,
            metric=plan.metric,
            text=plan.text,
            plan=plan.to_json(),
            started_at=plan.started_at,
            due_at=plan.due_at,
            warn_at=plan.warn_at,
            is_demo=subject.is_demo,
        )
        own = steps_of(obligation, plan)
        obligation.next_at = next_instant(own)
        opened.append(obligation)
        steps.extend(own)
    Obligation.objects.bulk_create(opened)
    ObligationStep.objects.bulk_create(steps)
    for obligation in opened:
        publish(
            ObligationOpened(
                obligation_id=obligation.pk,
                metric=obligation.metric,
                event=obligation.event,
                at=obligation.started_at,
                document_id=obligation.document_id,
                unit_id=obligation.unit_id,
            )
        )
    opened.sort(key=lambda one: (one.due_at is None, one.due_at))
    return opened


def versions_of(plans: Iterable[ObligationPlan]) -> dict[tuple[str, int], CommitmentVersion]:
    """The versions under which something is owed, by code and number."""
    codes = {plan.commitment for plan in plans}
    rows = (
        CommitmentVersion.objects.filter(commitment__code__in=codes)
        .select_related("commitment")
        .defer("content")
    )
    return {(row.commitment.code, row.number): row for row in rows}


def _start_of(version: CommitmentVersion | None, plan: ObligationPlan) -> str:
    clause = loaded(version).clause(plan.clause) if version is not None else None
    return clause.event if isinstance(clause, TimeClause) else ""


def _zone_of(version: CommitmentVersion | None, plan: ObligationPlan, division: str) -> str:
    if version is None or not division:
        return ""
    own = loaded(version)
    return zone_of(own.commitment, own.clause(plan.clause), division)


def zone_of(commitment: CommitmentInForce, clause: Any, division: str) -> str:
    """The zone of a division under a clause: one that the clause asks for, else the closest of the commitment."""
    asked = {
        word
        for one in getattr(clause, "when", ())
        if one.fact == "zone"
        for word in (*one.any_of, *one.none_of)
    }
    found = [
        (name not in asked, -max(len(code) for code in codes if division.startswith(code)), name)
        for name, codes in commitment.zones.items()
        if division.startswith(tuple(codes))
    ]
    return min(found)[2][:60] if found else ""
