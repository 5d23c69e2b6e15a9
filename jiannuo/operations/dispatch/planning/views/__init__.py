"""The pages of planning."""

from __future__ import annotations

from jiannuo.operations.dispatch.planning.views.proposals import (
    ProposalList,
    detail,
    item_step,
    new,
    publish_view,
    step,
)
from jiannuo.operations.dispatch.planning.views.settings import (
    setting_edit,
    setting_new,
    setting_remove,
    settings,
)

__all__ = [
    "ProposalList",
    "detail",
    "item_step",
    "new",
    "publish_view",
    "setting_edit",
    "setting_new",
    "setting_remove",
    "settings",
    "step",
]
