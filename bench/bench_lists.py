"""The list of work orders: what a page costs with 1,000,000 orders against 10,000 (the embedded database)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 80
SIZE = 50
CUSTOMERS = 2_000
TECHNICIANS = 100
#: states by their share of 1,000 orders: most are closed, as in every archive
STATES = (
    *(("closed", 780), ("reviewed", 20), ("signed", 20), ("completed", 20), ("cancelled", 40), ("ready", 40)),
    *(
        ("dispatched", 25),
        ("accepted", 20),
        ("travelling", 5),
        ("on_site", 10),
        ("waiting", 12),
        ("draft", 8),
    ),
)


def make_people() -> dict[str, Any]:
    """Head office, six branches with six dealers each, each dealer with a station; who looks at the list."""
    from jiannuo.office.accounts.models import RoleAssignment, User
    from jiannuo.registry.customers.models import Customer
    from jiannuo.testing import factories

    root = factories.organization(code="HQ")
    places, dealers = [], []
    for b in range(6):
        branch = factories.organization(root, code=f"B{b}")
        places.append(branch.pk)
        for d in range(6):
            dealer = factories.organization(branch, code=f"D{b}{d}", kind="dealer")
            station = factories.organization(dealer, code=f"S{b}{d}", kind="station")
            dealers.append(dealer)
            places += [dealer.pk, station.pk]
    technicians = User.objects.bulk_create(
        User(username=f"t{n}", name=f"师傅{n}", organization=root) for n in range(TECHNICIANS)
    )
    RoleAssignment.objects.create(user=technicians[11], role="technician", organization=root)
    customers = Customer.objects.bulk_create(
        Customer(organization_id=places[n % len(places)], code=f"K{n:06d}", name=f"客户{n}")
        for n in range(CUSTOMERS)
    )
    return {
        "places": places,
        "technicians": [person.pk for person in technicians],
        "customers": [customer.pk for customer in customers],
        "head office": factories.person("department_manager", at=root),
        "dealer": factories.person("dealer_clerk", at=dealers[7]),
        "technician": technicians[11],
    }


def fill(begin: int, end: int, people: dict[str, Any]) -> None:
    """Write orders ``begin`` … ``end`` with SQL: two rows each, spread over places, people and states."""
    from django.db import connection

    from jiannuo.office.documents.models import Document
    from jiannuo.operations.workorders.models import WorkOrder

    postgres = connection.vendor == "postgresql"
    # A multiplier without common factors mixes the values; the order of keys stays the order of time.
    mixed = "((n * 7919) % {0})".format
    day = "timestamptz '2024-01-01 08:00+08' + n * interval '70 seconds'" if postgres else (
        "strftime('%Y-%m-%d %H:%M:%S', '2024-01-01', '+' || (n * 70) || ' seconds')"
    )  # fmt: skip
    due = "timestamptz '2024-01-02 08:00+08' + n * interval '70 seconds'" if postgres else (
        "strftime('%Y-%m-%d %H:%M:%S', '2024-01-02', '+' || (n * 70) || ' seconds')"
    )  # fmt: skip
    document = {
        "id": "n",
        "number": "'WO-' || n",
        "kind": "'workorder'",
        "organization_id": _one_of(people["places"], mixed),
        "state": _state(mixed(1000)),
        "title": "'Order ' || n",
        "created_at": day,
        "updated_at": day,
        "version": "1",
    }
    order = {
        "document_ptr_id": "n",
        "job": "'repair'",
        "customer_id": _one_of(people["customers"], mixed),
        "technician_id": _one_of(people["technicians"], mixed),
        "due_at": due,
    }
    counted = (
        "WITH RECURSIVE s(n) AS (VALUES({0}) UNION ALL SELECT n + 1 FROM s WHERE n < {1}) SELECT n FROM s"
    )
    series = ("SELECT generate_series({0}::bigint, {1}) AS n" if postgres else counted).format(begin + 1, end)
    with connection.cursor() as cursor:
        for model, given in ((Document, document), (WorkOrder, order)):
            fields = model._meta.local_fields
            values = [given.get(field.column) or _empty(field, postgres) for field in fields]
            columns = ", ".join(f'"{field.column}"' for field in fields)
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ({columns}) '
                f"SELECT {', '.join(values)} FROM ({series}) AS numbers"
            )
        cursor.execute("VACUUM ANALYZE" if postgres else "PRAGMA optimize")


def _one_of(keys: list[int], mixed: Callable[[int], str]) -> str:
    """The key of a row: several values of ``n``, mixed, share one."""
    whens = " ".join(f"WHEN {place} THEN {key}" for place, key in enumerate(keys))
    if keys == list(range(keys[0], keys[0] + len(keys))):
        return f"{keys[0]} + {mixed(len(keys))}"
    return f"CASE {mixed(len(keys))} {whens} END"


def _state(number: str) -> str:
    whens, sum_ = [], 0
    for state, share in STATES:
        sum_ += share
        whens.append(f"WHEN {number} < {sum_} THEN '{state}'")
    return f"CASE {' '.join(whens)} END"


def _empty(field: Any, postgres: bool) -> str:
    if field.null:
        return "NULL"
    kind = field.get_internal_type()
    if kind == "JSONField":
        return "'{}'::jsonb" if postgres else "'{}'"
    if kind == "BooleanField":
        return "FALSE" if postgres else "0"
    return "''" if kind in {"CharField", "TextField", "FSMField"} else "0"


def page_of(user: Any, query: str) -> Any:
    """The first statement to the last row of a page, as the view of the list reads it; no HTML."""
    from django.http import HttpRequest, QueryDict

    from jiannuo.operations.workorders.views.pages import WorkOrderList

    page = WorkOrderList()
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(query), user
    page.setup(request)
    return page.state.page


def cursor_at(number: int) -> str:
    """The address of the page that begins after the row at this place, newest first, of all orders."""
    from jiannuo.kernel.tables.keyset import NEWEST, Keyset
    from jiannuo.operations.workorders.models import WorkOrder

    newest = WorkOrder.objects.order_by("-document_ptr_id").values_list("pk", flat=True)[0]
    row = WorkOrder.objects.get(pk=newest - number + 1)
    return "after=" + Keyset(WorkOrder.objects.all(), NEWEST).cursor_at(row, number).encode()


def cost(people: dict[str, Any], deep: int) -> dict[str, float]:
    """Milliseconds of each page: the best of many rounds, in each of which every page is asked for once."""
    head, dealer, technician = (people[who] for who in ("head office", "dealer", "technician"))
    asked = {
        "first page, head office": (head, ""),
        "first page, dealer": (dealer, ""),
        "first page, technician": (technician, ""),
        "filtered page (two states), head office": (head, "state=ready&state=waiting"),
        "filtered page (one state), dealer": (dealer, "state=closed"),
        "first page by due instant, head office": (head, "sort=due"),
        "keyset page 1,000, head office": (head, cursor_at(deep)),
    }
    for name, (user, query) in asked.items():
        assert len(page_of(user, query).rows) == SIZE, name
    found = dict.fromkeys(asked, float("inf"))
    for _round in range(ROUNDS):
        for name, (user, query) in asked.items():
            start = time.perf_counter()
            page_of(user, query)
            found[name] = min(found[name], (time.perf_counter() - start) * 1000)
    return found


def run() -> list[dict[str, Any]]:
    """One line for each kind of page: how many times what it costs with 10,000 orders."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    people = make_people()
    vendor = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    fill(0, SMALL, people)
    before = cost(people, SMALL // 2)
    fill(SMALL, LARGE, people)
    after = cost(people, 1000 * SIZE - SIZE)
    rows = []
    for name, milliseconds in after.items():
        ratio = milliseconds / before[name]
        rows.append(
            {
                "name": f"{name}, {vendor}",
                "value": ratio,
                "unit": "× the cost with 10,000 orders",
                "target": "≤ 1.5",
                "passed": ratio <= 1.5,
                "method": (
                    f"{before[name]:.2f} ms → {milliseconds:.2f} ms; 50 rows with their customer, unit and technician, "
                    f"best of {ROUNDS}; of 10,000 orders the page at row 5,000"
                    if "keyset" in name
                    else f"{before[name]:.2f} ms → {milliseconds:.2f} ms; best of {ROUNDS}"
                ),
            }
        )
    return rows
