"""The two passes over a file: check every row, then save the good ones. Portion by portion, resumable.

What a portion wrote, the keys of what it created, its bad rows and the cursor are one transaction. A worker that dies
leaves the job at the end of a portion; the next one goes on from there and repeats nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.exchange.events import ImportFinished
from jiannuo.kernel.exchange.importers import Created, ImportContext, Importer, Row, importer_named
from jiannuo.kernel.exchange.layout import data_rows, shown
from jiannuo.kernel.exchange.models import ImportJob, ImportPortion
from jiannuo.kernel.exchange.reading import TableFile
from jiannuo.kernel.search.index import settle
from jiannuo.kernel.search.services import index_new

State, Mode, Phase = ImportJob.State, ImportJob.Mode, ImportPortion.Phase


class _Overtaken(Exception):
    """Somebody else works on the job, or it was stopped."""


class _Spoiled(Exception):
    """A row went bad between the check and the import, and all or nothing was asked for."""

    def __init__(self, row: Row) -> None:
        self.row = row


def check(job_id: int) -> None:
    """Check every row of the file; nothing is saved. Begins anew when it was interrupted."""
    job = ImportJob.objects.select_related("by__organization", "organization").get(pk=job_id)
    if job.state != State.CHECKING:
        return
    job.portions.filter(phase=Phase.CHECK).delete()
    try:
        importer, file = _open(job)
        ImportJob.objects.filter(pk=job.pk).update(
            cursor=0,
            bad=0,
            total=file.heights(job.sheets),
            started_at=timezone.now(),
            touched_at=timezone.now(),
        )
        start = 0
        for rows in _portions(data_rows(file, job.sheets, job.mapping), importer.portion):
            _examine(importer, rows)
            _note(job, start, len(rows), problems_of(type(importer), rows))
            start += len(rows)
    except ValidationError as refused:
        _fail(job, " ".join(refused.messages))
        return
    except _Overtaken:
        return
    if start == 0:
        _fail(job, _("The file has headings but no rows under them."))
        return
    ImportJob.objects.filter(pk=job.pk, state=State.CHECKING).update(
        state=State.CHECKED, total=start, cursor=start, finished_at=timezone.now()
    )


def run(job_id: int) -> None:
    """Import the rows of a checked file from its cursor on; take everything back where that was asked for."""
    job = ImportJob.objects.select_related("by__organization", "organization").get(pk=job_id)
    if job.state == State.RUNNING:
        try:
            _save_all(job)
        except _Overtaken:
            return
        except ValidationError as refused:
            _begin_undo(job, " ".join(refused.messages))
        except _Spoiled as spoiled:
            row = spoiled.row
            reasons = "; ".join(message for _column, message in row.faults)
            values = {"sheet": row.sheet, "row": row.number, "why": reasons}
            _begin_undo(job, _("Nothing was imported: %(sheet)s, row %(row)s: %(why)s") % values)
    if ImportJob.objects.filter(pk=job.pk, state=State.UNDOING).exists():
        undo(job)


def _open(job: ImportJob) -> tuple[Importer, TableFile]:
    kind = importer_named(job.importer)
    if kind is None:
        raise ValidationError(_("“%(name)s” can no longer be imported.") % {"name": job.importer})
    importer = kind(ImportContext(job.by, job.organization))
    importer.prepare()
    try:
        return importer, TableFile(job.file.path, job.file_name)
    except FileNotFoundError:
        raise ValidationError(_("The file is gone. Upload it again.")) from None


def _portions(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while portion := list(islice(rows, size)):
        yield portion


def _examine(importer: Importer, rows: Sequence[Row]) -> None:
    """Turn cells into values and refuse what is wrong."""
    for column in importer.columns:
        name, parse, required = column.field, column.parse, column.required
        for row in rows:
            cell = row.values.get(name)
            if cell is None or (type(cell) is str and (not cell or cell.isspace())):
                row.values[name] = None
                if required:
                    row.refuse(name, _("This must be filled in."))
            elif parse is not None:
                try:
                    row.values[name] = parse(cell)
                except ValidationError as refused:
                    row.values[name] = None
                    row.refuse(name, " ".join(refused.messages))
    importer.check_portion(rows)


def problems_of(importer: type[Importer], rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The bad rows as they are kept: sheet, row, cells; of each fault the field, label, cell and message."""
    found = []
    for row in rows:
        if row.faults:
            cells = [shown(cell) for cell in row.cells]
            faults = [
                [name, importer.label_of(name), shown(row.raw(name)), message] for name, message in row.faults
            ]
            found.append({"sheet": row.sheet, "row": row.number, "cells": cells, "faults": faults})
    return found


def _portion(
    job: ImportJob, phase: str, start: int, problems: list[dict[str, Any]], created: Created
) -> None:
    if problems or created:
        ImportPortion.objects.create(
            job=job,
            phase=phase,
            start=start,
            bad=len(problems),
            problems=json.dumps(problems, ensure_ascii=False),
            created=json.dumps(
                {label: [record.pk for record in records] for label, records in created.items()}
            ),
        )


@transaction.atomic
def _note(job: ImportJob, start: int, rows: int, problems: list[dict[str, Any]]) -> None:
    """Write down what the check of a portion found."""
    held = _hold(job, State.CHECKING, start)
    _portion(job, Phase.CHECK, start, problems, {})
    held.cursor, held.bad = start + rows, held.bad + len(problems)
    held.touched_at = timezone.now()
    held.save(update_fields=["cursor", "bad", "touched_at"])


def _hold(job: ImportJob, state: str, cursor: int) -> ImportJob:
    """The job, locked; raises _Overtaken unless it stands where this worker believes it to stand."""
    held = ImportJob.objects.select_for_update().get(pk=job.pk)
    if held.state != state or held.cursor != cursor:
        raise _Overtaken
    return held


def _save_all(job: ImportJob) -> None:
    importer, file = _open(job)
    start = job.cursor
    rows = islice(data_rows(file, job.sheets, job.mapping), start, None)
    for portion in _portions(rows, importer.portion):
        _save_portion(job, importer, start, portion)
        start += len(portion)
    importer.finish()
    settle()
    _end(job, State.DONE)


@transaction.atomic
def _save_portion(job: ImportJob, importer: Importer, start: int, rows: Sequence[Row]) -> None:
    held = _hold(job, State.RUNNING, start)
    _examine(importer, rows)
    created = _save(importer, [row for row in rows if not row.faults])
    bad = [row for row in rows if row.faults]
    if bad and job.mode == Mode.ALL:
        raise _Spoiled(bad[0])
    for label, records in created.items():
        index_new(apps.get_model(label), records)
    _portion(job, Phase.SAVE, start, problems_of(type(importer), bad), created)
    held.cursor, held.bad = start + len(rows), held.bad + len(bad)
    held.done += len(rows) - len(bad)
    held.touched_at = timezone.now()
    held.save(update_fields=["cursor", "bad", "done", "touched_at"])


def _save(importer: Importer, rows: list[Row]) -> Created:
    """Save the rows together; one by one when the database refuses a row that the check let pass."""
    if not rows:
        return {}
    try:
        with transaction.atomic():
            return importer.save_portion(rows)
    except IntegrityError:
        pass
    created: Created = {}
    for row in rows:
        try:
            with transaction.atomic():
                for label, records in importer.save_portion([row]).items():
                    created.setdefault(label, []).extend(records)
        except IntegrityError:
            row.refuse(
                "", _("The database refused this record: it was added meanwhile, or contradicts itself.")
            )
    return created


def _begin_undo(job: ImportJob, message: str) -> None:
    ImportJob.objects.filter(pk=job.pk, state=State.RUNNING).update(
        state=State.UNDOING, message=message[:400], touched_at=timezone.now()
    )


def undo(job: ImportJob) -> None:
    """Take back what the job created, the last portion first; also resumable."""
    kept = 0
    for key in list(job.portions.filter(phase=Phase.SAVE).order_by("-start").values_list("pk", flat=True)):
        kept += _undo_portion(job, key)
    job.refresh_from_db()
    if kept:
        more = _("%(count)s records are already in use and stay.") % {"count": kept}
        job.message = f"{job.message} {more}"[:400]
        job.save(update_fields=["message"])
    _end(job, State.FAILED)


@transaction.atomic
def _undo_portion(job: ImportJob, portion_id: int) -> int:
    """Delete what a portion created; how many records stay because something refers to them."""
    portion = ImportPortion.objects.select_for_update().get(pk=portion_id)
    kept = 0
    kind = importer_named(job.importer)
    importer = kind(ImportContext(job.by, job.organization)) if kind is not None else None
    for label, keys in reversed(json.loads(portion.created).items()):
        stayed = importer.take_back(label, keys) if importer is not None else None
        if stayed is not None:
            kept += stayed
            continue
        try:
            with transaction.atomic():
                apps.get_model(label)._default_manager.filter(pk__in=keys).delete()
        except ProtectedError:
            kept += _delete_singly(label, keys)
    done = ImportJob.objects.select_for_update().get(pk=job.pk)
    done.done = max(done.done - _records_of(portion), 0)
    done.touched_at = timezone.now()
    done.save(update_fields=["done", "touched_at"])
    portion.delete()
    return kept


def _records_of(portion: ImportPortion) -> int:
    """How many records of its main kind, the last one created, a portion left."""
    created = list(json.loads(portion.created).values())
    return len(created[-1]) if created else 0


def _delete_singly(label: str, keys: Sequence[Any]) -> int:
    kept = 0
    for record in apps.get_model(label)._default_manager.filter(pk__in=keys):
        try:
            with transaction.atomic():
                record.delete()
        except ProtectedError:
            kept += 1
    return kept


def _fail(job: ImportJob, message: str) -> None:
    ImportJob.objects.filter(pk=job.pk).update(message=message[:400])
    _end(job, State.FAILED)


def fail(job_id: int) -> None:
    """End a job whose worker met an error that nobody foresaw; what is saved is taken back in mode ALL."""
    job = ImportJob.objects.get(pk=job_id)
    message = _("The work stopped because of an error in the system. Tell your administrator.")
    if job.state == State.RUNNING and job.mode == Mode.ALL:
        _begin_undo(job, message)
        undo(job)
    elif job.is_busy:
        _fail(job, message)


@transaction.atomic
def _end(job: ImportJob, state: str) -> None:
    ended = ImportJob.objects.select_for_update().get(pk=job.pk)
    ended.state, ended.finished_at, ended.touched_at = state, timezone.now(), timezone.now()
    ended.save(update_fields=["state", "finished_at", "touched_at"])
    if state == State.DONE:
        ended.portions.filter(phase=Phase.CHECK).delete()
    publish(
        ImportFinished(
            job_id=ended.pk,
            user_id=ended.by_id,
            file_name=ended.file_name,
            url=ended.get_absolute_url(),
            done=ended.done,
            bad=ended.bad,
            failed=state == State.FAILED,
        )
    )
