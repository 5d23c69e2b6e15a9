"""Taking over what was recorded of a round without network: once, at its time, or refused in words for the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.faces.field.offline.instants import instant_of
from jiannuo.faces.field.offline.rounds import RECORD, keyed, read_key
from jiannuo.faces.field.offline.taking import LONGEST_NOTE, Answer, moment_of, problem
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.maintenance import services
from jiannuo.operations.maintenance.models import PatrolRound, PatrolRoute, RoundPoint

#: photos of one note at most
MOST_PHOTOS = 20


class PlaceForm(forms.Form):
    """Which point, and where the phone was."""

    point = forms.IntegerField()
    remark = forms.CharField(max_length=300, required=False)
    scanned = forms.BooleanField(required=False)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)


class SkipForm(forms.Form):
    """Which point is left out, and why."""

    point = forms.IntegerField()
    reason = forms.CharField(max_length=300)


class FinishForm(forms.Form):
    """What is to be said about the round."""

    remark = forms.CharField(max_length=300, required=False)


class BreakOffForm(forms.Form):
    """Why it ends before its end."""

    reason = forms.CharField(max_length=300)


class Refused(Exception):
    """A step that is not taken over, with the code by which the phone knows what to offer."""

    def __init__(self, status: int, code: str, text: str) -> None:
        self.status, self.code, self.text = status, code, text
        super().__init__(text)


def find(key: str, user: Any) -> PatrolRound | None:
    """The round of ``key`` among those that ``user`` may see, also when it was planned by its route only today."""
    rows = PatrolRound.objects.visible_to(user).select_related("organization", "route", "customer", "person")
    regular = read_key(key)
    if regular is None:
        return rows.filter(number=key).first()
    route, day = regular
    return rows.filter(route=route, day=day, occasion="").first()


def begun(key: str, user: Any) -> PatrolRound | None:
    """The round of ``key``, planned now if its day has come and nobody did that yet."""
    one = find(key, user)
    regular = read_key(key)
    if one is not None or regular is None:
        return one
    route = PatrolRoute.objects.visible_to(user).filter(pk=regular[0]).first()
    if route is None or regular[1] != timezone.localdate():
        return None
    services.plan_round(route, today=regular[1])
    return find(key, user)


def take_walk(key: str, step: str, data: Any, files: Any, *, by: Any) -> Answer:
    """Do a step of a round at the time when it was done. Status and what to tell the app."""
    declared = STEPS.get(step)
    if declared is None:
        return 404, problem("unknown", _("There is no such step."))
    form = declared[0](data)
    if not form.is_valid():
        return 422, problem("invalid", _("This was not accepted."), form)
    try:
        one = _workable(key, by)
        at, corrected = moment_of(one, data.get("at", ""), not_before=_midnight(one.day))
        sent_key = data.get("key", "")[:64]
        work = declared[1]
        services.once(
            sent_key,
            one,
            step,
            by=by,
            do=lambda: work(one, form.cleaned_data, data, files, by=by, at=at, key=sent_key),
        )
    except Refused as error:
        return error.status, problem(error.code, error.text)
    except services.PointRecorded as error:
        return 409, problem("recorded", str(error))
    except (StaleDocument, ActionNotAllowed) as error:
        return 409, problem("state", str(error))
    except PermissionDenied:
        return 409, problem("not_yours", _("You walk no rounds here any more."))
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    return 200, {"done": True, "at": at.isoformat(), "corrected": corrected}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _workable(key: str, by: Any) -> PatrolRound:
    """The round, if ``by`` may still record it; raises Refused with the reason."""
    one = begun(key, by)
    if one is None:
        raise Refused(404, "unknown", _("There is no such round of yours, or it is not planned any more."))
    if not by.has_perm(RECORD, one):
        raise Refused(409, "not_yours", _("You walk no rounds here any more."))
    if one.state == PatrolRound.State.CALLED_OFF:
        words = {"round": one.title, "reason": one.remark or "—"}
        raise Refused(409, "cancelled", _("“%(round)s” was called off: %(reason)s") % words)
    if one.state not in PatrolRound.OPEN_STATES:
        words = {"round": one.title, "state": one.state_label}
        text = _("“%(round)s” is closed: %(state)s. Send what you recorded to the dispatcher.") % words
        raise Refused(409, "over", text)
    if one.person_id is not None and one.person_id != by.pk:
        words = {"round": one.title, "person": str(one.person)}
        text = _("“%(round)s” is walked by %(person)s now. Send what you recorded to the dispatcher.") % words
        raise Refused(409, "not_yours", text)
    return one


def _start(
    one: PatrolRound, _cleaned: Any, _data: Any, _files: Any, *, by: Any, at: datetime, key: str
) -> None:
    if one.state == PatrolRound.State.UNDER_WAY and one.person_id == by.pk:
        return  # begun by the same person on the page meanwhile
    services.do_round(one, "start", by=by, at=at)


def _met(one: PatrolRound, pk: int) -> RoundPoint:
    point = one.points.select_related("round", "unit", "by").filter(point=pk).first()
    if point is None:
        raise Refused(409, "changed", _("This point is not on the round any more."))
    return point


def _record(
    one: PatrolRound, cleaned: Any, data: Any, files: Any, *, by: Any, at: datetime, key: str
) -> None:
    point = _met(one, cleaned["point"])
    place = {name: cleaned[name] for name in ("latitude", "longitude")}
    checks = dict(keyed(point.checks.order_by("position", "pk")))
    sent = {name.removeprefix("check-"): value for name, value in data.items() if name.startswith("check-")}
    shown = {name.removeprefix("photo-"): file for name, file in files.items() if name.startswith("photo-")}
    unknown = {name for name, value in sent.items() if value.strip()} | set(shown)
    if point.state == RoundPoint.State.OPEN and unknown - set(checks):
        text = _("The check sheet of “%(point)s” was changed meanwhile. Record the point anew.")
        raise Refused(409, "changed", text % {"point": point.name})
    photos = {}
    for name, file in shown.items():
        if name in checks and point.state == RoundPoint.State.OPEN:
            taken_at = instant_of(data.get(f"taken-{name}", "")[:40])
            photos[checks[name].pk] = store(file, by=by, kinds=("image",), taken_at=taken_at, **place)
    services.record_point(
        point,
        {check.pk: sent.get(name, "")[:200] for name, check in checks.items()},
        by=by,
        photos=photos,
        remark=cleaned["remark"],
        at=at,
        key=key,
        scanned=cleaned["scanned"],
        **place,
    )


def _skip(
    one: PatrolRound, cleaned: Any, _data: Any, _files: Any, *, by: Any, at: datetime, key: str
) -> None:
    services.skip_point(_met(one, cleaned["point"]), by=by, reason=cleaned["reason"], at=at)


def _finish(
    one: PatrolRound, cleaned: Any, _data: Any, _files: Any, *, by: Any, at: datetime, key: str
) -> None:
    services.do_round(one, "finish", by=by, at=at, data=cleaned)


def _break_off(
    one: PatrolRound, cleaned: Any, _d: Any, _files: Any, *, by: Any, at: datetime, key: str
) -> None:
    services.do_round(one, "break_off", by=by, at=at, data=cleaned)


STEPS: dict[str, tuple[type[forms.Form], Callable[..., None]]] = {
    "start": (forms.Form, _start),
    "point": (PlaceForm, _record),
    "skip": (SkipForm, _skip),
    "finish": (FinishForm, _finish),
    "break_off": (BreakOffForm, _break_off),
}


def take_round_note(key: str, data: Any, files: Any, *, by: Any) -> Answer:
    """Keep as a note what cannot be taken over, once for each key."""
    one = begun(key, by)
    if one is None or not by.has_perm(RECORD, one):
        return 404, problem("unknown", _("There is no such round of yours, or it is not planned any more."))
    sent_key, text = data.get("key", "")[:64], data.get("text", "")[:LONGEST_NOTE]
    at, _corrected = moment_of(one, data.get("at", ""))
    note = data.get("note", sent_key)[:64]

    def keep() -> None:
        photos = files.getlist("photos")[:MOST_PHOTOS]
        stored = [store(photo, by=by, kinds=("image",)) for photo in photos]
        services.leave_round_note(one, text, by=by, key=note, at=at, files=stored)

    try:
        services.once(sent_key, one, "note", by=by, do=keep)
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    return 200, {"done": True, "at": at.isoformat()}
