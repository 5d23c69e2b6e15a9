"""Cards from files in the encodings that offices really use, and in several at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from jiannuo.kernel.exchange import services as exchange
from jiannuo.kernel.exchange.importers import importer_named
from jiannuo.kernel.exchange.tests.files import text_file
from jiannuo.operations.cards.models import RegistrationCard

HEADINGS = ["机号", "销售日期", "客户姓名", "手机号", "用户地址"]


def line(trade: Any, serial: str = "GT0001", name: str = "李长根") -> list[str]:
    return [serial, f"{trade.ago(5):%Y-%m-%d}", name, "13800138000", "村东头12号"]


def imported(trade: Any, upload: Any) -> None:
    job = exchange.upload(upload, importer=importer_named("cards"), by=trade.clerk)
    exchange.match(job, sheets=job.sheets, mapping=job.mapping, by=trade.clerk)
    job.refresh_from_db()
    exchange.start(job, mode="all", by=trade.clerk)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_cards_are_read_rightly_in_each_encoding(trade, encoding):
    imported(trade, text_file([HEADINGS, line(trade)], encoding, "cards.csv"))
    assert RegistrationCard.objects.get().customer_name == "李长根"


@pytest.mark.parametrize("name", ["王小丫", "李长", "诸葛长根"])
@pytest.mark.parametrize(("first", "then"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_file_of_mixed_encodings_is_refused_whole(trade, first, then, name):
    """Two files put one behind the other: names of an even number of bytes would come in as nonsense."""
    trade.stock("GT0002")
    head = text_file([HEADINGS, line(trade), [""]], first, "a.csv").read()
    tail = text_file([["GT0002", f"{trade.ago(5):%Y-%m-%d}", name, "13800138000", "x"]], then, "b.csv").read()
    with pytest.raises(ValidationError):
        imported(trade, SimpleUploadedFile("cards.csv", head + tail))
    assert not RegistrationCard.objects.exists()
