"""The rows of statistics that were handed in, as page and print show them."""

from __future__ import annotations

from typing import Any

from jiannuo.operations.surveys.models import SurveyReport
from jiannuo.operations.surveys.queries.figures import GROUPS

#: where the rows of F59 stand in a report, by what they are told apart
FROZEN = {"organization": "groups_by", "model": "models"}


def frozen_figures(report: SurveyReport) -> dict[str, Any]:
    """The rows of both forms; ``parts`` and ``opinion_parts`` are the groups that the report holds, with their label.

    A report from before products were told apart holds fewer of them.
    """
    shown = report.shown
    groups = shown.get("opinions", {}).get("groups", {})
    return {
        **shown,
        "parts": [
            {"name": name, "label": GROUPS[name], "rows": shown[key]}
            for name, key in FROZEN.items()
            if key in shown
        ],
        "opinion_parts": [
            {"name": name, "label": label, "rows": groups[name]}
            for name, label in GROUPS.items()
            if name in groups
        ],
    }
