"""What a stage still lacks before the next one may begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiannuo.operations.installations.models import Installation, InstallationUnit
from jiannuo.operations.installations.trial import trial_state

#: states of a work order whose work is done
DONE = ("completed", "signed", "reviewed", "closed")


def missing(installation: Installation, *, now: datetime | None = None) -> list[str]:
    """What is missing to go on from the present stage, in words; empty when nothing is."""
    check = _CHECKS.get(installation.state)
    return check(installation, now or timezone.now()) if check is not None else []


def _agreement(_installation: Installation, _now: datetime) -> list[str]:
    return [_("Agree with the customer when the goods arrive.")]


def _arrival(installation: Installation, _now: datetime) -> list[str]:
    texts = [_("Record the arrival of the goods.")]
    if installation.told_at is None:
        texts.insert(0, _("Tell the customer beforehand when the goods arrive."))
    return texts


def _unpacking(installation: Installation, _now: datetime) -> list[str]:
    lines = list(installation.packing.all())
    if not lines:
        return [_("Enter the packing list.")]
    texts = []
    unchecked = [line for line in lines if not line.is_checked]
    if unchecked:
        texts.append(
            ngettext(
                "%(count)s line of the packing list is not checked.",
                "%(count)s lines of the packing list are not checked.",
                len(unchecked),
            )
            % {"count": len(unchecked)}
        )
    untold = [line.text for line in lines if line.is_faulty and not line.notices.all()]
    if untold:
        texts.append(
            _("Send the supplier a notice about: %(items)s.") % {"items": "、".join(dict.fromkeys(untold))}
        )
    return texts


def parts_of(installation: Installation) -> list[InstallationUnit]:
    """The units with their orders; one query."""
    known = getattr(installation, "_prefetched_objects_cache", {})
    rows = installation.parts.all()
    return list(rows if "parts" in known else rows.select_related("unit__model", "order"))


def _installing(installation: Installation, _now: datetime) -> list[str]:
    texts = []
    for part in parts_of(installation):
        if part.order is None or part.order.state == "cancelled":
            texts.append(_("%(unit)s has no work order yet.") % {"unit": part.unit})
        elif part.order.state not in DONE:
            texts.append(
                _("Work order %(number)s is not completed (%(state)s).")
                % {"number": part.order.number, "state": part.order.state_label}
            )
    return texts


def _commissioning(installation: Installation, _now: datetime) -> list[str]:
    texts = []
    for part in parts_of(installation):
        for measure in part.measures.all():
            readings = list(measure.readings.all())
            if not readings:
                if measure.required:
                    texts.append(
                        _("%(unit)s: “%(value)s” is not measured.") % {"unit": part.unit, "value": measure}
                    )
            elif not readings[-1].passed:
                texts.append(
                    _("%(unit)s: “%(value)s” has not passed. Adjust and measure again.")
                    % {"unit": part.unit, "value": measure}
                )
    return texts


def _trial(installation: Installation, now: datetime) -> list[str]:
    if installation.trial_started_at is None:
        return [_("Begin the trial run.")]
    state = trial_state(installation, installation.trial.all())
    if state.ends_at is None:
        return [_("The trial run is interrupted. Record when it goes on.")]
    if not state.is_over(now):
        ends = timezone.localtime(state.ends_at)
        return [_("The trial run lasts until %(at)s.") % {"at": f"{ends:%Y-%m-%d %H:%M}"}]
    return []


def _documents(installation: Installation, _now: datetime) -> list[str]:
    papers = list(installation.papers.all())
    open_ones = [paper.title for paper in papers if paper.required and paper.handed_at is None]
    texts = []
    if open_ones:
        texts.append(_("Not handed over yet: %(titles)s.") % {"titles": "、".join(open_ones)})
    if not any(paper.handed_at for paper in papers) and not open_ones:
        texts.append(_("Record which documents are handed over."))
    if installation.received_signature_id is None:
        texts.append(_("The customer has not signed for the documents."))
    return texts


def _training(installation: Installation, _now: datetime) -> list[str]:
    return training_lacks(installation)


def training_lacks(installation: Installation) -> list[str]:
    """What the training still lacks, in words; people may be trained before its stage begins."""
    texts = []
    topics = list(installation.topics.all())
    if not topics:
        texts.append(_("Enter the topics of the training."))
    for topic in topics:
        if topic.held_hours is None:
            texts.append(_("Topic not held: %(topic)s.") % {"topic": topic})
        elif topic.held_hours < topic.hours:
            texts.append(
                _("“%(topic)s”: %(held)s of %(hours)s hours held.")
                % {"topic": topic, "held": f"{topic.held_hours:g}", "hours": f"{topic.hours:g}"}
            )
    trainees = list(installation.trainees.all())
    if not trainees:
        texts.append(_("Enter who was trained."))
    unsigned = [str(one) for one in trainees if one.signed_at is None]
    if unsigned:
        texts.append(_("Not signed yet: %(names)s.") % {"names": "、".join(unsigned)})
    if trainees and len(installation.skills.all()):
        waiting = [str(one) for one in trainees if one.assessed_at is None]
        if waiting:
            texts.append(_("Not assessed yet: %(names)s.") % {"names": "、".join(waiting)})
    return texts


def _mending(installation: Installation, _now: datetime) -> list[str]:
    rows = installation.remaining.all()
    return [
        _("To be mended: %(what)s.") % {"what": row}
        for row in rows
        if row.from_refusal and row.done_at is None
    ]


def _closing(installation: Installation, _now: datetime) -> list[str]:
    texts = [
        _("Still to be done: %(what)s (%(day)s).") % {"what": row, "day": row.due_on.isoformat()}
        for row in installation.remaining.all()
        if row.done_at is None
    ]
    numbers = installation.goods_notices.exclude(state="closed").values_list("number", flat=True)
    texts += [_("Goods notice %(number)s is not closed.") % {"number": number} for number in numbers]
    return texts


def passed_share(installation: Installation) -> Decimal | None:
    """How many of 100 assessed trainees know and can everything; nothing without any."""
    wanted = installation.skills.count()
    assessed = [one for one in installation.trainees.prefetch_related("known") if one.assessed_at]
    if not wanted or not assessed:
        return None
    passed = sum(len(one.known.all()) >= wanted for one in assessed)
    return (Decimal(passed) * 100 / len(assessed)).quantize(Decimal("0.1"))


_CHECKS: dict[str, Callable[[Installation, datetime], list[str]]] = {
    "planned": _agreement,
    "agreed": _arrival,
    "unpacking": _unpacking,
    "installing": _installing,
    "commissioning": _commissioning,
    "trial": _trial,
    "documents": _documents,
    "training": _training,
    "refused": _mending,
    "accepted": _closing,
}
