"""What customers decide on a link: yes or no, and who says so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


def decision(accept: Any, refuse: Any) -> forms.ChoiceField:
    """The question, answered with ``yes`` or ``no``. Neither is chosen beforehand."""
    return forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[("yes", accept), ("no", refuse)],
        widget=forms.RadioSelect,
    )


class DecisionForm(forms.Form):
    """Who decides; the question comes with the kind of offer."""

    answer: Any
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60)
    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("answer", "consents_to", "name", "remark")
