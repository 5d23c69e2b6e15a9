"""Service requests (受理): what a customer asked, on any channel, and what was decided at intake."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.models import OrganizationKind
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.desk.remote.models import Attempt
from jiannuo.operations.desk.routing.models import HandBackReason, Nature, PushBack, RoutingRule

__all__ = ["Attempt", "ContactWay", "HandBackReason", "Nature", "PushBack", "RoutingRule", "ServiceRequest"]

FORMS = "jiannuo.operations.desk.forms."
DEALERS = (OrganizationKind.DEALER, OrganizationKind.STATION)


def _is_ours(request: Any, _user: Any) -> bool:
    """What the independent desk has taken up is not the service's any more."""
    return not request.is_entrusted


class ContactWay(models.TextChoices):
    """How a customer was contacted."""

    PHONE = "phone", _("by phone")
    VISIT = "visit", _("in person")
    IM = "im", _("by instant message")
    EMAIL = "email", _("by e-mail")
    LETTER = "letter", _("by letter")


class ServiceRequestQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Requests in scope, and those that ``user`` took within it before a rule sent them elsewhere.

        Only who took it goes on seeing it, to be able to tell the customer; and not after leaving the unit where it was
        taken.
        """
        ids = organization_ids(user, self.model.VIEW_PERMISSION)
        if not ids:
            return super().visible_to(user)
        return self.filter(Q(organization__in=ids) | Q(created_by=user.pk, taken_at__in=ids))


class ServiceRequest(Document):
    """A request. The decision is frozen: a later change of commitment does not rewrite history."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        TRIAGED = "triaged", _("triaged")
        IN_PROGRESS = "in_progress", _("in progress")
        ANSWERED = "answered", _("answered")
        RESOLVED = "resolved", _("resolved")
        CLOSED = "closed", _("closed")
        MERGED = "merged", _("merged")
        CANCELLED = "cancelled", _("cancelled")

    class Channel(models.TextChoices):
        HOTLINE = "hotline", _("hotline")
        LETTER = "letter", _("letter")
        VISIT = "visit", _("visit in person")
        WEB = "web", _("web")
        QR = "qr", _("QR code")
        EMAIL = "email", _("e-mail")
        IM = "im", _("instant message")
        DEALER = "dealer", _("dealer")
        INSPECTION = "inspection", _("own inspection")
        API = "api", _("API")

    class Kind(models.TextChoices):
        REPAIR = "repair", _("repair")
        CONSULTATION = "consultation", _("consultation")
        INSTALLATION = "installation", _("installation")
        MAINTENANCE = "maintenance", _("maintenance")
        COMPLAINT = "complaint", _("complaint")
        RETURN = "return", _("return")
        SUGGESTION = "suggestion", _("suggestion")
        HELP = "help", _("help")

    class Severity(models.TextChoices):
        MINOR = "minor", _("minor")
        NORMAL = "normal", _("normal")
        MAJOR = "major", _("major")
        CRITICAL = "critical", _("critical")

    PREFIX = "SR"
    URL_NAME = "desk:request_detail"
    SERVICE = "jiannuo.operations.desk.services.do"
    VIEW_PERMISSION = "requests.view"
    INITIAL_STATE = "new"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "new": "warning",
        "triaged": "info",
        "in_progress": "primary",
        "answered": "success",
        "resolved": "success",
        "closed": "secondary",
        "merged": "secondary",
        "cancelled": "danger",
    }
    OPEN_STATES = ("new", "triaged", "in_progress")

    channel = models.CharField(_("channel"), max_length=12, choices=Channel, default=Channel.HOTLINE)
    request_kind = models.CharField(_("kind of request"), max_length=14, choices=Kind, default=Kind.REPAIR)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.NORMAL)
    nature = models.CharField(_("nature of the matter"), max_length=10, choices=Nature, blank=True)
    received_at = models.DateTimeField(_("received"))
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="requests"
    )
    reporter_name = models.CharField(_("reported by"), max_length=60, blank=True)
    reporter_phone = models.CharField(_("phone"), max_length=20, blank=True)
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
    )
    category = models.ForeignKey(
        "products.Category", verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT
    )
    division = models.ForeignKey(
        "regions.Division", verbose_name=_("division"), null=True, blank=True, on_delete=models.PROTECT
    )
    address = models.CharField(_("address"), max_length=220, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    symptom_text = models.TextField(_("what is wrong"))
    symptom = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("symptom"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    wished_from = models.DateTimeField(_("wished from"), null=True, blank=True)
    wished_to = models.DateTimeField(_("wished to"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests_owned",
    )
    routed_to = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("responsible unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_at = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("unit that took it"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="only where a rule sent it out of the view of the unit that took it",
    )
    responsible_role = models.CharField(_("responsible role"), max_length=30, choices=Role, blank=True)
    decision = models.JSONField(default=dict, blank=True, help_text="the Decision of rules, frozen at intake")
    decided_at = models.DateTimeField(null=True, blank=True)
    in_warranty = models.BooleanField(_("in warranty"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    client_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="given by the sender, so that sending twice registers once",
    )
    #: of what was sent with the key; empty for requests from before
    client_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_requests"
    )

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        indexes = [
            models.Index(fields=["customer", "-document_ptr"], name="request_customer"),
            models.Index(fields=["unit", "-document_ptr"], name="request_unit"),
            models.Index(fields=["owner", "-document_ptr"], name="request_owner"),
            models.Index(fields=["category", "-document_ptr"], name="request_category"),
            models.Index(fields=["symptom", "-document_ptr"], name="request_symptom"),
            models.Index(fields=["received_at"], name="request_received"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client_key"], condition=~Q(client_key=""), name="request_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(wished_to__isnull=True)
                | Q(wished_from__isnull=True)
                | Q(wished_to__gt=F("wished_from")),
                name="request_wish_order",
                violation_error_message=_("The wished time cannot end before it begins."),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    def is_public_to(self, user: Any) -> bool:
        """Who took it may read it wherever a rule sent it, as long as they work at the unit where they took it."""
        if self.taken_at_id is None or self.created_by_id is None or self.created_by_id != user.pk:
            return False
        ids = organization_ids(user, self.VIEW_PERMISSION)
        return ids is None or self.taken_at_id in ids

    @property
    def is_entrusted(self) -> bool:
        """A complaint is with the independent desk, which keeps what was said and written about it."""
        return self.request_kind == self.Kind.COMPLAINT

    @action(
        source="new",
        target="triaged",
        label=_("Triage"),
        permission="requests.handle",
        form=FORMS + "TriageForm",
        style="primary",
        order=10,
        condition=_is_ours,
    )
    def triage(self, *, by: Any, at: datetime, **data: Any) -> None:
        for field in ("request_kind", "severity", "nature", "owner"):
            if data.get(field):
                setattr(self, field, data[field])

    @action(
        source=["new", "triaged", "in_progress"],
        target=None,
        label=_("Customer contacted"),
        permission="requests.answer",
        form=FORMS + "ContactedForm",
        order=20,
        condition=_is_ours,
    )
    def contacted(self, *, by: Any, at: datetime, **_contact: Any) -> None:
        pass

    @action(
        source=["new", "triaged", "in_progress"],
        target=None,
        label=_("Diagnose from afar"),
        permission="requests.answer",
        form=FORMS + "AttemptForm",
        order=22,
        condition=_is_ours,
    )
    def diagnose(self, *, by: Any, at: datetime, **_attempt: Any) -> None:
        pass

    @action(
        source=["new", "triaged"],
        target="answered",
        label=_("Answer"),
        permission="requests.answer",
        form=FORMS + "AnswerForm",
        order=30,
        condition=_is_ours,
    )
    def give_answer(self, *, by: Any, at: datetime, answer: str, **_article: Any) -> None:
        self.answer = answer

    @action(
        source=["new", "triaged", "in_progress"],
        target=None,
        label=_("Arranged"),
        permission="requests.answer",
        form=FORMS + "ArrangedForm",
        order=25,
        condition=_is_ours,
    )
    def arrange(self, *, by: Any, at: datetime, remark: str) -> None:
        pass

    @action(
        source=["new", "triaged", "in_progress"],
        target=None,
        label=_("Back-office check"),
        permission="requests.check",
        form=FORMS + "CheckForm",
        condition=lambda request, user: (
            _is_ours(request, user) and (request.routed_to_id is not None or request.state == "in_progress")
        ),
        order=60,
    )
    def check_arrangement(self, *, by: Any, at: datetime, result: str, remark: str = "") -> None:
        pass

    @action(
        source=["new", "triaged"],
        target="new",
        label=_("Hand back"),
        permission="requests.answer",
        form=FORMS + "HandBackForm",
        condition=lambda request, user: _is_ours(request, user) and request.organization.kind in DEALERS,
        style="warning",
        order=75,
    )
    def hand_back(self, *, by: Any, at: datetime, why: Any, reason: str = "", to: Any = None) -> None:
        self.organization, self.owner, self.routed_to, self.responsible_role = to, None, to, ""

    @action(
        source=["new", "triaged", "in_progress"],
        target=None,
        label=_("Turned away by a dealer"),
        permission="requests.check",
        form=FORMS + "ReferredForm",
        order=76,
        condition=_is_ours,
    )
    def turned_away(self, *, by: Any, at: datetime, dealer: Any, reason: str) -> None:
        pass

    @action(
        source=["new", "triaged", "in_progress"],
        target="in_progress",
        label=_("Work begins"),
        permission="orders.dispatch",
        hidden=True,
    )
    def start(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="in_progress",
        target="triaged",
        label=_("Back to the desk"),
        permission="orders.dispatch",
        hidden=True,
    )
    def return_to_desk(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="in_progress", target="resolved", label=_("Resolve"), permission="requests.handle", hidden=True
    )
    def resolve(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["answered", "resolved"],
        target="closed",
        label=_("Close"),
        permission="requests.handle",
        style="primary",
        order=20,
        condition=_is_ours,
    )
    def close(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["new", "triaged", "in_progress", "answered", "resolved"],
        target=None,
        label=_("Customer's choice"),
        permission="requests.handle",
        hidden=True,
    )
    def choose_remedy(self, *, by: Any, at: datetime, remedy: str, **_agreed: Any) -> None:
        pass

    @action(
        source=["new", "triaged"],
        target="merged",
        label=_("Merge into another"),
        permission="requests.handle",
        form=FORMS + "MergeForm",
        order=70,
        condition=_is_ours,
    )
    def merge(self, *, by: Any, at: datetime, into: Any) -> None:
        self.merged_into = into

    @action(
        source=["new", "triaged", "in_progress"],
        target="cancelled",
        label=_("Cancel"),
        permission="requests.handle",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
        condition=_is_ours,
    )
    def cancel(self, *, by: Any, at: datetime, reason: str) -> None:
        pass
