"""The case behind a document, asked of the commitments as often as needed: what is charged, allowed, chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.operations.workorders import shares
from jiannuo.operations.workorders.history import history_of
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.promises.commitments.engine import Loaded, engine_of, published
from jiannuo.promises.commitments.facts import FAULTS, History, facts_for, last_replaced
from jiannuo.rules import Decision, Engine, Facts, path

REQUEST = "servicerequest"
#: what a decision reads of a request besides its own fields
OF_REQUEST = ("unit__model__category", "category", "customer")


def subject_of(document: Document) -> Any:
    """Whose decision counts: the request that an order serves, what a task came from, else the document itself."""
    source = getattr(document, "source", None)
    if isinstance(source, Document):
        return subject_of(source.specific())
    if document.kind != "workorder":
        return document
    links = DocumentLink.objects.filter(
        source_id=document.pk, kind=DocumentLink.Kind.SERVES, target__kind=REQUEST
    )
    link = (
        links.select_related(*(f"target__servicerequest__{name}" for name in OF_REQUEST))
        .order_by("pk")
        .first()
    )
    return link.target.specific() if link is not None else document


class Case:
    """What the commitments say about a document; they and the facts are read once.

    The promises are those that had been published when the request was decided, judged at its instant; the history of
    the unit is counted up to ``at`` (now), without the request itself.
    """

    def __init__(self, document: Document, *, at: datetime | None = None) -> None:
        self.document = document
        self.at = at or timezone.now()
        self.subject = subject_of(document)
        self._decided: dict[str, Decision] = {}

    @property
    def started_at(self) -> datetime:
        """When the case began: the request came in, else the document was made."""
        return getattr(self.subject, "received_at", None) or self.subject.created_at

    @cached_property
    def asked_elsewhere(self) -> list[OrderLine]:
        """What the other parts of a divided job ask the customer. One query, two for a divided job."""
        others = [key for key in shares.keys_of(self.document.pk) if key != self.document.pk]
        if not others:
            return []
        rows = OrderLine.objects.filter(order__in=others, payer=OrderLine.Payer.CUSTOMER)
        rows = rows.exclude(order__state="cancelled").exclude(charged=0).select_related("order")
        return list(rows.order_by("pk"))

    @cached_property
    def _versions(self) -> list[Loaded]:
        return published(self.subject.organization, as_of=getattr(self.subject, "decided_at", None))

    @cached_property
    def _engine(self) -> Engine:
        """Decides by the same clauses again and again: a price list asks a hundred times."""
        return engine_of(self._versions)

    @cached_property
    def facts(self) -> Facts:
        """What is known about the case."""
        subject = self.subject
        return facts_for(
            unit=getattr(subject, "unit", None),
            customer=getattr(subject, "customer", None),
            category=getattr(subject, "category", None),
            division=getattr(subject, "division_id", None),
            kind=self._kind,
            severity=getattr(subject, "severity", ""),
            channel=getattr(subject, "channel", ""),
            symptom=self._symptom,
            cause=getattr(self.document, "cause", None),
            events={"requested": self.started_at},
            history=self._history,
        )

    @property
    def _kind(self) -> str:
        return getattr(self.subject, "request_kind", "") or getattr(self.subject, "job", "")

    @property
    def _symptom(self) -> Any:
        return getattr(self.document, "symptom", None) or getattr(self.subject, "symptom", None)

    @cached_property
    def _history(self) -> History:
        unit = getattr(self.subject, "unit", None)
        if unit is None:
            return History()
        asked = {"symptom": self._symptom, "fault": self._kind in FAULTS, "present": self.subject.pk}
        return history_of(unit, at=self.at, **asked)

    def about(self, component: str) -> Decision | None:
        """The decision on a component that was replaced before the case began, whose own term may run anew.

        ``None`` when it never was: then the decision on the whole holds for it.
        """
        last = last_replaced(self._history, component)
        if last is None or last >= timezone.localtime(self.started_at).date():
            return None
        dates = {**self.facts.dates, "component_replaced": last}
        return self.decision(component=path(component), dates=dates)

    def decision(self, *, amounts: Mapping[str, Decimal] | None = None, **changes: Any) -> Decision:
        """The decision, with amounts (yuan, or units of which there are so many) and other facts changed."""
        asked = repr((sorted((amounts or {}).items()), sorted(changes.items())))
        if asked not in self._decided:
            facts = replace(self.facts, **changes)
            if amounts:
                facts = replace(facts, amounts={**facts.amounts, **amounts})
            self._decided[asked] = self._engine.decide(facts, self.started_at.astimezone(UTC))
        return self._decided[asked]
