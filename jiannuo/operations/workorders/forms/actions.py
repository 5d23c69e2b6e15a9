"""Forms of the actions of an order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.forms.fields import InstantField, SignatureField
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import codes_for
from jiannuo.registry.products.models import FaultCode

LONGEST_APPOINTMENT = timedelta(days=1)
FURTHEST_APPOINTMENT = timedelta(days=366)


class AssignForm(ActionForm):
    """Who goes, when, and with whom at the customer it was agreed."""

    technician = forms.ModelChoiceField(label=_("technician"), queryset=User.objects.none())
    appointment_from = InstantField(label=_("appointment from"), required=False)
    appointment_to = InstantField(label=_("appointment to"), required=False)
    agreed_with = forms.CharField(
        label=_("agreed with"),
        max_length=60,
        required=False,
        help_text=_("Name of the customer's person. Empty: not agreed yet."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["technician"]
        people = (
            Technician.objects.visible_to(self.user).filter(active=True)
            if self.user
            else Technician.objects.none()
        )
        field.queryset = User.objects.filter(is_active=True, technician__in=people).order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("appointment_from"), cleaned.get("appointment_to")
        if ends and not begins and "appointment_from" not in self.errors:
            self.add_error("appointment_from", _("Enter when the appointment begins."))
        if begins and ends and ends <= begins:
            self.add_error("appointment_to", _("The appointment must end after it begins."))
        elif begins and ends and ends - begins > LONGEST_APPOINTMENT:
            self.add_error("appointment_to", _("An appointment lasts a day at most."))
        if begins and begins < timezone.now() - timedelta(hours=1):
            self.add_error("appointment_from", _("The appointment lies in the past."))
        if begins and begins > timezone.now() + FURTHEST_APPOINTMENT:
            self.add_error("appointment_from", _("The appointment is more than a year away. Check the date."))
        if cleaned.get("agreed_with") and not begins and not self.errors:
            self.add_error("appointment_from", _("Enter the time that was agreed."))
        return cleaned


class ArriveForm(ActionForm):
    """When and where the technician arrived; empty means now."""

    arrived_at = InstantField(label=_("arrived at"), required=False, help_text=_("Empty: now."))
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)


class PauseForm(ActionForm):
    """What the order waits for."""

    waiting_for = forms.ChoiceField(label=_("waiting for"), choices=WorkOrder.Waiting.choices)
    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class CompleteForm(ActionForm):
    """What was found, done and tested."""

    symptom = forms.ModelChoiceField(label=_("symptom"), queryset=FaultCode.objects.none(), required=False)
    cause = forms.ModelChoiceField(label=_("cause"), queryset=FaultCode.objects.none(), required=False)
    measure = forms.ModelChoiceField(label=_("measure"), queryset=FaultCode.objects.none(), required=False)
    work_done = forms.CharField(
        label=_("work done"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    meter_reading = forms.DecimalField(
        label=_("meter reading"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    test_result = forms.CharField(label=_("test result"), max_length=200)
    test_passed = forms.TypedChoiceField(
        label=_("test passed"),
        choices=[("yes", _("passed")), ("no", _("not passed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = self.document
        for field, kind in (("symptom", "symptom"), ("cause", "cause"), ("measure", "action")):
            self.fields[field].queryset = codes_for(order, kind)  # type: ignore[attr-defined]
            self.fields[field].required = order is not None and order.job == WorkOrder.Kind.REPAIR
            self.fields[field].initial = getattr(order, f"{field}_id", None)
        for field in ("work_done", "meter_reading", "test_result"):
            self.fields[field].initial = getattr(order, field, None)
        if order is not None and order.test_passed is not None:
            self.fields["test_passed"].initial = "yes" if order.test_passed else "no"
        if order is None or order.unit is None or not order.unit.model.meter_unit:
            del self.fields["meter_reading"]
        else:
            self.fields["meter_reading"].help_text = order.unit.model.meter_unit


class SignForm(ActionForm):
    """The customer's opinion and signature."""

    signed_by = forms.CharField(label=_("signed by"), max_length=60)
    opinion = forms.CharField(
        label=_("customer's opinion"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rating = forms.TypedChoiceField(
        label=_("rating"),
        choices=[(n, n) for n in range(1, 6)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    test_agreed = forms.BooleanField(
        label=_("I have seen the test and agree with its result."),
        error_messages={
            "required": _(
                "The customer must agree with the test result before you leave. Explain it, or go on working."
            )
        },
    )
    signature = SignatureField(label=_("signature"))
    shown_total = forms.DecimalField(
        required=False, min_value=0, max_digits=14, decimal_places=2, widget=forms.HiddenInput
    )

    def clean_signed_by(self) -> str:
        name = str(self.cleaned_data["signed_by"]).strip()
        if not name:
            raise ValidationError(_("Enter the name of the person who signs."))
        return name


class ReviewForm(ActionForm):
    """What the supervisor remarks."""

    remark = forms.CharField(
        label=_("remark"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class FindingForm(CompleteForm):
    """What was found and done, saved while working: nothing is required yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("test_result", "test_passed"):
            del self.fields[name]
        for field in self.fields.values():
            field.required = False


class TestForm(CompleteForm):
    """What the test showed."""

    __test__ = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if not name.startswith("test_")]:
            del self.fields[name]
