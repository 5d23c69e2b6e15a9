"""Clauses of every kind that brings about obligations, as packs hold them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import time_clause

#: When the promises of these tests were made known, and when their units entered the file.
PUBLIC = datetime(2026, 1, 1, tzinfo=UTC)
ACCEPTED = date(2026, 3, 10)
_moments = count(1)


def recurring(action: str, begins: str = "accepted", **fields: Any) -> dict[str, Any]:
    return {
        "kind": "recurring",
        "id": f"{action}-again",
        "text": f"{action} again and again",
        "source": {"document": "Letter", "article": "5"},
        "action": action,
        "begins": {"events": [begins]},
        **fields,
    }


def cover(years: int = 2) -> dict[str, Any]:
    return {
        "kind": "coverage",
        "id": "cover",
        "text": "covered",
        "source": {"document": "Letter", "article": "1"},
        "term": {"periods": [{"amount": years, "unit": "years"}]},
        "begins": {"events": ["accepted"]},
        "includes": ["parts", "labour"],
    }


def within(metric: str, amount: int, unit: str, start: str, **fields: Any) -> dict[str, Any]:
    return time_clause(metric, "1", limit={"amount": str(amount), "unit": unit}, start=start, **fields)


def promise(
    *clauses: dict[str, Any], code: str = "L01", organization: Any = None, **more: Any
) -> CommitmentVersion:
    """Publish a commitment with these clauses, as of the beginning of 2026."""
    content = {"code": code, "name": f"承诺书 {code}", "kind": "maker", "clauses": list(clauses), **more}
    version = load_content(content, by=None, organization=organization)
    # Processes keep what was published by key and instant; tests reuse keys.
    published_at = PUBLIC + timedelta(microseconds=next(_moments))
    CommitmentVersion.objects.filter(pk=version.pk).update(published_at=published_at)
    return version
