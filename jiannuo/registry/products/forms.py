"""Forms of products, codes and prices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.registry.fields import NameValueField
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import (
    SEVERITIES,
    Category,
    ChecklistItem,
    Component,
    FaultCode,
    LabourItem,
    PartListLine,
    ProductModel,
    SparePart,
)

CODE_HELP = _("Small letters, digits and hyphens; commitments refer to it.")


class TreeChoiceField(forms.ModelChoiceField):
    """Choosing a node; deeper ones are indented."""

    def label_from_instance(self, node: Any) -> str:
        return "　" * (node.depth - 1) + str(node)


def category_field(**kwargs: Any) -> TreeChoiceField:
    """Choosing a category."""
    return TreeChoiceField(Category.objects.order_by("path"), label=_("category"), **kwargs)


class ProductModelForm(forms.ModelForm):
    category = category_field()
    specification = NameValueField(label=_("specification"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ProductModel
        fields = ("code", "name", "category", "maker", "meter_unit", "specification", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CategoryForm(forms.Form):
    code = forms.SlugField(label=_("code"), max_length=40, help_text=CODE_HELP)
    name = forms.CharField(label=_("name"), max_length=80)
    parent = TreeChoiceField(Category.objects.order_by("path"), label=_("stands below"), required=False)


class ComponentForm(forms.Form):
    code = forms.SlugField(label=_("code"), max_length=40, help_text=CODE_HELP)
    name = forms.CharField(label=_("name"), max_length=80)
    parent = TreeChoiceField(Component.objects.none(), label=_("stands below"), required=False)
    has_serial = forms.BooleanField(label=_("has a serial number"), required=False)

    def __init__(self, *args: Any, model: ProductModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = model.components.order_by("path")  # type: ignore[attr-defined]


class FaultCodeForm(forms.ModelForm):
    category = category_field(required=False, empty_label=_("all"))
    parent = TreeChoiceField(
        FaultCode.objects.order_by("kind", "path"), label=_("stands below"), required=False
    )

    class Meta:
        model = FaultCode
        fields = ("kind", "code", "name", "parent", "category", "severity", "cause_class", "active")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = kind
        self.fields["kind"].widget = forms.HiddenInput()
        self.fields["parent"].queryset = FaultCode.objects.filter(kind=kind).order_by("path")  # type: ignore[attr-defined]
        self.fields["severity"].widget = forms.Select(choices=[("", "—"), *SEVERITIES.items()])
        self.fields["cause_class"].widget.attrs["placeholder"] = "misuse"
        hidden = {"symptom": ("cause_class",), "cause": ("severity",), "action": ("severity", "cause_class")}
        for name in hidden.get(kind, ()):
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What the services take, without the parent."""
        return {name: value for name, value in self.cleaned_data.items() if name != "parent"}


class SparePartForm(forms.ModelForm):
    class Meta:
        model = SparePart
        fields = ("code", "name", "kind", "unit", "list_price", "cost", "active")


class LabourItemForm(forms.ModelForm):
    category = category_field(required=False, empty_label=_("all"))

    class Meta:
        model = LabourItem
        fields = ("code", "name", "category", "minutes", "price", "valid_from", "valid_to", "active")
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("valid_from", "valid_to")
        }


class ChecklistItemForm(forms.ModelForm):
    category = category_field()

    class Meta:
        model = ChecklistItem
        fields = ("category", "purpose", "position", "text", "kind", "unit", "minimum", "maximum", "required")


class PartListLineForm(forms.ModelForm):
    part = RemoteChoiceField(
        SparePart.objects.filter(active=True),
        url=reverse_lazy("products:part_choices"),
        label=_("spare part"),
        placeholder=_("Part number or name"),
    )
    component = TreeChoiceField(Component.objects.none(), label=_("component"), required=False)

    class Meta:
        model = PartListLine
        fields = ("part", "component", "quantity")

    def __init__(self, *args: Any, model: ProductModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["component"].queryset = model.components.order_by("path")  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    file = forms.FileField(label=_("file"))
    title = forms.CharField(label=_("title"), max_length=120, required=False)
    visible_to_customer = forms.BooleanField(label=_("shown to customers"), required=False)
