"""The caller's card: what it costs with 1,000,000 requests and 2,000,000 calls against 10,000 and 20,000 (SQLite)."""

from __future__ import annotations

import os
import time
from typing import Any

#: how many requests there are; as many calls again as that, and a customer with a unit for every five requests
SMALL = int(os.environ.get("BENCH_CARD_SMALL", "10000"))
LARGE = int(os.environ.get("BENCH_CARD_LARGE", "1000000"))
CALLS, SHARED = 2, 5
#: one request in twenty is open, with a promise that runs
OPEN = 20
ROUNDS, ASKED = 30, 25
NUMBER = "'+86138' || substr('00000000' || {0}, -8)"


def make_people() -> dict[str, Any]:
    """Head office, six branches with six dealers each; who asks, and the model of all units."""
    from jiannuo.testing import factories

    root = factories.organization(code="HQ")
    places = []
    for b in range(6):
        branch = factories.organization(root, code=f"B{b}")
        places.append(branch.pk)
        dealers = (factories.organization(branch, code=f"D{b}{d}", kind="dealer") for d in range(6))
        places += [dealer.pk for dealer in dealers]
    return {
        "places": places,
        "model": factories.product_model().pk,
        "head office": factories.person("department_manager", "service_agent", at=root),
    }


def _empty(field: Any, postgres: bool) -> str:
    if field.null:
        return "NULL"
    kind = field.get_internal_type()
    if kind == "JSONField":
        return "'{}'::jsonb" if postgres else "'{}'"
    if kind == "BooleanField":
        return "FALSE" if postgres else "0"
    if kind == "DateTimeField":
        return "CURRENT_TIMESTAMP"
    return "''" if kind in {"CharField", "TextField", "FSMField", "EmailField"} else "0"


def _write(model: type[Any], given: dict[str, str], begin: int, end: int) -> None:
    """Rows ``begin`` … ``end`` of a table with one statement; ``given`` holds columns by SQL over ``n``."""
    from django.db import connection

    postgres = connection.vendor == "postgresql"
    counted = (
        "WITH RECURSIVE s(n) AS (VALUES({0}) UNION ALL SELECT n + 1 FROM s WHERE n < {1}) SELECT n FROM s"
    )
    series = ("SELECT generate_series({0}::bigint, {1}) AS n" if postgres else counted).format(begin + 1, end)
    fields = model._meta.local_fields
    values = [given.get(field.column) or _empty(field, postgres) for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) '
            f"SELECT {', '.join(values)} FROM ({series}) AS numbers"
        )


def fill(begin: int, end: int, people: dict[str, Any]) -> None:
    """Everything that belongs to the requests ``begin`` … ``end``; customers of earlier ones get nothing more."""
    from django.db import connection

    from jiannuo.office.documents.models import Document
    from jiannuo.operations.channels.models import Call
    from jiannuo.operations.desk.models import ServiceRequest
    from jiannuo.promises.obligations.models import Obligation
    from jiannuo.registry.customers.models import Customer, Phone
    from jiannuo.registry.installedbase.models import InstalledUnit

    postgres = connection.vendor == "postgresql"
    first, customers = begin // SHARED, (end - begin) // SHARED
    whose = f"({first + 1} + (n * 7919) % {customers})"
    whens = " ".join(f"WHEN {place} THEN {key}" for place, key in enumerate(people["places"]))
    at = "CASE {0} % " + str(len(people["places"])) + f" {whens} END"
    number = ("'+86138' || lpad(({0})::text, 8, '0')" if postgres else NUMBER).format
    code = "lpad(n::text, 12, '0')" if postgres else "substr('000000000000' || n, -12)"
    day = "timestamptz '2024-01-01 08:00+08' + n * interval '40 seconds'" if postgres else (
        "strftime('%Y-%m-%d %H:%M:%S', '2024-01-01', '+' || (n * 40) || ' seconds')"
    )  # fmt: skip
    state = f"CASE WHEN n % {OPEN} = 0 THEN 'new' ELSE 'closed' END"
    row = {"id": "n", "version": "1"}
    until = first + customers
    _write(
        Customer,
        {
            **row,
            "organization_id": at.format("n"),
            "code": code,
            "name": "'客户' || n",
            "kind": "'household'",
        },
        first,
        until,
    )
    _write(Phone, {"id": "n", "customer_id": "n", "number": number("n")}, first, until)
    unit = {"organization_id": at.format("n"), "customer_id": "n", "model_id": str(people["model"])}
    label = {"serial": "'SN' || n", "label_code": code, "status": "'in_use'"}
    _write(InstalledUnit, {**row, **unit, **label}, first, until)
    document = {"number": "'SR-' || n", "kind": "'servicerequest'", "title": "'Request ' || n"}
    times = {"created_at": day, "updated_at": day}
    _write(
        Document,
        {**row, **document, **times, "organization_id": at.format(whose), "state": state},
        begin,
        end,
    )
    asked = {"document_ptr_id": "n", "customer_id": whose, "unit_id": whose, "received_at": day}
    _write(ServiceRequest, asked, begin, end)
    owed = {"document_id": f"n * {OPEN}", "customer_id": whose.replace("n *", f"(n * {OPEN}) *")}
    owed |= {
        "organization_id": at.format(owed["customer_id"]),
        "state": "'open'",
        "due_at": "CURRENT_TIMESTAMP",
    }
    _write(Obligation, {**row, **owed, "metric": "'repair'"}, begin // OPEN, end // OPEN)
    call = {
        "organization_id": at.format(whose),
        "customer_id": whose,
        "number": number(whose),
        "rang_at": day,
    }
    _write(
        Call,
        {**row, **call, "direction": "'in'", "state": "'ended'"},
        begin * CALLS,
        end * CALLS,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if postgres else "ANALYZE")


def keep_a_copy() -> str:
    """The name of a copy of the database as it is now."""
    from django.db import connection

    here = str(connection.settings_dict["NAME"])
    copy = f"{here}_small"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM INTO %s", [copy])
            return copy
    use("template1")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{here}"')
    use(here)
    return copy


def use(name: str) -> None:
    """Ask another database from now on."""
    from django.db import connection

    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = name


def costs(people: dict[str, Any], numbers: list[str], databases: list[str]) -> list[float]:
    """Milliseconds of a card in each database: the median number, each at the best of many rounds.

    The databases take turns, so that whatever else the machine does falls on all of them.
    """
    from jiannuo.operations.channels.cards import card_for

    user = people["head office"]
    best = [dict.fromkeys(numbers, float("inf")) for _ in databases]
    for _round in range(ROUNDS):
        for times, database in zip(best, databases, strict=True):
            use(database)
            card_for(user, numbers[0])  # opens the connection and warms what belongs to it
            for number in numbers:
                begun = time.perf_counter()
                card = card_for(user, number)
                times[number] = min(times[number], (time.perf_counter() - begun) * 1000)
                if not (card.customers and card.calls and card.customers[0].units):
                    raise RuntimeError(f"{number} has no whole card")
    return [sorted(times.values())[len(times) // 2] for times in best]


def run() -> list[dict[str, Any]]:
    """One line: how many times what a card costs with few requests."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    people = make_people()
    vendor = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    step = max(SMALL // SHARED // ASKED, 1)
    numbers = [f"+86138{n:08d}" for n in range(1, SMALL // SHARED, step)][:ASKED]
    fill(0, SMALL, people)
    small, large = keep_a_copy(), str(connection.settings_dict["NAME"])
    fill(SMALL, LARGE, people)
    before, after = costs(people, numbers, [small, large])
    ratio = after / before
    return [
        {
            "name": f"caller's card, {vendor}: cost × with {LARGE // SMALL} times the records",
            "value": round(ratio, 2),
            "unit": f"({before:.2f} → {after:.2f} ms)",
            "target": "≤ 1.5",
            "passed": ratio <= 1.5,
            "method": f"{LARGE:,} requests and {LARGE * CALLS:,} calls against {SMALL:,} and {SMALL * CALLS:,};"
            f" median of {len(numbers)} numbers, each the best of {ROUNDS}, the two databases taking turns",
        }
    ]
