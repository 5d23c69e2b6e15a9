"""The installation project: from the agreed delivery to the signature under the acceptance."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.installations.models.procedure import TrialRule

FORMS = "jiannuo.operations.installations.forms."
#: the states of the stages, in their order
STAGES = (
    "planned",
    "agreed",
    "unpacking",
    "installing",
    "commissioning",
    "trial",
    "documents",
    "training",
    "acceptance",
)
#: state → the word under which a procedure names the stage
STAGE_NAMES = {
    "planned": "delivery",
    "agreed": "delivery",
    "unpacking": "unpacking",
    "installing": "installation",
    "commissioning": "commissioning",
    "trial": "trial",
    "documents": "documents",
    "training": "training",
}
BEFORE_COMMISSIONING = list(STAGES[: STAGES.index("commissioning")])
WORKING = [*STAGES[2:], "refused", "partly"]
OPEN = [*STAGES, "refused", "partly"]
#: stages that the next one is chosen for by ``go_on``
ONWARD = list(STAGES[2:-1])


def next_stage(state: str, needed: Collection[str]) -> str:
    """The state of the first stage after ``state`` that is among the ``needed`` ones."""
    for following in STAGES[STAGES.index(state) + 1 :]:
        if following == "acceptance" or STAGE_NAMES[following] in needed:
            return following
    return "acceptance"


class InstallationQuerySet(DocumentQuerySet):
    def unfinished(self) -> Self:
        """What is not accepted as a whole yet."""
        return self.filter(state__in=OPEN)


class Installation(Document):
    """Units that are delivered, installed and accepted together at one site of a customer.

    ``needed`` holds the stages that the procedure of the product asks for, as it was when the project began. The
    instants say when each stage was done. ``unit`` is the only unit, empty when there are several.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("installation", "delivery to be agreed")
        AGREED = "agreed", pgettext_lazy("installation", "delivery agreed")
        UNPACKING = "unpacking", pgettext_lazy("installation", "unpacking check")
        INSTALLING = "installing", pgettext_lazy("installation", "being installed")
        COMMISSIONING = "commissioning", pgettext_lazy("installation", "being commissioned")
        TRIAL = "trial", pgettext_lazy("installation", "trial run")
        DOCUMENTS = "documents", pgettext_lazy("installation", "documents to hand over")
        TRAINING = "training", pgettext_lazy("installation", "training of users")
        ACCEPTANCE = "acceptance", pgettext_lazy("installation", "to be accepted")
        REFUSED = "refused", pgettext_lazy("installation", "acceptance refused")
        PARTLY = "partly", pgettext_lazy("installation", "accepted in part")
        ACCEPTED = "accepted", pgettext_lazy("installation", "accepted by the customer")
        CLOSED = "closed", pgettext_lazy("installation", "closed")
        CANCELLED = "cancelled", pgettext_lazy("installation", "cancelled")

    PREFIX = "IN"
    URL_NAME = "installations:detail"
    SERVICE = "jiannuo.operations.installations.services.do"
    VIEW_PERMISSION = "installations.view"
    INITIAL_STATE = "planned"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "planned": "warning",
        "agreed": "info",
        "acceptance": "warning",
        "refused": "danger",
        "partly": "warning",
        "accepted": "success",
        "closed": "secondary",
        "cancelled": "secondary",
        **dict.fromkeys(
            ("unpacking", "installing", "commissioning", "trial", "documents", "training"), "primary"
        ),
    }
    #: what the rooms below ask of a case
    request_kind: ClassVar[str] = "installation"

    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="installations",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="installations",
    )
    category = models.ForeignKey(
        "products.Category", verbose_name=_("product category"), on_delete=models.PROTECT, related_name="+"
    )
    division = models.ForeignKey(
        "regions.Division", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(_("site"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True)
    contract = models.CharField(_("contract number"), max_length=60, blank=True)
    needed = models.JSONField(default=list, editable=False)
    persons = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who goes there"),
        blank=True,
        related_name="+",
        editable=False,
    )

    expected_at = models.DateTimeField(_("arrival agreed for"), null=True, blank=True, editable=False)
    agreed_with = models.CharField(_("agreed with"), max_length=60, blank=True, editable=False)
    told_at = models.DateTimeField(_("customer told"), null=True, blank=True, editable=False)
    commissioning_at = models.DateTimeField(
        _("commissioning planned for"), null=True, blank=True, editable=False
    )
    carrier = models.CharField(_("carrier and waybill"), max_length=120, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True, editable=False)
    unpacked_at = models.DateTimeField(_("unpacked"), null=True, blank=True, editable=False)
    installed_at = models.DateTimeField(_("installed"), null=True, blank=True, editable=False)
    commissioned_at = models.DateTimeField(_("commissioned"), null=True, blank=True, editable=False)
    trial_hours = models.DecimalField(
        _("trial run (hours)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    trial_rule = models.CharField(
        _("after an interruption"), max_length=8, choices=TrialRule, default=TrialRule.EXTEND
    )
    trial_basis = models.CharField(_("who says so"), max_length=120, blank=True)
    trial_started_at = models.DateTimeField(_("trial run began"), null=True, blank=True, editable=False)
    trial_ended_at = models.DateTimeField(_("trial run ended"), null=True, blank=True, editable=False)
    documents_at = models.DateTimeField(_("documents handed over"), null=True, blank=True, editable=False)
    received_by = models.CharField(_("documents received by"), max_length=60, blank=True, editable=False)
    received_signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    trained_at = models.DateTimeField(_("trained"), null=True, blank=True, editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InstallationQuerySet.as_manager()

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        indexes = [
            models.Index(fields=["customer", "-document_ptr"], name="installation_customer"),
            models.Index(fields=["unit", "-document_ptr"], name="installation_unit"),
            models.Index(fields=["expected_at", "document_ptr"], name="installation_expected"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(trial_hours__isnull=True) | Q(trial_hours__gt=0), name="installation_trial"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def needs(self, stage: str) -> bool:
        """Whether the project has a stage (``unpacking``, ``trial`` …)."""
        return stage in self.needed

    def after(self, state: str) -> str:
        """The state of the next stage that is needed after ``state``."""
        return next_stage(state, self.needed)

    # Actions: they change the document only

    @action(
        source=["planned", "agreed"],
        target="agreed",
        label=pgettext_lazy("installation", "Agree the delivery"),
        permission="installations.plan",
        form=FORMS + "AgreeForm",
        style="primary",
        order=20,
    )
    def agree(
        self, *, by: Any, at: datetime, expected_at: datetime, agreed_with: str = "", **more: Any
    ) -> None:
        self.expected_at, self.agreed_with = expected_at, agreed_with
        self.carrier = more.get("carrier") or self.carrier
        self.told_at = more.get("told_at")

    @action(
        source=OPEN,
        target=None,
        label=pgettext_lazy("installation", "Name who goes there"),
        permission="installations.plan",
        form=FORMS + "PersonsForm",
        order=25,
    )
    def name_persons(self, *, by: Any, at: datetime) -> None:
        """The persons are kept by the service."""

    @action(
        source="agreed",
        target=None,
        label=pgettext_lazy("installation", "Customer told of the arrival"),
        permission="installations.work",
        form=FORMS + "TellForm",
        order=15,
        condition=lambda one, _user: one.told_at is None,
    )
    def tell(self, *, by: Any, at: datetime, agreed_with: str, told_at: datetime | None = None) -> None:
        self.agreed_with, self.told_at = agreed_with, told_at or at

    @action(
        source=["planned", "agreed"],
        target=RETURN_VALUE(*STAGES),
        label=pgettext_lazy("installation", "Goods have arrived"),
        permission="installations.work",
        form=FORMS + "ArriveForm",
        style="primary",
        order=10,
    )
    def arrive(self, *, by: Any, at: datetime, arrived_at: datetime | None = None) -> str:
        self.arrived_at = arrived_at or at
        return self.after("agreed")

    @action(
        source=BEFORE_COMMISSIONING,
        target=None,
        label=pgettext_lazy("installation", "Plan the commissioning"),
        permission="installations.plan",
        form=FORMS + "CommissioningForm",
        order=30,
        condition=lambda one, _user: one.needs("commissioning"),
    )
    def plan_commissioning(self, *, by: Any, at: datetime, commissioning_at: datetime) -> None:
        self.commissioning_at = commissioning_at

    @action(
        source=ONWARD,
        target=RETURN_VALUE(*STAGES),
        label=pgettext_lazy("installation", "This stage is done, go on"),
        permission="installations.work",
        style="primary",
        order=10,
        confirm=_("The next stage begins. What was recorded stays as it is."),
    )
    def go_on(self, *, by: Any, at: datetime) -> str:
        return self.after(self.state)

    @action(
        source=["unpacking", "installing"],
        target=None,
        label=pgettext_lazy("installation", "Create work orders"),
        permission="installations.plan",
        order=20,
        confirm=_("One work order for each unit that has none, waiting for dispatch."),
    )
    def make_orders(self, *, by: Any, at: datetime) -> None:
        """The orders are made by the service."""

    @action(
        source="trial",
        target=None,
        label=pgettext_lazy("installation", "Begin the trial run"),
        permission="installations.work",
        form=FORMS + "TrialForm",
        style="primary",
        order=5,
        condition=lambda one, _user: one.trial_started_at is None,
    )
    def start_trial(
        self,
        *,
        by: Any,
        at: datetime,
        trial_hours: Decimal,
        started_at: datetime | None = None,
        trial_basis: str = "",
    ) -> None:
        self.trial_hours, self.trial_basis = trial_hours, trial_basis
        self.trial_started_at = started_at or at

    @action(
        source=["acceptance", "partly"],
        target=RETURN_VALUE("partly", "accepted"),
        label=pgettext_lazy("installation", "Accept"),
        permission="installations.work",
        hidden=True,
    )
    def accept(self, *, by: Any, at: datetime, whole: bool, accepted_at: datetime) -> str:
        self.accepted_at = accepted_at if whole else None
        return "accepted" if whole else "partly"

    @action(
        source=["acceptance", "partly"],
        target="refused",
        label=pgettext_lazy("installation", "Acceptance refused"),
        permission="installations.work",
        form=FORMS + "RefuseForm",
        style="danger",
        order=40,
    )
    def refuse(self, *, by: Any, at: datetime, **said: Any) -> None:
        """Why is kept by the service, as a record and as things to mend."""

    @action(
        source="refused",
        target=RETURN_VALUE("acceptance", "partly"),
        label=pgettext_lazy("installation", "Mended: present it again"),
        permission="installations.work",
        style="primary",
        order=10,
        confirm=_("The customer is asked for acceptance again."),
    )
    def present_again(self, *, by: Any, at: datetime, partly: bool = False) -> str:
        self.round += 1
        return "partly" if partly else "acceptance"

    @action(
        source="accepted",
        target="closed",
        label=pgettext_lazy("installation", "Close"),
        permission="installations.plan",
        order=20,
    )
    def close(self, *, by: Any, at: datetime) -> None:
        self.closed_at = at

    @action(
        source=["partly", "accepted", "closed"],
        target=None,
        label=pgettext_lazy("installation", "Correct the acceptance"),
        permission="installations.correct",
        form=FORMS + "CorrectForm",
        order=80,
    )
    def ask_correction(self, *, by: Any, at: datetime, reason: str) -> None:
        """The consent is asked for by the service."""

    @action(
        source=["partly", "accepted", "closed"],
        target="acceptance",
        label=pgettext_lazy("installation", "Take the acceptance back"),
        permission="installations.correct",
        hidden=True,
    )
    def take_back(self, *, by: Any, at: datetime, reason: str = "", **_asked: Any) -> None:
        self.accepted_at = self.closed_at = None
        self.round += 1

    @action(
        source=list(STAGES),
        target="cancelled",
        label=pgettext_lazy("installation", "Cancel the project"),
        permission="installations.plan",
        form=FORMS + "ReasonForm",
        style="danger",
        order=95,
    )
    def cancel(self, *, by: Any, at: datetime, reason: str) -> None:
        pass
