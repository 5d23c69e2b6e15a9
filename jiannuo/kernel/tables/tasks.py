"""Background work of lists."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils import timezone
from django_tasks import task

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import reported
from jiannuo.kernel.tables import exports
from jiannuo.kernel.tables.models import ListExport

EXPORTS_KEPT_DAYS = 7


@task()
def write_export(export_id: int) -> None:
    """Write the file of an export; who asked for it is told also when that fails."""
    with reported(partial(exports.fail, export_id)):
        exports.run(export_id)


@periodic(every=timedelta(days=1), name="tables.remove_old_exports")
def remove_old_exports() -> int:
    """Delete files that nobody needs any more: they hold personal data."""
    old = ListExport.objects.filter(created_at__lt=timezone.now() - timedelta(days=EXPORTS_KEPT_DAYS))
    count = 0
    for export in old.iterator():
        export.file.delete(save=False)
        export.delete()
        count += 1
    return count
