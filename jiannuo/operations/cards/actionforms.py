"""What actions on a card ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.forms import ActionForm, ReasonForm
from jiannuo.operations.cards.models import RegistrationCard


class SendBackForm(ReasonForm):
    """What the dealer is to mend."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("what is to be mended")


class RefuseForm(ActionForm):
    """Why the card is not recognised."""

    refusal = forms.ChoiceField(
        label=_("refused because"),
        choices=RegistrationCard.Refusal.choices,
        help_text=_("A falsified card counts where a clause takes away the fees of the quarter."),
    )
    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ExcuseForm(ReasonForm):
    """Why it counts as if it had come in time."""
