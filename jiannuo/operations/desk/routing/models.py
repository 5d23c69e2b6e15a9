"""The table of routing rules, and what dealers pushed back."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.roles import Role
from jiannuo.office.organizations.scope import ScopedQuerySet


class Nature(models.TextChoices):
    """What a matter is about, which tells the department that answers for it."""

    QUALITY = "quality", _("quality of the product")
    PACKING = "packing", _("packaging and transport")
    ATTITUDE = "attitude", _("attitude of staff")
    PARTNER = "partner", _("trade partner")
    OTHER = "other", _("other matter")


class RoutingRuleQuerySet(ScopedQuerySet):
    def in_order(self) -> RoutingRuleQuerySet:
        """The rules as they are asked: those of the nearest organisation first, each table from the top."""
        return self.order_by("-organization__depth", "position", "pk")


class RoutingRule(models.Model):
    """One line: when all conditions hold, the request goes to a unit, and there to a role or a person.

    An empty condition holds always. A condition on a tree (product, symptom, area) holds below it as well.
    """

    VIEW_PERMISSION: ClassVar[str] = "requests.routing"

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("table of"),
        on_delete=models.PROTECT,
        related_name="routing_rules",
        help_text=_("The rule is asked for requests of this organisation and of those below it."),
    )
    name = models.CharField(_("rule"), max_length=120)
    position = models.PositiveIntegerField(_("order"), default=0, editable=False)
    natures = models.JSONField(_("nature of the matter"), default=list, blank=True)
    kinds = models.JSONField(_("kind of request"), default=list, blank=True)
    severities = models.JSONField(_("severity"), default=list, blank=True)
    channels = models.JSONField(_("channel"), default=list, blank=True)
    grades = models.JSONField(_("customer class"), default=list, blank=True)
    symptom = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("symptom and below"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    category = models.ForeignKey(
        "products.Category",
        verbose_name=_("product and below"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    model = models.ForeignKey(
        "products.ProductModel",
        verbose_name=_("model"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    division = models.ForeignKey(
        "regions.Division",
        verbose_name=_("area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    below = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation and below"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    to_organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("goes to"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    to_role = models.CharField(_("role"), max_length=30, choices=Role, blank=True)
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        indexes = [models.Index(fields=["organization", "position"], name="routing_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="routing_validity",
                violation_error_message=_("The rule cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a person and a role together: one of them is meant."""
        if self.to_role and self.to_person_id:
            raise ValidationError({"to_person": gettext("Choose a role or a person, not both.")})

    def is_valid_on(self, day: date) -> bool:
        """Whether the rule is in use on a day."""
        begins = self.valid_from is None or self.valid_from <= day
        return self.is_active and begins and (self.valid_to is None or day <= self.valid_to)

    @property
    def goes_to(self) -> str:
        """The unit with the role or the person, in words."""
        who = self.to_person or (Role(self.to_role).label if self.to_role else "")
        return " · ".join(str(part) for part in (self.to_organization, who) if part)


class HandBackReason(models.Model):
    """Why a dealer may hand a customer back; an accepted one is no push-back."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("reason"), max_length=80)
    accepted = models.BooleanField(
        _("accepted reason"), default=False, help_text=_("An accepted reason is not reported as push-back.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reason for handing back")
        verbose_name_plural = _("reasons for handing back")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PushBack(models.Model):
    """A dealer turned away a customer whom it owes service. ``month`` is the first day of the month."""

    VIEW_PERMISSION: ClassVar[str] = "pushbacks.view"

    class Kind(models.TextChoices):
        DECLINED = "declined", _("order declined")
        GIVEN_UP = "given_up", _("order cancelled")
        CANCELLED = "cancelled", _("request cancelled")
        HANDED_BACK = "handed_back", _("request handed back")
        REFERRED = "referred", _("customer sent elsewhere")

    class Owed(models.TextChoices):
        AREA = "area", _("the place lies in the dealer's area")
        SALE = "sale", _("the dealer sold the unit")
        BOTH = "both", _("own area and own sale")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("push-back", "to be decided")
        JUSTIFIED = "justified", pgettext_lazy("push-back", "justified")
        UNJUSTIFIED = "unjustified", pgettext_lazy("push-back", "not justified")

    STATE_STYLES: ClassVar[dict[str, str]] = {
        "open": "warning",
        "justified": "secondary",
        "unjustified": "danger",
    }

    organization = models.ForeignKey(
        "organizations.Organization", verbose_name=_("dealer"), on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "documents.Document", verbose_name=_("document"), on_delete=models.CASCADE, related_name="push_backs"
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind)
    owed = models.CharField(_("why it owes service"), max_length=6, choices=Owed)
    reason = models.CharField(_("reason given"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"))
    month = models.DateField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    ruling = models.CharField(_("decision and why"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    key = models.CharField(max_length=80, unique=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("push-back")
        verbose_name_plural = _("push-backs")
        indexes = [
            models.Index(fields=["organization", "month"], name="pushback_month"),
            models.Index(fields=["state", "-id"], name="pushback_state"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.document}"

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STATE_STYLES.get(self.state, "secondary")


auditlog.register(RoutingRule)


def choices_of(values: list[Any], choices: Any) -> str:
    """Words of stored values, in the order of the choices."""
    return "、".join(str(label) for value, label in choices if value in values)
