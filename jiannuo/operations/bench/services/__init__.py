"""Every write of the bench: receipts, estimates, the goods book, loaners and the tables."""

from __future__ import annotations

from jiannuo.operations.bench.services.doing import do, order_completed
from jiannuo.operations.bench.services.estimates import AnswerTooLate, answer_estimate
from jiannuo.operations.bench.services.handing import HandOver, hand_over
from jiannuo.operations.bench.services.intake import Goods, take_in
from jiannuo.operations.bench.services.loans import (
    Lending,
    TakingBack,
    ask_for_loan,
    do_loan,
    lend,
    take_back,
)
from jiannuo.operations.bench.services.replay import loan_lent, once, was_sent
from jiannuo.operations.bench.services.tables import (
    remove_grade,
    save_equipment,
    save_grade,
    save_rules,
)

__all__ = [
    "AnswerTooLate",
    "Goods",
    "HandOver",
    "Lending",
    "TakingBack",
    "answer_estimate",
    "ask_for_loan",
    "do",
    "do_loan",
    "hand_over",
    "lend",
    "loan_lent",
    "once",
    "order_completed",
    "remove_grade",
    "save_equipment",
    "save_grade",
    "save_rules",
    "take_back",
    "take_in",
    "was_sent",
]
