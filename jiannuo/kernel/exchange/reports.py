"""Workbooks that an import gives: the template to fill in, and the bad rows to correct."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from jiannuo.kernel.exchange.importers import Importer
from jiannuo.kernel.exchange.models import ImportJob, ImportPortion
from jiannuo.kernel.tables.writers import Sheet, new_workbook


def problems(job: ImportJob, most: int | None = None) -> Iterator[dict[str, Any]]:
    """The bad rows of the last pass, in the order of the file."""
    given = 0
    for portion in _portions(job).iterator(chunk_size=5):
        for problem in json.loads(portion.problems):
            if most is not None and given >= most:
                return
            given += 1
            yield problem


def _portions(job: ImportJob) -> Any:
    saved = job.portions.filter(phase=ImportPortion.Phase.SAVE, bad__gt=0)
    checked = job.portions.filter(phase=ImportPortion.Phase.CHECK, bad__gt=0)
    return saved if job.state == ImportJob.State.DONE else checked


def faults(job: ImportJob, most: int) -> list[dict[str, Any]]:
    """The first faults, one line each: sheet, row, column, value, message."""
    headings = dict(job.mapping)
    lines: list[dict[str, Any]] = []
    for problem in problems(job, most):
        for field, label, value, message in problem["faults"]:
            lines.append(
                {
                    "sheet": problem["sheet"],
                    "row": problem["row"],
                    "column": headings.get(field) or label,
                    "message": message,
                    "value": value,
                }
            )
            if len(lines) >= most:
                return lines
    return lines


def write_bad_rows(job: ImportJob, target: BinaryIO) -> int:
    """Every bad row as it stood in the file, with what is wrong in front; how many. One sheet for each of the file.

    Corrected rows can be imported from this very workbook: the columns in front mean nothing to an importer.
    """
    headings = {look["name"]: look["headings"] for look in job.looks}
    sheets: dict[str, Sheet] = {}
    count = 0
    with new_workbook(target) as workbook:
        for problem in problems(job):
            name = problem["sheet"]
            if name not in sheets:
                front = [_("Row in the file"), _("Columns to correct"), _("What to correct")]
                sheets[name] = Sheet(workbook, name, front + headings.get(name, []))
            columns = dict.fromkeys(label for _field, label, _value, _message in problem["faults"] if label)
            messages = [
                f"{label}: {message}" if label else message
                for _field, label, _value, message in problem["faults"]
            ]
            sheets[name].add([problem["row"], "、".join(columns), "; ".join(messages), *problem["cells"]])
            count += 1
        if not sheets:
            Sheet(workbook, _("Bad rows"), [_("No bad rows")])
    return count


def write_template(importer: type[Importer], target: BinaryIO) -> None:
    """An empty table with the headings that the importer knows, an example, and a sheet that explains the columns."""
    with new_workbook(target) as workbook:
        header = [f"{column.label}*" if column.required else str(column.label) for column in importer.columns]
        table = Sheet(workbook, str(importer.title), header)
        table.add([column.example for column in importer.columns])
        notes = Sheet(workbook, _("Explanation"), [_("Column"), _("Required"), _("Example"), _("Meaning")])
        for column in importer.columns:
            required = _("yes") if column.required else ""
            notes.add([str(column.label), required, column.example, str(column.help_text)])
