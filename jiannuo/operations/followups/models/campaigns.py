"""Campaigns: whom we invite to what, announced by phone, followed by a letter, with the result of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet

FORMS = "jiannuo.operations.followups.forms."


class CampaignKind(models.Model):
    """A kind of campaign. Its days count where no clause says by when customers are told."""

    class Consent(models.TextChoices):
        MARKETING = "marketing", _("only who agrees to marketing")
        MESSAGES = "messages", _("only who agrees to service messages")
        ALL = "all", _("everybody: it concerns safety")

    name = models.CharField(_("kind of campaign"), max_length=60, unique=True)
    consent = models.CharField(_("whom it may reach"), max_length=10, choices=Consent)
    announces = models.BooleanField(
        _("announced by phone"), default=True, help_text=_("Otherwise letters alone are sent.")
    )
    announce_days = models.PositiveSmallIntegerField(
        _("announce by phone (days before)"), default=14, validators=[MaxValueValidator(365)]
    )
    letter_days = models.PositiveSmallIntegerField(
        _("letter within (days of the announcement)"), default=2, validators=[MaxValueValidator(60)]
    )
    followup_kind = models.ForeignKey(
        "followups.FollowUpKind",
        verbose_name=_("kind of follow-up that announces it"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    letter_template = models.ForeignKey(
        "followups.LetterTemplate",
        verbose_name=_("template of the letter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("kind of campaign")
        verbose_name_plural = _("kinds of campaigns")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class CampaignQuerySet(DocumentQuerySet):
    pass


class Campaign(Document):
    """One campaign. The list is drawn and frozen when it starts."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("campaign", "planned")
        RUNNING = "running", pgettext_lazy("campaign", "running")
        FINISHED = "finished", pgettext_lazy("campaign", "finished")
        CALLED_OFF = "called_off", pgettext_lazy("campaign", "called off")

    class Audience(models.TextChoices):
        UNITS = "units", _("owners of installed units")
        CUSTOMERS = "customers", pgettext_lazy("audience", "customers")

    PREFIX = "CM"
    URL_NAME = "followups:campaign"
    SERVICE = "jiannuo.operations.followups.services.do_campaign"
    VIEW_PERMISSION = "followups.view"
    INITIAL_STATE = "planned"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "planned": "warning",
        "running": "primary",
        "finished": "success",
        "called_off": "secondary",
    }

    campaign_kind = models.ForeignKey(
        CampaignKind, verbose_name=_("kind of campaign"), on_delete=models.PROTECT, related_name="campaigns"
    )
    text = models.TextField(_("what is offered"))
    place = models.CharField(pgettext_lazy("campaign", "place"), max_length=120, blank=True)
    takes_place_at = models.DateTimeField(_("takes place"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, default=Audience.UNITS)
    query = models.CharField(_("filter"), max_length=2000, blank=True, editable=False)
    announce_by = models.DateTimeField(_("to be announced by"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    opted_out = models.PositiveIntegerField(_("do not wish it"), default=0, editable=False)
    without_phone = models.PositiveIntegerField(_("without a phone"), default=0, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    minutes = models.TextField(_("what was said and agreed"), blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [models.Index(fields=["takes_place_at", "document_ptr"], name="campaign_day")]

    @property
    def is_open(self) -> bool:
        return self.state in ("planned", "running")

    @action(
        source="planned",
        target="running",
        label=_("Start"),
        permission="campaigns.manage",
        form=FORMS + "StartForm",
        style="primary",
        order=10,
    )
    def start(self, *, by: Any, at: datetime, **_more: Any) -> None:
        self.started_at = at

    @action(
        source="running",
        target="finished",
        label=_("Finish"),
        permission="campaigns.manage",
        form=FORMS + "FinishForm",
        style="success",
        order=20,
    )
    def finish(self, *, by: Any, at: datetime, minutes: str = "", remark: str = "") -> None:
        self.minutes = minutes.strip()

    @action(
        source=["planned", "running"],
        target="called_off",
        label=_("Call off"),
        permission="campaigns.manage",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def call_off(self, *, by: Any, at: datetime, reason: str) -> None:
        self.reason = reason


class CampaignEntry(models.Model):
    """One customer of the frozen list, and what became of it."""

    class Result(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("campaign", "to be told")
        ANNOUNCED = "announced", pgettext_lazy("campaign", "told")
        COMING = "coming", pgettext_lazy("campaign", "will come")
        DECLINED = "declined", pgettext_lazy("campaign", "does not come")
        UNREACHED = "unreached", pgettext_lazy("campaign", "not reached")
        CAME = "came", pgettext_lazy("campaign", "took part")
        ABSENT = "absent", pgettext_lazy("campaign", "stayed away")

    #: what may still be put down by hand
    BY_HAND = ("announced", "coming", "declined", "came", "absent")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="entries")
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="campaign_entries",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    followup = models.OneToOneField(
        "followups.FollowUp", null=True, blank=True, on_delete=models.PROTECT, related_name="campaign_entry"
    )
    result = models.CharField(_("result"), max_length=10, choices=Result, default=Result.WAITING)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("customer of a campaign")
        verbose_name_plural = _("customers of a campaign")
        ordering = ["pk"]
        indexes = [models.Index(fields=["campaign", "result", "id"], name="campaign_entry_result")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.customer_id}"
