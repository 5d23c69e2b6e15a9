"""Forms of an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.exchange.importers import Importer
from jiannuo.kernel.exchange.layout import SheetLook
from jiannuo.kernel.exchange.reading import LARGEST_FILE, MEGABYTE
from jiannuo.kernel.exchange.services import refuse_size


class UploadForm(forms.Form):
    """The file to import."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=_("Up to %(most)s MB. The first row of the table holds the headings.")
        % {"most": LARGEST_FILE // MEGABYTE},
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose another file."),
        },
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        refuse_size(upload.size)
        return upload


class MatchForm(forms.Form):
    """Which sheets are read, and which heading means which column."""

    def __init__(
        self,
        *args: Any,
        importer: type[Importer],
        looks: list[SheetLook],
        sheets: list[str],
        mapping: dict[str, str],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.importer, self.looks = importer, looks
        names = [look.name for look in looks if look.headings]
        self.fields["sheets"] = forms.MultipleChoiceField(
            label=_("Sheets"),
            choices=[(name, name) for name in names],
            initial=sheets,
            widget=(
                forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
                if len(names) > 1
                else forms.MultipleHiddenInput
            ),
            error_messages={"required": _("Choose at least one sheet.")},
        )
        headings = list(dict.fromkeys(heading for look in looks for heading in look.headings if heading))
        choices = [("", _("— not in the file —")), *((heading, heading) for heading in headings)]
        for column in importer.columns:
            self.fields[f"column_{column.field}"] = forms.ChoiceField(
                label=column.label,
                choices=choices,
                required=False,
                initial=mapping.get(column.field, ""),
                help_text=column.help_text,
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        """One line for each column of the importer: its choice, and an example from the file."""
        found = []
        for column in self.importer.columns:
            bound = self[f"column_{column.field}"]
            heading = str(bound.value() or "")
            example = next((look.example(heading) for look in self.looks if look.example(heading)), "")
            found.append({"column": column, "field": bound, "example": example, "matched": bool(heading)})
        return found

    @property
    def mapping(self) -> dict[str, str]:
        """Field → heading, as chosen."""
        return {
            column.field: self.cleaned_data[f"column_{column.field}"]
            for column in self.importer.columns
            if self.cleaned_data.get(f"column_{column.field}")
        }

    def refuse(self, error: ValidationError) -> None:
        self.add_error(None, error)
