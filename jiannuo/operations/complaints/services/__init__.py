"""Every write of the complaint desk."""

from __future__ import annotations

from jiannuo.operations.complaints.services.doing import do
from jiannuo.operations.complaints.services.grading import judge, look_again, make_special
from jiannuo.operations.complaints.services.inspections import (
    FOLLOW_UPS,
    Scored,
    do_inspection,
    follow_up,
    new_version,
    open_inspection,
    put_in_use,
    save_score_form,
    score,
)
from jiannuo.operations.complaints.services.payouts import do_payout, owe_payout
from jiannuo.operations.complaints.services.penalties import (
    collect_line,
    do_sheet,
    draw_up,
    save_volumes,
    set_line,
)
from jiannuo.operations.complaints.services.registering import open_from, register_complaint
from jiannuo.operations.complaints.services.settings import save_row
from jiannuo.operations.complaints.services.suggestions import (
    do_suggestion,
    register_suggestion,
    reward_for,
    suggestion_from,
)

__all__ = [
    "FOLLOW_UPS",
    "Scored",
    "collect_line",
    "do",
    "do_inspection",
    "do_payout",
    "do_sheet",
    "do_suggestion",
    "draw_up",
    "follow_up",
    "judge",
    "look_again",
    "make_special",
    "new_version",
    "open_from",
    "open_inspection",
    "owe_payout",
    "put_in_use",
    "register_complaint",
    "register_suggestion",
    "reward_for",
    "save_row",
    "save_score_form",
    "save_volumes",
    "score",
    "set_line",
    "suggestion_from",
]
