"""The page of fulfilment: every figure opens the rows of the ledger behind it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.exports import filename
from jiannuo.office.accounts.access import permission_required
from jiannuo.promises.obligations import queries
from jiannuo.promises.obligations.filters import FulfilmentFilter
from jiannuo.promises.obligations.fulfilment import DIMENSIONS, OUTCOMES, Dimension, Rate, rates, together

DEFAULT = "clause"
#: What the address says beside the filter.
OWN = ("by", "export", "state", "counted")
PERIODS = ("month", "due_after", "due_before")


class Fulfilment:
    """What a request asks for: the filter, the dimension, and the lines."""

    def __init__(self, query: QueryDict, request: Any) -> None:
        self.dimension = DIMENSIONS.get(query.get("by", DEFAULT))
        self.query = query.copy()
        for name in OWN:
            self.query.pop(name, None)
        if not any(self.query.get(name) for name in PERIODS):
            self.query["month"] = f"{timezone.localdate():%Y-%m}"
        self.filter = FulfilmentFilter(self.query, queryset=queries.visible_to(request.user), request=request)

    @property
    def is_valid(self) -> bool:
        return self.dimension is not None and bool(self.filter.is_valid())

    def lines(self) -> list[Rate]:
        """The lines along the dimension; none for a filter that makes no sense."""
        if self.dimension is None or not self.is_valid:
            return []
        return rates(self.filter.qs, self.dimension)

    def ledger_query(self, narrowed: Mapping[str, str], outcome: str) -> str:
        """The address of exactly the rows that a figure counts: the same filter, the line, the states."""
        query = self.query.copy()
        for name, value in narrowed.items():
            query[name] = value
        query.setlist("state", list(OUTCOMES[outcome]))
        query["counted"] = "1"
        for name in [name for name in query if not query.get(name)]:
            del query[name]
        return query.urlencode()


@permission_required("obligations.view")
@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """How promises that fell due in a period were kept, by clause, commitment, product, place, person or month."""
    asked = Fulfilment(request.GET, request)
    lines = asked.lines()
    if "export" in request.GET and asked.dimension is not None and asked.is_valid:
        if not request.user.has_perm("tables.export"):
            raise PermissionDenied("tables.export")
        return _workbook(asked.dimension, lines)
    ledger = reverse("obligations:list")

    def cells(line: Rate) -> dict[str, Any]:
        links = [
            {
                "name": name,
                "number": getattr(line, name),
                "url": f"{ledger}?{asked.ledger_query(line.query, name)}",
            }
            for name in OUTCOMES
        ]
        return {"line": line, "links": links}

    kept = asked.query.copy()
    context = {
        "title": _("How promises were kept"),
        "subtitle": _("Each promise counts once, in the period in which it fell due"),
        "filter": asked.filter,
        "dimension": asked.dimension or DIMENSIONS[DEFAULT],
        "dimensions": [
            {"label": one.label, "url": f"?{_with(kept, by=one.name)}", "active": one is asked.dimension}
            for one in DIMENSIONS.values()
        ],
        "rows": [cells(line) for line in lines],
        "sums": cells(together(lines)),
        "errors": not asked.is_valid,
        "export_url": f"?{_with(kept, by=(asked.dimension or DIMENSIONS[DEFAULT]).name, export='xlsx')}"
        if request.user.has_perm("tables.export")
        else "",
    }
    return render(request, "obligations/rates.html", context, status=200 if asked.is_valid else 422)


def _with(query: QueryDict, **changes: str) -> str:
    changed = query.copy()
    for name, value in changes.items():
        changed[name] = value
    return changed.urlencode()


def headings(dimension: Dimension) -> list[str]:
    """The headings of the figures, as page, file and API name them."""
    return [
        str(dimension.label),
        _("had to be kept"),
        _("kept on time"),
        _("kept late"),
        _("missed"),
        _("waived"),
        _("still open"),
        _("share kept on time"),
    ]


def _workbook(dimension: Dimension, lines: list[Rate]) -> FileResponse:
    title = _("How promises were kept")
    file = io.BytesIO()
    rows = [
        [
            line.label,
            *(getattr(line, name) for name in OUTCOMES),
            "" if line.share is None else round(line.share, 4),
        ]
        for line in (*lines, together(lines))
    ]
    writers.write_xlsx(file, title, headings(dimension), rows)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=filename(title, "xlsx"),
        content_type=writers.CONTENT_TYPES["xlsx"],
    )
