"""What is recorded in the stages, line by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.models import Attachment, TimelineEntry
from jiannuo.office.documents.services import attach, record, save
from jiannuo.operations.installations.models import (
    Installation,
    InstallationUnit,
    Measure,
    PackingLine,
    Paper,
    Reading,
    Skill,
    Topic,
    Trainee,
    TrialEntry,
)
from jiannuo.operations.installations.services import promising
from jiannuo.operations.installations.services.guard import working_on
from jiannuo.operations.installations.stages import training_lacks
from jiannuo.operations.installations.trial import trial_state
from jiannuo.operations.workorders.services.signing import kept_signature

UNPACKING = ("unpacking", "installing")
MEASURING = ("commissioning", "trial", "documents", "training", "acceptance", "refused", "partly")


def not_to_come(at: datetime | None, field: str) -> datetime:
    """``at``, or now; raises ValidationError for an instant to come."""
    now = timezone.now()
    if at is not None and at > now:
        raise ValidationError({field: _("This time is still to come.")})
    return at or now


def note(installation: Installation, text: str, *, by: Any, at: datetime | None = None) -> None:
    """Say it on the timeline."""
    record(installation, TimelineEntry.Kind.CHANGE, by=by, at=at, text=text)


# Unpacking


@transaction.atomic
def check_line(
    installation: Installation,
    line: PackingLine,
    *,
    by: Any,
    received: int,
    condition: str = PackingLine.Condition.GOOD,
    remark: str = "",
    photos: Sequence[Any] = (),
    at: datetime | None = None,
) -> PackingLine:
    """Write down how many of a line are there and in which condition; ``photos`` are uploads or stored files.

    Raises ValidationError for a quantity below zero or above the list, and for damage without remark or photo.
    """
    installation = working_on(installation, by, states=UNPACKING)
    if received < 0:
        raise ValidationError({"received": _("A quantity is not negative.")})
    if received > line.expected:
        raise ValidationError(
            {
                "received": _("The list says %(count)s. Enter what is too much as a line of its own.")
                % {"count": line.expected}
            }
        )
    bad = condition != PackingLine.Condition.GOOD
    if bad and not remark.strip():
        raise ValidationError({"remark": _("Say what is wrong with it.")})
    if bad and not photos and not line.photos.exists():
        raise ValidationError({"photos": _("Take a photo: the supplier will ask for it.")})
    line.received, line.condition, line.remark, line.mended_at = received, condition, remark.strip(), None
    line.save()
    for upload in photos:
        file = upload if isinstance(upload, StoredFile) else store(upload, by=by, kinds=("image",))
        line.photos.add(
            attach(
                installation,
                file,
                by=by,
                purpose=Attachment.Purpose.FAULT if bad else "other",
                caption=line.text[:120],
            )
        )
    if line.is_faulty:
        note(installation, f"{line.text}：{line.problem}", by=by, at=at)
    return line


@transaction.atomic
def check_rest(installation: Installation, *, by: Any, at: datetime | None = None) -> int:
    """All lines that are not checked yet are there in good order; how many."""
    installation = working_on(installation, by, states=UNPACKING)
    rows = installation.packing.filter(received__isnull=True)
    count = 0
    for line in rows:
        line.received, line.condition = line.expected, PackingLine.Condition.GOOD
        line.save(update_fields=["received", "condition"])
        count += 1
    if not count:
        raise ValidationError(_("Every line is checked already."))
    note(installation, _("The rest of the packing list is there in good order."), by=by, at=at)
    return count


@transaction.atomic
def add_line(
    installation: Installation,
    *,
    by: Any,
    text: str,
    expected: int,
    part: InstallationUnit | None = None,
) -> PackingLine:
    """Add what the packing list in the crate names beside. Raises ValidationError for a negative quantity."""
    installation = working_on(installation, by, states=UNPACKING)
    if expected < 0:
        raise ValidationError({"expected": _("A quantity is not negative.")})
    if not text.strip():
        raise ValidationError({"text": _("Say what it is.")})
    return PackingLine.objects.create(
        installation=installation, part=part, text=text.strip(), expected=expected
    )


# Commissioning


@transaction.atomic
def measure(
    installation: Installation,
    line: Measure,
    *,
    by: Any,
    value: Decimal | None = None,
    passed: bool | None = None,
    remark: str = "",
    at: datetime | None = None,
) -> Reading:
    """Write down a measurement; repeated ones stand beside it.

    Limits decide whether it passed: raises ValidationError for a value outside that is said to have passed (or one
    inside said not to have without a remark), for a missing value, and for a line without limits left undecided.
    """
    installation = working_on(installation, by, states=MEASURING)
    at = not_to_come(at, "at")
    if line.is_number:
        if value is None:
            raise ValidationError({"value": _("Enter the value measured.")})
        within = line.is_within(value)
        if passed and not within:
            raise ValidationError(
                {
                    "passed": _("%(value)s is outside the limits (%(limits)s): it has not passed.")
                    % {"value": f"{value.normalize():f}", "limits": line.limits}
                }
            )
        if passed is False and within and not remark.strip():
            raise ValidationError({"remark": _("The value keeps the limits. Say why it has not passed.")})
        passed = within if passed is None else passed
    elif passed is None:
        raise ValidationError({"passed": _("Say whether it passed.")})
    return Reading.objects.create(
        measure=line,
        value=value if line.is_number else None,
        passed=passed,
        remark=remark.strip(),
        at=at,
        by=by,
    )


# Trial run


@transaction.atomic
def log_trial(
    installation: Installation, *, by: Any, kind: str, at: datetime | None = None, text: str = ""
) -> TrialEntry:
    """Write into the log of the trial run; an interruption stops its hours until it goes on.

    Raises ValidationError for an instant to come or before the last stop or start, and where it cannot be so.
    """
    installation = working_on(installation, by, states=("trial",))
    at = not_to_come(at, "at")
    entries = list(installation.trial.all())
    started = installation.trial_started_at
    if started is None:
        raise ValidationError(_("Begin the trial run."))
    turns = [one.at for one in entries if one.kind != TrialEntry.Kind.NOTE]
    if at < max([started, *turns]):
        raise ValidationError({"at": _("This is before what was recorded last.")})
    state = trial_state(installation, entries)
    if kind == TrialEntry.Kind.STOPPED:
        if state.stopped_at is not None:
            raise ValidationError({"kind": _("It is interrupted already.")})
        if state.is_over(at):
            raise ValidationError({"at": _("The trial run had run its hours by then.")})
        if not text.strip():
            raise ValidationError({"text": _("Say why it was interrupted.")})
    if kind == TrialEntry.Kind.RESUMED and state.stopped_at is None:
        raise ValidationError({"kind": _("It is not interrupted.")})
    entry = TrialEntry.objects.create(installation=installation, kind=kind, at=at, text=text.strip(), by=by)
    if kind != TrialEntry.Kind.NOTE:
        note(installation, f"{entry.get_kind_display()}　{entry.text}".strip(), by=by, at=at)
    return entry


# Documents and training


@transaction.atomic
def hand_over(
    installation: Installation, line: Paper, *, by: Any, copies: int = 1, at: datetime | None = None
) -> Paper:
    """A document was given to the customer."""
    working_on(installation, by)
    if copies < 1:
        raise ValidationError({"copies": _("Give at least one copy.")})
    line.copies, line.handed_at = copies, not_to_come(at, "at")
    line.save(update_fields=["copies", "handed_at"])
    return line


@transaction.atomic
def add_paper(
    installation: Installation, *, by: Any, title: str, copies: int = 1, at: datetime | None = None
) -> Paper:
    """A document beside those of the table, handed over now or at ``at``."""
    installation = working_on(installation, by)
    if not title.strip():
        raise ValidationError({"title": _("Enter the title of the document.")})
    paper = Paper(installation=installation, title=title.strip(), required=False, copies=copies)
    paper.handed_at = not_to_come(at, "at")
    paper.full_clean(exclude=["installation"])
    paper.save()
    return paper


@transaction.atomic
def sign_papers(
    installation: Installation,
    *,
    by: Any,
    name: str,
    signature: Any,
    version: int | None = None,
    at: datetime | None = None,
) -> Installation:
    """The customer signs that the documents were received. Raises ValidationError while required ones are missing."""
    installation = working_on(installation, by, version=version)
    if installation.received_signature_id is not None:
        raise ValidationError(
            _("%(name)s has signed for the documents already.") % {"name": installation.received_by}
        )
    if not name.strip():
        raise ValidationError({"name": _("Enter the name of the person who signs.")})
    papers = list(installation.papers.all())
    open_ones = [paper.title for paper in papers if paper.required and paper.handed_at is None]
    if open_ones or not any(paper.handed_at for paper in papers):
        raise ValidationError(
            _("Hand the documents over first: %(titles)s.") % {"titles": "、".join(open_ones)}
        )
    kept = kept_signature(signature, by=by)
    installation.received_by, installation.received_signature = name.strip(), kept
    installation.documents_at = not_to_come(at, "at")
    save(installation)
    attach(installation, kept, by=by, purpose=Attachment.Purpose.SIGNATURE, caption=name.strip()[:120])
    promising.kept(installation, ("document",), installation.documents_at, by=by)
    return installation


@transaction.atomic
def hold_topic(
    installation: Installation,
    line: Topic,
    *,
    by: Any,
    hours: Decimal,
    trainer: str,
    at: datetime | None = None,
) -> Topic:
    """A topic was taught. Raises ValidationError for hours that are not above zero or a missing trainer."""
    installation = working_on(installation, by)
    if hours <= 0:
        raise ValidationError({"hours": _("Enter how many hours it took.")})
    if not trainer.strip():
        raise ValidationError({"trainer": _("Enter who taught it.")})
    line.held_hours, line.trainer, line.held_at = hours, trainer.strip(), not_to_come(at, "at")
    line.save(update_fields=["held_hours", "trainer", "held_at"])
    _training_kept(installation, by=by)
    return line


@transaction.atomic
def add_topic(installation: Installation, *, by: Any, title: str, hours: Decimal = Decimal(0)) -> Topic:
    """A topic beside those of the table."""
    installation = working_on(installation, by)
    if not title.strip():
        raise ValidationError({"title": _("Enter the topic.")})
    if hours < 0:
        raise ValidationError({"hours": _("A quantity is not negative.")})
    return Topic.objects.create(installation=installation, title=title.strip(), hours=hours)


@transaction.atomic
def add_trainee(installation: Installation, *, by: Any, name: str, duty: str = "") -> Trainee:
    """Enter a trainee. Raises ValidationError without a name."""
    installation = working_on(installation, by)
    if not name.strip():
        raise ValidationError({"name": _("Enter the name of the trainee.")})
    return Trainee.objects.create(installation=installation, name=name.strip(), duty=duty.strip())


@transaction.atomic
def sign_training(
    installation: Installation, line: Trainee, *, by: Any, signature: Any, at: datetime | None = None
) -> Trainee:
    """The trainee signs. Raises ValidationError where that was done already, or before anything was taught."""
    installation = working_on(installation, by)
    fresh = Trainee.objects.get(pk=line.pk)
    if fresh.signed_at is not None:
        raise ValidationError(_("%(name)s has signed already.") % {"name": fresh})
    if not installation.topics.filter(held_hours__isnull=False).exists():
        raise ValidationError(_("Record first what was taught."))
    fresh.signature = kept_signature(signature, by=by)
    fresh.signed_at = not_to_come(at, "at")
    fresh.save(update_fields=["signature", "signed_at"])
    attach(
        installation, fresh.signature, by=by, purpose=Attachment.Purpose.SIGNATURE, caption=fresh.name[:120]
    )
    _training_kept(installation, by=by)
    return fresh


@transaction.atomic
def assess(
    installation: Installation,
    line: Trainee,
    *,
    by: Any,
    skills: Collection[Skill],
    at: datetime | None = None,
) -> Trainee:
    """Write down what the trainee knows and can; may be repeated after more training."""
    installation = working_on(installation, by)
    line.known.set([skill for skill in skills if skill.installation_id == installation.pk])
    line.assessed_at = not_to_come(at, "at")
    line.save(update_fields=["assessed_at"])
    _training_kept(installation, by=by)
    return line


def _training_kept(installation: Installation, *, by: Any) -> None:
    """The promise of training is kept when the stage lacks nothing, also while another one is under way."""
    if installation.state != "training" and not training_lacks(installation):
        held = [topic.held_at for topic in installation.topics.all() if topic.held_at]
        promising.kept(installation, ("training",), max(held, default=timezone.now()), by=by)
