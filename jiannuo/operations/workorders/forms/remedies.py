"""What the customer chooses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RemedyForm(forms.Form):
    """One of what may be chosen now, and what the customer said."""

    remedy = forms.ChoiceField(
        label=_("the customer chooses"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what the customer chose.")},
    )
    said = forms.CharField(
        label=_("what the customer said"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, offers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["remedy"]
        field.choices = [(offer.remedy, offer.line) for offer in offers]
