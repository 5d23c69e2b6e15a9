"""The sweep of obligations: what 1,000 due ones cost among 1,000,000 open ones against 10,000 (embedded database)."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

SMALL, LARGE, DUE = 10_000, 1_000_000, 1_000
ROUNDS = 3
METRICS = (
    "response",
    "contact",
    "answer",
    "arrival",
    "guidance",
    "diagnosis",
    "repair",
    "restore",
    "spare",
    "report",
)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FUTURE = NOW + timedelta(days=900)


def company() -> dict[str, Any]:
    """An organisation with the people who are told, and a customer."""
    from jiannuo.testing import factories

    office = factories.organization()
    branch = factories.organization(office)
    agent = factories.person("service_agent", at=branch)
    factories.person("dispatcher", at=branch)
    return {"branch": branch, "agent": agent, "customer": factories.customer(branch)}


def fill(made: dict[str, Any], begin: int, end: int) -> None:
    """Open obligations ``begin`` … ``end``, ten for each document, due later than anybody sweeps."""
    from jiannuo.office.documents.models import Document
    from jiannuo.promises.obligations.models import Obligation, ObligationStep

    document = Document(kind="bench", organization=made["branch"], state="new", title="不制冷")
    obligation = Obligation(
        organization=made["branch"],
        person=made["agent"],
        customer=made["customer"],
        clause="bench",
        started_at=NOW,
        due_at=FUTURE,
        next_at=FUTURE,
    )
    metrics = " UNION ALL ".join(f"SELECT '{metric}' AS metric" for metric in METRICS)
    documents = f"documents_document d WHERE d.kind = 'bench' AND d.version = {end}"
    document.version = end
    copy(document, {"number": "'BN-' || n"}, series(begin // len(METRICS) + 1, end // len(METRICS)))
    taken = Obligation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    copy(obligation, {"document_id": "d.id", "metric": "m.metric"}, f"({metrics}) m, {documents}")
    step = ObligationStep(kind="miss", at=FUTURE)
    copy(step, {"obligation_id": "o.id"}, f"obligations_obligation o WHERE o.id > {taken}")


def series(first: int, last: int) -> str:
    """A table of the whole numbers ``n`` from ``first`` to ``last``."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return f"generate_series({first}, {last}) AS n"
    return f"(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s)"


def copy(template: Any, expressions: dict[str, str], source: str) -> None:
    """Insert a row like ``template`` for each row of ``source``, some columns worked out from it."""
    from django.db import connection

    columns, values, parameters = [], [], []
    for field in template._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(connection.ops.quote_name(field.column))
        if field.column in expressions:
            values.append(expressions[field.column])
        else:
            values.append("%s")
            value = field.pre_save(template, add=True)
            parameters.append(field.get_db_prep_save(value, connection=connection))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {template._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}",
            parameters,
        )


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def make_due() -> None:
    """Let the first 1,000 be due now (again), as if nothing had been done about them."""
    from jiannuo.office.documents.models import TimelineEntry
    from jiannuo.office.notices.models import Notice
    from jiannuo.promises.obligations.models import Obligation, ObligationStep

    keys = list(Obligation.objects.order_by("pk").values_list("pk", flat=True)[:DUE])
    for part in (keys[:500], keys[500:]):
        Obligation.objects.filter(pk__in=part).update(
            state="open", due_at=NOW, next_at=NOW, missed_at=None, warned_at=None
        )
        ObligationStep.objects.filter(obligation__in=part).update(at=NOW, done_at=None)
    Notice.objects.all().delete()
    TimelineEntry.objects.all().delete()


def cost(rounds: int = ROUNDS) -> float:
    """Seconds to sweep 1,000 missed obligations, with timeline, notices and news: the median of the rounds."""
    from jiannuo.promises.obligations.models import Obligation
    from jiannuo.promises.obligations.sweep import sweep

    times = []
    for _round in range(rounds):
        make_due()
        begun = time.perf_counter()
        acted = sweep(NOW, limit=DUE)
        times.append(time.perf_counter() - begun)
        if acted != DUE or Obligation.objects.filter(state="missed").count() != DUE:
            raise RuntimeError(f"{acted} of {DUE} were swept")
    return statistics.median(times)


def idle() -> float:
    """Milliseconds of a sweep that finds nothing due: the median of fifty."""
    from jiannuo.promises.obligations.sweep import sweep

    times = []
    for _round in range(50):
        begun = time.perf_counter()
        sweep(NOW - timedelta(days=1))
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def run() -> list[dict[str, Any]]:
    """Costs with 10,000 and with 1,000,000 open obligations, and their ratio."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    made = company()
    fill(made, 0, SMALL)
    analyse()
    cost(1)  # warm up
    small, small_idle = cost(), idle()
    fill(made, SMALL, LARGE)
    analyse()
    large, large_idle = cost(), idle()
    data = f"{LARGE:,} against {SMALL:,} open"
    return [
        {
            "name": f"sweep of {DUE:,} due obligations, {connection.vendor}: cost × with 100 times as many open",
            "value": round(large / small, 2),
            "unit": f"({small:.2f} → {large:.2f} s)",
            "target": "≤ 1.5",
            "passed": large / small <= 1.5,
            "method": f"{data}; each missed, with timeline and notices; median of {ROUNDS} sweeps",
        },
        {
            "name": f"sweep with nothing due, {connection.vendor}: cost × with 100 times as many open",
            "value": round(large_idle / small_idle, 2),
            "unit": f"({small_idle:.2f} → {large_idle:.2f} ms)",
            "target": "≤ 1.5",
            "passed": large_idle / small_idle <= 1.5,
            "method": f"{data}; median of 50 sweeps",
        },
    ]
