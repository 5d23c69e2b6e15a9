"""Forms of surveys: the questionnaire as people fill it in, and what managers edit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.surveys.models import (
    Edition,
    InvitationRule,
    LowScoreRule,
    OpinionCategory,
    Question,
    Questionnaire,
)
from jiannuo.operations.surveys.scores import LONGEST_TEXT
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField

PREFIX = "q-"
Kind = Question.Kind
FEW_LINES = {"rows": 3}


class MonthField(forms.DateField):
    """A month, as the first day of it."""

    widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m"], **kwargs)


class Buttons(forms.RadioSelect):
    """Choices in one row of large buttons."""

    template_name = "surveys/widgets/buttons.html"


class LargeRadios(forms.RadioSelect):
    template_name = "surveys/widgets/list.html"


class LargeBoxes(forms.CheckboxSelectMultiple):
    template_name = "surveys/widgets/list.html"


def field_for(question: Question) -> forms.Field:
    """The field of a question."""
    common: dict[str, Any] = {
        "label": question.text,
        "required": question.required,
        "error_messages": {"required": _("Please answer this question.")},
    }
    if question.kind == Kind.SCORE:
        scores = [(place, str(place)) for place in range(1, 6)]
        return forms.ChoiceField(choices=scores, widget=Buttons(attrs={"data-ends": "score"}), **common)
    if question.kind == Kind.NPS:
        scores = [(place, str(place)) for place in range(11)]
        return forms.ChoiceField(choices=scores, widget=Buttons(attrs={"data-ends": "nps"}), **common)
    options = [(place, option) for place, option in enumerate(question.option_list)]
    if question.kind == Kind.CHOICE:
        return forms.ChoiceField(choices=options, widget=LargeRadios, **common)
    if question.kind == Kind.CHOICES:
        return forms.MultipleChoiceField(choices=options, widget=LargeBoxes, **common)
    return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **common)


class ReplyForm(forms.Form):
    """The questions of an edition, in their order."""

    use_required_attribute = False

    def __init__(self, *args: Any, questions: Iterable[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[PREFIX + question.code] = field_for(question)

    def question_fields(self) -> list[tuple[Question, forms.BoundField]]:
        return [(question, self[PREFIX + question.code]) for question in self.questions]

    def replies(self) -> dict[str, Any]:
        """The values by question code, as the services take them."""
        return {question.code: self.cleaned_data.get(PREFIX + question.code) for question in self.questions}

    def refuse(self, messages: dict[str, list[str]]) -> None:
        """Show what a service refused, at its question where it has one."""
        for name, texts in messages.items():
            target = PREFIX + name if PREFIX + name in self.fields else name
            self.add_error(target if target in self.fields else None, texts)


def initial_of(replies: Iterable[Any]) -> dict[str, Any]:
    """The values of an answer for its form."""
    return {
        PREFIX + reply.question.code: (reply.values or (reply.text if reply.value is None else reply.value))
        for reply in replies
    }


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class EntryForm(ReplyForm):
    """A questionnaire on paper or from a call: whom it is about before what was answered."""

    organization = forms.ModelChoiceField(
        label=_("organisation that is judged"), queryset=Organization.objects.none()
    )
    way = forms.ChoiceField(label=_("way"), choices=[("paper", _("on paper")), ("phone", _("by phone"))])
    answered_on = forms.DateField(label=_("answered on"), widget=DayInput)
    customer = RemoteChoiceField(
        Customer.objects.none(), url=reverse_lazy("customers:picker"), label=_("customer"), required=False
    )
    unit = RemoteChoiceField(
        InstalledUnit.objects.none(),
        url=reverse_lazy("installedbase:picker"),
        label=_("unit"),
        required=False,
    )
    person = forms.ModelChoiceField(label=_("technician"), queryset=User.objects.none(), required=False)
    name = forms.CharField(
        label=_("name, where the customer is not registered"), max_length=60, required=False
    )
    phone = forms.CharField(label=_("phone"), max_length=20, required=False)

    def __init__(self, *args: Any, user: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        base = edition.questionnaire.organization.path
        organizations = Organization.objects.visible_to(user).active().filter(path__startswith=base)
        fields["organization"].queryset = organizations
        fields["organization"].initial = user.organization_id
        fields["customer"].queryset = Customer.objects.visible_to(user).active()
        fields["unit"].queryset = InstalledUnit.objects.visible_to(user).select_related("model")
        roles = ["technician", "dealer_technician"]
        people = User.objects.visible_to(user).filter(is_active=True, role_assignments__role__in=roles)
        fields["person"].queryset = people.distinct().order_by("name")
        fields["answered_on"].initial = timezone.localdate()

    def about_fields(self) -> list[forms.BoundField]:
        names = ("organization", "way", "answered_on", "customer", "unit", "person", "name", "phone")
        return [self[name] for name in names]


class CorrectForm(ReplyForm):
    """Corrected replies and why."""

    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class ClassifyForm(forms.Form):
    category = forms.ModelChoiceField(
        label=_("category"), queryset=OpinionCategory.objects.filter(is_active=True)
    )


# What managers edit


class QuestionnaireForm(forms.ModelForm[Questionnaire]):
    class Meta:
        model = Questionnaire
        fields: ClassVar[list[str]] = ["organization", "code", "name", "paper", "is_active"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations: Any = self.fields["organization"]
        organizations.queryset = Organization.objects.visible_to(user).active()


class EditionForm(forms.ModelForm[Edition]):
    class Meta:
        model = Edition
        fields: ClassVar[list[str]] = [
            *("intro", "thanks", "satisfied_from", "link_days", "small_number"),
            *("source_limit", "source_hours", "least_seconds"),
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "intro": forms.Textarea(attrs=FEW_LINES),
            "thanks": forms.Textarea(attrs=FEW_LINES),
        }


class QuestionForm(forms.ModelForm[Question]):
    class Meta:
        model = Question
        fields: ClassVar[list[str]] = [
            *("position", "code", "kind", "text", "weight", "is_overall", "required", "options"),
        ]
        widgets: ClassVar[dict[str, Any]] = {"options": forms.Textarea(attrs={"rows": 5})}


class LowScoreForm(forms.ModelForm[LowScoreRule]):
    class Meta:
        model = LowScoreRule
        fields: ClassVar[list[str]] = ["measure", "at_most"]


class RuleForm(forms.ModelForm[InvitationRule]):
    class Meta:
        model = InvitationRule
        fields: ClassVar[list[str]] = [
            *("organization", "event", "job", "questionnaire", "share", "interval_days", "is_active"),
        ]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organization"].queryset = Organization.objects.visible_to(user).active()
        fields["questionnaire"].queryset = Questionnaire.objects.usable_by(user)


class CategoryForm(forms.ModelForm[OpinionCategory]):
    class Meta:
        model = OpinionCategory
        fields: ClassVar[list[str]] = ["code", "name", "words", "position", "is_active"]
        widgets: ClassVar[dict[str, Any]] = {"words": forms.Textarea(attrs=FEW_LINES)}


class HandInForm(forms.Form):
    """Which statistics are handed in."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    questionnaire = forms.ModelChoiceField(label=_("questionnaire"), queryset=Questionnaire.objects.none())
    first = MonthField(label=_("from month"))
    last = MonthField(label=_("to month"))
    remark = forms.CharField(
        label=_("remark"), max_length=1000, required=False, widget=forms.Textarea(attrs=FEW_LINES)
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        organizations = Organization.objects.visible_to(user).active().exclude(kind="supplier")
        fields["organization"].queryset = organizations
        fields["questionnaire"].queryset = (
            Questionnaire.objects.usable_by(user)
            .filter(editions__state__in=["published", "retired"])
            .distinct()
        )
