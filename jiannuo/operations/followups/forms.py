"""Forms of follow-ups, letters and campaigns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ReasonForm
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.followups.models import (
    Attempt,
    Campaign,
    CampaignEntry,
    CampaignKind,
    FollowUp,
    FollowUpKind,
    IssueKind,
    LetterTemplate,
)
from jiannuo.operations.followups.queries import people_at, people_for
from jiannuo.registry.customers.models import Contact, Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField

__all__ = ["ReasonForm"]

FEW_LINES = {"rows": 3}
LONGEST_TEXT = 4000


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def _text(label: Any, *, required: bool = True, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


# Actions of a follow-up


class AttemptForm(ActionForm):
    """What came of an attempt that did not reach the customer."""

    result = forms.ChoiceField(label=_("result"), choices=Attempt.Result.choices, widget=forms.RadioSelect)
    again_at = forms.DateTimeField(
        label=_("again at"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty: after the time of the table, within the hours of the customer."),
    )
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)


class ReportForm(ActionForm):
    """What the supervisor has to know."""

    text = _text(_("what cannot be answered"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            self.fields["text"].initial = self.document.issue_text


class SolveForm(ActionForm):
    solution = _text(_("solution"), help_text=_("The customer is told the same day."))


class TellForm(ActionForm):
    told_text = _text(_("what the customer said to it"))


class NotSatisfiedForm(ActionForm):
    reason = forms.CharField(
        label=_("what the customer is not satisfied with"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class HandOverForm(ActionForm):
    """Who does it instead."""

    person = forms.ModelChoiceField(label=_("person"), queryset=User.objects.none())
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            self.fields["person"].queryset = people_for(self.document)  # type: ignore[attr-defined]


class TalkForm(forms.Form):
    """What came of a talk."""

    spoken_with = forms.CharField(label=_("spoken with"), max_length=60)
    at = forms.DateTimeField(
        label=_("time of the talk"), required=False, widget=MomentInput, help_text=_("Empty: now.")
    )
    summary = _text(_("main points"), required=False, rows=2)
    wishes = _text(_("requests of the customer"), required=False, rows=2)
    hopes = _text(_("hopes of the customer"), required=False, rows=2)
    grievances = _text(_("complaints of the customer"), required=False, rows=2)
    issue_kind = forms.ChoiceField(
        label=_("becomes a request"),
        required=False,
        choices=[("", _("no request")), *IssueKind.choices],
        help_text=_("The service desk gets it at once, with the customer and the unit."),
    )
    issue_text = _text(
        _("what must be answered"),
        required=False,
        rows=2,
        help_text=_("In the customer's words. Empty: everything was answered at once."),
    )
    comes = forms.ChoiceField(
        label=_("what the customer says to the invitation"),
        required=False,
        choices=[
            (CampaignEntry.Result.ANNOUNCED.value, CampaignEntry.Result.ANNOUNCED.label),
            (CampaignEntry.Result.COMING.value, CampaignEntry.Result.COMING.label),
            (CampaignEntry.Result.DECLINED.value, CampaignEntry.Result.DECLINED.label),
        ],
    )
    letter = forms.BooleanField(label=_("send a letter as well"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, entry: Any = None, has_letter: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entry is None:
            del self.fields["comes"]
        if entry is None or not has_letter:
            del self.fields["letter"]


class FollowUpForm(forms.Form):
    """A follow-up by hand."""

    kind = forms.ModelChoiceField(
        label=_("kind of follow-up"), queryset=FollowUpKind.objects.filter(is_active=True)
    )
    customer = RemoteChoiceField(
        Customer.objects.none(),
        url=reverse_lazy("customers:picker"),
        label=_("customer"),
        placeholder=_("phone, name or number"),
    )
    unit = RemoteChoiceField(
        InstalledUnit.objects.none(),
        url=reverse_lazy("installedbase:picker"),
        label=_("unit"),
        required=False,
        placeholder=_("serial number"),
    )
    contact = forms.ModelChoiceField(label=_("contact"), queryset=Contact.objects.none(), required=False)
    due_at = forms.DateTimeField(label=_("due"), widget=MomentInput)
    purpose = forms.CharField(label=_("occasion"), max_length=300, required=False)
    follows = forms.CharField(
        label=_("continues the follow-up"),
        max_length=32,
        required=False,
        help_text=_("Its number: what it answered is not asked again."),
    )
    owner = forms.ModelChoiceField(
        label=_("follow-up employee"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Empty: who was named for it."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields: dict[str, Any] = self.fields
        fields["customer"].queryset = Customer.objects.visible_to(user).active()
        fields["unit"].queryset = InstalledUnit.objects.visible_to(user)
        chosen = str((self.data or self.initial).get("customer") or "")
        if chosen.isdecimal():
            customer = Customer.objects.visible_to(user).filter(pk=chosen[:18]).first()
            if customer is not None:
                fields["contact"].queryset = customer.contacts.all()
                fields["owner"].queryset = people_at(customer.organization)
        if not fields["owner"].queryset.query.is_empty():
            return
        fields["owner"].queryset = User.objects.filter(pk=user.pk)

    def clean_follows(self) -> Any:
        number = self.cleaned_data["follows"].strip().upper()
        if not number:
            return None
        found = FollowUp.objects.visible_to(self.user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no such follow-up."))
        return found


# Letters


class LetterForm(forms.Form):
    """A letter to one customer."""

    template = forms.ModelChoiceField(
        label=_("template"), queryset=LetterTemplate.objects.filter(is_active=True)
    )
    customer = RemoteChoiceField(
        Customer.objects.none(),
        url=reverse_lazy("customers:picker"),
        label=_("customer"),
        placeholder=_("phone, name or number"),
    )
    unit = RemoteChoiceField(
        InstalledUnit.objects.none(),
        url=reverse_lazy("installedbase:picker"),
        label=_("unit"),
        required=False,
        placeholder=_("serial number"),
    )
    due_on = forms.DateField(label=_("to be sent by"), required=False, widget=DayInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["customer"].queryset = Customer.objects.visible_to(user).active()
        fields["unit"].queryset = InstalledUnit.objects.visible_to(user)


class SentForm(ActionForm):
    sent_on = forms.DateField(label=_("sent on"), widget=DayInput, initial=timezone.localdate)
    posting = forms.CharField(label=_("posting number"), max_length=40, required=False)


class ReturnedForm(ActionForm):
    returned_on = forms.DateField(label=_("returned on"), widget=DayInput, initial=timezone.localdate)
    reason = forms.CharField(
        label=_("what the post says"), max_length=200, help_text=_("moved, unknown, refused …")
    )


# Campaigns


class CampaignForm(forms.ModelForm[Campaign]):
    """What is offered to whom, when; the audience is chosen on the next page."""

    class Meta:
        model = Campaign
        fields = (
            "campaign_kind",
            "organization",
            "title",
            "text",
            "place",
            "takes_place_at",
            "ends_on",
            "audience",
        )
        widgets = {
            "takes_place_at": MomentInput,
            "ends_on": DayInput,
            "text": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["title"].required = True
        fields["campaign_kind"].queryset = CampaignKind.objects.filter(is_active=True)
        reach = Organization.objects.visible_to(user).active().exclude(kind="supplier").order_by("path")
        fields["organization"].queryset = reach
        fields["organization"].help_text = _("The customers of this organisation and of those below it.")
        fields["organization"].initial = fields["organization"].initial or user.organization_id


class StartForm(ActionForm):
    """Nothing is asked; the page says what starting does."""


class FinishForm(ActionForm):
    """How it went; of a meeting with customers also what was said and agreed there."""

    minutes = forms.CharField(
        label=_("what was said and agreed"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Minutes of a customers' committee or a talk with customers. Photos and papers go to the files."
        ),
    )
    remark = forms.CharField(
        label=pgettext_lazy("campaign", "what came of it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs=FEW_LINES),
    )


class ResultForm(forms.Form):
    """What became of one customer of a campaign."""

    result = forms.ChoiceField(
        label=_("result"),
        choices=[(one, CampaignEntry.Result(one).label) for one in CampaignEntry.BY_HAND],
    )
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)


class LettersForm(forms.Form):
    """To whom letters are written."""

    results = forms.MultipleChoiceField(
        label=_("to those"),
        choices=CampaignEntry.Result.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=["waiting", "announced", "coming", "unreached"],
    )
