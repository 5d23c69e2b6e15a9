"""Opening stock from a workbook: good rows are booked, every bad one is named."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from jiannuo.kernel.exchange import running
from jiannuo.kernel.exchange import services as exchange
from jiannuo.kernel.exchange.importers import importer_named
from jiannuo.kernel.exchange.models import ImportPortion
from jiannuo.kernel.exchange.tests.files import workbook
from jiannuo.operations.parts.models import StockBalance, StockEntry

HEADINGS = ["仓库", "备件编号", "数量", "成色", "备注"]


@pytest.fixture(autouse=True)
def _at_once(django_capture_on_commit_callbacks, monkeypatch):
    """Background work runs as soon as the service that asked for it is done."""
    for name in ("match", "start"):
        original = getattr(exchange, name)

        def run(*args, _original=original, **kwargs):
            with django_capture_on_commit_callbacks(execute=True):
                return _original(*args, **kwargs)

        monkeypatch.setattr(exchange, name, run)


def checked(stores, *rows):
    file = workbook({"期初": [HEADINGS, *rows]}, name="stock.xlsx")
    job = exchange.upload(file, importer=importer_named("opening-stock"), by=stores.branch_keeper)
    exchange.match(job, sheets=job.sheets, mapping=job.mapping, by=stores.branch_keeper)
    job.refresh_from_db()
    return job


def test_good_rows_become_opening_stock(stores):
    job = checked(
        stores,
        [stores.store.name, stores.part.code, 12, "", "期初"],
        [stores.van.name, stores.part.code, "2.5", "良品", ""],
        [stores.store.name, stores.fan.code.lower(), 1, "待修", ""],
    )
    assert (job.good, job.bad) == (3, 0)
    exchange.start(job, mode="all", by=stores.branch_keeper)
    held = {(b.location, b.part, b.condition): b.quantity for b in StockBalance.objects.all()}
    assert held == {
        (stores.store, stores.part, "good"): 12,
        (stores.van, stores.part, "good"): Decimal("2.5"),
        (stores.store, stores.fan, "defective"): 1,
    }
    assert set(StockEntry.objects.values_list("cause", "by")) == {("opening", stores.branch_keeper.pk)}
    again = checked(stores, [stores.store.name, stores.part.code, 12, "", ""])
    assert again.bad == 1


def test_every_bad_row_is_named_by_sheet_row_and_column(stores):
    place, part = stores.store.name, stores.part.code
    rows = [
        ["没有的库", part, 1, "", ""],
        [stores.main.name, part, 1, "", ""],
        [place, "NONE", 1, "", ""],
        [place, part, 0, "", ""],
        [place, part, "三个", "", ""],
        [place, part, 1, "全新", ""],
        [place, part, 1.234, "", ""],
        ["", part, 1, "", ""],
        [place, stores.fan.code, 1, "", ""],
        [place, stores.fan.code, 2, "", ""],
    ]
    job = checked(stores, *rows)
    portion = ImportPortion.objects.get(job=job)
    text = json.dumps(json.loads(portion.problems), ensure_ascii=False)
    assert (job.good, job.bad) == (1, 9)
    assert "期初" in text
    exchange.start(job, mode="good", by=stores.branch_keeper)
    assert StockEntry.objects.get().part == stores.fan


def test_an_import_that_is_taken_back_leaves_red_entries(stores):
    job = checked(stores, [stores.store.name, stores.part.code, 12, "", ""])
    exchange.start(job, mode="all", by=stores.branch_keeper)
    job.refresh_from_db()
    running.undo(job)
    assert list(StockEntry.objects.order_by("pk").values_list("quantity", flat=True)) == [12, -12]
    assert StockBalance.objects.get().quantity == 0


def test_only_storekeepers_import_stock(stores):
    assert importer_named("opening-stock").permission == "stock.keep"
    assert not stores.technician.has_perm("stock.keep")
    assert stores.branch_keeper.has_perm("exchange.import")
