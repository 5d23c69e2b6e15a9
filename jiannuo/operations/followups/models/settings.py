"""The tables that managers edit: kinds of follow-ups and who makes them."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.followups.callhours import CallHours


class Way(models.TextChoices):
    PHONE = "phone", pgettext_lazy("way of a follow-up", "by phone")
    VISIT = "visit", pgettext_lazy("way of a follow-up", "visit")


class FollowUpKind(models.Model):
    """A kind of follow-up: which promises it keeps, what is asked, in which hours and how often it is tried."""

    name = models.CharField(_("kind of follow-up"), max_length=60, unique=True)
    way = models.CharField(pgettext_lazy("follow-up", "way"), max_length=8, choices=Way, default=Way.PHONE)
    metrics = models.JSONField(
        _("promises that it keeps"), default=list, blank=True, help_text=_("Empty: it is made by hand only.")
    )
    events = models.JSONField(
        _("only what starts with"), default=list, blank=True, help_text=_("Empty: whatever starts them.")
    )
    only_recurring = models.BooleanField(
        _("only promises that recur"),
        default=False,
        help_text=_("So that the arrival of a technician is not taken for a visit of ours."),
    )
    begins_round = models.BooleanField(
        _("a further follow-up counts from it"),
        default=False,
        help_text=_("What is promised some days after the first follow-up begins when this one is done."),
    )
    script = models.ForeignKey(
        "followups.Script",
        verbose_name=_("script"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="kinds",
    )
    call_from = models.TimeField(_("call from"), default=time(9))
    call_to = models.TimeField(_("call until"), default=time(20))
    most_attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("After so many without reaching the customer it is closed as not reached."),
    )
    retry_minutes = models.PositiveIntegerField(
        _("try again after (minutes)"), default=120, validators=[MaxValueValidator(60 * 24 * 14)]
    )
    target_percent = models.DecimalField(
        _("target: done (%)"),
        max_digits=5,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("kind of follow-up")
        verbose_name_plural = _("kinds of follow-ups")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(call_to__gt=F("call_from")),
                name="followup_kind_hours",
                violation_error_message=_("The hours of calling end after they begin."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def hours_for(self, customer: Any) -> CallHours:
        """When this customer may be called."""
        return CallHours(self.call_from, self.call_to, customer.do_not_call_from, customer.do_not_call_to)


class CallerQuerySet(ScopedQuerySet):
    pass


class Caller(models.Model):
    """Who makes the follow-ups of an organisation and those below it: chosen by the supervisor, with a substitute."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation and below"),
        on_delete=models.CASCADE,
        related_name="follow_up_callers",
    )
    kind = models.ForeignKey(
        FollowUpKind,
        verbose_name=_("only this kind"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="callers",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("follow-up employee"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("substitute"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    substitute_from = models.DateField(_("substitute from"), null=True, blank=True)
    substitute_to = models.DateField(_("substitute until"), null=True, blank=True)

    objects = CallerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up employee")
        verbose_name_plural = _("follow-up employees")
        ordering = ["organization", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind"],
                condition=Q(kind__isnull=False),
                name="follow_up_caller_once",
                violation_error_message=_("Somebody is named for this already; change that row."),
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(kind__isnull=True),
                name="follow_up_caller_of_all_once",
                violation_error_message=_("Somebody is named for this already; change that row."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.person}"

    def clean(self) -> None:
        """A substitute has days."""
        if self.substitute_id and not self.substitute_from:
            raise ValidationError({"substitute_from": _t("Say from which day the substitute calls.")})
        if self.substitute_from and self.substitute_to and self.substitute_to < self.substitute_from:
            raise ValidationError({"substitute_to": _t("The last day cannot be before the first.")})

    def on(self, day: Any) -> Any:
        """Who calls on a day."""
        stands_in = (
            self.substitute is not None
            and self.substitute_from is not None
            and self.substitute_from <= day
            and (self.substitute_to is None or day <= self.substitute_to)
        )
        return self.substitute if stands_in else self.person
