"""Shares and ranks of stations, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jiannuo.operations.complaints.ranking import Count, ranked


def table(*rows: tuple[str, int, int | None]) -> list[tuple]:
    counts = [
        Count(place, name, complaints, volume) for place, (name, complaints, volume) in enumerate(rows, 1)
    ]
    return [(one.rank, one.name, one.share, one.rate, one.weighted) for one in ranked(counts)]


D = Decimal


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        # 同样 10 件投诉，取报数 1000 与 4000：每千份 10 与 2.5，加权占比 80 % 与 20 %
        (
            [("大站", 10, 4000), ("小站", 10, 1000)],
            [
                (1, "小站", D("50.0"), D("10.00"), D("80.0")),
                (2, "大站", D("50.0"), D("2.50"), D("20.0")),
            ],
        ),
        # 件数多的大站不一定最差
        (
            [("甲", 30, 10000), ("乙", 6, 1000), ("丙", 0, 5000)],
            [
                (1, "乙", D("16.7"), D("6.00"), D("66.7")),
                (2, "甲", D("83.3"), D("3.00"), D("33.3")),
                (3, "丙", D("0.0"), D("0.00"), D("0.0")),
            ],
        ),
        # 并列同名次，后面跳过
        (
            [("甲", 2, 1000), ("乙", 4, 2000), ("丙", 1, 1000)],
            [
                (1, "乙", D("57.1"), D("2.00"), D("40.0")),
                (1, "甲", D("28.6"), D("2.00"), D("40.0")),
                (3, "丙", D("14.3"), D("1.00"), D("20.0")),
            ],
        ),
        # 没有取报数：排在最前，没有名次，等人补录
        (
            [("甲", 1, 1000), ("无数", 3, None), ("零数", 1, 0)],
            [
                (None, "无数", D("60.0"), None, None),
                (None, "零数", D("20.0"), None, None),
                (1, "甲", D("20.0"), D("1.00"), D("100.0")),
            ],
        ),
        ([("无投诉", 0, 100)], [(1, "无投诉", D("0.0"), D("0.00"), D("0.0"))]),
    ],
)
def test_shares_and_ranks(rows, expected):
    assert table(*rows) == expected
