"""Follow-ups: the documents, the scripts, letters and campaigns, and the tables of managers."""

from __future__ import annotations

from jiannuo.operations.followups.models.campaigns import Campaign, CampaignEntry, CampaignKind
from jiannuo.operations.followups.models.followup import Answer, Attempt, FollowUp
from jiannuo.operations.followups.models.letters import (
    AddressDoubt,
    Letter,
    LetterKind,
    LetterTemplate,
    LetterVersion,
)
from jiannuo.operations.followups.models.scripts import (
    IssueKind,
    Question,
    QuestionRule,
    Script,
    ScriptVersion,
)
from jiannuo.operations.followups.models.settings import Caller, FollowUpKind, Way

__all__ = [
    "AddressDoubt",
    "Answer",
    "Attempt",
    "Caller",
    "Campaign",
    "CampaignEntry",
    "CampaignKind",
    "FollowUp",
    "FollowUpKind",
    "IssueKind",
    "Letter",
    "LetterKind",
    "LetterTemplate",
    "LetterVersion",
    "Question",
    "QuestionRule",
    "Script",
    "ScriptVersion",
    "Way",
]
