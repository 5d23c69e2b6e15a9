"""Who is asked after a service, and the rules by which."""

from __future__ import annotations

import secrets
from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.kinds import hidden_from
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.surveys.models.questionnaires import Edition, Questionnaire


def nonce() -> str:
    """What makes a link unguessable."""
    return secrets.token_urlsafe(9)


class InvitationRule(models.Model):
    """A line of the table of invitations. The lines of the nearest organisation upwards count."""

    class Event(models.TextChoices):
        ORDER_SIGNED = "order_signed", _("the customer signed a work order")
        ORDER_CLOSED = "order_closed", _("a work order was closed")
        REQUEST_ANSWERED = "request_answered", _("a request was answered by phone or solved from afar")
        COMPLAINT_CLOSED = "complaint_closed", _("a complaint was closed")
        MONTHLY = "monthly", _("each month, who had a service in the month before")

    class Job(models.TextChoices):
        REPAIR = "repair", _("repair")
        INSTALLATION = "installation", _("installation")
        MAINTENANCE = "maintenance", _("maintenance")
        INSPECTION = "inspection", _("inspection")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="invitation_rules",
    )
    event = models.CharField(_("event"), max_length=20, choices=Event, default=Event.ORDER_CLOSED)
    job = models.CharField(
        _("kind of job"), max_length=14, choices=Job, blank=True, help_text=_("Empty: any.")
    )
    questionnaire = models.ForeignKey(
        Questionnaire, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="rules"
    )
    share = models.PositiveSmallIntegerField(
        _("share that is asked (%)"),
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("0 asks nobody, also where an organisation above would ask."),
    )
    interval_days = models.PositiveSmallIntegerField(
        _("days between two invitations of a customer"), default=30
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule of invitations")
        verbose_name_plural = _("rules of invitations")
        ordering = ["organization", "event", "job"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "event", "job", "questionnaire"],
                name="survey_rule_once",
                violation_error_message=_("There is a line for this already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_event_display()}"

    def clean(self) -> None:
        """Refuse a kind of job where there is no work order."""
        if self.job and self.event not in (self.Event.ORDER_SIGNED, self.Event.ORDER_CLOSED):
            raise ValidationError(
                {"job": gettext("Only work orders have a kind of job. Leave it empty for this event.")}
            )


class InvitationQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those in scope; not those about a confidential document that ``user`` must not know of."""
        hidden = hidden_from(user)
        rows = super().visible_to(user)
        return rows.exclude(document__kind__in=hidden) if hidden else rows


class Invitation(models.Model):
    """A customer is asked about one service, once; the link in the message is good until it is used."""

    VIEW_PERMISSION = "surveys.view"

    class State(models.TextChoices):
        UNSENT = "unsent", pgettext_lazy("invitation", "not sent")
        SENT = "sent", pgettext_lazy("invitation", "sent")
        ANSWERED = "answered", pgettext_lazy("invitation", "answered")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="invitations")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="invitations")
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="survey_invitations",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    model = models.ForeignKey(
        "products.ProductModel",
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("technician"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    nonce = models.CharField(max_length=20, default=nonce, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UNSENT)
    month = models.DateField(_("month"))
    round = models.DateField(
        _("month asked about"), null=True, blank=True, editable=False, help_text="of a monthly survey"
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(_("good until"))
    is_demo = models.BooleanField(default=False, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "questionnaire"],
                condition=Q(document__isnull=False),
                name="survey_invited_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "round"],
                condition=Q(round__isnull=False),
                name="survey_invited_monthly",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="survey_inv_customer"),
            models.Index(fields=["organization", "-id"], name="survey_inv_org"),
            models.Index(fields=["state", "-id"], name="survey_inv_state"),
            models.Index(fields=["questionnaire", "month", "organization"], name="survey_inv_month"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.created_at:%Y-%m-%d}"

    @property
    def is_expired(self) -> bool:
        return self.state != self.State.ANSWERED and self.expires_at <= timezone.now()


auditlog.register(InvitationRule)
