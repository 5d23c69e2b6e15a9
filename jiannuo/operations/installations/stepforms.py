"""The records of the stages as forms: pages on the phone and routes of the API are made from this one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.files.services import check
from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ManyFilesField
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.installations import services
from jiannuo.operations.installations.forms import DayInput
from jiannuo.operations.installations.models import (
    Installation,
    InstallationUnit,
    Measure,
    PackingLine,
    TrialEntry,
)
from jiannuo.operations.workorders.forms.fields import InstantField, SignatureField

#: things on one line of a packing list, and copies of one document
MOST, MOST_COPIES = 1_000_000, 9999


class StepForm(forms.Form):
    """Base: knows the project and the person; ``line`` is chosen among those of the project."""

    def __init__(self, *args: Any, installation: Installation, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.installation, self.user = installation, user
        for name, rows in self.choices().items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        line = self.initial.get("line")
        if line and "line" in self.fields:
            self.fields["line"].widget = forms.HiddenInput()
            self.begin_with(self.fields["line"].queryset.filter(pk=line).first())  # type: ignore[attr-defined]

    def choices(self) -> dict[str, QuerySet[Any]]:
        """The rows of the fields that choose one."""
        return {}

    def begin_with(self, line: Any) -> None:
        """Fill in what is known of the line."""

    @property
    def about(self) -> str:
        """The line that the form is about, in words."""
        line = self.initial.get("line") or self.data.get("line")
        if not line or "line" not in self.fields or not str(line).isdecimal():
            return ""
        return str(self.fields["line"].queryset.filter(pk=line).first() or "")  # type: ignore[attr-defined]


def _line() -> Any:
    return forms.ModelChoiceField(label=_("line"), queryset=None)


def _parts(installation: Installation) -> QuerySet[Any]:
    return installation.parts.select_related("unit")


class PackingForm(StepForm):
    line = _line()
    received = forms.IntegerField(label=pgettext_lazy("packing", "found"))
    condition = forms.ChoiceField(label=_("condition"), choices=PackingLine.Condition.choices)
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)
    photos = ManyFilesField(label=_("photos"), required=False)

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"line": self.installation.packing.all()}

    def begin_with(self, line: PackingLine | None) -> None:
        if line is not None:
            self.fields["received"].initial = line.expected if line.received is None else line.received
            self.fields["received"].help_text = _("The list says %(count)s.") % {"count": line.expected}
            self.fields["condition"].initial = line.condition or PackingLine.Condition.GOOD
            self.fields["remark"].initial = line.remark

    def clean_photos(self) -> list[Any]:
        uploads = self.cleaned_data["photos"]
        for upload in uploads:
            check(upload, ("image",))
        return list(uploads)


class NothingForm(StepForm):
    """Asks for nothing but a yes."""


class AddLineForm(StepForm):
    text = forms.CharField(label=_("item"), max_length=160)
    expected = forms.IntegerField(label=_("on the list"), max_value=MOST)
    part: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("unit"), queryset=None, required=False)

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"part": _parts(self.installation)}


PASSED = (
    ("", "—"),
    ("yes", pgettext_lazy("measurement", "passed")),
    ("no", pgettext_lazy("measurement", "not passed")),
)


class MeasureForm(StepForm):
    line = _line()
    value = forms.DecimalField(label=_("value"), max_digits=14, decimal_places=3, required=False)
    passed = forms.TypedChoiceField(
        label=pgettext_lazy("measurement", "result"),
        choices=PASSED,
        required=False,
        coerce=lambda text: text == "yes",
        empty_value=None,
        help_text=_("Left open, the limits decide."),
    )
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"line": Measure.objects.filter(part__installation=self.installation)}

    def begin_with(self, line: Measure | None) -> None:
        if line is None:
            return
        if line.is_number:
            self.fields["value"].help_text = f"{line.limits or line.unit}"
        else:
            self.fields["value"].widget = forms.HiddenInput()
            self.fields["passed"].help_text = ""


class TrialLogForm(StepForm):
    kind = forms.ChoiceField(label=_("what happened"), choices=TrialEntry.Kind.choices)
    at = InstantField(label=_("when"), required=False, initial=timezone.localtime)
    text = forms.CharField(label=_("remark"), max_length=300, required=False)


class PaperForm(StepForm):
    line = _line()
    copies = forms.IntegerField(label=_("copies"), initial=1, max_value=MOST_COPIES)

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"line": self.installation.papers.all()}

    def begin_with(self, line: Any) -> None:
        if line is not None:
            self.fields["copies"].initial = line.copies


class AddPaperForm(StepForm):
    title = forms.CharField(label=_("document"), max_length=160)
    copies = forms.IntegerField(label=_("copies"), initial=1, min_value=1, max_value=MOST_COPIES)


class SignPapersForm(StepForm):
    name = forms.CharField(label=_("documents received by"), max_length=60)
    signature = SignatureField(label=_("signature"))


class TopicForm(StepForm):
    line = _line()
    hours = forms.DecimalField(label=_("hours held"), max_digits=6, decimal_places=2)
    trainer = forms.CharField(label=_("trainer"), max_length=60)
    at = InstantField(label=_("held"), required=False, initial=timezone.localtime)

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"line": self.installation.topics.all()}

    def begin_with(self, line: Any) -> None:
        if line is not None:
            self.fields["hours"].initial = line.held_hours or line.hours or None
            self.fields["trainer"].initial = line.trainer or str(self.user)


class AddTopicForm(StepForm):
    title = forms.CharField(label=_("topic"), max_length=160)
    hours = forms.DecimalField(label=_("hours promised"), max_digits=6, decimal_places=2, initial=0)


class TraineeForm(StepForm):
    name = forms.CharField(label=_("name"), max_length=60)
    duty = forms.CharField(label=_("duty"), max_length=60, required=False)


class SignTrainingForm(StepForm):
    line = _line()
    signature = SignatureField(label=_("signature"))

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"line": self.installation.trainees.all()}


class AssessForm(StepForm):
    line = _line()
    skills: forms.ModelMultipleChoiceField[Any] = forms.ModelMultipleChoiceField(
        label=_("knows or can"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"line": self.installation.trainees.all(), "skills": self.installation.skills.all()}

    def begin_with(self, line: Any) -> None:
        if line is not None:
            self.fields["skills"].initial = [skill.pk for skill in line.known.all()]


class RemainingForm(StepForm):
    text = forms.CharField(label=_("what remains"), max_length=200)
    due_on = forms.DateField(label=_("agreed for"), widget=DayInput)
    part: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("unit"), queryset=None, required=False)
    person: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("person responsible"), queryset=None, required=False
    )

    def choices(self) -> dict[str, QuerySet[Any]]:
        people = User.objects.filter(is_active=True, organization=self.installation.organization)
        return {"part": _parts(self.installation), "person": people.order_by("name")}


class FinishForm(StepForm):
    line = _line()
    how = forms.CharField(label=_("what was done"), max_length=200)

    def choices(self) -> dict[str, QuerySet[Any]]:
        return {"line": self.installation.remaining.all()}


class NoticeForm(StepForm):
    lines: forms.ModelMultipleChoiceField[Any] = forms.ModelMultipleChoiceField(
        label=_("missing or damaged"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    addressee: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=_("supplier or branch"), queryset=None, required=False
    )
    supplier = forms.CharField(label=_("another supplier"), max_length=80, required=False)
    text = forms.CharField(
        label=_("remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def choices(self) -> dict[str, QuerySet[Any]]:
        open_ones = [
            line.pk
            for line in self.installation.packing.prefetch_related("notices")
            if line.is_faulty and not any(one.state != "closed" for one in line.notices.all())
        ]
        seen = Organization.objects.visible_to(self.user).order_by().values("pk")
        organizations = Organization.objects.filter(Q(pk__in=seen) | Q(kind="supplier"))
        self.fields["lines"].initial = open_ones
        return {
            "lines": self.installation.packing.filter(pk__in=open_ones),
            "addressee": organizations.order_by("path"),
        }


class AcceptForm(StepForm):
    parts: forms.ModelMultipleChoiceField[Any] = forms.ModelMultipleChoiceField(
        label=_("units accepted"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    accepted_at = InstantField(label=_("accepted"), required=False, initial=timezone.localtime)
    opinion = forms.CharField(
        label=_("opinion"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    signed_by = forms.CharField(label=_("signed by"), max_length=60)
    signature = SignatureField(label=_("signature"), required=False)
    paper = forms.FileField(label=_("photo of the signed form"), required=False)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.installation.version

    def choices(self) -> dict[str, QuerySet[Any]]:
        rows = _parts(self.installation).filter(accepted_at__isnull=True)
        self.fields["parts"].initial = [row.pk for row in rows]
        return {"parts": rows}

    def clean_signature(self) -> Any:
        return self.cleaned_data.get("signature") or None

    def clean_paper(self) -> Any:
        upload = self.cleaned_data.get("paper")
        if upload is not None:
            check(upload, ("image", "pdf"))
        return upload

    def clean_parts(self) -> list[InstallationUnit]:
        return list(self.cleaned_data["parts"])


@dataclass(frozen=True, slots=True)
class Step:
    """A record: its title, its form, and the service that takes the cleaned data; ``anchor`` is its section.

    ``is_timed`` where it may have happened before it is recorded.
    """

    title: Any
    form: type[StepForm]
    do: Callable[..., Any]
    anchor: str
    submit: Any = ""
    is_timed: bool = True


STEPS: dict[str, Step] = {
    "packing": Step(_("Check a line of the packing list"), PackingForm, services.check_line, "unpacking"),
    "packing-rest": Step(
        _("The rest is there in good order"), NothingForm, services.check_rest, "unpacking", _("Confirm")
    ),
    "packing-add": Step(
        _("Add a line to the packing list"), AddLineForm, services.add_line, "unpacking", "", False
    ),
    "notice": Step(
        _("Notice to the supplier"),
        NoticeForm,
        services.send_notice,
        "unpacking",
        pgettext_lazy("notice", "Send"),
        is_timed=False,
    ),
    "measure": Step(_("Enter a measured value"), MeasureForm, services.measure, "commissioning"),
    "trial": Step(_("Log of the trial run"), TrialLogForm, services.log_trial, "trial"),
    "paper": Step(_("Document handed over"), PaperForm, services.hand_over, "documents"),
    "paper-add": Step(_("Another document handed over"), AddPaperForm, services.add_paper, "documents"),
    "paper-sign": Step(_("Sign for the documents"), SignPapersForm, services.sign_papers, "documents"),
    "topic": Step(_("Topic was taught"), TopicForm, services.hold_topic, "training"),
    "topic-add": Step(_("Another topic"), AddTopicForm, services.add_topic, "training", is_timed=False),
    "trainee": Step(_("Add a trainee"), TraineeForm, services.add_trainee, "training", is_timed=False),
    "trainee-sign": Step(_("Trainee signs"), SignTrainingForm, services.sign_training, "training"),
    "assess": Step(_("Assess the trainee"), AssessForm, services.assess, "training"),
    "remaining": Step(_("Agree what remains"), RemainingForm, services.add_remaining, "remaining"),
    "remaining-done": Step(_("What remained was done"), FinishForm, services.finish_remaining, "remaining"),
    "accept": Step(
        _("Acceptance by the customer"), AcceptForm, services.accept, "acceptance", _("Accept and sign")
    ),
}


def carry_out(
    step: Step, installation: Installation, data: dict[str, Any], *, by: Any, at: datetime | None = None
) -> Any:
    """Do a step with the cleaned data of its form; ``at`` is when it was done, where that was not now."""
    values = dict(data)
    line = values.pop("line", None)
    if at is not None and step.is_timed:
        values["at"] = at
    return step.do(installation, *([line] if line is not None else []), by=by, **values)
