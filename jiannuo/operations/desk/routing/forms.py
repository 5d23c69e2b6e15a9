"""A routing rule, a case to try it on, a decision about a push-back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.regions.fields import DivisionField
from jiannuo.kernel.regions.models import Division
from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.roles import PERMISSIONS, Role
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.routing.matching import Case
from jiannuo.operations.desk.routing.models import HandBackReason, Nature, RoutingRule
from jiannuo.operations.desk.routing.services import ANSWER, ROUTING
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import Category, FaultCode, ProductModel

LISTS = {
    "natures": Nature.choices,
    "kinds": ServiceRequest.Kind.choices,
    "severities": ServiceRequest.Severity.choices,
    "channels": ServiceRequest.Channel.choices,
    "grades": Customer.Grade.choices,
}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _organizations(user: Any) -> Any:
    scope = user.organization_scope(ROUTING)
    rows = Organization.objects.active()
    return rows if scope is None else rows.filter(pk__in=scope)


class _Tree(forms.ModelChoiceField):
    """A node of a tree, indented by its depth."""

    def label_from_instance(self, node: Any) -> str:
        return f"{'　' * (node.depth - 1)}{node}"


class RuleForm(forms.ModelForm[RoutingRule]):
    """One line of the table."""

    symptom = _Tree(
        FaultCode.objects.filter(kind=FaultCode.Kind.SYMPTOM, active=True),
        label=_("symptom and below"),
        required=False,
    )
    category = _Tree(Category.objects.all(), label=_("product and below"), required=False)
    model: Any = RemoteChoiceField(
        ProductModel.objects.filter(active=True),
        url=reverse_lazy("products:models"),
        label=_("model"),
        required=False,
    )
    division = DivisionField(label=_("area"), required=False, least_level=Division.Level.PROVINCE)

    class Meta:
        model = RoutingRule
        fields: ClassVar[list[str]] = [
            "name",
            "organization",
            *LISTS,
            "symptom",
            "category",
            "model",
            "division",
            "below",
            "to_organization",
            "to_role",
            "to_person",
            "valid_from",
            "valid_to",
            "source",
            "is_active",
        ]
        widgets: ClassVar[dict[str, Any]] = {"valid_from": DAY, "valid_to": DAY}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in LISTS.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=RoutingRule._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        mine = _organizations(user)
        self.fields["organization"].queryset = mine  # type: ignore[attr-defined]
        visible = Organization.objects.visible_to(user)
        self.fields["below"].queryset = visible.active()  # type: ignore[attr-defined]
        self.fields["to_organization"].queryset = visible  # type: ignore[attr-defined]
        roles = [(role.value, role.label) for role in Role if role in PERMISSIONS[ANSWER][1]]
        self.fields["to_role"].choices = [("", "—"), *roles]  # type: ignore[attr-defined]
        people = User.objects.visible_to(user).filter(is_active=True).order_by("name")
        self.fields["to_person"].queryset = people  # type: ignore[attr-defined]
        if self.instance.pk is None:
            self.fields["organization"].initial = mine.first()


class TryForm(forms.Form):
    """A case, to see which rule takes it."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    nature = forms.ChoiceField(
        label=_("nature of the matter"), choices=[("", "—"), *Nature.choices], required=False
    )
    kind = forms.ChoiceField(label=_("kind of request"), choices=ServiceRequest.Kind.choices)
    severity = forms.ChoiceField(
        label=_("severity"), choices=ServiceRequest.Severity.choices, initial="normal"
    )
    channel = forms.ChoiceField(label=_("channel"), choices=ServiceRequest.Channel.choices)
    grade = forms.ChoiceField(label=_("customer class"), choices=Customer.Grade.choices, required=False)
    symptom = _Tree(
        FaultCode.objects.filter(kind=FaultCode.Kind.SYMPTOM, active=True), label=_("symptom"), required=False
    )
    category = _Tree(Category.objects.all(), label=_("product"), required=False)
    division = DivisionField(label=_("area"), required=False, least_level=Division.Level.PROVINCE)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = _organizations(user)  # type: ignore[attr-defined]

    @property
    def case(self) -> Case:
        """What was entered."""
        data = self.cleaned_data
        return Case(
            organization_path=data["organization"].path,
            day=timezone.localdate(),
            nature=data["nature"],
            kind=data["kind"],
            severity=data["severity"],
            channel=data["channel"],
            grade=data["grade"],
            symptom_path=data["symptom"].path if data["symptom"] else "",
            category_path=data["category"].path if data["category"] else "",
            division=data["division"].pk if data["division"] else "",
        )


class ReasonRowForm(forms.ModelForm[HandBackReason]):
    class Meta:
        model = HandBackReason
        fields: ClassVar[list[str]] = ["code", "name", "accepted", "is_active"]


class DecisionForm(forms.Form):
    """Whether the dealer was right."""

    justified = forms.ChoiceField(
        label=_("decision"), choices=[("yes", _("justified")), ("no", _("not justified"))]
    )
    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
