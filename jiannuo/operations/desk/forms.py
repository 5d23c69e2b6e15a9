"""Forms of requests: the actions that the model declares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ReasonForm
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.models import DEALERS, ContactWay, HandBackReason, Nature, ServiceRequest
from jiannuo.operations.desk.remote.forms import AttemptForm
from jiannuo.operations.knowledge.models import Article
from jiannuo.operations.knowledge.queries import readable_by
from jiannuo.registry.pickers import RemoteChoiceField

__all__ = [
    "AnswerForm",
    "ArrangedForm",
    "AttemptForm",
    "CheckForm",
    "ContactedForm",
    "HandBackForm",
    "MergeForm",
    "ReasonForm",
    "ReferredForm",
    "TriageForm",
]


class TriageForm(ActionForm):
    """What kind, how grave, whose."""

    request_kind = forms.ChoiceField(
        label=gettext_lazy("kind of request"), choices=ServiceRequest.Kind.choices
    )
    severity = forms.ChoiceField(label=gettext_lazy("severity"), choices=ServiceRequest.Severity.choices)
    nature = forms.ChoiceField(
        label=gettext_lazy("nature of the matter"), choices=[("", "—"), *Nature.choices], required=False
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("owner"),
        queryset=User.objects.none(),
        required=False,
        help_text=gettext_lazy("Empty: you take it yourself."),
    )
    remark = forms.CharField(
        label=gettext_lazy("remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if self.user is not None:
            owner.queryset = handlers_for(self.user)  # type: ignore[attr-defined]
        if self.document is not None:
            self.fields["request_kind"].initial = self.document.request_kind
            self.fields["severity"].initial = self.document.severity
            self.fields["nature"].initial = self.document.nature
            owner.initial = self.document.owner_id

    def clean_owner(self) -> Any:
        return self.cleaned_data["owner"] or self.user


def handlers_for(user: Any) -> Any:
    """People in the scope of ``user`` who may handle requests."""
    from jiannuo.office.accounts.roles import PERMISSIONS

    roles = [role.value for role in PERMISSIONS["requests.handle"][1]]
    return (
        User.objects.visible_to(user)
        .filter(is_active=True, role_assignments__role__in=roles)
        .select_related("organization")
        .distinct()
        .order_by("name")
    )


class AnswerForm(ActionForm):
    """What the customer was told."""

    answer = forms.CharField(
        label=gettext_lazy("answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
        help_text=gettext_lazy("The customer sees it in the record of the request."),
    )
    article = RemoteChoiceField(
        Article.objects.none(),
        url=reverse_lazy("knowledge:choose"),
        label=gettext_lazy("article that answered it"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None:
            self.fields["article"].queryset = readable_by(self.user)  # type: ignore[attr-defined]


class ContactedForm(ActionForm):
    """How and when the customer was contacted."""

    way = forms.ChoiceField(label=gettext_lazy("how"), choices=ContactWay.choices)
    contacted_at = forms.DateTimeField(
        label=gettext_lazy("when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: just now."),
    )
    spoken_with = forms.CharField(label=gettext_lazy("spoken with"), required=False, max_length=60)
    remark = forms.CharField(
        label=gettext_lazy("what was said"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_contacted_at(self) -> Any:
        at = self.cleaned_data["contacted_at"]
        if at is None:
            return None
        if at > timezone.now():
            raise ValidationError(
                _("This instant has not come yet. Write when the customer was really contacted.")
            )
        if self.document is not None and at < self.document.received_at:
            raise ValidationError(_("This was before the request came in."))
        return at


class ArrangedForm(ActionForm):
    """What was arranged, and what the customer was told."""

    remark = forms.CharField(
        label=gettext_lazy("what was arranged, and what the customer was told"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CheckForm(ActionForm):
    """Whether what was arranged is being done."""

    result = forms.ChoiceField(
        label=gettext_lazy("what the check found"),
        choices=[
            ("arranged", gettext_lazy("arranged, and the customer knows")),
            ("not_arranged", gettext_lazy("not arranged: report to the leaders")),
        ],
    )
    remark = forms.CharField(
        label=gettext_lazy("remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("result") == "not_arranged" and not cleaned.get("remark"):
            self.add_error("remark", _("Say what is missing, so that the leaders can act."))
        return cleaned


class HandBackForm(ActionForm):
    """Why the dealer cannot serve this customer."""

    why = forms.ModelChoiceField(
        label=gettext_lazy("reason"),
        queryset=HandBackReason.objects.filter(is_active=True),
        help_text=gettext_lazy("A reason that is not accepted is reported to dealer management."),
    )
    reason = forms.CharField(
        label=gettext_lazy("in detail"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReferredForm(ActionForm):
    """Which dealer sent the customer away."""

    dealer = forms.ModelChoiceField(label=gettext_lazy("dealer"), queryset=Organization.objects.none())
    reason = forms.CharField(
        label=gettext_lazy("what the customer says"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None:
            rows = Organization.objects.visible_to(self.user).active().filter(kind__in=DEALERS)
            self.fields["dealer"].queryset = rows  # type: ignore[attr-defined]
        unit = getattr(self.document, "unit", None)
        if unit is not None and unit.dealer_id is not None:
            self.fields["dealer"].initial = unit.dealer_id


class MergeForm(ActionForm):
    """Which request this one repeats."""

    into = forms.ModelChoiceField(
        label=gettext_lazy("request that this one repeats"),
        queryset=ServiceRequest.objects.none(),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose the request that this one repeats."),
            "invalid_choice": gettext_lazy("Choose another open request of the same customer."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None and self.user is not None:
            field = self.fields["into"]
            field.queryset = (  # type: ignore[attr-defined]
                ServiceRequest.objects.visible_to(self.user)
                .filter(customer_id=self.document.customer_id, state__in=ServiceRequest.OPEN_STATES)
                .exclude(pk=self.document.pk)
                .exclude(request_kind=ServiceRequest.Kind.COMPLAINT)
                .order_by("-pk")
            )
            field.label_from_instance = _choice  # type: ignore[attr-defined]


def _choice(request: ServiceRequest) -> str:
    return f"{request.number} · {request.title} · {request.state_label}"
