"""The cascading picker as a form field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.regions import services
from jiannuo.kernel.regions.models import Division


class DivisionWidget(forms.TextInput):
    """Selects for province, city, district and street; a script fills them, the code travels in a hidden input."""

    template_name = "regions/division.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, levels: int = 4) -> None:
        super().__init__(attrs)
        self.levels = levels

    def format_value(self, value: Any) -> str:
        return value.code if isinstance(value, Division) else str(value or "")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "levels": self.levels,
            "url": reverse("regions:children", args=["0"])[: -len("0/children")],
        }
        return context


class DivisionField(forms.Field):
    """Cleans to a Division, or None when left empty and not required.

    ``least_level`` is how far down the choice must go: Division.Level.DISTRICT asks for a district at least.
    """

    widget = DivisionWidget
    default_error_messages = {
        "required": _("Choose province, city and district."),
        "too_coarse": _("“%(name)s” is not exact enough. Choose the district as well."),
    }

    def __init__(self, *, least_level: int = Division.Level.DISTRICT, levels: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DivisionWidget(levels=levels))
        super().__init__(**kwargs)
        self.least_level = least_level

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, Division) else value

    def to_python(self, value: Any) -> Division | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Division):
            return value
        division = services.find(str(value).strip())
        if division.level < self.least_level and division.children.exists():
            raise ValidationError(
                self.error_messages["too_coarse"], code="too_coarse", params={"name": division.name}
            )
        return division

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")
