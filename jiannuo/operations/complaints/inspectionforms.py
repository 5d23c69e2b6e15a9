"""Forms of mystery inspections: the form that a manager edits, a visit, its scores, what follows from a finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints.forms import LONGEST_TEXT, MomentInput
from jiannuo.operations.complaints.models import InspectionScore, ScoreForm, ScoreItem
from jiannuo.operations.complaints.queries import people_with
from jiannuo.operations.complaints.services import Scored


class ScoreFormForm(forms.ModelForm[ScoreForm]):
    class Meta:
        model = ScoreForm
        fields: ClassVar[list[str]] = ["name", "note"]


class ScoreItemForm(forms.ModelForm[ScoreItem]):
    class Meta:
        model = ScoreItem
        fields: ClassVar[list[str]] = ["title", "hint", "weight", "steps", "remark_below"]


ScoreItems = forms.modelformset_factory(ScoreItem, form=ScoreItemForm, extra=3, can_delete=True, max_num=60)


def items_of(formset: Any) -> list[ScoreItem]:
    """The lines that stay, in their order; the formset must be valid."""
    kept = [
        form.instance
        for form in formset.forms
        if (form.instance.pk or form.has_changed()) and not formset._should_delete_form(form)
    ]
    return list(kept)


class InspectionVisitForm(forms.Form):
    """Which station, when, by whom, as whom."""

    organization = forms.ModelChoiceField(label=_("station inspected"), queryset=Organization.objects.none())
    form = forms.ModelChoiceField(
        label=_("form of inspections"),
        queryset=ScoreForm.objects.filter(state=ScoreForm.State.IN_USE),
        empty_label=None,
    )
    visited_at = forms.DateTimeField(label=_("visited"), widget=MomentInput)
    inspector = forms.ModelChoiceField(label=_("inspector"), queryset=User.objects.none())
    guise = forms.CharField(
        label=_("came as"),
        required=False,
        max_length=120,
        help_text=_("As whom the inspector came, with which wish."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations = Organization.objects.visible_to(user).active().exclude(kind="supplier").order_by("path")
        self.fields["organization"].queryset = stations  # type: ignore[attr-defined]
        able = people_with("complaints.handle", user.organization) if user.organization else User.objects
        self.fields["inspector"].queryset = able.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["inspector"].initial = user.pk
        self.fields["visited_at"].initial = timezone.localtime


class FollowUpForm(forms.Form):
    """What was found, in the words of the complaint or the suggestion."""

    text = forms.CharField(
        label=_("what was found"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )


class ScoresForm(forms.Form):
    """A score, a remark and photos for each line; lines without a score are left for later."""

    summary = forms.CharField(
        label=_("whole impression"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        items: Sequence[ScoreItem],
        scores: dict[int, InspectionScore],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            given = scores.get(item.pk)
            self.fields[f"score_{item.pk}"] = forms.ChoiceField(
                label=item.title,
                required=False,
                choices=[("", "—"), *((str(one), str(one)) for one in item.scores)],
                initial=str(given.score) if given else "",
            )
            self.fields[f"remark_{item.pk}"] = forms.CharField(
                label=_("remark"), required=False, max_length=500, initial=given.remark if given else ""
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What the page shows for each line."""
        return [
            {
                "item": item,
                "score": self[f"score_{item.pk}"],
                "remark": self[f"remark_{item.pk}"],
                "photos": f"photos_{item.pk}",
            }
            for item in self.items
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for item in self.items:
            if cleaned.get(f"remark_{item.pk}") and not cleaned.get(f"score_{item.pk}"):
                self.add_error(f"score_{item.pk}", ValidationError(_t("Give a score with the remark.")))
        return cleaned

    def given(self, photos: dict[int, list[Any]]) -> list[Scored]:
        """What was given, with the stored photos by line."""
        data = self.cleaned_data
        return [
            Scored(
                item,
                int(data[f"score_{item.pk}"]),
                data[f"remark_{item.pk}"],
                photos.get(item.pk, []),
            )
            for item in self.items
            if data[f"score_{item.pk}"]
        ]
