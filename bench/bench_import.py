"""Import of 100,000 installed units from XLSX: check, save and search index, on the embedded database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

ROWS = 100_000
BAD_EVERY = 500
PEOPLE_EVERY = 2  # units of one customer
HEADINGS = (
    *("型号", "序列号", "批次", "客户名称", "联系电话", "省", "市", "区县", "地址", "经销商编号"),
    *(
        "生产日期",
        "发货日期",
        "到货日期",
        "开票日期",
        "安装日期",
        "验收日期",
        "发票号",
        "价格",
        "状态",
        "服务网点",
    ),
)
DISTRICTS = (
    ("浙江省", "杭州市", "西湖区"),
    ("浙江省", "杭州市", "余杭区"),
    ("浙江省", "宁波市", "鄞州区"),
    ("上海市", "", "浦东新区"),
    ("江苏省", "南京市", "江宁区"),
)
NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def row(n: int) -> list[Any]:
    """Row ``n`` of the file; one in 500 is bad in one way or another."""
    random = Random(n)
    produced = date(2024, 1, 1) + timedelta(days=random.randrange(600))
    dates = [produced + timedelta(days=gap) for gap in (0, 10, 15, 20, 22, 22)]
    person = n // PEOPLE_EVERY
    name = NAMES[person % 20] + GIVEN[person // 20 % 20] + GIVEN[person // 400 % 20]
    cells: list[Any] = [
        *(f"M{random.randrange(12):02d}", f"SN{n:010d}", f"{produced:%Y-%m}", name, f"139{person:08d}"),
        *DISTRICTS[person % len(DISTRICTS)],
        *(f"文三路{person % 900}号{person % 30}幢", f"D{random.randrange(8)}", *dates),
        *(
            f"0331{n:08d}",
            round(1500 + random.random() * 8000, 2),
            "在用",
            f"D{person % 4}" if person % 3 else "",
        ),
    ]
    if n % BAD_EVERY == 7:
        place, value = [(0, "UNKNOWN"), (4, "13x"), (10, "2024-02-30"), (17, "-5"), (9, "D99")][
            n // BAD_EVERY % 5
        ]
        cells[place] = value
    return cells


def write_file(path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("units")
        sheet.write_row(0, 0, HEADINGS)
        for n in range(ROWS):
            for column, cell in enumerate(row(n)):
                if isinstance(cell, date):
                    sheet.write_datetime(n + 1, column, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(n + 1, column, cell)
                else:
                    sheet.write_number(n + 1, column, cell)


def prepare() -> int:
    """A fresh database with what the rows refer to; the key of the person who imports."""
    from django.core.management import call_command

    from jiannuo.kernel.regions.services import load_sample
    from jiannuo.testing import factories

    call_command("migrate", verbosity=0)
    load_sample()
    root = factories.organization(code="HQ")
    for n in range(8):
        factories.organization(root, code=f"D{n}", kind="dealer")
    for n in range(12):
        factories.product_model(code=f"M{n:02d}")
    return int(factories.person("department_manager", at=root).pk)


def measure(path: str, user_id: int) -> dict[str, Any]:
    """Upload, check and import the file as the worker does; seconds of each, peak memory of this process (MB)."""
    import resource
    import time

    import django

    django.setup()
    from django.core.files import File

    from jiannuo.kernel.exchange import services, tasks
    from jiannuo.kernel.exchange.importers import importer_named
    from jiannuo.kernel.exchange.models import ImportJob
    from jiannuo.office.accounts.models import User

    importer = importer_named("units")
    assert importer is not None
    services.enqueue = lambda job: None
    by = User.objects.get(pk=user_id)
    times = [time.perf_counter()]
    with Path(path).open("rb") as file:
        job = services.upload(File(file, "units.xlsx"), importer=importer, by=by)  # type: ignore[arg-type]
    times.append(time.perf_counter())
    services.match(job, sheets=job.sheets, mapping=job.mapping, by=by)
    tasks.check_file.func(job.pk)
    times.append(time.perf_counter())
    services.start(job, mode=ImportJob.Mode.GOOD, by=by)
    tasks.import_file.func(job.pk)
    times.append(time.perf_counter())
    job.refresh_from_db()
    seconds = [after - before for before, after in pairwise(times)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak": peak, "done": job.done, "bad": job.bad, "state": job.state}


def run() -> list[dict[str, Any]]:
    """Rows a second of check and import together, of the import alone, and peak memory of the worker."""
    import django

    django.setup()
    from django.db import connection

    user_id = prepare()
    vendor = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "units.xlsx"
        write_file(path)
        size = path.stat().st_size / 2**20
        code = f"import json, bench_import; print(json.dumps(bench_import.measure({str(path)!r}, {user_id})))"
        answer = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(Path.cwd())])},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    found = json.loads(answer.stdout)
    upload, check, save = found["seconds"]
    expected = ROWS // BAD_EVERY
    complete = found["state"] == "done" and (found["done"], found["bad"]) == (ROWS - expected, expected)
    method = (
        f"{ROWS:,} rows of 20 columns ({size:.0f} MB), {found['bad']} bad; {ROWS // PEOPLE_EVERY:,} new customers with "
        f"phone and address; search index included; upload {upload:.1f} s, check {check:.1f} s, import {save:.1f} s"
    )
    both, alone = ROWS / (check + save), ROWS / save
    fast = "≥ 1,500 rows/s"
    return [
        _line(
            f"import of units, check and save, {vendor}",
            both,
            "rows/s",
            fast,
            both >= 1500 and complete,
            method,
        ),
        _line(
            f"import of units, save (validates again), {vendor}", alone, "rows/s", fast, alone >= 1500, method
        ),
        _line(
            f"import of units, peak memory, {vendor}",
            found["peak"],
            "MB",
            "< 400 MB",
            found["peak"] < 400,
            method,
        ),
    ]


def _line(name: str, value: float, unit: str, target: str, passed: bool, method: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "passed": passed, "method": method}
