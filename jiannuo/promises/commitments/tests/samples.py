"""A commitment for tests, as the content of a version."""

from __future__ import annotations

from typing import Any

from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.services import load_content


def time_clause(metric: str, hours: str, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "time",
        "id": metric,
        "text": f"{metric} within {hours} hours",
        "source": {"document": "Letter", "article": "3"},
        "metric": metric,
        "limit": {"amount": hours, "unit": "hours"},
        **fields,
    }


def content(code: str = "T01", **fields: Any) -> dict[str, Any]:
    """Respond in half an hour, arrive in two hours, repair in four or lend a machine; two years of warranty."""
    return {
        "code": code,
        "name": "售后服务承诺书",
        "kind": "maker",
        "clauses": [
            time_clause("response", "0.5"),
            time_clause("arrival", "2", warn={"fraction": "0.5"}),
            time_clause(
                "repair",
                "4",
                pausable=["waiting_customer"],
                ladder=[
                    {"at": {"anchor": "before_due", "amount": "30"}, "role": "dispatcher"},
                    {"at": {"anchor": "missed", "amount": "60"}, "role": "general_manager"},
                ],
                consequences=[{"code": "loaner", "text": "提供同档次备机"}],
            ),
            time_clause("report", "24", start="arrived"),
            {
                "kind": "coverage",
                "id": "cover",
                "text": "整机免费保修两年",
                "source": {"document": "Letter", "article": "1"},
                "term": {"periods": [{"amount": 2, "unit": "years"}]},
                "begins": {"events": ["invoiced"]},
                "includes": ["parts", "labour"],
            },
        ],
        **fields,
    }


def load(**fields: Any) -> CommitmentVersion:
    return load_content(content(**fields), by=None)
