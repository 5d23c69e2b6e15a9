"""Forms about organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.services import PARENTS, parse_areas

PHONE_SIGNS = set("0123456789+-() ")


class ParentChoice(forms.ModelChoiceField):
    """Organisations, indented as in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * (obj.depth - 1)}{obj}"


class OrganizationForm(forms.ModelForm[Organization]):
    """The record of an organisation."""

    areas = forms.CharField(
        label=_("areas served"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Codes of administrative divisions, separated by commas: 3301, 330205."),
    )

    class Meta:
        model = Organization
        fields = (
            "kind",
            "code",
            "name",
            "short_name",
            "phone",
            "address",
            "areas",
            "grade",
            "agreement_number",
            "agreement_from",
            "agreement_to",
            "calendar",
            "time_zone",
        )
        widgets = {
            "agreement_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "agreement_to": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["areas"] = "、".join(self.instance.areas or [])
        self.fields["grade"].help_text = _("A to D, for dealers and stations.")

    def clean_areas(self) -> list[str]:
        return parse_areas(self.cleaned_data["areas"])

    def clean_grade(self) -> str:
        grade = str(self.cleaned_data["grade"]).strip().upper()
        if grade and grade not in {"A", "B", "C", "D"}:
            raise forms.ValidationError(_("The grade is A, B, C or D."))
        return grade

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not set(phone) <= PHONE_SIGNS:
            raise forms.ValidationError(
                _("A phone number has digits only, such as 13812345678 or 0571-88886666.")
            )
        return phone

    def _post_clean(self) -> None:
        """The record is changed by the service, not by the form."""


class NewOrganizationForm(OrganizationForm):
    """A new organisation and where it stands."""

    parent = ParentChoice(label=_("below"), queryset=Organization.objects.none())
    field_order = ("parent",)

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        kind: Any = self.fields["kind"]
        kind.choices = [choice for choice in kind.choices if not choice[0] or PARENTS[choice[0]]]


class MoveForm(forms.Form):
    """Where an organisation goes."""

    parent = ParentChoice(label=_("below"), queryset=Organization.objects.none())

    def __init__(self, *args: Any, parents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
