"""Forms about people, roles and keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.queries import organizations_ruled_by, possible_deputies
from jiannuo.office.accounts.roles import Role
from jiannuo.office.accounts.services import LONGEST_TOKEN_LIFE, may_grant
from jiannuo.office.organizations.models import Organization


class OrganizationChoice(forms.ModelChoiceField):
    """Organisations, indented as in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * (obj.depth - 1)}{obj}"


class PersonForm(forms.ModelForm[User]):
    """The record of a person."""

    organization = OrganizationChoice(label=_("organisation"), queryset=Organization.objects.none())

    class Meta:
        model = User
        fields = ("name", "username", "organization", "phone", "email", "language")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations_ruled_by(by)  # type: ignore[attr-defined]
        self.fields["username"].help_text = _("Signs in with this name or with the e-mail address.")

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and not phone.lstrip("+").replace("-", "").replace(" ", "").isdecimal():
            raise forms.ValidationError(
                _("A phone number has digits only, such as 13812345678 or 0571-88886666.")
            )
        return phone

    def _post_clean(self) -> None:
        """The record is changed by the service, not by the form."""


class NewPersonForm(PersonForm):
    """A new person, with a first password where there is no e-mail address."""

    password = forms.CharField(
        label=_("first password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave empty to mail a link with which they set their own."),
    )


class RoleForm(forms.Form):
    """A role at an organisation."""

    role = forms.ChoiceField(label=_("role"), choices=Role)
    organization = OrganizationChoice(
        label=_("organisation"),
        queryset=Organization.objects.none(),
        help_text=_("The role counts there and everywhere below."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ruled = organizations_ruled_by(by)
        self.fields["organization"].queryset = ruled  # type: ignore[attr-defined]
        top = ruled.first()
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in Role if top is not None and may_grant(by, role, top)
        ]


class AbsenceForm(forms.ModelForm[User]):
    """Leave of a person, and who stands in for them."""

    class Meta:
        model = User
        fields: tuple[str, ...] = ("absent_from", "absent_until", "deputy")
        widgets = {
            "absent_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "absent_until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = possible_deputies(self.instance)  # type: ignore[attr-defined]
        self.fields["deputy"].help_text = _(
            "Is told instead during an absence. Decides approvals in your place too."
        )
        self.fields["absent_until"].help_text = _(
            "The last day. Leave it empty while the return is not known."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("absent_from"), data.get("absent_until")
        if ends and not begins:
            self.add_error("absent_from", _("Say from when."))
        elif begins and ends and ends < begins:
            self.add_error("absent_until", _("The absence cannot end before it begins."))
        return data

    def _post_clean(self) -> None:
        """The record is changed by the service, not by the form."""


class ProfileForm(AbsenceForm):
    """What everybody may change of themselves."""

    class Meta(AbsenceForm.Meta):
        fields = ("phone", "language", "deputy", "absent_from", "absent_until", "notify_by_email")

    clean_phone = PersonForm.clean_phone


class TokenForm(forms.Form):
    """A new API key."""

    name = forms.CharField(label=_("name"), max_length=60, help_text=_("What uses the key, e.g. “ERP”."))
    days = forms.IntegerField(
        label=_("days until it expires"), min_value=1, max_value=LONGEST_TOKEN_LIFE.days, initial=90
    )
