"""Forms about commitments as a whole: founding, uploading, asking, publishing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.promises.commitments.models import Commitment
from jiannuo.promises.commitments.publishing import approving_roles

#: first parts of addresses beside those of commitments
RESERVED = frozenset({"new", "import", "simulator", "reviews"})
LARGEST_PACK = 512 * 1024


class OwnerField(forms.ModelChoiceField):
    """The organisation that a commitment binds; nobody for every organisation."""

    def __init__(self, user: Any, **kwargs: Any) -> None:
        ids = organization_ids(user, "commitments.edit")
        rows = Organization.objects.active()
        super().__init__(
            queryset=rows if ids is None else rows.filter(pk__in=ids),
            label=_("organisation bound by it"),
            required=ids is not None,
            empty_label=_("every organisation") if ids is None else None,
            **kwargs,
        )


class CommitmentForm(forms.ModelForm):
    """What a new commitment is."""

    code = forms.CharField(
        label=_("code"),
        max_length=40,
        validators=[
            RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", _("Use letters, digits, dots and hyphens."))
        ],
        help_text=_("Letters, digits and hyphens, such as P25. It cannot be changed later."),
    )

    class Meta:
        model = Commitment
        fields = ("code", "name", "kind")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = Commitment.Kind.MAKER
        self.fields["organization"] = OwnerField(user)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code.lower() in RESERVED:
            raise ValidationError(_("This word has a meaning of its own here. Choose another code."))
        return code


class PackForm(forms.Form):
    """A pack as a YAML file."""

    file = forms.FileField(
        label=_("pack (YAML file)"), widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,text/yaml"})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"] = OwnerField(
            user, help_text=_("Counts for a new commitment; a known one keeps its own.")
        )

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_PACK:
            raise ValidationError(_("A pack has at most %(n)d KB.") % {"n": LARGEST_PACK // 1024})
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ValidationError(
                _("The file is not text in UTF-8. Save it as UTF-8 and upload it again.")
            ) from error


class AskForm(forms.Form):
    """Who shall approve a draft."""

    roles = forms.MultipleChoiceField(
        label=_("who approves, one after the other"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who wrote it may not be the only one who approves."),
    )
    reason = forms.CharField(
        label=_("what is new and why"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"roles": ["general_manager"]})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["roles"]
        field.choices = approving_roles()


class ConfirmForm(forms.Form):
    """A figure was compared with its source."""

    remark = forms.CharField(
        label=_("where it was looked up"),
        max_length=200,
        help_text=_("Regulation, article and page, or the paper that was signed."),
    )


class HandOverForm(forms.Form):
    """To whom a draft is handed."""

    to: Any = forms.ModelChoiceField(
        label=_("hand over to"),
        queryset=None,
        widget=forms.Select(attrs={"data-search-select": ""}),
        help_text=_("People who may write on this commitment. Who wrote on it so far may go on writing."),
    )
    remark = forms.CharField(
        label=_("what is left to do"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class PublishForm(forms.Form):
    """From when to when a version holds."""

    valid_from = forms.DateField(
        label=_("valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label=_("last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until further notice."),
    )
    understood = forms.BooleanField(
        label=_("I have read which clauses stay off"),
        error_messages={"required": _("Read the list of clauses that stay off, then tick this.")},
    )

    def __init__(self, *args: Any, off: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not off:
            del self.fields["understood"]
