"""What planning asks for."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.dispatch.planning.models import PlanningSettings, SpeedZone, UsualTime
from jiannuo.operations.dispatch.planning.services.proposing import LONGEST_DAYS


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DaysForm(forms.Form):
    """For whom and which days."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    first_day = forms.DateField(label=_("first day"), widget=DayInput)
    days = forms.IntegerField(label=_("days"), min_value=1, max_value=LONGEST_DAYS, initial=1)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Organization.objects.visible_to(user).active()
        self.fields["organization"].queryset = rows  # type: ignore[attr-defined]


class _OwnedForm(forms.ModelForm):
    """A row of an organisation in the person's scope."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Organization.objects.visible_to(user).active()
        self.fields["organization"].queryset = rows  # type: ignore[attr-defined]


class SettingsForm(_OwnedForm):
    class Meta:
        model = PlanningSettings
        exclude: ClassVar[list[str]] = []
        widgets: ClassVar[dict[str, Any]] = {
            "lunch_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "lunch_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }


class SpeedZoneForm(_OwnedForm):
    divisions = forms.CharField(
        label=_("administrative divisions"),
        help_text=_("Codes separated by commas or spaces, e.g. 330106; all below them belong."),
    )

    class Meta:
        model = SpeedZone
        fields: ClassVar[list[str]] = ["organization", "name", "divisions", "speed", "handling_minutes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["divisions"] = ", ".join(map(str, self.instance.divisions or []))

    def clean_divisions(self) -> list[str]:
        codes = self.cleaned_data["divisions"].replace("，", " ").replace("、", " ").replace(",", " ").split()
        for code in codes:
            if not (code.isascii() and code.isdecimal() and 2 <= len(code) <= 12):
                raise forms.ValidationError(_t("“%(code)s” is no code of a division.") % {"code": code[:20]})
        return list(dict.fromkeys(codes))


class UsualTimeForm(_OwnedForm):
    class Meta:
        model = UsualTime
        fields: ClassVar[list[str]] = ["organization", "job", "category", "labour", "minutes"]
        widgets: ClassVar[dict[str, Any]] = {
            "category": forms.Select(attrs={"data-search-select": ""}),
            "labour": forms.Select(attrs={"data-search-select": ""}),
        }
