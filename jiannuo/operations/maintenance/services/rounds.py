"""Walking a round: start, point by point, finish; what was missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Attachment
from jiannuo.office.notices.services import notify
from jiannuo.operations.maintenance import notices
from jiannuo.operations.maintenance.events import RoundEnded
from jiannuo.operations.maintenance.models import Finding, PatrolRound, RoundCheck, RoundPoint
from jiannuo.operations.maintenance.models.measures import Measure
from jiannuo.operations.maintenance.services.findings import raise_finding
from jiannuo.operations.workorders.services.checks import judged
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.recipients import Recipients

State = RoundPoint.State


class PointRecorded(Exception):
    """Somebody recorded this point before; what they recorded stays."""

    def __init__(self, point: RoundPoint) -> None:
        self.point = point
        words = {"point": point.name, "person": point.by, "time": _clock(point.recorded_at)}
        super().__init__(
            _("“%(point)s” was recorded already by %(person)s at %(time)s; nothing was changed.") % words
        )


def _clock(at: datetime | None) -> str:
    return "" if at is None else f"{timezone.localtime(at):%H:%M}"


@transaction.atomic
def do_round(
    document: PatrolRound,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> PatrolRound:
    """Do an action with what follows: starting copies points and checks, finishing needs every point.

    Raises what ``documents.services.perform`` raises, and ValidationError for points that are still open.
    """
    at = at or timezone.now()
    if name == "start" and document.day > timezone.localdate(at):
        raise ValidationError(_("This round is planned for another day."))
    if name == "finish":
        _require_all(document)
    one = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "start":
        _copy_points(one)
    elif name in ("finish", "break_off", "miss"):
        _ended(one, at=at, by=by)
    return PatrolRound.objects.select_related("organization", "route", "customer").get(pk=one.pk)


def _require_all(one: PatrolRound) -> None:
    left = list(one.points.filter(state=State.OPEN)[:5])
    if left:
        names = "；".join(point.name for point in left)
        raise ValidationError(
            _("Not checked yet: %(points)s. Check them, or leave them out with the reason.")
            % {"points": names}
        )


def _copy_points(one: PatrolRound) -> None:
    """The points and checks of the route as they are now; later changes do not rewrite the round."""
    rows = one.route.points.filter(removed_at__isnull=True).select_related(
        "unit__model", "checklist", "route__checklist"
    )
    for position, point in enumerate(rows, 1):
        met = RoundPoint.objects.create(
            round=one, point=point, position=position, name=str(point)[:200], unit=point.unit
        )
        lines = (point.checklist or one.route.checklist).lines.all()
        RoundCheck.objects.bulk_create(
            RoundCheck(point=met, **{name: getattr(line, name) for name in Measure.COPIED}) for line in lines
        )


@transaction.atomic
def record_point(
    point: RoundPoint,
    answers: Mapping[int, str],
    *,
    by: Any,
    photos: Mapping[int, Any] | None = None,
    remark: str = "",
    at: datetime | None = None,
    key: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    scanned: bool = False,
) -> list[Finding]:
    """Record everything at one point at once; what is not in order becomes findings, which are returned.

    ``answers`` and ``photos`` (stored files) are by key of the check; ``scanned``: the code on the spot was read. With
    the ``key`` of a record that was sent before nothing is done again. Raises PointRecorded when somebody recorded the
    point, ValidationError by ``check-<key>`` for what is missing or no answer, ValidationError when the round is not
    under way.
    """
    one = documents.lock(point.round)
    point = RoundPoint.objects.select_for_update(of=("self",)).select_related("unit").get(pk=point.pk)
    if not by.has_perm("patrols.record", one):
        raise PermissionDenied("patrols.record")
    if key and point.key == key:
        return []
    if point.state in (State.DONE, State.SKIPPED):
        raise PointRecorded(point)
    if point.state == State.REMOVED:
        raise ValidationError(_("This point was taken off the route meanwhile."))
    if one.state != PatrolRound.State.UNDER_WAY:
        raise ValidationError(_("The round is “%(state)s”.") % {"state": one.state_label})
    at = at or timezone.now()
    checks = list(point.checks.all())
    _answer(checks, answers, photos or {}, at)
    RoundCheck.objects.bulk_update(checks, ["value", "passed", "photo", "recorded_at"])
    _attach(one, checks, by=by)
    point.state, point.recorded_at, point.by, point.key = State.DONE, at, by, key[:64]
    point.remark, point.latitude, point.longitude = remark.strip()[:300], latitude, longitude
    point.scanned = scanned
    point.save()
    wrong = [check for check in checks if check.passed is False]
    found = [_finding(one, point, check, by=by, at=at) for check in wrong]
    return [finding for finding in found if finding is not None]


def _answer(
    checks: list[RoundCheck], answers: Mapping[int, str], photos: Mapping[int, Any], at: datetime
) -> None:
    problems: dict[str, Any] = {}
    for check in checks:
        value, photo = answers.get(check.pk, "").strip(), photos.get(check.pk)
        if not value and photo is None:
            if check.required:
                text = _("“%(check)s” is missing.") % {"check": check.text}
                problems[f"check-{check.pk}"] = text
            continue
        try:
            check.value, check.passed = judged(check, value, photo)
        except ValidationError as error:
            problems[f"check-{check.pk}"] = error.messages
        else:
            check.photo, check.recorded_at = photo, at
    if problems:
        raise ValidationError(problems)


def _attach(one: PatrolRound, checks: list[RoundCheck], *, by: Any) -> None:
    photos = [check.photo for check in checks if check.photo is not None]
    if photos:
        documents.attach_all(one, photos, by=by, purpose=Attachment.Purpose.FAULT)


def _finding(
    one: PatrolRound, point: RoundPoint, check: RoundCheck, *, by: Any, at: datetime
) -> Finding | None:
    return raise_finding(
        by=by,
        organization=one.organization,
        customer=one.customer,
        unit=point.unit,
        place=point.name,
        text=f"{point.name}：{check.text} {check.shown_value} {check.limits}".strip(),
        check_text=check.text,
        value=check.shown_value,
        found_in=one,
        at=at,
        is_demo=one.is_demo,
    )


@transaction.atomic
def skip_point(point: RoundPoint, *, by: Any, reason: str, at: datetime | None = None) -> RoundPoint:
    """Leave a point out, with the reason: locked, flooded, no access. Raises as :func:`record_point`."""
    one = documents.lock(point.round)
    point = RoundPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    if not by.has_perm("patrols.record", one):
        raise PermissionDenied("patrols.record")
    if point.state in (State.DONE, State.SKIPPED):
        raise PointRecorded(point)
    if point.state == State.REMOVED:
        raise ValidationError(_("This point was taken off the route meanwhile."))
    if one.state != PatrolRound.State.UNDER_WAY:
        raise ValidationError(_("The round is “%(state)s”.") % {"state": one.state_label})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the point is left out.")})
    point.state, point.recorded_at, point.by = State.SKIPPED, at or timezone.now(), by
    point.remark = reason.strip()[:300]
    point.save()
    return point


def _ended(one: PatrolRound, *, at: datetime, by: Any) -> None:
    """What was checked keeps the promise of a patrol for its units; what was missed is told."""
    done = one.points.filter(state=State.DONE, unit__isnull=False).select_related("unit")
    for unit in {point.unit_id: point.unit for point in done}.values():
        obligations.fulfil(None, "patrol", at=at, unit=unit, evidence=one, by=by)
    if one.state in (PatrolRound.State.MISSED, PatrolRound.State.INCOMPLETE):
        left = one.points.filter(state__in=[State.OPEN, State.SKIPPED]).count()
        if one.state == PatrolRound.State.MISSED:
            left = one.route.points.filter(removed_at__isnull=True).count()
        context = {"route": one.route, "day": one.day.isoformat(), "points": left}
        people = Recipients().escalated_to(Role.DISPATCHER, one.organization)
        notify(people, notices.ROUND_MISSED, document=one, context=context, key=f"round-missed:{one.pk}")
    publish(RoundEnded(round_id=one.pk, number=one.number, state=one.state, at=at))


def close_past_rounds(*, now: datetime | None = None, limit: int = 500) -> int:
    """Rounds of days that are over: those nobody began are missed, those left open are incomplete; how many."""
    now = now or timezone.now()
    past = PatrolRound.objects.filter(state__in=PatrolRound.OPEN_STATES, day__lt=timezone.localdate(now))
    rows = list(past.select_related("organization", "route", "customer").order_by("pk")[:limit])
    for one in rows:
        if one.state == PatrolRound.State.PLANNED:
            do_round(one, "miss", by=None, at=now, as_system=True)
        elif one.points.filter(state=State.OPEN).exists():
            reason = _("The day was over before every point was checked.")
            do_round(one, "break_off", by=None, at=now, data={"reason": reason}, as_system=True)
        else:
            do_round(one, "finish", by=None, at=now, as_system=True)
    return len(rows)
