"""Every write about surveys."""

from __future__ import annotations

from jiannuo.operations.surveys.services.answering import (
    AlreadyAnswered,
    InvitationExpired,
    answer_invitation,
    enter_answer,
    record_answer,
)
from jiannuo.operations.surveys.services.correcting import correct, do
from jiannuo.operations.surveys.services.designing import (
    new_edition,
    publish_edition,
    remove_row,
    save_category,
    save_part,
    save_questionnaire,
    save_rule,
)
from jiannuo.operations.surveys.services.inviting import invite, invite_for_document, invite_for_order, send
from jiannuo.operations.surveys.services.monthly import invite_for_month
from jiannuo.operations.surveys.services.opinions import confirm, suggest_for
from jiannuo.operations.surveys.services.reporting import hand_in

__all__ = [
    "AlreadyAnswered",
    "InvitationExpired",
    "answer_invitation",
    "confirm",
    "correct",
    "do",
    "enter_answer",
    "hand_in",
    "invite",
    "invite_for_document",
    "invite_for_month",
    "invite_for_order",
    "new_edition",
    "publish_edition",
    "record_answer",
    "remove_row",
    "save_category",
    "save_part",
    "save_questionnaire",
    "save_rule",
    "send",
    "suggest_for",
]
