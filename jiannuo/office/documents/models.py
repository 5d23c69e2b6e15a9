"""Everything is a document: number, organisation, state, timeline, files, approvals in one place."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from jiannuo.office.accounts.roles import Role
from jiannuo.office.organizations.scope import ScopedQuerySet


class NumberSequence(models.Model):
    """The last number given per prefix and day; the row is locked until the document is saved."""

    prefix = models.CharField(max_length=8)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "day"], name="number_sequence_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.day:%Y%m%d}-{self.last:04d}"


class DocumentQuerySet(ScopedQuerySet):
    pass


class Document(FSMModelMixin, models.Model):
    """Base table of all documents. Timeline, files, approvals, obligations and prints point here."""

    PREFIX: ClassVar[str] = "DOC"
    URL_NAME: ClassVar[str] = ""
    SERVICE: ClassVar[str] = "jiannuo.office.documents.services.perform"
    VIEW_PERMISSION: ClassVar[str] = "home.view"
    INITIAL_STATE: ClassVar[str] = "draft"
    #: whether even its existence is for those alone who hold its permission; other rooms' lists leave it out then
    CONFIDENTIAL: ClassVar[bool] = False
    STATES: ClassVar[type[models.TextChoices] | None] = None
    STATE_STYLES: ClassVar[dict[str, str]] = {}

    number = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    kind = models.CharField(_("document kind"), max_length=30, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = FSMField(_("state"), max_length=30, protected=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        indexes = [
            models.Index(fields=["kind", "-id"], name="document_kind"),
            models.Index(fields=["kind", "state", "-id"], name="document_kind_state"),
            models.Index(fields=["kind", "organization", "-id"], name="document_kind_org"),
            models.Index(fields=["kind", "organization", "state", "-id"], name="document_kind_org_state"),
            models.Index(fields=["kind", "-created_at"], name="document_kind_created"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args:
            kwargs.setdefault("state", self.INITIAL_STATE)
        super().__init__(*args, **kwargs)

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("documents:open", args=[self.number])

    def specific(self) -> Document:
        """This document as its own kind (one query unless it is already)."""
        if type(self) is not Document:
            return self
        return getattr(self, self.kind)

    @property
    def is_entrusted(self) -> bool:
        """Whether what is said about it belongs to a confidential document, which keeps it in its stead."""
        return False

    def is_public_to(self, user: Any) -> bool:
        """Whether ``user`` may read it without a role at its organisation, because it was published."""
        return False

    @property
    def state_label(self) -> str:
        states = self.STATES
        return str(states(self.state).label) if states and self.state in states.values else self.state

    @property
    def state_style(self) -> str:
        """The look of the state: secondary, info, primary, warning, danger or success."""
        return self.STATE_STYLES.get(self.state, "secondary")


class DocumentLink(models.Model):
    """``source`` exists for the sake of ``target``: a work order serves a request."""

    class Kind(models.TextChoices):
        SERVES = "serves", _("serves")
        DUPLICATES = "duplicates", _("duplicate of")
        FOLLOWS = "follows", _("follows")
        PART_OF = "part_of", _("part of")

    source = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=12, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="document_link_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="document_link_not_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.target}"


class TimelineEntry(models.Model):
    """One line of a document's history: a comment, a transition, a file or a message."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        COMMENT = "comment", _("comment")
        TRANSITION = "transition", _("step")
        CHANGE = "change", _("change")
        FILE = "file", _("file")
        MESSAGE = "message", _("message")
        OBLIGATION = "obligation", _("promise")
        APPROVAL = "approval", _("approval")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="timeline")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField(max_length=40, blank=True)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    visible_to_customer = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["document", "-at"])]

    def __str__(self) -> str:
        return f"{self.document} {self.kind}"


class Attachment(models.Model):
    """A stored file that belongs to a document."""

    class Purpose(models.TextChoices):
        OTHER = "other", _("other")
        BEFORE = "before", _("before the work")
        AFTER = "after", _("after the work")
        FAULT = "fault", _("fault")
        SIGNATURE = "signature", _("signature")
        RECORDING = "recording", _("recording")
        REPORT = "report", _("report")
        VIDEO = "video", _("video")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="attachments")
    entry = models.ForeignKey(
        TimelineEntry, null=True, blank=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, default=Purpose.OTHER)
    caption = models.CharField(_("caption"), max_length=120, blank=True)
    visible_to_customer = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "file"], name="attachment_once")]

    def __str__(self) -> str:
        return self.caption or str(self.file)


class Approval(models.Model):
    """A question put to a chain of roles about a document."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        SENT_BACK = "sent_back", _("sent back")
        CANCELLED = "cancelled", _("cancelled")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="approvals")
    subject = models.CharField(_("subject"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    on_approved = models.CharField(
        max_length=40, blank=True, help_text="action of the document done once approved"
    )
    data = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "subject"],
                condition=models.Q(state="pending"),
                name="approval_pending_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.subject}"


class ApprovalStep(models.Model):
    """One role of the chain; ``assignee`` when it was delegated to a person."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for earlier steps")
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        SENT_BACK = "sent_back", _("sent back")

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(_("role"), max_length=30, choices=Role)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["approval", "position"], name="approval_step_once")]
        indexes = [
            models.Index(
                fields=["remind_at"], condition=models.Q(state="pending"), name="approval_step_remind"
            ),
            models.Index(fields=["role", "state"], name="approval_step_role"),
        ]

    def __str__(self) -> str:
        return f"{self.approval} {self.position}"


def document_state_choices(model: type[Document]) -> list[tuple[str, Any]]:
    """Choices of the states of ``model``, for filters."""
    return list(model.STATES.choices) if model.STATES else []
