"""Every write of installation projects."""

from __future__ import annotations

from jiannuo.operations.installations.services.accepting import accept
from jiannuo.operations.installations.services.creating import create_installation
from jiannuo.operations.installations.services.doing import do, order_completed
from jiannuo.operations.installations.services.noticing import (
    NoticeClosed,
    answer_notice,
    do_notice,
    send_notice,
)
from jiannuo.operations.installations.services.recording import (
    add_line,
    add_paper,
    add_topic,
    add_trainee,
    assess,
    check_line,
    check_rest,
    hand_over,
    hold_topic,
    log_trial,
    measure,
    sign_papers,
    sign_training,
)
from jiannuo.operations.installations.services.remaining import add_remaining, finish_remaining
from jiannuo.operations.installations.services.replay import (
    add_site_photos,
    leave_site_note,
    line_made,
    once,
    was_sent,
)
from jiannuo.operations.installations.services.tables import save_procedure

__all__ = [
    "NoticeClosed",
    "accept",
    "add_line",
    "add_paper",
    "add_remaining",
    "add_site_photos",
    "add_topic",
    "add_trainee",
    "answer_notice",
    "assess",
    "check_line",
    "check_rest",
    "create_installation",
    "do",
    "do_notice",
    "finish_remaining",
    "hand_over",
    "hold_topic",
    "leave_site_note",
    "line_made",
    "log_trial",
    "measure",
    "once",
    "order_completed",
    "save_procedure",
    "send_notice",
    "sign_papers",
    "sign_training",
    "was_sent",
]
