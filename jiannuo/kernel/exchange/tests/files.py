"""Files to import, for tests."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

HEADINGS = [
    *("型号*", "序列号", "客户名称", "联系电话", "省", "市", "区县", "地址", "经销商"),
    *("生产日期", "安装日期", "价格"),
]


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], name: str = "units.xlsx") -> SimpleUploadedFile:
    """An XLSX file with these rows in these sheets."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    elif cell is not None:
                        sheet.write(number, column, cell)
    return SimpleUploadedFile(name, target.getvalue())


def text_file(
    rows: Sequence[Sequence[str]], encoding: str = "utf-8", name: str = "units.csv"
) -> SimpleUploadedFile:
    lines = "\r\n".join(",".join(row) for row in rows)
    return SimpleUploadedFile(name, lines.encode(encoding))


def unit_row(serial: str, model: str, **changes: Any) -> list[Any]:
    """A good row under HEADINGS; ``changes`` by heading."""
    values = {
        "型号*": model,
        "序列号": serial,
        "客户名称": "张伟",
        "联系电话": "13800138000",
        "生产日期": date(2026, 1, 5),
        "安装日期": "2026/3/3",
        "价格": 3299.5,
        **changes,
    }
    return [values.get(heading, "") for heading in HEADINGS]
