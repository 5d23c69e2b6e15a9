"""The forms of the tables: the pool of loaners, the rules of a house, grades of models."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.bench.models import BenchRules, LoanEquipment, ModelGrade
from jiannuo.operations.bench.queries import houses_of
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import LabourItem, ProductModel


class EquipmentForm(forms.ModelForm):
    """A piece of the pool."""

    model = RemoteChoiceField(
        ProductModel.objects.filter(active=True), url=reverse_lazy("products:models"), label=_("model")
    )

    class Meta:
        model = LoanEquipment
        fields = ("organization", "model", "serial", "grade", "value", "accessories", "condition", "state")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organization"].queryset = houses_of(user, "loans.manage")
        lent = self.instance.state == LoanEquipment.State.LENT
        states = LoanEquipment.State.choices
        if self.instance.pk is None or lent:
            del fields["state"]
        else:
            fields["state"].choices = [one for one in states if one[0] != LoanEquipment.State.LENT]


class RulesForm(forms.ModelForm):
    """The rules of a house and what lies below it."""

    class Meta:
        model = BenchRules
        fields = (
            "organization",
            "storage_text",
            "first_reminder_days",
            "reminder_every_days",
            "long_days",
            "estimate_days",
            "inspection_item",
            "loan_days",
            "loan_warn_days",
            "loan_every_days",
            "waiver_role",
        )
        widgets = {"storage_text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organization"].queryset = houses_of(user, "bench.rules")
        fields["inspection_item"].queryset = LabourItem.objects.filter(active=True).order_by("code")
        if self.instance.pk is not None:
            fields["organization"].disabled = True


class GradeForm(forms.ModelForm):
    """The grade of customers' machines of a model."""

    model = RemoteChoiceField(
        ProductModel.objects.filter(active=True), url=reverse_lazy("products:models"), label=_("model")
    )

    class Meta:
        model = ModelGrade
        fields = ("model", "grade")
