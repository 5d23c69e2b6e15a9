"""Every write to follow-ups, scripts, letters and campaigns."""

from __future__ import annotations

from jiannuo.operations.followups.services.calling import (
    NOTES,
    begin,
    keep_notes,
    record_talk,
    save_answer,
    talk_of,
)
from jiannuo.operations.followups.services.campaigns import (
    ask_for_letters,
    do_campaign,
    draw,
    filter_of,
    plan_campaign,
    set_result,
)
from jiannuo.operations.followups.services.doing import do
from jiannuo.operations.followups.services.letters import clear_doubt, do_letter, save_template, write_letter
from jiannuo.operations.followups.services.making import from_obligation, make_followup
from jiannuo.operations.followups.services.queue import queue_of, release, take, take_next
from jiannuo.operations.followups.services.scripts import (
    move_question,
    new_draft,
    publish,
    remove_question,
    remove_rule,
    save_question,
    save_row,
    save_rule,
    save_script,
    save_words,
)

__all__ = [
    "NOTES",
    "ask_for_letters",
    "begin",
    "clear_doubt",
    "do",
    "do_campaign",
    "do_letter",
    "draw",
    "filter_of",
    "from_obligation",
    "keep_notes",
    "make_followup",
    "move_question",
    "new_draft",
    "plan_campaign",
    "publish",
    "queue_of",
    "record_talk",
    "release",
    "remove_question",
    "remove_rule",
    "save_answer",
    "save_question",
    "save_row",
    "save_rule",
    "save_script",
    "save_template",
    "save_words",
    "set_result",
    "take",
    "take_next",
    "talk_of",
    "write_letter",
]
