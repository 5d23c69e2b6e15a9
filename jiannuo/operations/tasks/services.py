"""Every write to tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.kernel.events import publish
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.kinds import confidential_kinds
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.operations.tasks import events, notices
from jiannuo.operations.tasks.amounts import Rate, worked_out
from jiannuo.operations.tasks.kinds import KINDS, SPECIAL
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.queries import people_for
from jiannuo.operations.workorders import consents
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.recipients import Recipients, acting, unique

#: how the keys begin of tasks that a customer chose; their consents were asked for with the choice
CHOSEN = "remedy:"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a task comes from and whom it concerns."""

    organization: Any
    source: Document | None = None
    obligation: Obligation | None = None
    customer: Any = None
    unit: Any = None
    is_demo: bool = False


@transaction.atomic
def make_task(
    kind: str,
    origin: Origin,
    *,
    key: str,
    text: str = "",
    rate: Rate | None = None,
    counts_from: datetime | None = None,
    counts_until: datetime | None = None,
    amount: Decimal | None = None,
    person: Any = None,
    due_at: datetime | None = None,
    by: Any = None,
    at: datetime | None = None,
) -> Task | None:
    """Make a task, once for each ``key``; ``None`` when it was made before.

    ``rate`` is worked out from ``counts_from`` (the due instant that passed), else ``amount`` counts. Those who hold
    the role of its kind are told, or the managers where nobody does; a ``person`` alone when it is theirs.
    """
    if Task.objects.filter(key=key).exists():
        return None
    at, rate = at or timezone.now(), rate or Rate()
    task = Task(
        organization=origin.organization,
        title=_title(kind, origin),
        task_kind=kind,
        key=key,
        role=_role(kind, origin),
        source_id=origin.source.pk if origin.source is not None else None,
        obligation=origin.obligation,
        customer=origin.customer,
        unit=origin.unit,
        text=text,
        rate=rate.amount,
        share=rate.share,
        value=rate.value,
        per=rate.per,
        counts_from=counts_from,
        counts_until=counts_until,
        amount=worked_out(rate, counts_from, counts_until or at) if amount is None else amount,
        person=person,
        due_at=due_at or _due(kind, origin),
        created_at=at,
        is_demo=origin.is_demo,
    )
    documents.create_document(task, by=by, text=text)
    if origin.source is not None:
        _note(origin.source, "task", _("To be done: %(task)s"), task, by=by, at=at)
    _tell(task, notices.SPECIAL if kind == SPECIAL else notices.NEW, holders_of(task))
    publish(events.TaskCreated(**_about(task, at)))
    return task


@transaction.atomic
def settle_amounts(obligation: Obligation, at: datetime) -> int:
    """Stop what grows with the lateness of an obligation that was kept at ``at``; how many tasks changed."""
    changed = 0
    rows = Task.objects.select_for_update(of=("self",)).filter(
        obligation=obligation, counts_until__isnull=True
    )
    for task in rows.unfinished():
        task.counts_until = max(at, task.counts_from or at)
        task.amount = task.amount_at(at)
        task.save(update_fields=["counts_until", "amount"])
        changed += 1
    return changed


@transaction.atomic
def drop_needless(obligation: Obligation, at: datetime) -> int:
    """Drop what a miss brought about when the promise turns out to have been kept in time; how many tasks.

    The news came late, not the deed: a card that lay unread, a visit that the telephone had not sent yet.
    """
    tasks = list(Task.objects.filter(obligation=obligation).unfinished())
    for task in tasks:
        reason = _("The promise was kept in time; the news of it came later.")
        do(task, "drop", by=None, at=at, data={"reason": reason}, as_system=True)
    return len(tasks)


@transaction.atomic
def do(
    document: Task,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Task:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises."""
    at, values = at or timezone.now(), dict(data or {})
    if name == "hand_over":
        _check_person(document, values.get("person"))
    if name == "finish" and not as_system and _waits_for_consent(document, values, by=by):
        return document
    task = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    if name == "hand_over":
        task.refresh_from_db()
        _tell(task, notices.YOURS, [task.person])
    elif name == "finish":
        _finished(task, by=by, at=at)
    elif name == "drop":
        _say_on_source(task, _("Dropped: %(task)s"), by=by, at=at)
        publish(events.TaskDropped(**_about(task, at)))
    return task


def _waits_for_consent(task: Task, values: Mapping[str, Any], *, by: Any) -> bool:
    """Ask for the consent that a clause wants before this is done; whether somebody has to agree first.

    The page shows who. Once they agree the task is finished as it was to be. Raises ConsentMissing while that is open.
    """
    if not task.spec.subject or task.key.startswith(CHOSEN) or not task.is_open:
        return False
    amount = values.get("amount") or task.amount_now
    data = {"result": values.get("result", ""), "amount": None if amount is None else str(amount)}
    if not by.has_perm("tasks.handle", task):
        raise PermissionDenied("tasks.handle")
    approval = consents.obtain(
        task,
        task.spec.subject,
        by=by,
        amount=amount,
        action="finish",
        data=data,
        reason=str(values.get("result", "")),
    )
    return approval is not None


def _finished(task: Task, *, by: Any, at: datetime) -> None:
    """What was done keeps the promises about it, and the document it came from says so."""
    _say_on_source(task, _("Done: %(task)s"), by=by, at=at)
    if task.source is not None and task.spec.metrics:
        obligations.fulfil(task.source, task.spec.metrics, at=at, evidence=task, by=by)
    publish(events.TaskDone(**_about(task, at)))


def holders_of(task: Task) -> list[Any]:
    """Who is to do it: the person, else the acting holders of the role, else the managers."""
    if task.person is not None:
        return unique([acting(task.person)])
    return Recipients().escalated_to(task.role, task.organization)


def _role(kind: str, origin: Origin) -> str:
    """Whose work it is; of the complaint desk where the others must not know of the document behind it."""
    role = KINDS[kind].role
    permission = confidential_kinds().get(origin.source.kind, "") if origin.source is not None else ""
    hidden = permission and permission not in PERMISSIONS_BY_ROLE[role]
    return Role.COMPLAINT_SUPERVISOR if hidden else role


def _due(kind: str, origin: Origin) -> datetime | None:
    """By when the promises about it want it done, where there are any."""
    if origin.source is None or not KINDS[kind].metrics:
        return None
    owed = Obligation.objects.open().filter(document_id=origin.source.pk, metric__in=KINDS[kind].metrics)
    return owed.filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()


def _check_person(task: Task, person: Any) -> None:
    if not people_for(task).filter(pk=getattr(person, "pk", None)).exists():
        raise ValidationError(
            {"person": _("%(person)s may not do tasks there. Choose somebody else.") % {"person": person}}
        )


def _title(kind: str, origin: Origin) -> str:
    with override(settings.LANGUAGE_CODE):
        parts = (
            str(KINDS[kind].label),
            str(origin.customer or ""),
            origin.source.title if origin.source else "",
        )
        return " · ".join(part for part in parts if part)[:200]


def _say_on_source(task: Task, words: str, *, by: Any, at: datetime) -> None:
    if task.source is not None:
        _note(task.source, "task", words, task, by=by, at=at, remark=task.result)


def _note(
    document: Document, action: str, words: str, task: Task, *, by: Any, at: datetime, remark: str = ""
) -> None:
    with override(settings.LANGUAGE_CODE):
        name = f"{KINDS[task.task_kind].label} ({task.number})"
    text = "\n".join(part for part in (words % {"task": name}, remark) if part)
    data = {"task": task.number}
    documents.record(document, TimelineEntry.Kind.CHANGE, by=by, at=at, action=action, text=text, data=data)


def _tell(task: Task, kind: Any, people: list[Any]) -> None:
    context = {
        "what": task.spec.label,
        "customer": task.customer or "—",
        "because": task.text or task.title,
        "hint": task.spec.hint,
    }
    notify(people, kind, document=task, context=context, key=f"{kind.id}:{task.pk}:{task.version}")


def _about(task: Task, at: datetime) -> dict[str, Any]:
    return {
        "task_id": task.pk,
        "number": task.number,
        "task_kind": task.task_kind,
        "at": at,
        "document_id": task.source_id,
    }
