"""Whether the process is up, and whether it can do its work; for load balancers and operators. Tells no secrets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult

from jiannuo.kernel.events.models import PeriodicRun

LATE = timedelta(minutes=10)
# Once applied, migrations stay applied for the life of a process.
_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and is migrated (else 503); whether scheduler and worker keep up is told beside it."""
    checks: dict[str, Any] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["database"] = "ok"
        checks["migrations"] = "ok" if _is_migrated() else "pending"
        if checks["migrations"] == "ok":
            checks["scheduler"] = _scheduler()
            checks["worker"] = _worker()
    except DatabaseError:
        checks["database"] = "unreachable"
    ready = checks["database"] == "ok" and checks.get("migrations") == "ok"
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks}, status=200 if ready else 503
    )


def _is_migrated() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _scheduler() -> str:
    """``ok`` when a periodic job started lately, ``late`` when none did, ``unknown`` when none ever did."""
    last = (
        PeriodicRun.objects.exclude(started_at=None)
        .order_by("-started_at")
        .values_list("started_at", flat=True)
        .first()
    )
    if last is None:
        return "unknown"
    return "ok" if timezone.now() - last < LATE else "late"


def _worker() -> str:
    """``late`` when a background task has waited too long for a worker, else ``ok``."""
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=timezone.now() - LATE)
    return "late" if waiting.exists() else "ok"
