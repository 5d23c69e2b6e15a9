"""Files of text are read in the encoding they were written in, or refused with the place; never as nonsense."""

from __future__ import annotations

import codecs

import pytest
from django.core.exceptions import ValidationError

from jiannuo.kernel.exchange.reading import TableFile

SIMPLE = "型号,客户名称,地址\r\nKFR-35,欧阳锋,上海市浦东新区世纪大道一号\r\nKFR-72,张伟,浙江省宁波市\r\n"
FULL = "型號,客戶名稱,地址\r\nKFR-35,歐陽鋒,臺北市中正區重慶南路一段\r\nKFR-72,陳先生,高雄市\r\n"
PLAIN = "model,serial\r\nKFR-35,S1\r\n"


@pytest.fixture
def read(tmp_path):
    def read(data: bytes):
        path = tmp_path / "a.csv"
        path.write_bytes(data)
        return [row.cells for row in TableFile(path).rows("CSV")]

    return read


def cells(text: str, delimiter: str = ","):
    return [line.split(delimiter) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((SIMPLE, code) for code in ("utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk")),
        *((FULL, code) for code in ("utf-8", "utf-16", "gb18030", "gbk", "big5", "cp950")),
        *((PLAIN, code) for code in ("utf-8", "utf-16", "gbk", "big5")),
    ],
)
def test_each_encoding_is_read_as_it_was_written(read, text, encoding):
    assert read(text.encode(encoding)) == cells(text)


@pytest.mark.parametrize(
    ("mark", "order"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_unicode_text_of_excel_has_tabs_in_either_order(read, mark, order):
    text = SIMPLE.replace(",", "\t")

    assert read(mark + text.encode(order)) == cells(text, "\t")


@pytest.mark.parametrize("name", ["鑫", "淼鑫", "上", "王玥", "啊阿埃", "李娟、胡军"])
def test_few_letters_are_those_of_the_mainland(read, name):
    text = f"serial,name\nS1,{name}\n"

    assert read(text.encode("gbk")) == cells(text)


@pytest.mark.parametrize("first", ["utf-8", "gb18030", "big5"])
def test_two_encodings_in_one_file_are_refused_with_line_and_column(read, first):
    one, other = (FULL, SIMPLE) if first == "big5" else (SIMPLE, SIMPLE)
    second = "gb18030" if first == "utf-8" else "utf-8"

    with pytest.raises(ValidationError) as refused:
        read(one.encode(first) + other.splitlines()[1].encode(second))

    assert "第 4 行第 2 列" in str(refused.value.messages[0])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_other_lines_after_utf_16_are_refused_with_their_line(read, encoding):
    with pytest.raises(ValidationError) as refused:
        read(SIMPLE.encode("utf-16") + SIMPLE.encode(encoding))

    assert "第 4 行" in str(refused.value.messages[0])


def test_rows_of_utf_16_are_counted_by_lines(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(("名称\n" + "上上上\n" * 5).encode("utf-16"))

    assert TableFile(path).heights(["CSV"]) == 6
