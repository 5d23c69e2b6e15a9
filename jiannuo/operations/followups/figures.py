"""What a month says of the follow-ups, by person and kind, read off the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import Count, F, Q

from jiannuo.kernel.months import instants_of
from jiannuo.operations.followups.models import FollowUp
from jiannuo.promises.obligations.models import Obligation

SPOKEN = ("done", "asking", "answering")


@dataclass(frozen=True, slots=True)
class Row:
    """The follow-ups of a person and a kind that were due in a month."""

    person: str
    kind: str
    due: int
    done: int
    in_time: int
    unreached: int
    target: Decimal

    @property
    def open(self) -> int:
        return self.due - self.done - self.unreached

    @property
    def share(self) -> Decimal | None:
        """Done of due (%), cut after the second place so that 100 means all; none where nothing was due."""
        return percent(self.done, self.due)

    @property
    def in_time_share(self) -> Decimal | None:
        return percent(self.in_time, self.due)

    @property
    def reached(self) -> bool:
        """Whether the target of the table is reached."""
        return self.share is None or self.share >= self.target


def percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class Month:
    rows: Sequence[Row]

    @property
    def total(self) -> Row:
        """All rows together, with the strictest target."""
        sums = [
            sum(getattr(row, name) for row in self.rows) for name in ("due", "done", "in_time", "unreached")
        ]
        target = max((row.target for row in self.rows), default=Decimal(0))
        return Row("", "", *sums, target=target)


def month_figures(user: Any, month: date) -> Month:
    """What was due in a month: done, in time, not reached. One query.

    What keeps a promise is in time when the ledger says so; what was dropped because its promise was called off or
    let go does not count. People of one name are told apart by the name with which they sign in.
    """
    begin, end = instants_of(month)
    rows = FollowUp.objects.visible_to(user).filter(kind="followup", due_at__gte=begin, due_at__lt=end)
    rows = rows.exclude(state="dropped")
    kept = Q(obligation__isnull=False, obligation__state=Obligation.State.MET)
    by_hand = Q(obligation__isnull=True, ended_at__lte=F("due_at"))
    spoken = Q(state__in=SPOKEN)
    found = (
        rows.order_by()
        .values(
            "owner",
            "owner__name",
            "owner__username",
            "followup_kind__name",
            "followup_kind__target_percent",
            "followup_kind__position",
        )
        .annotate(
            due=Count("pk"),
            done=Count("pk", filter=spoken),
            in_time=Count("pk", filter=spoken & (kept | by_hand)),
            unreached=Count("pk", filter=Q(state="unreached")),
        )
        .order_by("owner__name", "owner", "followup_kind__position")
    )
    groups = list(found)
    owners = {one["owner"]: one["owner__name"] or "—" for one in groups}
    often = Counter(owners.values())
    return Month(
        [
            Row(
                f"{owners[one['owner']]} ({one['owner__username']})"
                if often[owners[one["owner"]]] > 1
                else owners[one["owner"]],
                one["followup_kind__name"],
                one["due"],
                one["done"],
                one["in_time"],
                one["unreached"],
                one["followup_kind__target_percent"],
            )
            for one in groups
        ]
    )
