"""The forms of the steps as plain data, so that the app draws and checks what the pages declare."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import ModelChoiceIteratorValue

from jiannuo.faces.field.flow import NEXT_STEP, OTHER_STEPS
from jiannuo.faces.field.steps import STEPS
from jiannuo.office.documents.forms import ManyFilesField
from jiannuo.operations.workorders.forms.fields import InstantField, PartField, SignatureField
from jiannuo.operations.workorders.models import WorkOrder

#: entries of one list that the phone takes along at most; what is not among them is typed
MOST_CHOICES = 500
#: steps whose form the app draws itself
OWN_FORMS = ("check", "photos", "line_remove")
#: fields that the app draws itself
OWN_FIELDS = ("source",)


Lists = dict[str, list[list[str]]]


def form_specs(order: WorkOrder, user: Any) -> dict[str, list[dict[str, Any]]]:
    """Fields of each step's form that this order can come to."""
    wanted = {*NEXT_STEP.values(), "complete", "sign", "finding", "test", "part", "labour", "added"}
    wanted |= {step for steps in OTHER_STEPS.values() for step in steps}
    lists: Lists = {}
    return {
        step: [field_spec(form, name, lists) for name in form.fields if name not in OWN_FIELDS]
        for step in sorted(wanted - set(OWN_FORMS))
        for form in [STEPS[step].make(order, user)]
    }


def field_spec(form: forms.Form, name: str, lists: Lists) -> dict[str, Any]:
    """One field: what it is called, what it takes, what it holds at first. ``lists`` keeps what was read."""
    field = form.fields[name]
    spec: dict[str, Any] = {
        "name": name,
        "label": str(field.label or ""),
        "help": str(field.help_text or ""),
        "type": _type(field),
        "required": field.required,
    }
    if isinstance(field, forms.ChoiceField):
        spec["choices"] = _listed(field, lists)
    for limit in ("max_length", "min_value", "max_value", "decimal_places"):
        value = getattr(field, limit, None)
        if value is not None:
            spec[limit] = float(value) if limit.endswith("_value") else value
    initial = form.get_initial_for_field(field, name)
    if initial not in (None, ""):
        spec["initial"] = str(initial)
    return spec


def _type(field: forms.Field) -> str:
    if isinstance(field, SignatureField):
        return "signature"
    if field.widget.is_hidden:
        return "hidden"
    if isinstance(field, (forms.FileField, ManyFilesField)):
        return "file"
    if isinstance(field, InstantField):
        return "instant"
    if isinstance(field, forms.BooleanField):
        return "tick"
    if isinstance(field, forms.ChoiceField):
        return "radio" if isinstance(field.widget, forms.RadioSelect) else "choice"
    if isinstance(field, (forms.DecimalField, forms.IntegerField, forms.FloatField)):
        return "number"
    return "text" if isinstance(field.widget, forms.TextInput) else "textarea"


def _listed(field: forms.ChoiceField, lists: Lists) -> list[list[str]]:
    """The choices of a field; fields that choose from the same records read them once."""
    if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
        return _choices(field)
    key = str(field.queryset.query)
    if key not in lists:
        lists[key] = _choices(field)
    return lists[key]


def _choices(field: forms.ChoiceField) -> list[list[str]]:
    found: list[list[str]] = []
    for value, label in list(field.choices):  # type: ignore[arg-type]
        if value in ("", None):
            continue
        depth = 0
        if isinstance(value, ModelChoiceIteratorValue):
            record = getattr(value, "instance", None)
            depth = getattr(record, "depth", 1) - 1
            if isinstance(field, PartField) and record is not None:
                label = str(record)  # the phone counts by itself what is in the van
        found.append([str(value), "\N{IDEOGRAPHIC SPACE}" * depth + str(label)])
        if len(found) == MOST_CHOICES:
            break
    return found
