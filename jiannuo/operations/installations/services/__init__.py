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
    add_remaining,
    add_topic,
    add_trainee,
    assess,
    check_line,
    check_rest,
    finish_remaining,
    hand_over,
    hold_topic,
    log_trial,
    measure,
    sign_papers,
    sign_training,
)
from jiannuo.operations.installations.services.tables import save_procedure

__all__ = [
    "NoticeClosed",
    "accept",
    "add_line",
    "add_paper",
    "add_remaining",
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
    "log_trial",
    "measure",
    "order_completed",
    "save_procedure",
    "send_notice",
    "sign_papers",
    "sign_training",
]
