"""Forms of the ledger."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WaiveForm(forms.Form):
    """Why a promise is let go."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("The reason stays in the customer's file, with your name."),
        error_messages={"required": _("Say why the promise is let go. The customer's file keeps it.")},
    )
