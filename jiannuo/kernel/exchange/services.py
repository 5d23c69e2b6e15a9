"""Use cases of an import: upload, match columns, check, start, discard."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.exchange.importers import Importer, importer_named
from jiannuo.kernel.exchange.layout import SheetLook, first_look, usable
from jiannuo.kernel.exchange.models import ImportJob
from jiannuo.kernel.exchange.reading import LARGEST_FILE, MEGABYTE, TableFile, refuse_sprawl

State = ImportJob.State


def refuse_size(size: int) -> None:
    """Raises ValidationError for a file that is too large."""
    if size > LARGEST_FILE:
        raise ValidationError(
            _("The file is too large: %(size)s MB, at most %(most)s MB. Split it into several files.")
            % {"size": round(size / MEGABYTE), "most": LARGEST_FILE // MEGABYTE},
            code="large",
        )


def upload(file: UploadedFile[Any], *, importer: type[Importer], by: Any) -> ImportJob:
    """Keep a file that can be read, with columns matched by their headings. Raises ValidationError otherwise."""
    if not (by.has_perm("exchange.import") and by.has_perm(importer.permission)):
        raise PermissionDenied
    if by.organization is None:
        raise ValidationError(_("You belong to no organisation, so nobody would own the records."))
    refuse_size(file.size or 0)
    name = Path(file.name or "file").name[-160:]
    looks = _look_before_keeping(file, name, importer)
    if not any(sheet.headings for sheet in looks):
        raise ValidationError(
            _("“%(name)s” has no rows. Choose another file.") % {"name": name}, code="empty"
        )
    sheets = usable(importer, looks)
    job = ImportJob(importer=importer.id, organization=by.organization, by=by, file_name=name, sheets=sheets)
    job.looks = [asdict(sheet) for sheet in looks]
    job.mapping = next(sheet.mapping for sheet in looks if sheet.name == sheets[0])
    file.seek(0)
    with transaction.atomic():
        job.file.save(f"{importer.id}{Path(name).suffix.lower()[:8]}", file, save=False)
        job.save()
    return job


def _look_before_keeping(file: UploadedFile[Any], name: str, importer: type[Importer]) -> list[SheetLook]:
    """Read the beginning of an upload from a temporary copy, so that a bad file is never stored."""
    with tempfile.NamedTemporaryFile(suffix=".upload") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy)
        copy.flush()
        refuse_sprawl(copy.name, name)
        return first_look(importer, TableFile(copy.name, name))


def looks_of(job: ImportJob) -> list[SheetLook]:
    """The beginnings of the sheets of the file."""
    return [SheetLook(**look) for look in job.looks]


def _importer_of(job: ImportJob) -> type[Importer]:
    importer = importer_named(job.importer)
    if importer is None:
        raise ValidationError(_("“%(name)s” can no longer be imported.") % {"name": job.importer})
    return importer


def match(job: ImportJob, *, sheets: Sequence[str], mapping: Mapping[str, str], by: Any) -> None:
    """Fix which sheets are read and what their headings mean, then check the file in the background.

    Raises ValidationError: no sheet, a required column without heading, one heading for two columns.
    """
    importer = _importer_of(job)
    _refuse_strangers(job, by)
    headings = {look.name: look.headings for look in looks_of(job)}
    chosen = [name for name in headings if name in sheets]
    used = {field: heading for field, heading in mapping.items() if heading and importer.column(field)}
    errors = _mapping_faults(importer, used, [headings[name] for name in chosen], chosen)
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        held = ImportJob.objects.select_for_update().get(pk=job.pk)
        if held.state not in {State.UPLOADED, State.CHECKED}:
            raise ValidationError(_("This import has already begun."))
        held.sheets, held.mapping, held.state = chosen, used, State.CHECKING
        held.cursor = held.bad = held.total = held.done = 0
        held.message, held.finished_at, held.touched_at = "", None, timezone.now()
        held.save()
        enqueue(held)


def _mapping_faults(
    importer: type[Importer],
    used: Mapping[str, str],
    headings: Sequence[Sequence[str]],
    sheets: Sequence[str],
) -> list[str]:
    if not sheets:
        return [_("Choose at least one sheet.")]
    faults = []
    for column in importer.columns:
        heading = used.get(column.field)
        if heading is None and column.required:
            faults.append(_("Choose the column that holds “%(label)s”.") % {"label": column.label})
        elif heading is not None:
            faults += [
                _("The sheet “%(sheet)s” has no column “%(heading)s”.") % {"sheet": sheet, "heading": heading}
                for sheet, names in zip(sheets, headings, strict=True)
                if heading not in names
            ]
    twice = {heading for heading in used.values() if list(used.values()).count(heading) > 1}
    faults += [
        _("The column “%(heading)s” is chosen twice.") % {"heading": heading} for heading in sorted(twice)
    ]
    return faults


def start(job: ImportJob, *, mode: str, by: Any) -> None:
    """Begin the import of a checked file. Raises ValidationError when ``mode`` does not fit what the check found."""
    _refuse_strangers(job, by)
    with transaction.atomic():
        held = ImportJob.objects.select_for_update().get(pk=job.pk)
        if held.state != State.CHECKED:
            raise ValidationError(_("Only a file that was checked can be imported."))
        if mode not in ImportJob.Mode.values:
            raise ValidationError(_("Choose whether everything or only the good rows are imported."))
        if mode == ImportJob.Mode.ALL and held.bad:
            raise ValidationError(
                _(
                    "%(count)s rows are bad, so nothing is imported. Correct them, or import the good rows only."
                )
                % {"count": held.bad}
            )
        if held.good == 0:
            raise ValidationError(_("There is no good row to import."))
        held.mode, held.state = mode, State.RUNNING
        held.cursor = held.done = held.bad = 0
        held.started_at, held.finished_at, held.touched_at = timezone.now(), None, timezone.now()
        held.save()
        enqueue(held)


def discard(job: ImportJob, *, by: Any) -> None:
    """Import nothing: remove the job and its file. Raises ValidationError once records were imported."""
    _refuse_strangers(job, by)
    with transaction.atomic():
        held = ImportJob.objects.select_for_update().get(pk=job.pk)
        if held.is_busy or held.state == State.DONE:
            raise ValidationError(_("This import has already begun."))
        held.delete()
    job.file.delete(save=False)


def _refuse_strangers(job: ImportJob, by: Any) -> None:
    importer = _importer_of(job)
    if not ImportJob.objects.visible_to(by).filter(pk=job.pk).exists():
        raise PermissionDenied
    if not (by.has_perm("exchange.import") and by.has_perm(importer.permission)):
        raise PermissionDenied


def enqueue(job: ImportJob) -> None:
    """Let a worker go on with a busy job once the present transaction is over."""
    from jiannuo.kernel.exchange.tasks import check_file, import_file

    task = check_file if job.state == State.CHECKING else import_file
    transaction.on_commit(lambda: task.enqueue(job.pk))
