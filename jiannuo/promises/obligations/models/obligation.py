"""What is owed: one line of the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.office.documents.kinds import hidden_from
from jiannuo.office.documents.models import Document
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.promises.commitments.engine import loaded
from jiannuo.promises.commitments.wordlist import PAPERS
from jiannuo.promises.commitments.words import EVENTS, label
from jiannuo.promises.obligations.words import metric_label, party_label
from jiannuo.rules import ObligationPlan


class ObligationQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Obligations in scope, without those of documents that must not be known to ``user``."""
        return super().visible_to(user).known_to(user)

    def known_to(self, user: Any) -> Self:
        """Without what documents owe whose existence ``user`` must not know of."""
        hidden = hidden_from(user)
        if not hidden:
            return self
        return self.exclude(document__in=Document.objects.filter(kind__in=hidden).values("pk"))

    def open(self) -> ObligationQuerySet:
        """What is still owed, on time or late."""
        return self.filter(state__in=Obligation.OPEN_STATES, abandoned_at__isnull=True)


class Obligation(models.Model):
    """One thing owed. ``next_at`` is the only instant the sweep looks at."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        MET = "met", _("kept")
        MISSED = "missed", _("missed")
        MET_LATE = "met_late", _("kept late")
        WAIVED = "waived", _("waived")
        CANCELLED = "cancelled", _("cancelled")

    OPEN_STATES = ("open", "missed")
    UNSETTLED = Q(state__in=["open", "missed"])

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="obligations",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="obligations",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="obligations",
    )
    document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="obligations",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("installed unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="obligations",
    )
    duty = models.ForeignKey(
        "obligations.RecurringDuty",
        verbose_name=_("recurring duty"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="occurrences",
    )
    key = models.CharField(
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="what must be owed only once; empty when it was cancelled, so that it may be owed anew",
    )
    event = models.CharField(_("start event"), max_length=30, blank=True)
    debtor = models.CharField(pgettext_lazy("party", "debtor"), max_length=20, default="provider")
    creditor = models.CharField(pgettext_lazy("party", "creditor"), max_length=20, default="customer")
    product_path = models.CharField(_("product"), max_length=200, blank=True)
    division_code = models.CharField(_("division"), max_length=12, blank=True)
    zone = models.CharField(_("zone"), max_length=60, blank=True)
    version = models.ForeignKey(
        "commitments.CommitmentVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="obligations",
    )
    clause = models.CharField(_("clause"), max_length=60)
    metric = models.CharField(_("what is owed"), max_length=30)
    text = models.TextField(_("promise"), blank=True)
    plan = models.JSONField(default=dict, help_text="the ObligationPlan of rules, frozen")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    warn_at = models.DateTimeField(_("warn"), null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(_("missed"), null=True, blank=True)
    met_at = models.DateTimeField(_("kept"), null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    evidence = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.SET_NULL, related_name="evidence_for"
    )
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    abandoned_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when the subject ended while this was missed: no longer owed, still missed",
    )
    waive_reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["met", "met_late"]) | Q(met_at__isnull=False),
                name="obligation_met_has_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="obligation_next"),
            models.Index(fields=["organization", "state", "due_at"], name="obligation_org_due"),
            models.Index(fields=["person", "state", "due_at"], name="obligation_person_due"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["open", "missed"]), name="obligation_open_due"
            ),
            models.Index(fields=["state", "due_at", "id"], name="obligation_state_due"),
            models.Index(fields=["due_at", "id"], name="obligation_due"),
            models.Index(fields=["organization", "due_at", "id"], name="obligation_org_all_due"),
            models.Index(fields=["document", "metric"], name="obligation_document"),
            models.Index(
                fields=["unit", "metric", "due_at"], condition=Q(unit__isnull=False), name="obligation_unit"
            ),
            models.Index(fields=["version", "clause", "due_at"], name="obligation_clause_due"),
            models.Index(fields=["product_path", "due_at"], name="obligation_product_due"),
            models.Index(fields=["zone", "due_at"], name="obligation_zone_due"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_label} {self.metric}"

    def get_absolute_url(self) -> str:
        return path_of("obligations:detail", self.pk)

    @property
    def metric_label(self) -> str:
        """What is owed, in the reader's language."""
        return metric_label(self.metric)

    @property
    def subject_label(self) -> str:
        """What it is about: number of the document, serial of the unit, else the organisation."""
        if self.document is not None:
            return str(self.document.number)
        return str(self.unit or self.organization)

    @property
    def subject_url(self) -> str:
        """The page of the document or of the unit; the obligation's own when there is neither."""
        subject = self.document or self.unit
        return str(subject.get_absolute_url() if subject is not None else self.get_absolute_url())

    @property
    def debtor_label(self) -> str:
        """Who owes: the customer, the person or the organisation by name, with the word of the clause."""
        name: Any = self.customer if self.debtor == "customer" else self.organization
        if self.debtor == "person" and self.person is not None:
            name = self.person
        return _named(self.debtor, name)

    @property
    def creditor_label(self) -> str:
        """To whom it is owed."""
        return _named(self.creditor, self.customer if self.creditor == "customer" else None)

    @property
    def event_at(self) -> date | datetime | None:
        """When the event will be from which it is counted back, as known; nothing for what is not counted back."""
        moment = self.plan.get("event_at") if self.plan.get("before") else None
        return ObligationPlan.from_json(self.plan).event_at if moment else None

    @property
    def event_label(self) -> str:
        """The event that brought it about, or before which it is owed, in the reader's language."""
        return label(EVENTS, self.event) if self.event else ""

    @property
    def is_paused(self) -> bool:
        """The clock stands still: there is no due instant while a pause is open."""
        return self.state == self.State.OPEN and self.due_at is None

    @property
    def is_owed(self) -> bool:
        return self.state in self.OPEN_STATES and self.abandoned_at is None

    @property
    def source(self) -> str:
        """Where it was promised: document and article."""
        source = self.plan.get("source") or {}
        return " ".join(filter(None, (source.get("document"), source.get("article"))))

    @property
    def pausable(self) -> tuple[str, ...]:
        """Reasons for which the clause lets the clock stand still."""
        return tuple(self.plan.get("pausable", ()))

    @property
    def consequences(self) -> list[dict[str, Any]]:
        """What a miss brings about: ``code``, ``text``, ``amount``, ``share`` and ``per`` of each, as frozen."""
        return list(self.plan.get("consequences", ()))

    @property
    def proofs_asked(self) -> tuple[str, ...]:
        """What the clause wants to see as evidence, as its commitment reads it."""
        asked = self.plan.get("evidence", ())
        own = loaded(self.version).labels if asked and self.version is not None else {}
        return tuple(label(PAPERS, one, own) for one in asked)

    @property
    def owed_instead(self) -> str:
        """What is owed because this was missed, as the clause words it."""
        if self.state not in (self.State.MISSED, self.State.MET_LATE):
            return ""
        return "；".join(one.get("text") or one["code"] for one in self.consequences)


def _named(word: str, name: Any) -> str:
    label = party_label(word)
    return f"{label} · {name}" if name is not None else label
