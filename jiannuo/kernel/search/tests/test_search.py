from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.kernel.search import index
from jiannuo.kernel.search.grams import grams_of_key, grams_of_text
from jiannuo.kernel.search.index import matching
from jiannuo.kernel.search.models import SearchEntry
from jiannuo.kernel.search.services import find


def put(
    title: str, *, texts: Sequence[str] = (), keys: Sequence[str] = (), organization: int | None = None
) -> SearchEntry:
    grams = [gram for text in texts for gram in grams_of_text(text)]
    grams += [gram for key in keys for gram in grams_of_key(key)]
    n = SearchEntry.objects.count() + 1
    return SearchEntry.objects.create(
        kind="unit",
        object_id=n,
        organization_id=organization,
        title=title,
        url=f"/{n}",
        grams=" ".join(grams),
    )


def titles(query: str, organizations: set[int] | None = None) -> list[str]:
    return [entry.title for entry in find(query, kinds={"unit"}, organizations=organizations)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("空调", True),
        ("调机", True),
        ("空调机", True),
        ("机组", True),
        ("组", True),
        ("空机", False),
        ("调空", False),
        ("kt", True),
        ("杭州 空调", True),
        ("上海 空调", False),
        ("13812345678", True),
        ("1381234", True),
        ("345678", True),
        ("5678", True),
        ("1234567", True),
        ("7654321", False),
        ("138-1234-5678", True),
        ("AC2024", True),
        ("ac2024-0001", True),
        ("20240001", True),
        ("0001", True),
        ("", False),
        ("'; drop table", False),
        ('"*', False),
    ],
)
@pytest.mark.django_db
def test_what_finds_a_unit(query: str, found: bool) -> None:
    put("空调机组", texts=["空调机组", "杭州第一医院"], keys=["+8613812345678", "AC2024-0001"])
    assert (titles(query) == ["空调机组"]) is found


@pytest.mark.django_db
def test_results_stay_within_the_organisations_of_the_person() -> None:
    put("ours", texts=["水泵"], organization=1)
    put("theirs", texts=["水泵"], organization=2)
    put("everybody's", texts=["水泵"])
    assert set(titles("水泵", {1})) == {"ours", "everybody's"}
    assert len(titles("水泵")) == 3


@pytest.mark.django_db
def test_a_changed_entry_is_found_by_its_new_words_only() -> None:
    entry = put("x", texts=["电梯"])
    entry.grams = " ".join(grams_of_text("水泵"))
    entry.save()
    assert titles("水泵") == ["x"]
    assert titles("电梯") == []
    entry.delete()
    assert titles("水泵") == []


@pytest.mark.django_db
@pytest.mark.parametrize("many", [2, 1000])
def test_the_newest_come_first_however_many_there_are(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # given five machines between others, two of them of another dealer, and what counts as many
    monkeypatch.setattr(index, "MANY", many)
    for n in range(4):
        put(f"水泵 {n}", texts=["水泵"], organization=1)
    for n in range(5):
        put(f"空调 {n}", texts=["空调"], organization=1 + n % 2)
    put("水泵", texts=["水泵"], organization=1)
    # then the newest are listed first, in every scope
    assert [entry.title for entry in find("空调", kinds={"unit"}, organizations=None, limit=3)] == [
        "空调 4",
        "空调 3",
        "空调 2",
    ]
    assert titles("空调", {1}) == ["空调 4", "空调 2", "空调 0"]


@pytest.mark.django_db
def test_two_chinese_characters_use_the_index() -> None:
    for n in range(300):
        put(f"{n}", texts=[f"客户{n}"])
    put("空调", texts=["空调"])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_searchentry")
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = matching("空调")[0].entries.explain()
    assert "search_entry_vector" in plan or "VIRTUAL TABLE INDEX" in plan


@given(st.text(alphabet="空调冰箱洗衣机水泵电梯", min_size=2, max_size=12), st.data())
def test_every_piece_of_two_characters_is_a_gram(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    piece = grams_of_text(text[start : start + 2])[0]
    assert piece in grams_of_text(text)
