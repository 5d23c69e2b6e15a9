"""Leave with a deputy, standby rosters, and the table of who approves leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.workforce.models import Absence

#: roles that may stand in the chain of an approval
APPROVERS = [(role, role.label) for role in Role if "approvals.decide" in PERMISSIONS_BY_ROLE[role]]


def is_own(leave: Any, user: Any) -> bool:
    """Whether it is the leave of ``user``."""
    return bool(leave.person_id == user.pk)


class LeaveStep(models.Model):
    """Who approves leave of so many days and more, for an organisation and all below it without steps of its own."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="leave_steps",
    )
    from_days = models.DecimalField(_("from how many days on"), max_digits=5, decimal_places=1, default=0)
    role = models.CharField(_("approves"), max_length=30, choices=APPROVERS)
    position = models.PositiveSmallIntegerField(_("turn"), default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of approval")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "role"],
                name="leave_step_once",
                violation_error_message=_("This role approves leave there already."),
            ),
            models.CheckConstraint(condition=Q(from_days__gte=0), name="leave_step_days"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.role}"


class LeaveQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The own ones, those in which one stands in, and those of the people whose work one plans."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        own = Q(person=user.pk) | Q(deputy=user.pk)
        if not user.has_perm("workforce.leave"):
            return self.filter(own)
        planned = super().visible_to(user).values("pk")
        return self.filter(own | Q(pk__in=planned))

    def at_some_time(self, begins: datetime, ends: datetime) -> LeaveQuerySet:
        """Asked for or granted, and within these instants for a while."""
        return self.filter(state__in=LeaveRequest.LIVE_STATES, starts_at__lt=ends, ends_at__gt=begins)


class LeaveRequest(Document):
    """Somebody asks to be away, names a deputy, and is away once that is approved.

    While the leave runs (``stands_in``) the person is marked as absent, and what was there before (``before``) comes
    back when it ends.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("leave", "waits for approval")
        GRANTED = "granted", pgettext_lazy("leave", "granted")
        REFUSED = "refused", pgettext_lazy("leave", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("leave", "withdrawn")

    PREFIX = "LV"
    URL_NAME = "staffing:leave"
    SERVICE = "jiannuo.operations.staffing.services.do"
    VIEW_PERMISSION = "workforce.leave"
    INITIAL_STATE = "asked"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "asked": "warning",
        "granted": "success",
        "refused": "danger",
        "withdrawn": "secondary",
    }
    LIVE_STATES = ("asked", "granted")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="leaves"
    )
    reason = models.CharField(
        _("reason"), max_length=10, choices=Absence.Reason, default=Absence.Reason.LEAVE
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    days = models.DecimalField(_("days"), max_digits=5, decimal_places=1, editable=False)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("deputy"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("remark"), max_length=300, blank=True)
    absence = models.OneToOneField(
        Absence, null=True, blank=True, on_delete=models.SET_NULL, related_name="leave", editable=False
    )
    stands_in = models.BooleanField(default=False, editable=False)
    before = models.JSONField(default=dict, blank=True, editable=False)
    refusal = models.CharField(max_length=300, blank=True, editable=False)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        indexes = [
            models.Index(fields=["person", "starts_at"], name="leave_person"),
            models.Index(fields=["starts_at", "document_ptr"], name="leave_starts"),
            models.Index(fields=["ends_at"], condition=Q(stands_in=True), name="leave_standing_in"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="leave_order"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="leave_other_deputy"),
        ]

    def is_public_to(self, user: Any) -> bool:
        """The person and the deputy read it without a role that plans the work."""
        return user.pk in (self.person_id, self.deputy_id)

    @action(
        source="asked",
        target="granted",
        label=_("Grant"),
        permission="workforce.leave",
        hidden=True,
        condition=lambda _leave, _user: False,  # the last approval does it
    )
    def grant(self, *, by: Any, at: datetime, **_data: Any) -> None:
        pass

    @action(
        source="asked",
        target="refused",
        label=_("Refuse"),
        permission="workforce.leave",
        hidden=True,
        condition=lambda _leave, _user: False,
    )
    def refuse(self, *, by: Any, at: datetime, reason: str) -> None:
        self.refusal = reason[:300]

    @action(
        source=["asked", "granted"],
        target="withdrawn",
        label=_("Withdraw"),
        permission="workforce.own",
        condition=is_own,
        form="jiannuo.office.documents.forms.ReasonForm",
        style="danger",
        order=80,
        confirm="",
    )
    def withdraw(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

    @action(
        source="granted",
        target=None,
        label=_("Give the jobs to the deputy"),
        permission="orders.dispatch",
        style="primary",
        order=10,
        confirm=_("The deputy gets every job of this time that has not begun. Agreed appointments stay."),
    )
    def hand_over(self, *, by: Any, at: datetime) -> None:
        pass


class StandbyDuty(models.Model):
    """Who can be reached outside the shifts, from when to when; ``rank`` 1 is called first."""

    class Kind(models.TextChoices):
        NIGHT = "night", _("night")
        WEEK = "week", _("week")
        HOLIDAY = "holiday", _("holiday")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="standby_duties",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="standby_duties",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.WEEK)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    rank = models.PositiveSmallIntegerField(_("called as number"), default=1)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("standby duty")
        ordering = ["starts_at", "rank"]
        indexes = [
            models.Index(fields=["organization", "starts_at"], name="standby_organization"),
            models.Index(fields=["person", "starts_at"], name="standby_person"),
            models.Index(fields=["starts_at", "id"], name="standby_starts"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="standby_order"),
            models.CheckConstraint(condition=Q(rank__gte=1, rank__lte=9), name="standby_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%F}"
