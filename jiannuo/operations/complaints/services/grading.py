"""Raising complaints by the table of rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.events.batches import alone
from jiannuo.office.documents import services as documents
from jiannuo.office.notices.services import notify
from jiannuo.operations.complaints import notices
from jiannuo.operations.complaints.events import ComplaintUpgraded
from jiannuo.operations.complaints.models import Complaint, GradeChange, UpgradeRule
from jiannuo.operations.complaints.queries import earlier_of, people_with
from jiannuo.operations.complaints.services.promising import owe
from jiannuo.operations.complaints.upgrades import HIGHER, Rule, Situation, Upgrade, next_look, upgrades
from jiannuo.rules import Calendar

SOLVED = ("verified", "closed", "withdrawn")
BATCH = 200
TRY_AGAIN = timedelta(hours=1)


def rules_in_use() -> list[Rule]:
    """The table as the rules read it. One query."""
    return [
        Rule(
            key=row.pk,
            trigger=row.trigger,
            threshold=row.threshold,
            unit=row.unit,
            within_days=row.within_days,
            circumstance=row.circumstance,
            grade=row.grade,
            weight=row.weight,
            special=row.special,
            text=row.name,
        )
        for row in UpgradeRule.objects.filter(is_active=True)
    ]


def situation_of(complaint: Complaint) -> Situation:
    """What the rules know about a complaint."""
    return Situation(
        registered_at=complaint.received_at,
        solved=complaint.state in SOLVED,
        failed_callbacks=complaint.failed_callbacks,
        reopened=complaint.reopened,
        at_fault=complaint.at_fault,
        unfounded=complaint.is_valid is False,
        loss=complaint.loss,
        circumstances=frozenset(complaint.circumstances),
        earlier=earlier_of(complaint),
        grade=complaint.grade,
        weight=complaint.weight,
        special=complaint.special,
    )


@transaction.atomic
def judge(complaint: Complaint, *, at: datetime | None = None) -> Complaint:
    """Ask the table about a complaint: raise what it raises, tell who must know, and note when to look again."""
    at, calendar, rules = at or timezone.now(), Calendar.always_open(), rules_in_use()
    complaint = documents.lock(complaint)
    spoken = _spoken(complaint, rules)
    found = upgrades(rules, situation_of(complaint), at, calendar, spoken=spoken)
    if found:
        complaint = _raise(complaint, found, at)
        spoken |= {(one.rule.key, one.occasion) for one in found}
    look_at = next_look(rules, situation_of(complaint), at, calendar, spoken=spoken)
    if look_at != complaint.look_at:
        complaint.look_at = look_at
        Complaint.objects.filter(pk=complaint.pk).update(look_at=look_at)
    return complaint


def _spoken(complaint: Complaint, rules: list[Rule]) -> set[tuple[int, int]]:
    """Which rules have spoken, and on which occasion; what a person graded by hand is settled until then."""
    changes = GradeChange.objects.filter(complaint=complaint)
    spoken = set(changes.filter(rule__isnull=False).values_list("rule_id", "occasion"))
    by_hand = changes.filter(rule__isnull=True, axis=GradeChange.Axis.GRADE)
    settled = by_hand.aggregate(last=Max("occasion"))["last"] or 0
    past = range(1, settled + 1)
    return spoken | {(rule.key, occasion) for rule in rules if rule.grade == HIGHER for occasion in past}


def _raise(complaint: Complaint, found: list[Upgrade], at: datetime) -> Complaint:
    raised: dict[str, Any] = {}
    for one in found:
        raised[one.axis] = True if one.axis == "special" else one.after
    if "grade" in raised:
        raised["graded_at"] = at
    if "special" in raised:
        raised["level"] = Complaint.Level.DIRECTOR
    because = "；".join(dict.fromkeys(one.rule.text for one in found))
    complaint = documents.perform(
        complaint, "upgrade", by=None, data=raised, at=at, as_system=True, text=because
    )
    changes = [
        GradeChange(
            complaint=complaint,
            axis=one.axis,
            before=one.before,
            after=one.after,
            rule_id=one.rule.key,
            occasion=one.occasion,
            reason=one.rule.text[:200],
            at=at,
        )
        for one in found
    ]
    GradeChange.objects.bulk_create(changes)
    _tell(complaint, changes, because)
    if "weight" in raised:
        owe(complaint, by=None, at=at, reason=because)
    publish(
        ComplaintUpgraded(
            complaint_id=complaint.pk,
            number=complaint.number,
            at=at,
            document_id=complaint.source_id,
            grade=complaint.grade,
            weight=complaint.weight,
            special=complaint.special,
        )
    )
    return complaint


def _tell(complaint: Complaint, changes: list[GradeChange], because: str) -> None:
    """The desk hears of every step, the directors of special cases."""
    key = f"{complaint.pk}:{complaint.version}"
    context = {"who": complaint.who, "because": because, "what": "、".join(one.words for one in changes)}
    people = people_with("complaints.handle", complaint.organization).exclude(pk=complaint.accused_person_id)
    notify(people, notices.UPGRADED, document=complaint, context=context, key=f"complaints.upgraded:{key}")
    if any(one.axis == GradeChange.Axis.SPECIAL for one in changes):
        tell_directors(complaint, because)


def tell_directors(complaint: Complaint, because: str) -> None:
    """A special case is the directors' business."""
    people = people_with("complaints.direct", complaint.organization).exclude(pk=complaint.accused_person_id)
    context = {"who": complaint.who, "because": because}
    notify(
        people,
        notices.SPECIAL,
        document=complaint,
        context=context,
        key=f"complaints.special:{complaint.pk}:{complaint.version}",
    )


@transaction.atomic
def make_special(complaint: Complaint, because: str, *, at: datetime) -> Complaint:
    """A missed promise whose clause makes it a special case; once."""
    complaint = documents.lock(complaint)
    if complaint.special or complaint.state in SOLVED:
        return complaint
    data = {"special": True, "level": Complaint.Level.DIRECTOR}
    complaint = documents.perform(
        complaint, "upgrade", by=None, data=data, at=at, as_system=True, text=because
    )
    GradeChange.objects.create(
        complaint=complaint, axis=GradeChange.Axis.SPECIAL, after="special", reason=because[:200], at=at
    )
    tell_directors(complaint, because)
    return complaint


def look_again(now: datetime | None = None) -> int:
    """Judge the complaints whose clocks have run out; how many. One that fails holds up no other."""
    now = now or timezone.now()
    due = list(
        Complaint.objects.filter(look_at__lte=now).order_by("look_at").values_list("pk", flat=True)[:BATCH]
    )
    for key in due:
        with alone("complaint %s could not be judged", key, otherwise=partial(_later, key, now)):
            judge(Complaint.objects.select_related("organization").get(pk=key), at=now)
    return len(due)


def _later(key: int, now: datetime) -> None:
    Complaint.objects.filter(pk=key).update(look_at=now + TRY_AGAIN)


def change_by_hand(
    complaint: Complaint, before: tuple[str, str], *, by: Any, at: datetime, reason: str
) -> None:
    """Keep what a person changed of class and weight."""
    now = (complaint.grade, complaint.weight)
    axes = (GradeChange.Axis.GRADE, GradeChange.Axis.WEIGHT)
    GradeChange.objects.bulk_create(
        GradeChange(
            complaint=complaint,
            axis=axis,
            before=old,
            after=new,
            occasion=complaint.reopened,
            reason=reason[:200],
            by=by,
            at=at,
        )
        for axis, old, new in zip(axes, before, now, strict=True)
        if old != new
    )
    if before[1] != now[1]:
        owe(complaint, by=by, at=at, reason=reason or _("The weight was changed."))
