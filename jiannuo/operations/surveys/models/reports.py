"""The statistics of some months as somebody handed them in: frozen, so that they prove what was promised."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.surveys.models.questionnaires import Questionnaire


class SurveyReport(Document):
    """Statistics of satisfaction (F59) and of opinions (F60) of an organisation and those below it.

    ``first`` and ``last`` are the first days of the months, both included. ``figures`` are the rows of the forms as
    they stood when it was handed in: later answers and corrections change the statistics, not this.
    """

    class State(models.TextChoices):
        HANDED_IN = "handed_in", pgettext_lazy("statistics", "handed in")

    PREFIX = "SS"
    URL_NAME = "surveys:report"
    SERVICE = "jiannuo.operations.surveys.services.do"
    VIEW_PERMISSION = "surveys.view"
    INITIAL_STATE = "handed_in"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {"handed_in": "success"}

    questionnaire = models.ForeignKey(
        Questionnaire, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="reports"
    )
    first = models.DateField(_("from month"))
    last = models.DateField(_("to month"))
    answers = models.PositiveIntegerField(_("answers"), editable=False)
    csi = models.DecimalField(
        _("satisfaction index"), max_digits=5, decimal_places=1, null=True, editable=False
    )
    figures = models.JSONField(default=dict, editable=False)
    remark = models.TextField(_("remark"), blank=True, max_length=1000)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("statistics handed in")
        verbose_name_plural = _("statistics handed in")
        constraints = [
            models.CheckConstraint(
                condition=Q(first__day=1, last__day=1, first__lte=F("last")), name="survey_report_months"
            ),
            models.CheckConstraint(condition=Q(answers__gte=1), name="survey_report_answers"),
        ]
        indexes = [models.Index(fields=["last", "document_ptr"], name="survey_report_last")]

    @property
    def months(self) -> str:
        """The months in figures."""
        begin, end = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return begin if begin == end else f"{begin} – {end}"

    @property
    def shown(self) -> dict[str, Any]:
        """The rows of the forms, as their templates read them."""
        return dict(self.figures)
