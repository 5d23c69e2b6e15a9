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
    from django.db import transaction

    from jiannuo.office.documents.models import Document
    from jiannuo.promises.obligations.models import Obligation, ObligationStep

    for start in range(begin, end, 20_000):
        stop = min(start + 20_000, end)
        with transaction.atomic():
            documents = Document.objects.bulk_create(
                Document(
                    number=f"BN-{n:08d}",
                    kind="bench",
                    organization=made["branch"],
                    state="new",
                    title="不制冷",
                )
                for n in range(start, stop, len(METRICS))
            )
            obligations = Obligation.objects.bulk_create(
                Obligation(
                    organization=made["branch"],
                    person=made["agent"],
                    customer=made["customer"],
                    document_id=documents[(n - start) // len(METRICS)].pk,
                    clause="bench",
                    metric=METRICS[n % len(METRICS)],
                    started_at=NOW,
                    due_at=FUTURE + timedelta(seconds=n),
                    next_at=FUTURE + timedelta(seconds=n),
                )
                for n in range(start, stop)
            )
            ObligationStep.objects.bulk_create(
                ObligationStep(obligation=one, kind="miss", at=one.due_at) for one in obligations
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


def cost() -> float:
    """Seconds to sweep 1,000 missed obligations, with timeline, notices and news: the median of the rounds."""
    from jiannuo.promises.obligations.models import Obligation
    from jiannuo.promises.obligations.sweep import sweep

    times = []
    for _round in range(ROUNDS):
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
    make_due()
    cost()  # warm up
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
