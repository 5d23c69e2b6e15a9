"""The form of an attempt from afar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.forms import ActionForm
from jiannuo.operations.desk.remote.models import Attempt
from jiannuo.operations.desk.remote.services import check
from jiannuo.operations.knowledge.models import Article
from jiannuo.operations.knowledge.queries import readable_by
from jiannuo.registry.pickers import RemoteChoiceField


class AttemptForm(ActionForm):
    """What was tried with the customer by telephone, video or remote connection."""

    way = forms.ChoiceField(label=_("how"), choices=Attempt.Way.choices)
    tried = forms.CharField(
        label=_("what was tried, and what it showed"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("When it was solved, the customer sees it as the answer."),
    )
    outcome = forms.ChoiceField(label=_("what came of it"), choices=Attempt.Outcome.choices)
    next_answer_at = forms.DateTimeField(
        label=_("next answer promised for"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Not solved yet: by when the customer hears from you again."),
    )
    article = RemoteChoiceField(
        Article.objects.none(),
        url=reverse_lazy("knowledge:choose"),
        label=_("article that was used"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None:
            self.fields["article"].queryset = readable_by(self.user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.document is not None and not self.errors:
            try:
                check(self.document, cleaned, at=timezone.now())
            except ValidationError as refusal:
                self.add_error(None, refusal)
        return cleaned
