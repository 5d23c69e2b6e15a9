"""What a phone sends of loans, perhaps hours later and more than once: done once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from jiannuo.operations.bench.models import Loan, LoanStep


def was_sent(key: str, by: Any) -> bool:
    """Whether ``by`` has sent the step with this key before and it was done."""
    return bool(key) and LoanStep.objects.filter(person=by, key=key[:64]).exists()


def loan_lent(key: str, by: Any) -> int | None:
    """The loan that ``by`` began with the step of this key."""
    rows = LoanStep.objects.filter(person=by, key=key[:64], step="lend")
    return rows.values_list("loan", flat=True).first()


@transaction.atomic
def once(key: str, step: str, *, by: Any, do: Callable[[], Loan]) -> bool:
    """Run ``do`` unless ``by`` has sent a step with this ``key`` before; whether it was run.

    Two copies that arrive together wait for each other on the unique key. Without a key the step is run.
    """
    if not key:
        do()
        return True
    noted, is_new = LoanStep.objects.get_or_create(person=by, key=key[:64], defaults={"step": step[:20]})
    if is_new:
        LoanStep.objects.filter(pk=noted.pk).update(loan=do())
    return is_new
