"""Technicians: skills, certificates, shifts and absences."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.scope import ScopedQuerySet


class TechnicianQuerySet(ScopedQuerySet):
    pass


class Technician(models.Model):
    """A person who does work orders."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="technician")
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="technicians",
    )
    areas = models.JSONField(
        _("areas"), default=list, blank=True, help_text=_("Codes of administrative divisions.")
    )
    home_latitude = models.FloatField(null=True, blank=True)
    home_longitude = models.FloatField(null=True, blank=True)
    daily_minutes = models.PositiveIntegerField(_("working minutes a day"), default=480)
    active = models.BooleanField(_("active"), default=True)

    objects = TechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = _("technicians")

    def __str__(self) -> str:
        return self.user.name


class Skill(models.Model):
    """What a technician can repair: a product category and everything below it, with a level 1–5."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="skills")
    category = models.ForeignKey("products.Category", verbose_name=_("category"), on_delete=models.PROTECT)
    level = models.PositiveSmallIntegerField(_("level"), default=3)
    certificate = models.CharField(_("certificate"), max_length=60, blank=True)
    expires_on = models.DateField(_("certificate valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("skill")
        constraints = [
            models.UniqueConstraint(fields=["technician", "category"], name="skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="skill_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.technician} {self.category} {self.level}"


class Shift(models.Model):
    """A span in which a technician is at work."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    standby = models.BooleanField(_("standby"), default=False)

    class Meta:
        verbose_name = _("shift")
        ordering = ["starts_at"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_order")]
        indexes = [models.Index(fields=["technician", "starts_at"], name="shift_technician")]

    def __str__(self) -> str:
        return f"{self.technician} {self.starts_at:%F %R}"


class Absence(models.Model):
    """Leave, illness or training."""

    class Reason(models.TextChoices):
        LEAVE = "leave", _("leave")
        ILLNESS = "illness", _("illness")
        TRAINING = "training", _("training")

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)

    class Meta:
        verbose_name = _("absence")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_order")]

    def __str__(self) -> str:
        return f"{self.technician} {self.reason}"
