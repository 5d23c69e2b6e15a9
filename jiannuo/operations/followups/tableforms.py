"""Forms of the tables that managers edit: kinds, callers, scripts, templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.followups.forms import DayInput
from jiannuo.operations.followups.models import (
    Caller,
    CampaignKind,
    FollowUpKind,
    LetterKind,
    Question,
    QuestionRule,
    Script,
)
from jiannuo.promises.commitments.words import EVENTS
from jiannuo.promises.obligations.words import WORDS


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


def _words(words: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(words.items(), key=lambda one: str(one[1]))


class FollowUpKindForm(forms.ModelForm[FollowUpKind]):
    metrics = forms.MultipleChoiceField(
        label=_("promises that it keeps"), required=False, help_text=_("Empty: it is made by hand only.")
    )
    events = forms.MultipleChoiceField(
        label=_("only what starts with"), required=False, help_text=_("Empty: whatever starts them.")
    )

    class Meta:
        model = FollowUpKind
        fields = (
            "name",
            "way",
            "metrics",
            "events",
            "only_recurring",
            "begins_round",
            "script",
            "call_from",
            "call_to",
            "most_attempts",
            "retry_minutes",
            "target_percent",
            "source",
            "position",
            "is_active",
        )
        widgets = {"call_from": ClockInput, "call_to": ClockInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["metrics"].choices = _words(WORDS)
        fields["events"].choices = _words(dict(EVENTS))
        for name in ("metrics", "events"):
            fields[name].widget.attrs["data-search-select"] = ""
        fields["script"].queryset = Script.objects.filter(is_active=True)


class CallerForm(forms.ModelForm[Caller]):
    class Meta:
        model = Caller
        fields = ("organization", "kind", "person", "substitute", "substitute_from", "substitute_to")
        widgets = {"substitute_from": DayInput, "substitute_to": DayInput}

    def __init__(self, *args: Any, user: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organization"].queryset = Organization.objects.visible_to(user).active().order_by("path")
        for name in ("person", "substitute"):
            fields[name].queryset = people


class CampaignKindForm(forms.ModelForm[CampaignKind]):
    class Meta:
        model = CampaignKind
        fields = (
            "name",
            "consent",
            "announces",
            "announce_days",
            "letter_days",
            "followup_kind",
            "letter_template",
            "source",
            "position",
            "is_active",
        )


class ScriptForm(forms.ModelForm[Script]):
    class Meta:
        model = Script
        fields = ("name", "is_active")


class WordsForm(forms.Form):
    greeting = forms.CharField(
        label=_("opening words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("{customer}, {unit}, {organization} and {person} are filled in."),
    )
    closing = forms.CharField(
        label=_("closing words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class QuestionForm(forms.ModelForm[Question]):
    choices_text = forms.CharField(
        label=_("choices"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; for questions with a choice."),
    )

    class Meta:
        model = Question
        fields = ("text", "identity", "hint", "kind", "choices_text", "lowest", "highest", "required")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choices_text"].initial = "\n".join(self.instance.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lines = [one.strip() for one in cleaned.get("choices_text", "").splitlines()]
        self.instance.choices = list(dict.fromkeys(one for one in lines if one))
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """An error of the choices stands at the lines that hold them."""
        found = getattr(error, "error_dict", None)
        if field is None and found and "choices" in found:
            found["choices_text"] = found.pop("choices")
        super().add_error(field, error)


class RuleForm(forms.ModelForm[QuestionRule]):
    class Meta:
        model = QuestionRule
        fields = ("operator", "value", "goto", "ends", "issue")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        question = self.instance.question
        later = Question.objects.filter(version=question.version_id, position__gt=question.position)
        fields["goto"].queryset = later
        options = question.options
        if options:
            words = "、".join(
                value if value == str(label) else f"{value} ({label})" for value, label in options
            )
            fields["value"].help_text = words


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("template"), max_length=80)
    kind = forms.ChoiceField(label=pgettext_lazy("letter", "kind"), choices=LetterKind.choices)
    subject = forms.CharField(label=_("subject"), max_length=120)
    body = forms.CharField(label=_("words"), max_length=8000, widget=forms.Textarea(attrs={"rows": 14}))
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)
