"""Technicians: skills, certificates, patterns of weeks, shifts and absences."""

from __future__ import annotations

from datetime import date

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

    @property
    def areas_served(self) -> list[str]:
        """The own areas, else those of the organisation; without any the technician serves everywhere."""
        return self.areas or self.organization.areas


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
    """A span in which a technician is at work, with a break (lunch) in it or none."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    standby = models.BooleanField(_("standby"), default=False)
    break_from = models.DateTimeField(_("lunch begins"), null=True, blank=True)
    break_to = models.DateTimeField(_("lunch ends"), null=True, blank=True)
    assignment = models.ForeignKey(
        "workforce.PatternAssignment",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="shifts",
        help_text="the pattern that it was made from; empty for one made by hand",
    )

    class Meta:
        verbose_name = _("shift")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_order"),
            models.CheckConstraint(
                condition=Q(break_from__isnull=True, break_to__isnull=True)
                | Q(break_from__gte=F("starts_at"), break_to__gt=F("break_from"), break_to__lte=F("ends_at")),
                name="shift_break",
            ),
        ]
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
        indexes = [models.Index(fields=["technician", "starts_at"], name="absence_technician")]

    def __str__(self) -> str:
        return f"{self.technician} {self.reason}"


class ShiftPattern(models.Model):
    """The week that a group of technicians works, from which shifts are made ahead.

    On holidays and closed dates of the ``calendar`` no shift is made; on a day that is worked in place of another
    (调休), those of Monday or the first day of the pattern. Without a calendar every week is the same.
    """

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="shift_patterns",
    )
    name = models.CharField(_("name"), max_length=60)
    calendar = models.ForeignKey(
        "calendars.WorkCalendar",
        verbose_name=_("calendar of the holidays"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: worked on holidays too."),
    )
    days_ahead = models.PositiveSmallIntegerField(_("shifts are made this many days ahead"), default=28)
    active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift pattern")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="shift_pattern_once",
                violation_error_message=_("There is a pattern of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(days_ahead__gte=1, days_ahead__lte=92), name="shift_pattern_ahead"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PatternDay(models.Model):
    """One day of the week of a pattern (Monday is 0). A shift that ends before it begins runs into the next day."""

    pattern = models.ForeignKey(ShiftPattern, on_delete=models.CASCADE, related_name="days")
    weekday = models.PositiveSmallIntegerField(_("day of the week"))
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"))
    break_begins = models.TimeField(_("lunch begins"), null=True, blank=True)
    break_ends = models.TimeField(_("lunch ends"), null=True, blank=True)

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "weekday"], name="pattern_day_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="pattern_day_weekday"),
            models.CheckConstraint(
                condition=Q(break_begins__isnull=True, break_ends__isnull=True)
                | Q(break_begins__isnull=False, break_ends__isnull=False),
                name="pattern_day_break",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} {self.weekday}"


class PatternAssignment(models.Model):
    """Who works a pattern from when to when. Shifts are made up to and with ``made_until``."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="pattern_assignments")
    pattern = models.ForeignKey(
        ShiftPattern, verbose_name=_("shift pattern"), on_delete=models.PROTECT, related_name="assignments"
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"), null=True, blank=True)
    made_until = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="pattern_assignment_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.technician} {self.pattern}"


class ShiftException(models.Model):
    """A day on which a technician works otherwise than the pattern says: not at all, or at another time."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="shift_exceptions")
    day = models.DateField(_("day"))
    begins = models.TimeField(_("begins"), null=True, blank=True)
    ends = models.TimeField(_("ends"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120)

    class Meta:
        verbose_name = _("exception")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["technician", "day"], name="shift_exception_once"),
            models.CheckConstraint(
                condition=Q(begins__isnull=True, ends__isnull=True)
                | Q(begins__isnull=False, ends__isnull=False),
                name="shift_exception_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.technician} {self.day:%F}"


class CertificateKind(models.Model):
    """A kind of certificate, and how long before its end people are reminded."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    code = models.CharField(
        _("name in commitments"),
        max_length=40,
        blank=True,
        help_text=_("Clauses that let only holders do the job ask for the kind by this code."),
    )
    remind_days = models.PositiveSmallIntegerField(_("reminder this many days before the end"), default=30)
    categories = models.ManyToManyField(
        "products.Category",
        verbose_name=_("needed for"),
        blank=True,
        related_name="certificate_kinds",
        help_text=_("Work on these products and everything below them is given only to holders."),
    )

    class Meta:
        verbose_name = _("kind of certificate")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="certificate_kind_code_once",
                violation_error_message=_("Another kind of certificate has this name in commitments."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """A certificate that a technician holds. ``reminded_at`` says for which end the reminder went out."""

    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="certificates")
    kind = models.ForeignKey(
        CertificateKind, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="certificates"
    )
    number = models.CharField(_("number"), max_length=60)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    copy = models.ForeignKey(
        "files.StoredFile",
        verbose_name=_("copy"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("certificate")
        ordering = ["expires_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="certificate_once",
                violation_error_message=_("A certificate of this kind with this number is on file already."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(expires_on__gte=F("issued_on")),
                name="certificate_dates",
                violation_error_message=_("A certificate cannot end before it was issued."),
            ),
        ]
        indexes = [models.Index(fields=["expires_on", "id"], name="certificate_expiry")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def valid_on(self, day: date) -> bool:
        """Whether it counts on a day."""
        return (self.expires_on is None or self.expires_on >= day) and (
            self.issued_on is None or self.issued_on <= day
        )
