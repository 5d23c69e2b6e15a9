"""Form fields that several rooms of the registry use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class NameValueField(forms.CharField):
    """``name: value`` on each line, kept as an object."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("“name: value” on each line."))
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = 4

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{name}: {text}" for name, text in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        found = {}
        for line in filter(None, map(str.strip, (super().to_python(value) or "").splitlines())):
            name, colon, text = line.replace("：", ":", 1).partition(":")
            if not colon or not name.strip():
                raise ValidationError(
                    _("Cannot read “%(line)s”. Write “name: value” on each line.") % {"line": line},
                    code="line",
                )
            found[name.strip()] = text.strip()
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)
