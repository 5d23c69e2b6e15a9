"""Forms of the panels of a list."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SaveViewForm(forms.Form):
    """Names the filter, order and columns that are on the screen."""

    title = forms.CharField(label=_("Name of the view"), max_length=40)
    shared = forms.BooleanField(
        label=_("Share with my organisation"),
        required=False,
        help_text=_(
            "Everyone at your organisation and below it finds the view. They see their own rows only."
        ),
    )
    default = forms.BooleanField(label=_("Open the list with this view"), required=False)
    query = forms.CharField(required=False, widget=forms.HiddenInput)
