"""Registers: the lines of a month on one printed form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.printing.services import render_pdf

#: more lines than this are no register that anybody files; the list exports any number
MOST_LINES = 1500


@dataclass(frozen=True, slots=True)
class Register:
    """A register to be printed: the number of its form, its title and template."""

    form: str
    title: Any
    template: str

    def print(self, request: HttpRequest, month: date, lines: Callable[[int], list[Any]]) -> HttpResponse:
        """The register of ``month`` (its first day) as PDF; ``lines(limit)`` gives its lines, at most so many.

        A month with more than MOST_LINES lines is refused with 422 and told to export the list.
        """
        user: Any = request.user
        rows = lines(MOST_LINES + 1)
        if len(rows) > MOST_LINES:
            refused = {
                "title": self.title,
                "errors": [_("More than %(most)s lines: export the list instead.") % {"most": MOST_LINES}],
                "back": request.path,
            }
            return render(request, "tables/refused.html", refused, status=422)
        context: dict[str, Any] = {
            "title": self.title,
            "organization": user.organization,
            "number": f"{self.form}-{month:%Y%m}",
            "month": month,
            "rows": rows,
            "landscape": True,
            "printed_at": timezone.localtime(),
            "printed_by": user,
        }
        return pdf_response(render_pdf(self.template, context), f"{self.form}-{month:%Y-%m}")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF that nobody keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
