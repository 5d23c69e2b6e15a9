"""Forms of quotations: which findings, which lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.maintenance import queries
from jiannuo.operations.maintenance.models import Finding
from jiannuo.operations.workorders.forms import LineForm
from jiannuo.operations.workorders.queries import parts_for


class FindingsField(forms.ModelMultipleChoiceField):
    """Findings, each with what was found."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} · {obj.text.splitlines()[0][:80]}"


class NewQuotationForm(forms.Form):
    """What is quoted together: the findings of one unit."""

    findings = FindingsField(
        label=_("hidden dangers"),
        queryset=Finding.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Open ones of the same unit may be quoted together."),
    )

    def __init__(self, *args: Any, finding: Finding, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["findings"]
        field.queryset = queries.findings_to_quote(user, finding)
        field.initial = [finding.pk]


class QuotationLineForm(LineForm):
    """Labour, part, travel or other, with the price of the list or another one."""

    source = old_serial = new_serial = None  # type: ignore[assignment]

    def offer_parts(self, order: Any, by: Any, line: Any) -> None:
        """The parts of the model; nothing is taken from a van."""
        own = {line.part_id} if line is not None and line.part_id is not None else set()
        field: Any = self.fields["part"]
        field.queryset = parts_for(order, own)
