"""Demo stock: a main store, a store of each branch, a van for each technician with the parts that they use most."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.parts.models import StockLocation
from jiannuo.operations.parts.services import Item, add_location, count, move, receive, receive_all, reverse
from jiannuo.operations.workforce.models import Technician
from jiannuo.registry.products.models import PartListLine, SparePart

#: organisation → name of its store, who keeps it
STORES = {"EAST": ("华东区域库", "storekeeper"), "NORTH": ("华北区域库", "north.manager")}
#: what is dearer (CNY) is fetched when it is needed, and not driven about
DEAREST_IN_A_VAN = Decimal(2500)
MOST_KINDS_IN_A_VAN = 10
#: up to that cost (CNY) so many lie in the main store, in a branch's, in a van
AMOUNTS = ((100, 240, 90, 6), (1000, 160, 45, 3), (5000, 48, 16, 1), (1000000, 4, 1, 0))


def load_stock(people: dict[str, User]) -> int:
    """Set up the places, fill them through the ledger; how many vans there are."""
    now = timezone.now()
    parts = list(SparePart.objects.order_by("code"))
    keeper = people["director"]
    head = Organization.objects.get(code="HQ")
    main = add_location(head, StockLocation.Kind.MAIN, "集团备件总库", by=keeper, is_demo=True)
    opening = [Item(part, Decimal(_amounts(part)[0])) for part in parts]
    receive_all(main, opening, by=keeper, cause="opening", note="期初建账", at=now - timedelta(days=90))
    stores = {code: _store(code, main, parts, keeper, now) for code in STORES}
    vans = [_van(technician, stores, people, now) for technician in _technicians()]
    _slips(stores["EAST"], people["storekeeper"], parts, now)
    return len(vans)


def _amounts(part: SparePart) -> tuple[int, int, int]:
    return next((main, store, van) for most, main, store, van in AMOUNTS if part.cost <= most)


def _technicians() -> list[Technician]:
    rows = Technician.objects.select_related("user", "organization").order_by("pk")
    return list(rows.prefetch_related("skills__category"))


def _store(
    code: str, main: StockLocation, parts: list[SparePart], keeper: User, now: datetime
) -> StockLocation:
    store = add_location(
        Organization.objects.get(code=code),
        StockLocation.Kind.REGIONAL,
        STORES[code][0],
        by=keeper,
        is_demo=True,
    )
    items = [Item(part, Decimal(_amounts(part)[1])) for part in parts]
    move(main, store, items, by=keeper, note="季度铺货", at=now - timedelta(days=75))
    return store


def _van(
    technician: Technician, stores: dict[str, StockLocation], people: dict[str, User], now: datetime
) -> StockLocation:
    """The van of a technician, with the cheaper parts of the models that they can repair."""
    code = "NORTH" if technician.user.username.startswith("north") else "EAST"
    keeper = people[STORES[code][1]]
    van = add_location(
        technician.organization,
        StockLocation.Kind.VAN,
        f"{technician.user.name}的服务车",
        by=keeper,
        person=technician.user,
        is_demo=True,
    )
    paths = tuple(skill.category.path for skill in technician.skills.all())
    lines = PartListLine.objects.select_related("part", "model__category").order_by(
        "part__cost", "part__code"
    )
    items = [
        Item(line.part, Decimal(_amounts(line.part)[2]))
        for line in lines.filter(part__cost__lte=DEAREST_IN_A_VAN)
        if line.model.category.path.startswith(paths)
    ][:MOST_KINDS_IN_A_VAN]
    if items:
        move(stores[code], van, items, by=keeper, note="随车备件装车", at=now - timedelta(days=20))
    return van


def _slips(store: StockLocation, keeper: User, parts: list[SparePart], now: datetime) -> None:
    """What happens in a store: a delivery, one booked twice and taken back, a count, parts that came defective."""
    first, second, third = parts[0], parts[1], parts[2]
    receive(store, first, 5, by=keeper, note="厂家补货", at=now - timedelta(days=12))
    twice = receive(store, first, 5, by=keeper, note="厂家补货", at=now - timedelta(days=12))
    reverse(twice, by=keeper, reason="同一张送货单重复入库", at=now - timedelta(days=11))
    there = store.balances.get(part=second, condition="good").quantity
    count(store, second, there - 1, by=keeper, reason="月度盘点，少一件", at=now - timedelta(days=6))
    receive(
        store,
        third,
        2,
        by=keeper,
        condition="defective",
        note="到货开箱即损，待退厂家",
        at=now - timedelta(days=4),
    )
