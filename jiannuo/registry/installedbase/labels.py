"""QR labels for units: A4 sheets of 3 × 8 labels of 70 × 37 mm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import segno
from django.conf import settings

from jiannuo.kernel.printing.services import render_pdf
from jiannuo.registry.installedbase.models import InstalledUnit

COLUMNS = 3
PER_SHEET = 24
WIDTH, HEIGHT = 70, 37  # mm
MOST = 20 * PER_SHEET


def code_address(unit: InstalledUnit) -> str:
    """What the QR code says: the page on which anybody who stands before the machine can report a fault."""
    return f"{settings.BASE_URL}/q/{unit.label_code}"


def qr_image(unit: InstalledUnit) -> str:
    """The QR code as an SVG data address."""
    return str(segno.make(code_address(unit), error="m", micro=False).svg_data_uri(border=2))


def sheets_of(units: Iterable[InstalledUnit], *, skip: int = 0) -> list[list[dict[str, Any]]]:
    """The labels sheet by sheet, each with its place from the top left of the sheet in mm.

    The first ``skip`` places stay empty, for a sheet that was begun.
    """
    sheets: list[list[dict[str, Any]]] = []
    for number, unit in enumerate(units, start=skip):
        place = number % PER_SHEET
        if place == 0 or not sheets:
            sheets.append([])
        row, column = divmod(place, COLUMNS)
        sheets[-1].append(
            {
                "unit": unit,
                "qr": qr_image(unit),
                "code": _grouped(unit.label_code),
                "left": column * WIDTH,
                "top": row * HEIGHT,
            }
        )
    return sheets


def label_sheet(units: Iterable[InstalledUnit], *, skip: int = 0) -> bytes:
    """The sheets as PDF. Raises PrintingUnavailable when the machine cannot print."""
    return render_pdf("installedbase/labels.html", {"sheets": sheets_of(units, skip=skip)})


def _grouped(code: str) -> str:
    """The label code in groups of four, so that it can be typed by hand."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
