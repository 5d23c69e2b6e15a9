"""Forms of the tables that managers edit."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from jiannuo.operations.complaints.forms import DayInput
from jiannuo.operations.complaints.models import HoldPeriod, Matter, PenaltyRule, UpgradeRule


class MatterForm(forms.ModelForm[Matter]):
    class Meta:
        model = Matter
        fields: ClassVar[list[str]] = ["code", "name", "ask", "is_active"]


class UpgradeRuleForm(forms.ModelForm[UpgradeRule]):
    class Meta:
        model = UpgradeRule
        fields: ClassVar[list[str]] = [
            "name",
            "trigger",
            "threshold",
            "unit",
            "within_days",
            "circumstance",
            "grade",
            "weight",
            "special",
            "source",
            "position",
            "is_active",
        ]


class PenaltyRuleForm(forms.ModelForm[PenaltyRule]):
    class Meta:
        model = PenaltyRule
        fields: ClassVar[list[str]] = ["grade", "weight", "payer", "amount", "source", "is_active"]


class HoldPeriodForm(forms.ModelForm[HoldPeriod]):
    class Meta:
        model = HoldPeriod
        fields: ClassVar[list[str]] = ["starts_on", "ends_on", "reason", "is_active"]
        widgets: ClassVar[dict[str, Any]] = {"starts_on": DayInput, "ends_on": DayInput}
