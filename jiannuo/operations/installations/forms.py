"""Forms of the actions of projects and goods notices, of a new project and of the procedures."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ReasonForm
from jiannuo.operations.installations.models import GoodsNotice, Procedure, ProcedureItem
from jiannuo.operations.installations.queries import site_people
from jiannuo.operations.workorders.forms.fields import InstantField
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Category, ProductModel

__all__ = ["ReasonForm"]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SuggestingInput(forms.TextInput):
    """A line of text with what is known offered as completion: pairs of value and hint."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.known: list[tuple[str, str]] = []

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> Any:
        if not self.known:
            return super().render(name, value, attrs, renderer)
        listed = f"{(attrs or {}).get('id', name)}-known"
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.known)
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class AgreeForm(ActionForm):
    """When the goods arrive, and whether the customer knows."""

    expected_at = InstantField(label=_("arrival agreed for"))
    agreed_with = forms.CharField(label=_("agreed with"), max_length=60, required=False)
    told_at = InstantField(
        label=_("customer told"),
        required=False,
        help_text=_("Leave empty while the customer has not been told; it is owed then."),
    )
    carrier = forms.CharField(label=_("carrier and waybill"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = self.document
        if document is not None:
            self.fields["expected_at"].initial = document.expected_at
            self.fields["agreed_with"].initial = document.agreed_with or document.contact_name
            self.fields["carrier"].initial = document.carrier


class TellForm(ActionForm):
    """Who was told when that the goods arrive."""

    agreed_with = forms.CharField(label=_("agreed with"), max_length=60)
    told_at = InstantField(label=_("customer told"), required=False, initial=timezone.localtime)


class ArriveForm(ActionForm):
    arrived_at = InstantField(label=_("arrived"), required=False, initial=timezone.localtime)


class PersonsForm(ActionForm):
    """Who goes to the customer: they have the project on their phone, also without network."""

    persons: forms.ModelMultipleChoiceField[User] = forms.ModelMultipleChoiceField(
        label=_("who goes there"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            field: Any = self.fields["persons"]
            field.queryset = site_people(self.document)
            field.initial = list(self.document.persons.values_list("pk", flat=True))


class CommissioningForm(ActionForm):
    """When commissioning begins; what is promised before it is owed until then."""

    commissioning_at = InstantField(label=_("commissioning planned for"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            self.fields["commissioning_at"].initial = self.document.commissioning_at


class TrialForm(ActionForm):
    """How long the trial run lasts, and who says so."""

    trial_hours = forms.DecimalField(
        label=_("trial run (hours)"), min_value=0, max_digits=8, decimal_places=2
    )
    trial_basis = forms.CharField(label=_("who says so"), max_length=120, required=False)
    started_at = InstantField(label=_("trial run began"), required=False, initial=timezone.localtime)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            self.fields["trial_hours"].initial = self.document.trial_hours
            self.fields["trial_basis"].initial = self.document.trial_basis

    def clean_trial_hours(self) -> Any:
        hours = self.cleaned_data["trial_hours"]
        if not hours:
            raise forms.ValidationError(_("Enter how many hours the trial run lasts."))
        return hours


class RefuseForm(ActionForm):
    """Why the customer does not accept, and until when it is mended."""

    reasons = forms.CharField(
        label=_("reasons"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in each line; each is to be mended."),
    )
    due_on = forms.DateField(label=_("mended until"), widget=DayInput)
    signed_by = forms.CharField(label=_("signed by"), max_length=60)
    paper = forms.FileField(label=_("photo of the signed form"), required=False)

    def clean_paper(self) -> Any:
        from jiannuo.kernel.files.services import check

        upload = self.cleaned_data.get("paper")
        if upload is not None:
            check(upload, ("image", "pdf"))
        return upload


class CorrectForm(ActionForm):
    """Why the acceptance is taken back."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A manager has to agree. What began with the acceptance ends then."),
    )


class AnswerForm(ActionForm):
    """What the supplier answers."""

    answer = forms.CharField(label=_("answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    way = forms.ChoiceField(label=_("what they do"), choices=GoodsNotice.Way.choices)
    promised_on = forms.DateField(label=_("promised for"), required=False, widget=DayInput)
    name = forms.CharField(label=_("answered by"), max_length=60, required=False)


class SendNoticeForm(ActionForm):
    """Where the supplier gets the list, with the link to answer."""

    email = forms.EmailField(label=_("e-mail"), max_length=200)
    phone = forms.CharField(label=_("phone"), max_length=40, required=False)
    remark = forms.CharField(
        label=_("remark"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            self.fields["email"].initial, self.fields["phone"].initial = (
                self.document.email,
                self.document.phone,
            )
            if self.document.sendings:
                self.fields["email"].help_text = _("With another address the link sent before ends at once.")


class ToldByHandForm(ActionForm):
    """When the printed list was sent or handed over, and how."""

    told_on = forms.DateField(label=_("told on"), widget=DayInput, initial=timezone.localdate)
    remark = forms.CharField(
        label=_("to whom and how"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class SettleForm(ActionForm):
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)


class UnitsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.model} · {obj.serial}"


class InstallationForm(forms.Form):
    """A new project: the units of a customer that are not accepted yet."""

    units = UnitsField(
        label=_("units"),
        queryset=InstalledUnit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit.")},
    )
    contract = forms.CharField(label=_("contract number"), max_length=60, required=False)
    trial_hours = forms.DecimalField(
        label=_("trial run (hours)"),
        min_value=0,
        max_digits=8,
        decimal_places=2,
        required=False,
        help_text=_("Only where the contract says otherwise than the table of the product."),
    )
    contact_name = forms.CharField(label=_("contact person"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("phone"), max_length=20, required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]


class ProcedureForm(forms.ModelForm[Procedure]):
    class Meta:
        model = Procedure
        fields: ClassVar[list[str]] = [
            "name",
            "category",
            "model",
            "needs_delivery",
            "needs_unpacking",
            "needs_installation",
            "needs_commissioning",
            "needs_trial",
            "needs_documents",
            "needs_training",
            "trial_hours",
            "trial_rule",
            "correction_role",
            "source",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.order_by("path")  # type: ignore[attr-defined]
        self.fields["model"].queryset = ProductModel.objects.order_by("code")  # type: ignore[attr-defined]


class ProcedureItemForm(forms.ModelForm[ProcedureItem]):
    class Meta:
        model = ProcedureItem
        fields: ClassVar[list[str]] = [
            "kind",
            "text",
            "quantity",
            "option",
            "unit",
            "minimum",
            "maximum",
            "hours",
            "required",
        ]
        labels: ClassVar[dict[str, Any]] = {"text": pgettext_lazy("procedure", "what")}


ProcedureItems = forms.modelformset_factory(
    ProcedureItem, form=ProcedureItemForm, extra=5, can_delete=True, max_num=200
)


def items_of(formset: Any) -> list[ProcedureItem]:
    """The lines that stay, in their order; the formset must be valid."""
    return [
        form.instance
        for form in formset.forms
        if (form.instance.pk or form.has_changed()) and not formset._should_delete_form(form)
    ]
