from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiannuo.kernel.tables.branches import split
from jiannuo.kernel.tables.keyset import Cursor, CursorError, Keyset, Ordering, ordering_named
from jiannuo.kernel.tables.tests.lists import OrderPage, orders, page_for
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

SORTS = ["number", "-number", "due_at", "-due_at", "title", "-title"]
START = datetime(2026, 5, 4, 8, tzinfo=UTC)


def expected(key: str) -> list[int]:
    """All orders as the ordering means it: rows without a value last, the key breaks ties."""
    ordering = ordering_named(OrderPage.orderings, key)
    assert ordering is not None
    rows = list(WorkOrder.objects.all())
    if not ordering.fields:
        return [row.pk for row in sorted(rows, key=lambda row: row.pk, reverse=ordering.descending)]
    field = ordering.fields[0]
    filled = [row for row in rows if getattr(row, field) is not None]
    empty = [row for row in rows if getattr(row, field) is None]
    filled.sort(key=lambda row: (getattr(row, field), row.pk), reverse=ordering.descending)
    empty.sort(key=lambda row: row.pk, reverse=ordering.descending)
    return [row.pk for row in (*filled, *empty)]


def keyset(key: str, rows=None) -> Keyset:
    ordering = ordering_named(OrderPage.orderings, key)
    assert ordering is not None
    return Keyset(WorkOrder.objects.all() if rows is None else rows, ordering)


@given(
    dues=st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=30),
    titles=st.lists(st.sampled_from(["a", "b", "乙", "甲"]), min_size=30, max_size=30),
    size=st.integers(1, 8),
    key=st.sampled_from(SORTS),
    late=st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=4),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walking_the_pages_shows_each_row_once_and_in_order_while_others_are_added(
    django_db_blocker, dues, titles, size, key, late
):
    # given orders, some due at the same instant, some never
    WorkOrder.objects.all().delete()
    at = factories.organization()
    customer = factories.customer(at)

    def add(due: int | None, title: str) -> None:
        instant = None if due is None else START + timedelta(hours=due, microseconds=due)
        orders(
            at,
            1,
            customer=customer,
            number=f"N{WorkOrder.objects.count()}-{at.pk}",
            due_at=instant,
            title=title,
        )

    for due, title in zip(dues, titles, strict=False):
        add(due, title)
    before = expected(key)

    # when somebody pages through to the end while further orders arrive
    seen: list[int] = []
    cursor = None
    waiting = list(late)
    while True:
        page = keyset(key).page(size, after=cursor)
        seen += [row.pk for row in page.rows]
        if waiting:
            add(waiting.pop(), "c")
        if not page.has_next:
            break
        cursor = Cursor.decode(page.next_cursor)

    # then nothing is shown twice, and all that was there from the beginning is shown, in order
    assert len(seen) == len(set(seen))
    assert [pk for pk in seen if pk in set(before)] == before
    assert seen == [pk for pk in expected(key) if pk in set(seen)]


@pytest.mark.parametrize("key", SORTS)
def test_the_way_back_shows_the_same_pages(key):
    # given 23 orders
    orders(factories.organization(), 23)
    # when somebody pages to the end and back
    forwards, page = [], keyset(key).page(5)
    forwards.append([row.pk for row in page.rows])
    while page.has_next:
        page = keyset(key).page(5, after=Cursor.decode(page.next_cursor))
        forwards.append([row.pk for row in page.rows])
    backwards = [forwards[-1]]
    while page.has_previous:
        page = keyset(key).page(5, before=Cursor.decode(page.prev_cursor))
        backwards.append([row.pk for row in page.rows])
    # then the pages are the same, and the first one knows that it is the first
    assert backwards == forwards[::-1]
    assert [pk for rows in forwards for pk in rows] == expected(key)
    assert page.first == 1


def test_several_organisations_and_states_are_merged_in_order():
    # given orders of three organisations, taken in turns
    root = factories.organization()
    places = [factories.organization(root) for _ in range(3)]
    for turn in range(6):
        for place in places:
            orders(place, 1, number=f"M{turn}-{place.pk}", state=["ready", "draft"][turn % 2])
    wanted = WorkOrder.objects.filter(
        organization__in=[p.pk for p in places[:2]], state__in=["ready", "draft"]
    )
    # when the list asks for two of them, in two states
    walked = [row.pk for portion in keyset("-number", wanted).walk(3) for row in portion]
    # then each branch is asked by itself and the answer is one list
    assert len(list(split(keyset("-number", wanted).keys))) == 4
    assert walked == sorted(wanted.values_list("pk", flat=True), reverse=True)


def test_what_one_does_or_helps_with_is_merged_and_told_once():
    # given orders of a technician, orders that he helps with, and one that is both
    place = factories.organization()
    technician, other = (factories.person("technician", at=place) for _ in range(2))
    orders(place, 9, technician=other)
    own = list(WorkOrder.objects.order_by("pk")[:5])
    WorkOrder.objects.filter(pk__in=[order.pk for order in own]).update(technician=technician)
    for order in WorkOrder.objects.order_by("pk")[4:7]:
        Visit.objects.create(order=order, technician=order.technician).crew.add(technician)
    wanted = WorkOrder.objects.done_by(technician)
    # when the list walks through them
    walked = [row.pk for portion in keyset("-number", wanted).walk(2) for row in portion]
    # then each of the two conditions is asked by itself, and each order is there once
    assert len(list(split(keyset("-number", wanted).keys))) == 2
    assert walked == [order.pk for order in WorkOrder.objects.order_by("-number") if order.pk in set(walked)]
    assert len(walked) == 7


def test_a_page_costs_two_queries_and_never_counts():
    orders(factories.organization(), 12)
    page = keyset("-number").page(5)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        keyset("-number").page(5, after=Cursor.decode(page.next_cursor))
    text = " ".join(query["sql"] for query in queries.captured_queries).upper()
    assert len(queries) == 2
    assert "COUNT(" not in text
    assert "OFFSET" not in text


@pytest.mark.parametrize("text", ["", "x", "eyJhIjoxfQ", "eyJhIjoxfQ:1:2", "é", "a" * 4000])
def test_a_cursor_that_nobody_signed_is_refused(text):
    with pytest.raises(CursorError):
        Cursor.decode(text)


def test_an_altered_cursor_is_refused():
    orders(factories.organization(), 3)
    cursor = keyset("number").page(1).next_cursor
    with pytest.raises(CursorError):
        Cursor.decode(cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB"))


def test_rows_that_vanish_between_two_pages_leave_no_gap():
    # given a list whose last row of the first page is removed before the second is asked for
    made = orders(factories.organization(), 6)
    page = keyset("number").page(3)
    page.rows[-1].delete()
    # when the second page is asked for
    following = keyset("number").page(3, after=Cursor.decode(page.next_cursor))
    # then it goes on after the removed row
    assert [row.pk for row in following.rows] == [order.pk for order in made[3:]]


def test_an_ordering_by_a_related_name_puts_rows_without_it_last():
    at = factories.organization()
    orders(at, 4)
    by_customer = Ordering("customer", "Customer", ("customer__name",))
    rows = [row.pk for portion in Keyset(WorkOrder.objects.all(), by_customer).walk(2) for row in portion]
    assert len(rows) == 4


def test_the_page_says_where_it_is_without_counting():
    user = factories.person("dispatcher", at=(at := factories.organization()))
    orders(at, 60)
    first = page_for(user).state.page
    second = page_for(user, f"after={first.next_cursor}").state.page
    last = page_for(user, f"after={second.next_cursor}").state.page
    assert [p.first for p in (first, second, last)] == [1, 26, 51]
    assert [p.has_next for p in (first, second, last)] == [True, True, False]
    assert last.count is None
    assert page_for(user, "title=Order 3").state.page.count == 9


def test_what_is_filtered_by_the_document_alone_is_asked_of_its_table_alone():
    # given a list with several states, which the filter writes as OR with DISTINCT
    user = factories.person("dispatcher", at=(at := factories.organization()))
    made = orders(at, 4, state="ready")
    orders(at, 2, state="closed")
    page = page_for(user, "state=ready&state=draft")
    # then the keys come from one table, one branch for each state, and nothing is sorted to be made distinct
    keys = page.state.keyset.keys
    assert keys.model._meta.label == "documents.Document"
    assert len(list(split(keys))) == 2
    assert "DISTINCT" not in str(keys.query)
    assert [row.pk for row in page.state.page.rows] == [order.pk for order in reversed(made)]


def test_what_is_filtered_by_the_order_itself_is_asked_of_the_order():
    at = factories.organization()
    technician = factories.person("technician", at=at)
    made = orders(at, 3, technician=technician)
    orders(at, 2)
    page = page_for(technician, "state=draft&state=ready")
    assert page.state.keyset.keys.model is WorkOrder
    assert [row.pk for row in page.state.page.rows] == [order.pk for order in reversed(made)]


def test_a_person_without_any_organisation_sees_an_empty_list():
    at = factories.organization()
    orders(at, 2)
    person = factories.person(at=at)
    assert page_for(person).state.page.rows == []
    assert page_for(person, "state=draft&state=ready").state.page.rows == []
