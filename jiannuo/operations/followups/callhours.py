"""When a customer may be called: the hours of the house, without those in which the customer wants no call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

#: how long somebody who opened a follow-up has it to themselves
HELD = timedelta(minutes=30)
LONGEST_SEARCH = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class CallHours:
    """``[opens, closes)`` of the house; ``[quiet_from, quiet_to)`` of the customer, which may cross midnight."""

    opens: time
    closes: time
    quiet_from: time | None = None
    quiet_to: time | None = None

    def allow(self, local: time) -> bool:
        """Whether a call is allowed at a time of the day."""
        return self.opens <= local < self.closes and not self._is_quiet(local)

    def _is_quiet(self, local: time) -> bool:
        begin, end = self.quiet_from, self.quiet_to
        if begin is None or end is None or begin == end:
            return False
        if begin < end:
            return begin <= local < end
        return local >= begin or local < end

    def next_from(self, at: datetime) -> datetime | None:
        """The first instant from ``at`` (aware, in the zone that counts) at which a call is allowed; perhaps none."""
        marks = [one for one in (self.opens, self.quiet_to) if one is not None]
        days = (at.date() + timedelta(days=n) for n in range(LONGEST_SEARCH.days + 1))
        instants = [at, *(datetime.combine(day, mark, tzinfo=at.tzinfo) for day in days for mark in marks)]
        allowed = (one for one in sorted(instants) if one >= at and self.allow(one.time()))
        return next(allowed, None)
