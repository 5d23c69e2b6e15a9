"""Exporting a list: exactly the rows and columns on the screen, at once when short, in the background when long."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.tables import writers
from jiannuo.kernel.tables.events import ExportFinished
from jiannuo.kernel.tables.models import ListExport

if TYPE_CHECKING:
    from jiannuo.kernel.tables.lists import ListState
    from jiannuo.kernel.tables.pages import TablePage

#: More rows than this are written in the background.
MOST_AT_ONCE = 20_000
FORMATS = ("xlsx", "csv")


def respond(page: TablePage, file_format: str) -> HttpResponseBase:
    """The list of ``page`` as a file; or, when it is long, the page that shows how far the background work is."""
    if not page.may("tables.export"):
        raise PermissionDenied
    if file_format not in FORMATS:
        reason = _("Lists can be written as XLSX or CSV, not as “%(format)s”.") % {"format": file_format[:20]}
        return _refuse(page, [reason])
    state = page.state
    if not state.is_valid:
        return _refuse(page, state.errors)
    if _is_long(state):
        return redirect(_queue(page, file_format))
    name = filename(str(page.title), file_format)
    if file_format == "csv":
        rows = state.export_rows(MOST_AT_ONCE)
        answer = StreamingHttpResponse(
            writers.csv_lines(state.header(), _kept_language(rows)), content_type=writers.CONTENT_TYPES["csv"]
        )
        answer["Content-Disposition"] = content_disposition_header(True, name)
        return answer
    return _workbook(state, str(page.title), name)


def _kept_language(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """The rows of an answer that is made after the request is over, in the language of the request.

    The first row is made at once, so that a mistake is still an error page and not half a file.
    """
    language = translation.get_language()
    iterator = iter(rows)
    first = list(_next(iterator))

    def in_language() -> Iterator[list[Any]]:
        with translation.override(language):
            yield from chain(first, iterator)

    return in_language()


def _next(iterator: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for row in iterator:
        yield row
        return


def _workbook(state: ListState, title: str, name: str) -> FileResponse:
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    writers.write_xlsx(file, title, state.header(), state.export_rows(MOST_AT_ONCE))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=writers.CONTENT_TYPES["xlsx"])


def _refuse(page: TablePage, errors: list[str]) -> HttpResponse:
    context = {"title": page.title, "errors": errors, "back": page.address(page.query_without())}
    return render(page.request, "tables/refused.html", context, status=422)


def _is_long(state: ListState) -> bool:
    return bool(state.keyset.keys.order_by().values_list("pk")[MOST_AT_ONCE : MOST_AT_ONCE + 1])


def filename(title: str, file_format: str) -> str:
    day = timezone.localdate().isoformat()
    return f"{slugify(title, allow_unicode=True) or 'list'}-{day}.{file_format}"


# In the background


@transaction.atomic
def _queue(page: TablePage, file_format: str) -> str:
    from jiannuo.kernel.tables.tasks import write_export

    kind = type(page)
    user: Any = page.request.user
    export = ListExport.objects.create(
        owner=user,
        title=str(page.title)[:120],
        page_class=f"{kind.__module__}.{kind.__qualname__}",
        arguments=dict(page.kwargs),
        query=page.query_without()[:4000],
        file_format=file_format,
        language=translation.get_language() or "",
    )
    transaction.on_commit(lambda: write_export.enqueue(export.pk))
    return reverse("tables:export", args=[export.pk])


def run(export_id: int) -> None:
    """Write the file of a queued export, with the rights that its owner has now."""
    export = ListExport.objects.select_related("owner").get(pk=export_id)
    if export.state == ListExport.State.DONE:
        return
    ListExport.objects.filter(pk=export.pk).update(state=ListExport.State.RUNNING)
    with translation.override(export.language or None):
        page = _page_of(export)
        if not (page.has_permission() and page.may("tables.export")):
            _finish(export, ListExport.State.FAILED, message=_("You may no longer export this list."))
            return
        suffix = f".{export.file_format}"
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / f"list{suffix}"
            written = _write(export, page.state, str(target))
            with target.open("rb") as file:
                export.file.save(filename(export.title, export.file_format), File(file), save=False)
        _finish(export, ListExport.State.DONE, rows=written)


def _write(export: ListExport, state: ListState, target: str) -> int:
    rows = _counted(export, state.export_rows(writers.MOST_SHEET_ROWS))
    if export.file_format == "csv":
        return writers.write_csv(target, state.header(), rows)
    return writers.write_xlsx(target, export.title, state.header(), rows)


def _counted(export: ListExport, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 5000 == 0:
            ListExport.objects.filter(pk=export.pk).update(rows=number)


def _page_of(export: ListExport) -> TablePage:
    page: TablePage = import_string(export.page_class)()
    request = HttpRequest()
    request.method = "GET"
    request.GET = QueryDict(export.query)
    request.user = export.owner
    page.setup(request, **export.arguments)
    return page


def fail(export_id: int) -> None:
    """Say that the file could not be written."""
    export = ListExport.objects.get(pk=export_id)
    _finish(export, ListExport.State.FAILED, message=_("The file could not be written. Ask for it again."))


@transaction.atomic
def _finish(export: ListExport, state: str, *, rows: int = 0, message: str = "") -> None:
    export.state, export.rows, export.message, export.finished_at = state, rows, message, timezone.now()
    export.save(update_fields=["state", "rows", "message", "finished_at", "file"])
    publish(
        ExportFinished(
            export_id=export.pk,
            owner_id=export.owner_id,
            title=export.title,
            url=reverse("tables:export", args=[export.pk]),
            message=message,
        )
    )
