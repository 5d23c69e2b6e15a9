"""The follow-up: one call or visit that asks a customer how things are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.followups.callhours import HELD
from jiannuo.operations.followups.models.scripts import IssueKind

FORMS = "jiannuo.operations.followups.forms."


class FollowUpQuerySet(DocumentQuerySet):
    def waiting(self) -> FollowUpQuerySet:
        """Those for which nobody has spoken with the customer yet."""
        return self.filter(ended_at__isnull=True)


class FollowUp(Document):
    """One follow-up. ``obligation`` is what it keeps, ``follows`` the earlier follow-up of the same service.

    ``call_at`` is from when it may be tried, ``ended_at`` when it was done, given up or dropped (an issue may still be
    open then). ``taken_by`` holds it for a while, so that two people do not call the same customer.
    """

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("follow-up", "to be done")
        ASKING = "asking", pgettext_lazy("follow-up", "answer owed")
        ANSWERING = "answering", pgettext_lazy("follow-up", "solution to be told")
        DONE = "done", pgettext_lazy("follow-up", "done")
        UNREACHED = "unreached", pgettext_lazy("follow-up", "not reached")
        DROPPED = "dropped", pgettext_lazy("follow-up", "dropped")

    PREFIX = "FU"
    URL_NAME = "followups:detail"
    SERVICE = "jiannuo.operations.followups.services.do"
    VIEW_PERMISSION = "followups.view"
    INITIAL_STATE = "due"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "due": "warning",
        "asking": "danger",
        "answering": "primary",
        "done": "success",
        "unreached": "secondary",
        "dropped": "secondary",
    }

    followup_kind = models.ForeignKey(
        "followups.FollowUpKind",
        verbose_name=_("kind of follow-up"),
        on_delete=models.PROTECT,
        related_name="followups",
    )
    obligation = models.OneToOneField(
        "obligations.Obligation",
        verbose_name=_("obligation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followup",
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="followups"
    )
    contact = models.ForeignKey(
        "customers.Contact",
        verbose_name=_("contact"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followups",
    )
    source = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followups",
    )
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("follow-up employee"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followups",
    )
    purpose = models.CharField(_("occasion"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("due"))
    call_at = models.DateTimeField(_("from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    script_version = models.ForeignKey(
        "followups.ScriptVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="followups"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    spoken_with = models.CharField(_("spoken with"), max_length=60, blank=True)
    summary = models.TextField(_("main points"), blank=True)
    wishes = models.TextField(_("requests of the customer"), blank=True)
    hopes = models.TextField(_("hopes of the customer"), blank=True)
    grievances = models.TextField(_("complaints of the customer"), blank=True)
    issue_kind = models.CharField(_("becomes a request"), max_length=14, choices=IssueKind, blank=True)
    issue_text = models.TextField(_("what must be answered"), blank=True)
    solution = models.TextField(_("solution"), blank=True)
    solved_at = models.DateTimeField(_("solution found"), null=True, blank=True)
    told_text = models.TextField(_("what the customer said to it"), blank=True)
    told_at = models.DateTimeField(_("customer told"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(
                fields=["due_at", "document_ptr"], condition=Q(ended_at__isnull=True), name="followup_waiting"
            ),
            models.Index(fields=["due_at", "document_ptr"], name="followup_due"),
            models.Index(fields=["ended_at", "document_ptr"], name="followup_ended"),
            models.Index(fields=["owner", "-document_ptr"], name="followup_owner"),
            models.Index(fields=["customer", "-document_ptr"], name="followup_customer"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in ("due", "asking", "answering")

    @property
    def channel(self) -> str:
        """How the customer spoke, in the words of the desk."""
        return "visit" if self.followup_kind.way == "visit" else "hotline"

    def is_held_by_another(self, user: Any, now: datetime | None = None) -> bool:
        """Whether somebody else is about to call."""
        if self.taken_by_id is None or self.taken_by_id == user.pk or self.taken_at is None:
            return False
        return (now or timezone.now()) < self.taken_at + HELD

    # Actions: they change the document only

    @action(
        source="due",
        target=None,
        label=_("Not reached"),
        permission="followups.handle",
        form=FORMS + "AttemptForm",
        order=20,
    )
    def attempt(self, *, by: Any, at: datetime, **_said: Any) -> None:
        """What came of it is kept by the service."""
        self.attempts += 1

    @action(source="due", target="done", label=_("Spoken"), permission="followups.handle", hidden=True)
    def complete(self, *, by: Any, at: datetime, **said: Any) -> None:
        self._said(by, at, said)

    @action(
        source="due",
        target="asking",
        label=_("Spoken, an answer is owed"),
        permission="followups.handle",
        hidden=True,
    )
    def raise_issue(self, *, by: Any, at: datetime, **said: Any) -> None:
        self._said(by, at, said)

    def _said(self, by: Any, at: datetime, said: dict[str, Any]) -> None:
        for name in (
            "spoken_with",
            "summary",
            "wishes",
            "hopes",
            "grievances",
            "issue_kind",
            "issue_text",
        ):
            setattr(self, name, said.get(name, ""))
        self.ended_at, self.owner = at, self.owner or by
        self.taken_by = self.taken_at = None

    @action(
        source="due",
        target="unreached",
        label=_("Close as not reached"),
        permission="followups.handle",
        hidden=True,
    )
    def give_up(self, *, by: Any, at: datetime, reason: str) -> None:
        self.reason, self.ended_at, self.owner = reason, at, self.owner or by
        self.taken_by = self.taken_at = None

    @action(
        source="unreached",
        target="due",
        label=_("Try again"),
        permission="followups.handle",
        style="primary",
        order=10,
    )
    def try_again(self, *, by: Any, at: datetime) -> None:
        self.ended_at, self.reason, self.call_at, self.attempts = None, "", at, 0

    @action(
        source="asking",
        target=None,
        label=_("Report to the supervisor"),
        permission="followups.handle",
        form=FORMS + "ReportForm",
        order=20,
    )
    def report(self, *, by: Any, at: datetime, text: str = "") -> None:
        pass

    @action(
        source="asking",
        target="answering",
        label=_("Solution found"),
        permission="followups.handle",
        form=FORMS + "SolveForm",
        style="primary",
        order=10,
    )
    def solve(self, *, by: Any, at: datetime, solution: str) -> None:
        self.solution, self.solved_at = solution, at

    @action(
        source="answering",
        target="done",
        label=_("Customer told"),
        permission="followups.handle",
        form=FORMS + "TellForm",
        style="success",
        order=10,
    )
    def tell(self, *, by: Any, at: datetime, told_text: str, **_more: Any) -> None:
        self.told_text, self.told_at = told_text, at

    @action(
        source="answering",
        target="asking",
        label=_("Not satisfied, back to work"),
        permission="followups.handle",
        form=FORMS + "NotSatisfiedForm",
        order=30,
    )
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.told_text, self.told_at = reason, at

    @action(
        source=["due", "asking", "answering"],
        target=None,
        label=_("Hand over"),
        permission="followups.handle",
        form=FORMS + "HandOverForm",
        order=60,
    )
    def hand_over(self, *, by: Any, at: datetime, person: Any, **_more: Any) -> None:
        self.owner = person
        self.taken_by = self.taken_at = None

    @action(
        source=["due", "unreached"],
        target="dropped",
        label=_("Drop"),
        permission="followups.drop",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def drop(self, *, by: Any, at: datetime, reason: str) -> None:
        self.reason, self.ended_at = reason, at
        self.taken_by = self.taken_at = None


class Attempt(models.Model):
    """One attempt that did not reach the customer."""

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", _("no answer")
        BUSY = "busy", _("busy")
        WRONG_NUMBER = "wrong_number", _("wrong number")
        REFUSED = "refused", pgettext_lazy("attempt", "refused to talk")
        LATER = "later", _("call again at another time")
        ABSENT = "absent", _("nobody there")

    followup = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(_("result"), max_length=14, choices=Result)
    again_at = models.DateTimeField(_("again at"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("attempt")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.followup_id} {self.result}"


class Answer(models.Model):
    """What the customer answered to a question of the published version; saved as it is said."""

    followup = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey("followups.Question", on_delete=models.PROTECT, related_name="answers")
    value = models.TextField(_("answer"), blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("answer")
        ordering = ["question__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["followup", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"

    @property
    def words(self) -> str:
        """The answer in words."""
        return self.question.words(self.value)
