"""The inbox (来件箱): one thing that came in on any channel, and what was done with it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.office.accounts.privacy import mask_phone
from jiannuo.office.organizations.scope import ScopedQuerySet


class Channel(models.TextChoices):
    """The channels of the inbox; their values are those of service requests."""

    HOTLINE = "hotline", _("hotline")
    EMAIL = "email", _("e-mail")
    IM = "im", _("instant message")
    LETTER = "letter", _("letter")
    VISIT = "visit", _("visit in person")
    WEB = "web", _("web")


class EntrustedQuerySet(ScopedQuerySet):
    """Rows in scope; what was said of a request that is with the complaint desk is for that desk alone."""

    request_fields: ClassVar[tuple[str, ...]] = ("request",)

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if getattr(user, "is_authenticated", False) and user.has_perm("complaints.all"):
            return rows
        for field in self.request_fields:
            rows = rows.exclude(**{f"{field}__request_kind": "complaint"})
        return rows


class InboxItemQuerySet(EntrustedQuerySet):
    def open(self) -> Self:
        """What somebody still has to deal with."""
        return self.filter(state__in=InboxItem.OPEN_STATES)


class InboxItem(models.Model):
    """One thing that came in. Whoever takes it answers for it until it is closed or handed over (首问负责).

    ``key`` is unique: what a source sends twice is stored once. ``due_at`` is when it should have been taken care of,
    by the table of the channels; empty when that says nothing. ``next_at`` is when somebody is told of it next, empty
    when nobody is. ``version`` counts the writes, against two at once.
    """

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("inbox", "new")
        TAKEN = "taken", pgettext_lazy("inbox", "taken")
        REGISTERED = "registered", pgettext_lazy("inbox", "registered")
        ANSWERED = "answered", pgettext_lazy("inbox", "answered")
        DISMISSED = "dismissed", pgettext_lazy("inbox", "dismissed")

    class Kind(models.TextChoices):
        MESSAGE = "message", pgettext_lazy("inbox", "message")
        CALL_BACK = "call_back", pgettext_lazy("inbox", "call back")

    VIEW_PERMISSION: ClassVar[str] = "inbox.view"
    OPEN_STATES: ClassVar[tuple[str, ...]] = ("new", "taken")
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "new": "warning",
        "taken": "primary",
        "registered": "success",
        "answered": "success",
        "dismissed": "secondary",
    }

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="inbox_items",
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    kind = models.CharField(pgettext_lazy("inbox", "kind"), max_length=12, choices=Kind, default=Kind.MESSAGE)
    source = models.CharField(_("source"), max_length=80, blank=True, help_text="name of the connection")
    key = models.CharField(
        max_length=200,
        unique=True,
        editable=False,
        help_text="given by the source, so that it is stored once",
    )
    #: of what a form sent with the key; empty for what machines deliver
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    connection = models.ForeignKey(
        "channels.Connection",
        verbose_name=_("connection"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbox_items",
    )
    sender_name = models.CharField(_("sender"), max_length=80, blank=True)
    sender_phone = models.CharField(_("phone"), max_length=20, blank=True, help_text="E.164 where it is one")
    sender_address = models.CharField(
        pgettext_lazy("inbox", "address of the sender"), max_length=254, blank=True
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbox_items",
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(pgettext_lazy("inbox", "text"), blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), null=True, blank=True, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("inbox", "responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbox_items",
    )
    taken_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    request = models.ForeignKey(
        "desk.ServiceRequest",
        verbose_name=_("service request"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbox_items",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = InboxItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("inbox item")
        verbose_name_plural = _("inbox items")
        indexes = [
            models.Index(fields=["organization", "-id"], name="inbox_org"),
            models.Index(fields=["organization", "state", "-id"], name="inbox_org_state"),
            models.Index(fields=["state", "-id"], name="inbox_state"),
            models.Index(fields=["owner", "state", "-id"], name="inbox_owner"),
            models.Index(fields=["customer", "-id"], name="inbox_customer"),
            models.Index(fields=["channel", "-id"], name="inbox_channel"),
            models.Index(fields=["received_at", "id"], name="inbox_received"),
            models.Index(fields=["due_at"], condition=Q(state__in=("new", "taken")), name="inbox_due"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="inbox_next"),
            models.Index(
                fields=["sender_phone"], condition=Q(state__in=("new", "taken")), name="inbox_open_phone"
            ),
            models.Index(
                fields=["sender_address"], condition=Q(state__in=("new", "taken")), name="inbox_open_address"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(owner__isnull=False), name="inbox_taken_has_owner"
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""), name="inbox_dismissed_why"
            ),
            models.UniqueConstraint(
                fields=["organization", "sender_phone"],
                condition=Q(kind="call_back", state__in=("new", "taken")) & ~Q(sender_phone=""),
                name="inbox_call_back_once",
            ),
            models.UniqueConstraint(
                fields=["connection", "sender_address"],
                condition=Q(channel="im", connection__isnull=False, state__in=("new", "taken"))
                & ~Q(sender_address=""),
                name="inbox_conversation_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return path_of("channels:item", self.pk)

    @property
    def title(self) -> str:
        """What it is about, in one line."""
        words = self.subject or " ".join(self.text.split())
        return words[:80] or str(self.get_kind_display())

    @property
    def who(self) -> str:
        """Who sent it, as far as is known; the number or address only when there is no name."""
        return str(self.customer or self.sender_name or "")

    @property
    def who_is_shown(self) -> str:
        """Who sent it, for lists: without a name the masked number."""
        return self.who or mask_phone(self.sender_phone)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STATE_STYLES.get(self.state, "secondary")


class InboxLine(models.Model):
    """One line of an item's history: what came in, what went out, who did what, and who was told that it waits.

    ``key`` names a message of the source, or a step of waiting (unique where given), so that it is stored once.
    """

    class Kind(models.TextChoices):
        IN = "in", pgettext_lazy("inbox line", "from the sender")
        OUT = "out", pgettext_lazy("inbox line", "to the sender")
        NOTE = "note", pgettext_lazy("inbox line", "note")
        TAKEN = "taken", pgettext_lazy("inbox line", "taken")
        TAKEN_OVER = "taken_over", pgettext_lazy("inbox line", "taken over")
        HANDED_OVER = "handed_over", pgettext_lazy("inbox line", "handed over")
        REGISTERED = "registered", pgettext_lazy("inbox line", "registered")
        ATTACHED = "attached", pgettext_lazy("inbox line", "added to a request")
        ANSWERED = "answered", pgettext_lazy("inbox line", "answered")
        DISMISSED = "dismissed", pgettext_lazy("inbox line", "dismissed")
        REOPENED = "reopened", pgettext_lazy("inbox line", "opened again")
        WARNED = "warned", pgettext_lazy("inbox line", "reminded")
        MISSED = "missed", pgettext_lazy("inbox line", "overdue")
        ESCALATED = "escalated", pgettext_lazy("inbox line", "reported upwards")

    item = models.ForeignKey(InboxItem, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(blank=True)
    key = models.CharField(max_length=200, blank=True, editable=False)
    data: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["item", "at"], name="inbox_line_item")]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="inbox_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


class InboxFile(models.Model):
    """A stored file that came with an item, or with one line of it."""

    item = models.ForeignKey(InboxItem, on_delete=models.CASCADE, related_name="files")
    line = models.ForeignKey(
        InboxLine, null=True, blank=True, on_delete=models.SET_NULL, related_name="files"
    )
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="inbox_files")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "file"], name="inbox_file_once")]

    def __str__(self) -> str:
        return str(self.file)
