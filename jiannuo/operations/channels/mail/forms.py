"""Forms of mail: a mailbox, an answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.channels.models import MailAccount


class MailAccountForm(forms.ModelForm[MailAccount]):
    """A mailbox; stored passwords are never shown."""

    password = forms.CharField(
        label=_("password or authorisation code"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept encrypted and never shown. Empty: the stored one stays."),
    )
    smtp_password = forms.CharField(
        label=_("password for SMTP"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Only with a user name of its own."),
    )

    class Meta:
        model = MailAccount
        fields: ClassVar[list[str]] = [
            "name",
            "organization",
            "is_active",
            "imap_host",
            "imap_port",
            "imap_tls",
            "user",
            "folder",
            "starts_at",
            "from_address",
            "from_name",
            "smtp_host",
            "smtp_port",
            "smtp_tls",
            "smtp_user",
            "greeting",
            "signature",
            "largest_megabytes",
            "hourly_limit",
            "poll_minutes",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "signature": forms.Textarea(attrs={"rows": 3}),
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = organization_ids(user, "channels.manage")
        rows = Organization.objects.all() if ids is None else Organization.objects.filter(pk__in=ids)
        self.fields["organization"].queryset = rows  # type: ignore[attr-defined]
        self.order_fields(["name", "organization", "is_active", "imap_host", "imap_port", "imap_tls", "user"])
        names = list(self.fields)
        for name, before in (("password", "folder"), ("smtp_password", "greeting")):
            names.remove(name)
            names.insert(names.index(before), name)
        self.order_fields(names)


class AnswerMailForm(forms.Form):
    """An answer in the thread of a request. ``key`` makes two clicks one answer."""

    to = forms.ChoiceField(label=_("to"))
    text = forms.CharField(
        label=_("answer"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "autofocus": True}),
        help_text=_("Greeting and signature of the mailbox are added."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=36)

    def __init__(self, *args: Any, addresses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = addresses  # type: ignore[attr-defined]
