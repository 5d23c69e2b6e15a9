"""A house with a main store, a branch with its store, a technician with a van, and some parts."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from jiannuo.operations.parts.models import StockLocation
from jiannuo.registry.products.models import SparePart
from jiannuo.testing import factories

_sequence = count(1)


def spare_part(**fields) -> SparePart:
    n = next(_sequence)
    values = {"code": f"P{n:04}", "name": f"压缩机{n}", "cost": Decimal("12.50"), **fields}
    return SparePart.objects.create(**values)


def location(organization, kind="main", **fields) -> StockLocation:
    n = next(_sequence)
    return StockLocation.objects.create(
        **{"organization": organization, "kind": kind, "name": f"仓库{n}", **fields}
    )


class Stores:
    """Given: who keeps which places."""

    def __init__(self):
        self.root = factories.organization()
        self.branch = factories.organization(self.root)
        self.other = factories.organization(self.root, kind="dealer")
        self.storekeeper = factories.person("storekeeper", at=self.root)
        self.branch_keeper = factories.person("storekeeper", at=self.branch)
        self.manager = factories.person("department_manager", at=self.branch)
        self.technician = factories.person("technician", at=self.branch)
        self.stranger = factories.person("storekeeper", at=self.other)
        self.main = location(self.root, "main")
        self.store = location(self.branch, "regional")
        self.van = location(self.branch, "van", person=self.technician, name="张伟的车")
        self.elsewhere = location(self.other, "main")
        self.part = spare_part()
        self.fan = spare_part(name="风扇", cost=Decimal("3.20"))
