"""Every write of maintenance and inspection."""

from __future__ import annotations

from jiannuo.operations.maintenance.services.findings import (
    do_finding,
    findings_from_order,
    order_cancelled,
    order_closed,
    raise_by_hand,
    raise_finding,
)
from jiannuo.operations.maintenance.services.jobs import (
    keep_due,
    occurrence_settled,
    order_done,
    order_given_up,
    order_job,
    plan_ahead,
    skip_job,
)
from jiannuo.operations.maintenance.services.logs import (
    ItemsChanged,
    accept_shift,
    begin_shift,
    close_item,
    do_shift,
    raise_item,
    remind_of_hand_overs,
    save_book,
    write_entry,
)
from jiannuo.operations.maintenance.services.offering import (
    AnswerTooLate,
    answer_quotation,
    consent_words,
    do_quotation,
    validity,
)
from jiannuo.operations.maintenance.services.plans import adopt_clause, change_plan, create_plan, do_plan
from jiannuo.operations.maintenance.services.quotations import (
    NotADraft,
    create_quotation,
    remove_line,
    renew_quotation,
    save_line,
)
from jiannuo.operations.maintenance.services.reports import change_report, do_report, draft_report
from jiannuo.operations.maintenance.services.rounds import (
    PointRecorded,
    close_past_rounds,
    do_round,
    record_point,
    skip_point,
)
from jiannuo.operations.maintenance.services.routes import (
    PointEntry,
    add_point,
    move_point,
    plan_round,
    plan_special,
    remove_point,
    save_route,
)
from jiannuo.operations.maintenance.services.walking import leave_round_note, once, was_sent

__all__ = [
    "AnswerTooLate",
    "ItemsChanged",
    "NotADraft",
    "PointEntry",
    "PointRecorded",
    "accept_shift",
    "add_point",
    "adopt_clause",
    "answer_quotation",
    "begin_shift",
    "change_plan",
    "change_report",
    "close_item",
    "close_past_rounds",
    "consent_words",
    "create_plan",
    "create_quotation",
    "do_finding",
    "do_plan",
    "do_quotation",
    "do_report",
    "do_round",
    "do_shift",
    "draft_report",
    "findings_from_order",
    "keep_due",
    "leave_round_note",
    "move_point",
    "occurrence_settled",
    "once",
    "order_cancelled",
    "order_closed",
    "order_done",
    "order_given_up",
    "order_job",
    "plan_ahead",
    "plan_round",
    "plan_special",
    "raise_by_hand",
    "raise_finding",
    "raise_item",
    "record_point",
    "remind_of_hand_overs",
    "remove_line",
    "remove_point",
    "renew_quotation",
    "save_book",
    "save_line",
    "save_route",
    "skip_job",
    "skip_point",
    "validity",
    "was_sent",
    "write_entry",
]
