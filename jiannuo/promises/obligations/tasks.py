"""Periodic work of the ledger."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from jiannuo.kernel.events import periodic
from jiannuo.promises.obligations.agreements import (
    BATCH as EVENTS_AT_ONCE,
)
from jiannuo.promises.obligations.agreements import (
    ask_new_promises,
    follow_agreements,
    let_contracts_end,
)
from jiannuo.promises.obligations.closing import close_periods
from jiannuo.promises.obligations.duties import open_due
from jiannuo.promises.obligations.happening import plan_units, spread_versions
from jiannuo.promises.obligations.sweep import BATCH, sweep

LONGEST_RUN = 60.0  # seconds, so that a long standstill is worked off in several runs


@periodic(every=timedelta(seconds=5), name="obligations.sweep", lease=timedelta(minutes=5))
def sweep_obligations() -> None:
    """Work off what is due, batch by batch."""
    began = monotonic()
    while sweep() == BATCH and monotonic() - began < LONGEST_RUN:
        pass


@periodic(every=timedelta(minutes=1), name="obligations.duties", lease=timedelta(minutes=5))
def open_occurrences() -> None:
    """Open what recurs when its window opens."""
    began = monotonic()
    while open_due() == BATCH and monotonic() - began < LONGEST_RUN:
        pass


@periodic(every=timedelta(seconds=5), name="obligations.units", lease=timedelta(minutes=5))
def plan_changed_units() -> None:
    """Owe what the files of units bring about that are new or were changed, or to which a new promise was made."""
    began = monotonic()
    spread_versions()
    while plan_units() == BATCH and monotonic() - began < LONGEST_RUN:
        pass


@periodic(every=timedelta(minutes=10), name="obligations.periods", lease=timedelta(minutes=30))
def close_ended_periods() -> None:
    """Close days, weeks, months, quarters and years where a promise starts with that."""
    close_periods()


@periodic(every=timedelta(minutes=10), name="obligations.events", lease=timedelta(minutes=30))
def follow_announced_events() -> None:
    """Announce what agreements on file begin and end, ask new promises about events announced, end what has ended."""
    began = monotonic()
    follow_agreements()
    while ask_new_promises() == EVENTS_AT_ONCE and monotonic() - began < LONGEST_RUN:
        pass
    let_contracts_end()
