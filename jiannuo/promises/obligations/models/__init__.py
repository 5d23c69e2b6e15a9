"""The ledger of obligations: who owes what to whom until when, and whether it was kept."""

from __future__ import annotations

from jiannuo.promises.obligations.models.announced import AnnouncedEvent
from jiannuo.promises.obligations.models.duty import RecurringDuty
from jiannuo.promises.obligations.models.history import ObligationEvidence, ObligationPause, ObligationStep
from jiannuo.promises.obligations.models.keeping import ClosedPeriod, Retention, SpreadVersion
from jiannuo.promises.obligations.models.obligation import Obligation, ObligationQuerySet

__all__ = [
    "AnnouncedEvent",
    "ClosedPeriod",
    "Obligation",
    "ObligationEvidence",
    "ObligationPause",
    "ObligationQuerySet",
    "ObligationStep",
    "RecurringDuty",
    "Retention",
    "SpreadVersion",
]
