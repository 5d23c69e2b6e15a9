"""Every write to work orders."""

from __future__ import annotations

from jiannuo.operations.workorders.services.agreed import put_agreed
from jiannuo.operations.workorders.services.benching import (
    put_charge,
    put_fee_instead,
    take_charge_off,
)
from jiannuo.operations.workorders.services.changing import change_order
from jiannuo.operations.workorders.services.checks import answer_check
from jiannuo.operations.workorders.services.coming import change_visit, set_crew
from jiannuo.operations.workorders.services.creating import create_order
from jiannuo.operations.workorders.services.doing import do
from jiannuo.operations.workorders.services.filming import add_video
from jiannuo.operations.workorders.services.guard import NotNow
from jiannuo.operations.workorders.services.lines import (
    add_line,
    add_missing_part,
    charge_all,
    from_catalogue,
    remove_line,
    set_free,
    update_line,
)
from jiannuo.operations.workorders.services.notes import had_the_job, leave_note
from jiannuo.operations.workorders.services.overriding import override_payer
from jiannuo.operations.workorders.services.planning import plan_times
from jiannuo.operations.workorders.services.promises import refresh_due
from jiannuo.operations.workorders.services.recording import add_photos, save_record
from jiannuo.operations.workorders.services.replay import KeyReused, once
from jiannuo.operations.workorders.services.splitting import CannotSplit, Portion, split_order, tell_of_times

__all__ = [
    "CannotSplit",
    "KeyReused",
    "NotNow",
    "Portion",
    "add_line",
    "add_missing_part",
    "add_photos",
    "add_video",
    "answer_check",
    "change_order",
    "change_visit",
    "charge_all",
    "create_order",
    "do",
    "from_catalogue",
    "had_the_job",
    "leave_note",
    "once",
    "override_payer",
    "plan_times",
    "put_agreed",
    "put_charge",
    "put_fee_instead",
    "refresh_due",
    "remove_line",
    "save_record",
    "set_crew",
    "set_free",
    "split_order",
    "take_charge_off",
    "tell_of_times",
    "update_line",
]
