"""The ledger of obligations: who owes what to whom until when, and whether it was kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.promises.commitments.words import METRICS, PAUSE_REASONS


class ObligationQuerySet(ScopedQuerySet):
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
        verbose_name=_("debtor"),
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
        verbose_name=_("creditor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="obligations",
    )
    document = models.ForeignKey(
        "documents.Document", verbose_name=_("document"), on_delete=models.CASCADE, related_name="obligations"
    )
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
            models.UniqueConstraint(
                fields=["document", "metric"], condition=Q(state="open"), name="obligation_open_once"
            ),
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
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.metric}"

    @property
    def metric_label(self) -> str:
        """What is owed, in the reader's language."""
        return str(METRICS.get(self.metric, self.metric))

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
    def consequences(self) -> list[dict[str, str]]:
        """What a miss brings about: ``code`` and ``text`` of each."""
        return list(self.plan.get("consequences", ()))

    @property
    def owed_instead(self) -> str:
        """What is owed because this was missed, as the clause words it."""
        if self.state not in (self.State.MISSED, self.State.MET_LATE):
            return ""
        return "；".join(one.get("text") or one["code"] for one in self.consequences)


class ObligationPause(models.Model):
    """A span during which the clock stood still."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=30)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(to_at__isnull=True), name="pause_open_once"
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=models.F("from_at")), name="pause_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} {self.reason}"

    @property
    def reason_label(self) -> str:
        return str(PAUSE_REASONS.get(self.reason, self.reason))


class ObligationStep(models.Model):
    """A warning or escalation that is to happen (or did) at an instant."""

    class Kind(models.TextChoices):
        WARN = "warn", _("warning")
        ESCALATE = "escalate", _("escalation")
        MISS = "miss", _("missed")

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=30, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["obligation", "at"], condition=Q(done_at__isnull=True), name="step_pending")
        ]

    def __str__(self) -> str:
        return f"{self.obligation} {self.kind}"
