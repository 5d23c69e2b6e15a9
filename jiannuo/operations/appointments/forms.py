"""What the pages about appointments ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.appointments.models import AppointmentRule
from jiannuo.operations.workforce.forms import MomentInput


class WindowForm(forms.Form):
    """A window, as it was offered or freely agreed on the phone."""

    starts_at = forms.DateTimeField(label=_("begins"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("ends"), widget=MomentInput)
    agreed_with = forms.CharField(label=_("agreed with"), max_length=60, required=False)


class DelayForm(forms.Form):
    """When somebody will be there after all."""

    expected_at = forms.DateTimeField(label=_("expected at"), widget=MomentInput)
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)


class CustomerLateForm(forms.Form):
    """How long somebody waited."""

    minutes = forms.IntegerField(label=_("minutes of waiting"), min_value=1, max_value=1440)


class RuleForm(forms.ModelForm):
    """A line of the table."""

    class Meta:
        model = AppointmentRule
        fields = (
            "organization",
            "windows",
            "lead_minutes",
            "days_ahead",
            "job_minutes",
            "travel_minutes",
            "change_hours",
            "remind_hours",
            "most",
            "invite",
        )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(by).active()  # type: ignore[attr-defined]
