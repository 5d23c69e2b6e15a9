"""What people do with a project as a whole, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.flow import all_actions
from jiannuo.office.documents.models import DocumentLink, TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.operations.installations import notices
from jiannuo.operations.installations.events import Commissioned, DeliveryAgreed
from jiannuo.operations.installations.models import Installation, InstallationUnit
from jiannuo.operations.installations.queries import site_people
from jiannuo.operations.installations.services import promising
from jiannuo.operations.installations.services.accepting import ask_to_correct, refused, taken_back
from jiannuo.operations.installations.services.recording import not_to_come
from jiannuo.operations.installations.stages import missing, parts_of
from jiannuo.operations.installations.trial import trial_state
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order
from jiannuo.operations.workorders.services.promises import nearest_due

#: actions that want the stage to be complete
COMPLETE = ("go_on", "present_again", "close")
#: what an action says beside the document
_BESIDE = {"refuse": ("reasons", "due_on", "signed_by", "paper"), "name_persons": ("persons",)}


@transaction.atomic
def do(
    document: Installation,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Installation:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises.

    What wants a stage to be complete raises ValidationError with all that is missing.
    """
    at, values = at or timezone.now(), dict(data or {})
    before = documents.lock(document, version=version)
    declared = all_actions(Installation).get(name)
    may = declared is not None and (as_system or declared.allowed(before, by))
    if may and name in COMPLETE and not _is_elsewhere(before, name):
        lacking = missing(before, now=at)
        if lacking:
            raise ValidationError(lacking)
    if may and name in _CHECKS:
        _CHECKS[name](before, values, at)
    if name == "present_again":
        values["partly"] = before.parts.filter(accepted_at__isnull=False).exists()
    said = {key: values.pop(key, None) for key in _BESIDE.get(name, ())}
    text = text or str(said.get("reasons") or "")
    done = documents.perform(before, name, by=by, data=values, at=at, as_system=as_system, text=text)
    follow = _AFTER.get(name)
    if follow is not None:
        follow(done, before, {**values, **said}, at, by)
    return done


def _is_elsewhere(installation: Installation, name: str) -> bool:
    """Whether the state does not allow the action anyway, which says so itself."""
    wanted = {"present_again": ("refused",), "close": ("accepted",)}
    return name in wanted and installation.state not in wanted[name]


# Before


def _check_agreed(_installation: Installation, values: dict[str, Any], at: datetime) -> None:
    if values["expected_at"] <= at:
        raise ValidationError({"expected_at": _("Agree on a time that is still to come.")})
    told_at = values.get("told_at")
    if told_at is not None:
        not_to_come(told_at, "told_at")
    if told_at is not None and not (values.get("agreed_with") or "").strip():
        raise ValidationError({"agreed_with": _("Enter with whom it was agreed.")})


def _check_told(_installation: Installation, values: dict[str, Any], at: datetime) -> None:
    not_to_come(values.get("told_at"), "told_at")


def _check_arrived(installation: Installation, values: dict[str, Any], at: datetime) -> None:
    instant = not_to_come(values.get("arrived_at"), "arrived_at")
    for part in installation.parts.select_related("unit"):
        shipped = part.unit.shipped_on or part.unit.produced_on
        if shipped is not None and timezone.localdate(instant) < shipped:
            raise ValidationError(
                {
                    "arrived_at": _("%(unit)s left the works on %(day)s only.")
                    % {"unit": part.unit, "day": shipped.isoformat()}
                }
            )


def _check_trial(installation: Installation, values: dict[str, Any], at: datetime) -> None:
    started = not_to_come(values.get("started_at"), "started_at")
    if installation.commissioned_at is not None and started < installation.commissioned_at:
        raise ValidationError({"started_at": _("The trial run begins after commissioning.")})
    agreed = installation.trial_hours
    if agreed is not None and values["trial_hours"] < agreed:
        raise ValidationError(
            {
                "trial_hours": _("%(hours)s hours are promised; it cannot be shorter.")
                % {"hours": f"{agreed:g}"}
            }
        )


def _check_refused(_installation: Installation, values: dict[str, Any], at: datetime) -> None:
    if not [line for line in str(values.get("reasons", "")).splitlines() if line.strip()]:
        raise ValidationError({"reasons": _("Write down the reasons, one in each line.")})
    if not str(values.get("signed_by", "")).strip():
        raise ValidationError({"signed_by": _("Enter the name of the person who signs.")})
    if values["due_on"] < timezone.localdate(at):
        raise ValidationError({"due_on": _("This day has passed.")})


def _check_planned(installation: Installation, values: dict[str, Any], at: datetime) -> None:
    planned = values["commissioning_at"]
    if planned <= at:
        raise ValidationError({"commissioning_at": _("Plan a time that is still to come.")})
    known = installation.arrived_at or installation.expected_at
    if known is not None and planned < known:
        raise ValidationError({"commissioning_at": _("The goods are not there by then.")})


def _check_persons(installation: Installation, values: dict[str, Any], at: datetime) -> None:
    allowed = set(site_people(installation))
    for person in values["persons"]:
        if person not in allowed:
            raise ValidationError({"persons": _("%(person)s does no field work here.") % {"person": person}})


_CHECKS = {
    "plan_commissioning": _check_planned,
    "agree": _check_agreed,
    "tell": _check_told,
    "arrive": _check_arrived,
    "start_trial": _check_trial,
    "refuse": _check_refused,
    "name_persons": _check_persons,
}

# Afterwards


def _agreed(done: Installation, _before: Any, values: Mapping[str, Any], at: datetime, by: Any) -> None:
    promising.delivery_agreed(done, values["expected_at"], told_at=values.get("told_at"), at=at, by=by)
    if done.told_at is not None:
        publish(DeliveryAgreed(installation_id=done.pk, at=done.told_at))


def _planned(done: Installation, _before: Any, values: Mapping[str, Any], at: datetime, by: Any) -> None:
    promising.commissioning_planned(done, values["commissioning_at"], at=at, by=by)


def _told(done: Installation, _before: Any, _values: Any, at: datetime, by: Any) -> None:
    promising.customer_told(done, at=done.told_at or at, by=by)
    publish(DeliveryAgreed(installation_id=done.pk, at=done.told_at or at))


def _arrived(done: Installation, _before: Any, _values: Any, at: datetime, by: Any) -> None:
    promising.came(done, done.arrived_at or at, by=by)
    _begin_commissioning(done, at, by)


def _begin_commissioning(done: Installation, at: datetime, by: Any) -> None:
    """What was promised before commissioning cannot be done any more once it has begun."""
    if done.state == "commissioning":
        promising.commissioning_begins(done, at, by=by)


def _went_on(done: Installation, before: Installation, _values: Any, at: datetime, by: Any) -> None:
    """Write down when the stage was done, keep what it promised, and start what begins with it."""
    if before.state == "unpacking":
        done.unpacked_at = at
        promising.goods_checked(done, at, by=by)
    elif before.state == "installing":
        ended = [part.installed_at for part in done.parts.all() if part.installed_at]
        done.installed_at = max(ended, default=at)
        promising.kept(done, ("installation",), done.installed_at, by=by)
        promising.start(done, "installed", done.installed_at, by=by)
    elif before.state == "commissioning":
        done.commissioned_at = at
        promising.start(done, "commissioned", at, by=by)
        publish(Commissioned(installation_id=done.pk, at=at))
    elif before.state == "trial":
        done.trial_ended_at = trial_state(done, done.trial.all()).ends_at
    elif before.state == "training":
        held = [topic.held_at for topic in done.topics.all() if topic.held_at]
        done.trained_at = max(held, default=at)
        promising.kept(done, ("training",), done.trained_at, by=by)
        promising.start(done, "trained", done.trained_at, by=by)
    _begin_commissioning(done, at, by)
    done.save(
        update_fields=["unpacked_at", "installed_at", "commissioned_at", "trial_ended_at", "trained_at"]
    )


def _ordered(done: Installation, _before: Any, _values: Any, at: datetime, by: Any) -> None:
    """One order for each unit without one. Orders of several units do not keep the promise for all by the first."""
    parts = [part for part in parts_of(done) if part.order is None or part.order.state == "cancelled"]
    if not parts:
        raise ValidationError(_("Every unit has a work order."))
    decision = promising.decided(done, at)
    alone = done.unit_id is not None
    for part in parts:
        order = create_order(
            by=by,
            organization=done.organization,
            customer=done.customer,
            unit=part.unit,
            sources=(done,) if alone else (),
            job=WorkOrder.Kind.INSTALLATION,
            fault=_("Installation of %(number)s") % {"number": done.number},
            category=part.unit.model.category,
            division=done.division,
            address=done.address,
            contact_name=done.contact_name,
            contact_phone=done.contact_phone,
            decision=decision,
            at=at,
        )
        if not alone:
            documents.link(order, done, DocumentLink.Kind.FOLLOWS)
            WorkOrder.objects.filter(pk=order.pk).update(due_at=nearest_due([done.pk]))
        part.order = order
        part.save(update_fields=["order"])


def _refused(done: Installation, _before: Any, values: Mapping[str, Any], at: datetime, by: Any) -> None:
    reasons = [line.strip() for line in str(values["reasons"]).splitlines() if line.strip()]
    refused(
        done,
        by=by,
        at=at,
        signed_by=values["signed_by"],
        reasons=reasons,
        due_on=values["due_on"],
        paper=values.get("paper"),
    )


def _asked(done: Installation, _before: Any, values: Mapping[str, Any], _at: datetime, by: Any) -> None:
    ask_to_correct(done, by=by, reason=values["reason"])


def _taken(done: Installation, _before: Any, values: Mapping[str, Any], at: datetime, by: Any) -> None:
    taken_back(done, by=by, at=at, data=values)


def _named(
    done: Installation, before: Installation, values: Mapping[str, Any], at: datetime, by: Any
) -> None:
    """Keep who goes there, and tell those who are new."""
    known = set(before.persons.all())
    persons = list(values["persons"])
    done.persons.set(persons)
    text = "、".join(str(person) for person in persons) or "—"
    documents.record(
        done, TimelineEntry.Kind.CHANGE, by=by, at=at, text=_("Goes there: %(who)s") % {"who": text}
    )
    fresh = [person for person in persons if person not in known and person != by]
    key = f"site-named:{done.pk}:{done.version}"
    notify(fresh, notices.YOURS, document=done, context={"what": done.title}, key=key)


def _cancelled(done: Installation, _before: Any, values: Mapping[str, Any], at: datetime, by: Any) -> None:
    promising.given_up(done, at=at, by=by, reason=values["reason"])
    done.parts.update(is_active=False)


_AFTER = {
    "agree": _agreed,
    "tell": _told,
    "plan_commissioning": _planned,
    "arrive": _arrived,
    "go_on": _went_on,
    "make_orders": _ordered,
    "refuse": _refused,
    "name_persons": _named,
    "ask_correction": _asked,
    "take_back": _taken,
    "cancel": _cancelled,
}


@transaction.atomic
def order_completed(order_id: int, *, at: datetime) -> None:
    """The work order of a unit is done: the unit is installed."""
    InstallationUnit.objects.filter(order=order_id, is_active=True, installed_at__isnull=True).update(
        installed_at=at
    )
