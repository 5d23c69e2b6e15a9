"""The complaint document of the independent desk."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.complaints.models.settings import Circumstance, Grade, Weight

FORMS = "jiannuo.operations.complaints.forms."
OPEN = ["registered", "assigned", "investigated", "decided", "answered", "verified", "reopened"]


class ComplaintQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Complaints of the desk in scope; managers of the service see only what was raised to their level.

        Whom a complaint is about never sees it.
        """
        rows = super().visible_to(user)
        if not getattr(user, "is_authenticated", False):
            return rows
        rows = rows.exclude(accused_person=user)
        whole = user.paths_where("complaints.all")
        if not whole:
            return rows.filter(level__in=Complaint.RAISED)
        reach = Q(level__in=Complaint.RAISED)
        for path in whole:
            reach |= Q(organization__path__startswith=path)
        return rows if user.paths_where("complaints.view") <= whole else rows.filter(reach)

    def unfinished(self) -> Self:
        """What is not closed yet."""
        return self.filter(state__in=OPEN)


class Complaint(Document):
    """One complaint; closed only after the customer said on the telephone that it is solved.

    ``organization`` is the one complained of, ``source`` the request that brought it up (empty when the desk took it
    itself). ``graded_at`` is when it reached its present class, ``look_at`` when the rules look at it again.
    """

    class State(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("complaint", "registered")
        ASSIGNED = "assigned", pgettext_lazy("complaint", "assigned")
        INVESTIGATED = "investigated", pgettext_lazy("complaint", "investigated")
        DECIDED = "decided", pgettext_lazy("complaint", "decided")
        ANSWERED = "answered", pgettext_lazy("complaint", "answered")
        VERIFIED = "verified", pgettext_lazy("complaint", "verified by call-back")
        CLOSED = "closed", pgettext_lazy("complaint", "closed")
        REOPENED = "reopened", pgettext_lazy("complaint", "reopened")
        WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "withdrawn")

    class Channel(models.TextChoices):
        HOTLINE = "hotline", _("hotline")
        LETTER = "letter", _("letter")
        VISIT = "visit", _("visit in person")
        WEB = "web", _("web")
        EMAIL = "email", _("e-mail")
        SUPERIOR = "superior", _("to a superior or a leader")
        AUTHORITY = "authority", _("through an authority")
        DESK = "desk", _("service desk")
        INSPECTION = "inspection", _("mystery inspection")

    class Level(models.TextChoices):
        DESK = "desk", _("complaint desk")
        MANAGER = "manager", _("department manager")
        DIRECTOR = "director", pgettext_lazy("level of complaints", "directors")

    class Responsibility(models.TextChoices):
        DEPARTMENT = "department", _("a department or station")
        PERSON = "person", _("a person of ours")
        SUPPLIER = "supplier", pgettext_lazy("responsibility", "a supplier")
        CUSTOMER = "customer", pgettext_lazy("responsibility", "the customer")
        NOBODY = "nobody", pgettext_lazy("responsibility", "nobody")

    PREFIX = "CP"
    URL_NAME = "complaints:detail"
    SERVICE = "jiannuo.operations.complaints.services.do"
    VIEW_PERMISSION = "complaints.view"
    CONFIDENTIAL = True
    INITIAL_STATE = "registered"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "registered": "warning",
        "assigned": "info",
        "investigated": "primary",
        "decided": "primary",
        "answered": "primary",
        "verified": "success",
        "closed": "secondary",
        "reopened": "danger",
        "withdrawn": "secondary",
    }
    #: what the rooms below ask of a case
    request_kind: ClassVar[str] = "complaint"
    LEVELS = ("desk", "manager", "director")
    RAISED = ("manager", "director")
    WHERE_OURS = ("department", "person")

    source = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    complainant = models.CharField(_("complainant"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel, default=Channel.HOTLINE)
    received_at = models.DateTimeField(_("received"))
    text = models.TextField(_("complaint"))
    matter = models.ForeignKey(
        "complaints.Matter", verbose_name=_("matter"), null=True, blank=True, on_delete=models.PROTECT
    )
    accused_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person complained of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    grade = models.CharField(
        pgettext_lazy("complaint", "class"), max_length=10, choices=Grade, default=Grade.GENERAL
    )
    weight = models.CharField(
        pgettext_lazy("complaint", "weight"), max_length=10, choices=Weight, default=Weight.MINOR
    )
    graded_at = models.DateTimeField(editable=False)
    level = models.CharField(
        pgettext_lazy("complaint", "level"), max_length=10, choices=Level, default=Level.DESK
    )
    special = models.BooleanField(_("special case"), default=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handled by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaints_handled",
    )
    circumstances = models.JSONField(_("circumstances"), default=list, blank=True)
    findings = models.TextField(_("findings"), blank=True)
    cause = models.CharField(_("cause"), max_length=200, blank=True)
    is_valid = models.BooleanField(_("founded"), null=True, blank=True)
    at_fault = models.BooleanField(_("we are at fault"), default=False)
    loss = models.DecimalField(
        _("loss of the customer (yuan)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    responsibility = models.CharField(_("responsibility"), max_length=12, choices=Responsibility, blank=True)
    responsible_organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("department or station responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    responsible_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    responsible_name = models.CharField(_("supplier"), max_length=80, blank=True)
    ruling = models.TextField(_("decision"), blank=True)
    measures = models.TextField(_("measures"), blank=True)
    decided_on = models.DateTimeField(null=True, blank=True, editable=False)
    compensation = models.DecimalField(
        _("compensation (yuan)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    answer = models.TextField(_("answer"), blank=True)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    unit_verified = models.BooleanField(default=False, editable=False)
    failed_callbacks = models.PositiveSmallIntegerField(_("failed call-backs"), default=0, editable=False)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    look_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: given by the sender, so that sending twice registers once
    client_key = models.CharField(max_length=80, blank=True, editable=False)
    #: of what was sent with the key; empty for complaints from before
    client_digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            models.Index(fields=["customer", "-document_ptr"], name="complaint_customer"),
            models.Index(fields=["officer", "-document_ptr"], name="complaint_officer"),
            models.Index(fields=["received_at", "document_ptr"], name="complaint_received"),
            models.Index(fields=["special", "-document_ptr"], name="complaint_special"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="complaint_look"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(source__isnull=False), name="complaint_once_for_source"
            ),
            models.UniqueConstraint(
                fields=["client_key"], condition=~Q(client_key=""), name="complaint_sent_once"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def who(self) -> str:
        """Who complains."""
        return str(self.customer or self.complainant or "—")

    @property
    def circumstance_labels(self) -> list[str]:
        """The circumstances in words."""
        names = dict(Circumstance.choices)
        return [str(names.get(one, one)) for one in self.circumstances]

    @property
    def responsible(self) -> str:
        """Who is responsible, in words."""
        whom = self.responsible_person or self.responsible_organization or self.responsible_name
        return str(whom or self.get_responsibility_display() or "")

    # Actions: they change the document only

    @action(
        source=["registered", "reopened", "assigned"],
        target="assigned",
        label=pgettext_lazy("complaint", "Assign"),
        permission="complaints.handle",
        form=FORMS + "AssignForm",
        style="primary",
        order=10,
    )
    def assign(
        self, *, by: Any, at: datetime, officer: Any, matter: Any = None, weight: str = "", **_m: Any
    ) -> None:
        self.officer = officer
        self.matter = matter or self.matter
        self.weight = weight or self.weight

    @action(
        source="assigned",
        target="investigated",
        label=_("Investigation"),
        permission="complaints.handle",
        form=FORMS + "InvestigateForm",
        style="primary",
        order=10,
    )
    def investigate(self, *, by: Any, at: datetime, **found: Any) -> None:
        for name, value in found.items():
            setattr(self, name, value)

    @action(
        source="investigated",
        target="decided",
        label=pgettext_lazy("complaint", "Decide"),
        permission="complaints.decide",
        form=FORMS + "DecideForm",
        style="primary",
        order=10,
    )
    def decide(
        self, *, by: Any, at: datetime, ruling: str, measures: str = "", compensation: Any = None, **_m: Any
    ) -> None:
        self.ruling, self.measures, self.decided_on = ruling, measures, at
        self.compensation = None if compensation in (None, "") else Decimal(compensation)

    @action(
        source="decided",
        target="answered",
        label=_("Answer the customer"),
        permission="complaints.handle",
        form=FORMS + "AnswerForm",
        style="primary",
        order=10,
    )
    def give_answer(self, *, by: Any, at: datetime, answer: str, **_way: Any) -> None:
        self.answer, self.unit_verified = answer, False

    @action(
        source="answered",
        target=None,
        label=_("Verify with the unit"),
        permission="complaints.handle",
        form=FORMS + "VerifyForm",
        style="primary",
        order=10,
        condition=lambda complaint, _user: not complaint.unit_verified or complaint.state != "answered",
    )
    def verify_with_unit(self, *, by: Any, at: datetime, result: str = "") -> None:
        """What the unit says is kept by the service, which sends it back where it is not solved."""
        self.unit_verified = result == "solved"

    @action(
        source="answered",
        target=None,
        label=_("Call the customer back"),
        permission="complaints.handle",
        form=FORMS + "CallBackForm",
        style="success",
        order=12,
        condition=lambda complaint, _user: complaint.unit_verified or complaint.state != "answered",
    )
    def call_back(self, *, by: Any, at: datetime, **_said: Any) -> None:
        """What the customer says is kept by the service, which chooses one of the steps below."""

    @action(
        source="answered", target="verified", label=_("Solved"), permission="complaints.handle", hidden=True
    )
    def confirm_solved(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="answered",
        target="assigned",
        label=_("Not solved, back to work"),
        permission="complaints.handle",
        hidden=True,
    )
    def send_back(self, *, by: Any, at: datetime, failed: bool = False) -> None:
        self.unit_verified = False
        self.round += 1
        if failed:
            self.failed_callbacks += 1

    @action(
        source="verified",
        target="closed",
        label=_("Close"),
        permission="complaints.handle",
        style="success",
        order=10,
    )
    def close(self, *, by: Any, at: datetime) -> None:
        self.closed_at = at

    @action(
        source=["verified", "closed"],
        target="reopened",
        label=_("Reopen"),
        permission="complaints.handle",
        form=FORMS + "ReasonForm",
        style="warning",
        order=60,
    )
    def reopen(self, *, by: Any, at: datetime, reason: str) -> None:
        self.reopened += 1
        self.round += 1
        self.unit_verified, self.closed_at = False, None

    @action(
        source=OPEN,
        target=None,
        label=_("Raise a level"),
        permission="complaints.handle",
        form=FORMS + "RaiseForm",
        order=40,
        condition=lambda complaint, _user: complaint.level != "director" or not complaint.special,
    )
    def raise_level(
        self, *, by: Any, at: datetime, level: str, special: bool = False, reason: str = ""
    ) -> None:
        if self.LEVELS.index(level) > self.LEVELS.index(self.level):
            self.level = level
        self.special = self.special or special

    @action(
        source=OPEN,
        target=None,
        label=_("Grade by hand"),
        permission="complaints.grade",
        form=FORMS + "GradeForm",
        order=50,
    )
    def regrade(
        self, *, by: Any, at: datetime, grade: str, weight: str, circumstances: list[str], reason: str = ""
    ) -> None:
        if grade != self.grade:
            self.graded_at = at
        self.grade, self.weight, self.circumstances = grade, weight, list(circumstances)

    @action(
        source=[*OPEN, "closed"],
        target=None,
        label=_("Raised by a rule"),
        permission="complaints.grade",
        hidden=True,
    )
    def upgrade(self, *, by: Any, at: datetime, **raised: Any) -> None:
        for name, value in raised.items():
            setattr(self, name, value)

    @action(
        source=["registered", "assigned", "investigated", "reopened"],
        target="withdrawn",
        label=_("Withdrawn by the customer"),
        permission="complaints.handle",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def withdraw(self, *, by: Any, at: datetime, reason: str) -> None:
        self.closed_at = at
