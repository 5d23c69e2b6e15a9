"""Pages of imports: list, upload, match the columns, check, result."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from jiannuo.kernel.exchange import reports, services
from jiannuo.kernel.exchange.forms import MatchForm, UploadForm
from jiannuo.kernel.exchange.importers import Importer, importer_named, importers_for
from jiannuo.kernel.exchange.models import ImportJob
from jiannuo.kernel.exchange.reading import LARGEST_FILE, MEGABYTE
from jiannuo.kernel.exchange.tables import ImportFilter, ImportTable
from jiannuo.kernel.tables.keyset import Ordering
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.kernel.tables.writers import CONTENT_TYPES

PERMISSION = "exchange.import"
SHOWN_FAULTS = 200

View = Callable[..., HttpResponseBase]


def may_import(view: View) -> View:
    return login_required(permission_required(PERMISSION, raise_exception=True)(view))


class ImportList(TablePage):
    name = "exchange.imports"
    title = gettext_lazy("Imports")
    permission = PERMISSION
    table_class = ImportTable
    filterset_class = ImportFilter
    orderings = (Ordering("created_at", gettext_lazy("uploaded")),)
    default_ordering = "-created_at"
    create_url_name = "exchange:choose"
    create_label = gettext_lazy("Import a file")
    empty_text = gettext_lazy("Nothing was imported yet. Import a file to begin.")

    def rows(self) -> Any:
        return (
            ImportJob.objects.visible_to(self.request.user)
            .select_related("by", "organization")
            .defer("looks")
        )


@may_import
def choose(request: HttpRequest) -> HttpResponse:
    """What can be imported; straight to it when there is one thing."""
    importers = importers_for(request.user)
    if len(importers) == 1:
        return redirect("exchange:upload", importers[0].id)
    return render(request, "exchange/choose.html", {"title": _("Import a file"), "importers": importers})


def _importer_for(request: HttpRequest, name: str) -> type[Importer]:
    importer = importer_named(name)
    if importer is None:
        raise Http404(_("There is no such import."))
    user: Any = request.user
    if not user.has_perm(importer.permission):
        raise PermissionDenied
    return importer


@csrf_exempt
def upload(request: HttpRequest, importer: str) -> HttpResponseBase:
    """Refuse a file that is too large before it is received; the token is checked after that, for everybody."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.method == "POST" and length.isdecimal() and int(length) > LARGEST_FILE + MEGABYTE:
        return _upload_refused(request, importer, int(length))
    return _upload(request, importer)


@may_import
def _upload_refused(request: HttpRequest, importer: str, size: int) -> HttpResponse:
    form = UploadForm()
    try:
        services.refuse_size(size)
    except ValidationError as refused:
        return _upload_page(request, _importer_for(request, importer), form, refused.messages, status=413)
    raise AssertionError("a size over the limit is always refused")


@csrf_protect
@may_import
def _upload(request: HttpRequest, importer: str) -> HttpResponse:
    kind = _importer_for(request, importer)
    form = (
        UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    )
    if request.method == "POST":
        if form.is_valid():
            try:
                job = services.upload(form.cleaned_data["file"], importer=kind, by=request.user)
            except ValidationError as refused:
                form.add_error("file", refused)
            else:
                return redirect(job)
        return _upload_page(request, kind, form, [], status=422)
    return _upload_page(request, kind, form, [])


def _upload_page(
    request: HttpRequest, importer: type[Importer], form: UploadForm, refusals: list[str], status: int = 200
) -> HttpResponse:
    context = {
        "title": _("Import: %(what)s") % {"what": importer.title},
        "importer": importer,
        "form": form,
        "refusals": refusals,
        "cancel_url": reverse("exchange:list"),
    }
    return render(request, "exchange/upload.html", context, status=status)


@may_import
def template(request: HttpRequest, importer: str) -> FileResponse:
    """The workbook to fill in."""
    kind = _importer_for(request, importer)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    reports.write_template(kind, file)
    return _workbook(file, f"{kind.title}-{_('template')}.xlsx")


def _workbook(file: Any, name: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES["xlsx"])


def _job(request: HttpRequest, pk: int) -> tuple[ImportJob, type[Importer]]:
    rows = ImportJob.objects.visible_to(request.user).select_related("by", "organization")
    job = get_object_or_404(rows, pk=pk)
    return job, _importer_for(request, job.importer)


@may_import
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The import as it stands: match the columns, progress, what the check found, result."""
    job, importer = _job(request, pk)
    if request.headers.get("HX-Request"):
        return _progress(request, job, importer)
    return _page(request, job, importer)


def _page(
    request: HttpRequest,
    job: ImportJob,
    importer: type[Importer],
    form: MatchForm | None = None,
    error: str = "",
) -> HttpResponse:
    matching = job.state == ImportJob.State.UPLOADED or form is not None or "match" in request.GET
    if matching and job.state in {ImportJob.State.UPLOADED, ImportJob.State.CHECKED}:
        form = form or _match_form(job, importer)
        context = {**_context(job, importer), "form": form, "looks": form.looks}
        return render(request, "exchange/match.html", context, status=422 if form.is_bound else 200)
    context = {**_context(job, importer), "error": error, "faults": _faults(job)}
    return render(request, "exchange/detail.html", context, status=422 if error else 200)


def _progress(request: HttpRequest, job: ImportJob, importer: type[Importer]) -> HttpResponse:
    context = {**_context(job, importer), "faults": _faults(job)}
    return render(request, "exchange/state.html", context)


def _faults(job: ImportJob) -> list[dict[str, Any]]:
    return [] if job.is_busy else reports.faults(job, SHOWN_FAULTS)


def _context(job: ImportJob, importer: type[Importer]) -> dict[str, Any]:
    return {"title": job.file_name, "subtitle": importer.title, "job": job, "importer": importer}


def _match_form(job: ImportJob, importer: type[Importer], data: Any = None) -> MatchForm:
    looks = services.looks_of(job)
    return MatchForm(data, importer=importer, looks=looks, sheets=job.sheets, mapping=job.mapping)


@require_POST
@may_import
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the matched columns and let the file be checked."""
    job, importer = _job(request, pk)
    form = _match_form(job, importer, request.POST)
    if form.is_valid():
        try:
            services.match(job, sheets=form.cleaned_data["sheets"], mapping=form.mapping, by=request.user)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect(job)
    return _page(request, job, importer, form)


@require_POST
@may_import
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Import everything, or the good rows."""
    job, importer = _job(request, pk)
    try:
        services.start(job, mode=request.POST.get("mode", ""), by=request.user)
    except ValidationError as refused:
        return _page(request, job, importer, error=" ".join(refused.messages))
    return redirect(job)


@require_POST
@may_import
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Import nothing."""
    job, importer = _job(request, pk)
    try:
        services.discard(job, by=request.user)
    except ValidationError as refused:
        return _page(request, job, importer, error=" ".join(refused.messages))
    return redirect("exchange:list")


@may_import
def bad_rows(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook of all bad rows."""
    job, _importer = _job(request, pk)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    reports.write_bad_rows(job, file)
    stem = job.file_name.rsplit(".", 1)[0]
    return _workbook(file, f"{stem}-{_('bad rows')}.xlsx")
