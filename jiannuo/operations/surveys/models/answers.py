"""An answered questionnaire: a document, so that corrections, decisions and complaints hang on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.kinds import hidden_from
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.surveys.models.invitations import Invitation
from jiannuo.operations.surveys.models.questionnaires import Edition, Question

REASON = "jiannuo.office.documents.forms.ReasonForm"


def is_independent(answer: SurveyAnswer, user: Any) -> bool:
    """Whether ``user`` is neither the one judged nor who entered the answer."""
    return getattr(user, "pk", None) not in (answer.person_id, answer.created_by_id)


class AnswerQuerySet(DocumentQuerySet):
    def counted(self) -> Any:
        """Those that the figures rest on."""
        return self.filter(state=SurveyAnswer.State.COUNTED)

    def visible_to(self, user: Any) -> Self:
        """Those in scope; not those about a confidential document that ``user`` must not know of."""
        hidden = hidden_from(user)
        rows = super().visible_to(user)
        return rows.exclude(invitation__document__kind__in=hidden) if hidden else rows


class SurveyAnswer(Document):
    """What one customer said about one service. ``organization`` is the one judged.

    ``csi`` is the weighted mean of the scores from 0 (all 1) to 100 (all 5), ``nps`` the recommendation from 0 to 10.
    Of an address and a device only fingerprints are kept.
    """

    class State(models.TextChoices):
        COUNTED = "counted", pgettext_lazy("survey", "counted")
        WAITING = "waiting", pgettext_lazy("survey", "to be checked")
        LEFT_OUT = "left_out", pgettext_lazy("survey", "left out")

    class Way(models.TextChoices):
        LINK = "link", pgettext_lazy("survey", "link")
        PHONE = "phone", pgettext_lazy("survey", "by phone")
        PAPER = "paper", pgettext_lazy("survey", "on paper")
        SHEET = "sheet", pgettext_lazy("survey", "from a file")

    class Flag(models.TextChoices):
        STAFF_PHONE = "staff_phone", _("the phone number is one of our own people")
        STAFF_SESSION = "staff_session", _("answered by somebody signed in as staff")
        SAME_ADDRESS = "same_address", _("many answers from one address")
        SAME_DEVICE = "same_device", _("many answers from one device")
        TOO_FAST = "too_fast", _("answered faster than one can read")
        SELF_ENTERED = "self_entered", _("entered by the organisation that is judged")

    PREFIX = "SV"
    URL_NAME = "surveys:answer"
    SERVICE = "jiannuo.operations.surveys.services.do"
    VIEW_PERMISSION = "surveys.view"
    INITIAL_STATE = "counted"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "counted": "success",
        "waiting": "warning",
        "left_out": "secondary",
    }
    #: how the complaint desk calls the ways
    CHANNELS: ClassVar[dict[str, str]] = {"link": "web", "phone": "hotline", "paper": "letter"}

    edition = models.ForeignKey(
        Edition, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="answers"
    )
    invitation = models.OneToOneField(
        Invitation, null=True, blank=True, on_delete=models.PROTECT, related_name="answer"
    )
    way = models.CharField(_("way"), max_length=6, choices=Way, default=Way.LINK)
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="survey_answers",
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
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    answered_at = models.DateTimeField(_("when it was answered"))
    month = models.DateField(_("month"), editable=False)
    csi = models.DecimalField(
        _("satisfaction index"), max_digits=5, decimal_places=2, null=True, editable=False
    )
    nps = models.PositiveSmallIntegerField(_("recommendation"), null=True, editable=False)
    satisfied = models.BooleanField(_("satisfied"), null=True, editable=False)
    low = models.BooleanField(_("low score"), default=False, editable=False)
    flags = models.JSONField(default=list, blank=True, editable=False)
    address_print = models.CharField(max_length=32, blank=True, editable=False)
    device_print = models.CharField(max_length=32, blank=True, editable=False)
    seconds = models.PositiveIntegerField(null=True, editable=False)
    sheet_print = models.CharField(
        max_length=32, blank=True, editable=False, help_text="of the row of a file, so that it comes in once"
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        indexes = [
            models.Index(fields=["edition", "month"], name="survey_answer_month"),
            models.Index(fields=["customer", "-document_ptr"], name="survey_answer_customer"),
            models.Index(fields=["answered_at", "document_ptr"], name="survey_answer_at"),
            models.Index(
                fields=["address_print", "answered_at"],
                condition=~Q(address_print=""),
                name="survey_answer_address",
            ),
            models.Index(
                fields=["device_print", "answered_at"],
                condition=~Q(device_print=""),
                name="survey_answer_device",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(csi__isnull=True) | Q(csi__gte=0, csi__lte=100), name="survey_csi"
            ),
            models.CheckConstraint(condition=Q(nps__isnull=True) | Q(nps__lte=10), name="survey_nps"),
            models.UniqueConstraint(
                fields=["sheet_print"], condition=~Q(sheet_print=""), name="survey_answer_sheet_once"
            ),
        ]

    @property
    def who(self) -> str:
        """Who answered."""
        return str(self.customer or self.name or "—")

    @property
    def flag_labels(self) -> list[str]:
        """Why a person has to look at it, in words."""
        labels = dict(self.Flag.choices)
        return [str(labels.get(flag, flag)) for flag in self.flags]

    # What the room reads that takes a matter up

    @property
    def symptom_text(self) -> str:
        """What the customer gave and said, as the complaint desk reads it."""
        lines = [
            f"{reply.question.text}：{reply.shown}"
            for reply in self.replies.select_related("question").order_by("question__position", "pk")
            if reply.shown
        ]
        return "\n".join([str(self.edition), *lines])

    @property
    def matter_title(self) -> str:
        """What the complaint desk calls it: the low figures, and what the customer said."""
        opinions = self.replies.filter(question__kind=Question.Kind.TEXT).exclude(text="")
        said = list(opinions.order_by("question__position").values_list("text", flat=True)[:1])
        figures = [
            gettext("index %(figure)s") % {"figure": f"{self.csi:.0f}"} if self.csi is not None else "",
            f"NPS {self.nps}" if self.nps is not None else "",
        ]
        return " · ".join(part for part in (gettext("Low score in a survey"), *figures, *said) if part)

    @property
    def reporter_name(self) -> str:
        return self.name

    @property
    def reporter_phone(self) -> str:
        return self.phone

    @property
    def channel(self) -> str:
        return self.CHANNELS.get(self.way, "desk")

    @property
    def received_at(self) -> datetime:
        return self.answered_at

    # Actions: they change the document only

    @action(
        source=["waiting", "left_out"],
        target="counted",
        label=_("Count it"),
        permission="surveys.review",
        form=REASON,
        condition=is_independent,
        style="success",
        order=10,
    )
    def count(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

    @action(
        source=["waiting", "counted"],
        target="left_out",
        label=_("Leave it out of the figures"),
        permission="surveys.review",
        form=REASON,
        condition=is_independent,
        style="danger",
        order=20,
    )
    def leave_out(self, *, by: Any, at: datetime, reason: str) -> None:
        pass


class Reply(models.Model):
    """What was answered to one question."""

    answer = models.ForeignKey(SurveyAnswer, on_delete=models.CASCADE, related_name="replies")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="replies")
    value = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="score, recommendation, or place of the choice"
    )
    values = models.JSONField(default=list, blank=True, help_text="places of several choices")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "question"], name="survey_reply_once")]
        indexes = [models.Index(fields=["question", "value"], name="survey_reply_value")]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.shown}"

    @property
    def shown(self) -> str:
        """The answer in words."""
        if self.question.kind in (Question.Kind.CHOICE, Question.Kind.CHOICES):
            options = self.question.option_list
            places = self.values or ([] if self.value is None else [self.value])
            return "、".join(options[place] for place in places if place < len(options))
        return self.text if self.value is None else str(self.value)
