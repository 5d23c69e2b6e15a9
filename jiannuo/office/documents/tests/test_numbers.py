"""Numbers of documents are unique and without gaps, whatever happens at the same time."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from jiannuo.office.documents.models import NumberSequence
from jiannuo.office.documents.numbers import next_number

DAY = date(2026, 11, 21)


def test_numbers_count_by_prefix_and_day(db):
    # When numbers are drawn for two kinds and two days
    with transaction.atomic():
        drawn = [next_number("WO", DAY), next_number("WO", DAY), next_number("SR", DAY)]
        other_day = next_number("WO", date(2026, 11, 22))

    # Then each kind and day counts from one
    assert drawn == ["WO-20261121-0001", "WO-20261121-0002", "SR-20261121-0001"]
    assert other_day == "WO-20261122-0001"


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError, match="needs the transaction"):
        next_number("WO", DAY)


class Abandoned(Exception):
    """The transaction that drew a number is given up."""


def _draw(seed: int) -> list[str]:
    """Draw numbers in transactions of which a third is rolled back; those that were kept."""
    chance = random.Random(seed)
    kept = []
    try:
        for _turn in range(12):
            try:
                with transaction.atomic():
                    number = next_number("WO", DAY)
                    if chance.random() < 0.33:
                        raise Abandoned
            except Abandoned:
                continue
            kept.append(number)
    finally:
        connection.close()
    return kept


@pytest.mark.django_db(transaction=True)
def test_threads_that_draw_at_once_leave_no_gap_and_no_double_also_with_rollbacks():
    # When six threads draw at once and a third of their transactions is rolled back
    with ThreadPoolExecutor(max_workers=6) as pool:
        numbers = [number for kept in pool.map(_draw, range(6)) for number in kept]

    # Then what was kept is exactly 1…n
    assert sorted(numbers) == [f"WO-20261121-{n:04d}" for n in range(1, len(numbers) + 1)]
    assert NumberSequence.objects.get(prefix="WO", day=DAY).last == len(numbers)
