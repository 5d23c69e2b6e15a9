"""Forms of the channels: what is done with an item, calls and letters by hand, connections."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ManyFilesField
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.channels.models import Call, Channel, ChannelSetting, Connection, Extension
from jiannuo.operations.channels.queries import people_with, requests_to_attach
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.pickers import RemoteChoiceField

LONGEST_TEXT = 4000


class MomentInput(forms.DateTimeInput):
    """An instant, as browsers ask for it."""

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


def _customer() -> RemoteChoiceField:
    return RemoteChoiceField(
        Customer.objects.none(), url=reverse_lazy("customers:picker"), label=_("customer"), required=False
    )


class ItemForm(forms.Form):
    """Base of the forms about an item: knows the item and the person."""

    def __init__(self, *args: Any, item: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.user = item, user
        self.prepare()

    def prepare(self) -> None:
        """Cut choices to what the person may choose."""


class HandOverForm(ItemForm):
    """To whom, and what they should know."""

    to = forms.ModelChoiceField(label=pgettext_lazy("inbox", "hand over to"), queryset=User.objects.none())
    note = _text(_("note"), required=False)

    def prepare(self) -> None:
        people = people_with("inbox.handle", self.item.organization).exclude(pk=self.user.pk)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class DismissForm(ItemForm):
    """Why nothing is to be done."""

    reason = forms.CharField(
        label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class AnswerForm(ItemForm):
    """What the sender is told."""

    text = _text(_("answer"), rows=5)
    close = forms.BooleanField(label=_("Nothing more is to be done"), required=False, initial=True)


class NoteForm(ItemForm):
    """A note for colleagues."""

    text = _text(_("note"))


class AttachForm(ItemForm):
    """Which open request it belongs to."""

    request: Any = forms.ModelChoiceField(label=_("service request"), queryset=None)

    def prepare(self) -> None:
        field: Any = self.fields["request"]
        field.queryset = requests_to_attach(self.user, self.item)
        field.label_from_instance = lambda one: f"{one.number} · {one.title} · {one.state_label}"


class CustomerForm(ItemForm):
    """Who the sender is."""

    customer = RemoteChoiceField(
        Customer.objects.none(), url=reverse_lazy("customers:picker"), label=_("customer")
    )

    def prepare(self) -> None:
        self.fields["customer"].queryset = Customer.objects.visible_to(self.user).active()  # type: ignore[attr-defined]


class _ByHand(forms.Form):
    """What is written down by hand at an organisation of the person."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        rows = Organization.objects.visible_to(user).active()
        field: Any = self.fields["organization"]
        field.queryset = rows
        field.initial = user.organization_id
        if "customer" in self.fields:
            self.fields["customer"].queryset = Customer.objects.visible_to(user).active()  # type: ignore[attr-defined]


class CallForm(_ByHand):
    """A call on a telephone without a hook."""

    number = forms.CharField(
        label=_("phone"), max_length=32, widget=forms.TextInput(attrs={"inputmode": "tel", "autofocus": True})
    )
    direction = forms.ChoiceField(label=pgettext_lazy("call", "direction"), choices=Call.Direction.choices)
    answered = forms.BooleanField(label=_("they spoke with each other"), required=False, initial=True)
    rang_at = forms.DateTimeField(
        label=pgettext_lazy("call", "rang"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty: just now."),
    )
    minutes = forms.IntegerField(label=_("minutes"), required=False, min_value=0, max_value=600, initial=0)
    caller_name = forms.CharField(label=_("name"), max_length=60, required=False)
    customer = _customer()
    topic = forms.ChoiceField(
        label=pgettext_lazy("call", "about"), choices=[("", "—"), *Call.Topic.choices], required=False
    )
    note = _text(pgettext_lazy("call", "what was said"), required=False)
    result = _text(pgettext_lazy("call", "what was answered"), required=False)

    def clean_minutes(self) -> int:
        return self.cleaned_data["minutes"] or 0

    def clean_rang_at(self) -> Any:
        at = self.cleaned_data["rang_at"]
        if at is not None and at > timezone.now():
            raise ValidationError(gettext("A call cannot have come in later than now."))
        return at


class CallNoteForm(forms.ModelForm[Call]):
    """What a call was about."""

    class Meta:
        model = Call
        fields: ClassVar[list[str]] = ["topic", "caller_name", "customer", "note", "result"]
        widgets: ClassVar[dict[str, Any]] = {
            "note": forms.Textarea(attrs={"rows": 4}),
            "result": forms.Textarea(attrs={"rows": 3}),
        }
        field_classes: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"] = _customer()
        self.fields["customer"].queryset = Customer.objects.visible_to(user).active()  # type: ignore[attr-defined]


class ArrivalForm(_ByHand):
    """A letter that came or a person who called: who, what, when, and the scan."""

    channel = forms.ChoiceField(
        label=_("channel"),
        choices=[(one.value, one.label) for one in (Channel.LETTER, Channel.VISIT)],
    )
    sender_name = forms.CharField(label=_("who"), max_length=80)
    sender_phone = forms.CharField(label=_("phone"), max_length=40, required=False)
    sender_address = forms.CharField(label=_("address of the sender"), max_length=220, required=False)
    customer = _customer()
    received_at = forms.DateTimeField(
        label=pgettext_lazy("inbox", "received"),
        required=False,
        widget=MomentInput,
        help_text=_("Empty: just now."),
    )
    text = _text(_("what it is about"))
    files = ManyFilesField(label=_("scan or photo"), required=False)  # type: ignore[assignment]
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4().hex

    def clean_key(self) -> str:
        return self.cleaned_data["key"] or uuid.uuid4().hex

    def clean_sender_phone(self) -> str:
        text = self.cleaned_data["sender_phone"]
        return normalise_phone(text) if text.strip() else ""

    def clean_received_at(self) -> Any:
        at = self.cleaned_data["received_at"]
        if at is not None and at > timezone.now():
            raise ValidationError(gettext("It cannot have come in later than now."))
        return at


class ConnectionForm(forms.ModelForm[Connection]):
    """A telephone system or messenger. ``outgoing_to`` is sealed; left empty it stays as it is."""

    outgoing_to = forms.CharField(
        label=_("outgoing address"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "For answers to messages: an Apprise address, {sender} stands for the sender. It is kept encrypted and"
            " never shown; leave it empty to keep the one that is set."
        ),
    )
    no_outgoing = forms.BooleanField(label=_("remove the outgoing address"), required=False)

    class Meta:
        model = Connection
        fields: ClassVar[list[str]] = ["name", "kind", "organization"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(user).active()  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["kind"]
        if not self.instance.outgoing:
            del self.fields["no_outgoing"]

    def clean_outgoing_to(self) -> str:
        address: str = self.cleaned_data["outgoing_to"].strip()
        if address and not understood(address):
            raise ValidationError(gettext("This is not an address that Apprise understands."))
        return address


def understood(address: str) -> bool:
    """Whether Apprise takes the address."""
    import apprise

    return bool(apprise.Apprise().add(address.replace("{sender}", "someone")))


class ExtensionForm(forms.ModelForm[Extension]):
    """Whose telephone an extension is."""

    class Meta:
        model = Extension
        fields: ClassVar[list[str]] = ["number", "person"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_with("calls.record", self.instance.connection.organization)
        below = User.objects.filter(
            is_active=True,
            role_assignments__organization__path__startswith=self.instance.connection.organization.path,
        )
        self.fields["person"].queryset = (people | below).distinct().order_by("name")  # type: ignore[attr-defined]


class SettingForm(forms.ModelForm[ChannelSetting]):
    """How long things of a channel may wait, who is told when, and how long recordings are kept."""

    class Meta:
        model = ChannelSetting
        fields: ClassVar[list[str]] = [
            "waits_minutes",
            "warns_minutes",
            "manager_minutes",
            "leaders_minutes",
            "recordings_days",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.channel != Channel.HOTLINE:
            del self.fields["recordings_days"]
