"""Photos that a clause wants as proof of the work: asked for before the order is completed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import Attachment
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.promises import BY_JOB
from jiannuo.promises.commitments.wordlist import PAPERS
from jiannuo.promises.commitments.words import label
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.queries import for_document

Purpose = Attachment.Purpose
#: what the proof of a clause calls a photo → the purposes of photos that are one; what is faulty is seen before
PHOTO_PROOFS: dict[str, tuple[str, ...]] = {
    "photo": (Purpose.BEFORE, Purpose.AFTER, Purpose.FAULT),
    "photo_before": (Purpose.BEFORE,),
    "photo_after": (Purpose.AFTER,),
    "photo_fault": (Purpose.FAULT, Purpose.BEFORE),
}


@dataclass(frozen=True, slots=True)
class WantedPhoto:
    """A photo that is missing: of which purposes one is enough, and the sentence that names the clause."""

    purposes: tuple[str, ...]
    text: str


def missing_photos(order: WorkOrder) -> list[WantedPhoto]:
    """The photos that clauses want of an order and that nobody has taken yet; at most three queries.

    The clauses are those of what the order and the documents that it serves owe or owed, and of the duties of the
    unit that the finished order meets. What was cancelled or waived wants nothing.
    """
    wanted: dict[tuple[str, str], Obligation] = {}
    for one in _owed(order):
        if one.state == Obligation.State.WAIVED:
            continue
        for word in one.plan.get("evidence") or ():
            if word in PHOTO_PROOFS:
                wanted.setdefault((word, one.text), one)
    if not wanted:
        return []
    taken = set(
        Attachment.objects.filter(document_id=order.pk, purpose__in=PHOTO_PROOFS["photo"]).values_list(
            "purpose", flat=True
        )
    )
    return [
        WantedPhoto(PHOTO_PROOFS[word], _sentence(word, one))
        for (word, _text), one in wanted.items()
        if not taken & {str(purpose) for purpose in PHOTO_PROOFS[word]}
    ]


def _owed(order: WorkOrder) -> list[Obligation]:
    rows = for_document(order)
    metrics = BY_JOB.get(order.job, ())
    if metrics and order.unit_id is not None:
        duties = Obligation.objects.open().filter(
            unit=order.unit_id, document__isnull=True, metric__in=metrics, started_at__lte=timezone.now()
        )
        rows += list(duties.order_by("due_at", "pk"))
    return rows


def _sentence(word: str, owed: Obligation) -> str:
    source = owed.plan.get("source") or {}
    where = " ".join(str(source.get(name) or "") for name in ("document", "article")).strip()
    return _("Photo missing (%(which)s): “%(clause)s” asks for it (%(source)s).") % {
        "which": label(PAPERS, word),
        "clause": owed.text[:160],
        "source": where or owed.clause,
    }
