"""Every write to the knowledge."""

from __future__ import annotations

from jiannuo.operations.knowledge.services.cases import Solved, UsedPart, keep_cases
from jiannuo.operations.knowledge.services.doing import do
from jiannuo.operations.knowledge.services.reading import note_use, note_view, vote
from jiannuo.operations.knowledge.services.reviews import announce_due_reviews
from jiannuo.operations.knowledge.services.rules import remove_synonyms, save_rule, save_synonyms
from jiannuo.operations.knowledge.services.writing import (
    CaseDraft,
    create_article,
    write_case,
    write_draft,
)

__all__ = [
    "CaseDraft",
    "Solved",
    "UsedPart",
    "announce_due_reviews",
    "create_article",
    "do",
    "keep_cases",
    "note_use",
    "note_view",
    "remove_synonyms",
    "save_rule",
    "save_synonyms",
    "vote",
    "write_case",
    "write_draft",
]
