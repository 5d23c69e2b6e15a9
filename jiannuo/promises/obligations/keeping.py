"""What has to be kept, and until when: written down when the event happens from which its time runs."""

from __future__ import annotations

from collections.abc import Iterable

from jiannuo.promises.commitments.engine import Loaded, loaded
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.obligations.models import Retention
from jiannuo.promises.obligations.moving import of_subject
from jiannuo.promises.obligations.opening import Subject
from jiannuo.rules import RetentionOutcome, TimeClause


def keep_records(
    subject: Subject, outcomes: Iterable[RetentionOutcome], *, corrected: bool = False
) -> list[Retention]:
    """Write down until when things about a subject are kept; those that are new or are kept otherwise than before.

    What is kept is never kept for a shorter time than was written down, unless the date was ``corrected``.
    """
    wanted = {f"{subject.key}:{one.keeps}"[:200]: one for one in outcomes}
    if not wanted:
        return []
    known = {one.key: one for one in Retention.objects.select_for_update().filter(key__in=wanted)}
    versions = _versions(wanted.values())
    written = []
    for key, outcome in wanted.items():
        before = known.get(key)
        if before is not None and not corrected and _lasts_as_long(before, outcome):
            continue
        values = {
            "organization": subject.organization,
            "document_id": getattr(subject.document, "pk", None),
            "unit": subject.unit if subject.document is None else None,
            "version": versions[outcome.commitment, outcome.version],
            "clause": outcome.clause,
            "keeps": outcome.keeps,
            "since": outcome.since,
            "until": outcome.until,
        }
        written.append(Retention.objects.update_or_create(key=key, defaults=values)[0])
    return written


def of_the_case(
    outcomes: Iterable[RetentionOutcome], events_of_unit: Iterable[str]
) -> list[RetentionOutcome]:
    """Those whose time does not run from a date in the file of the unit: that is a matter of the unit itself."""
    several = list(outcomes)
    if not several:
        return []
    versions = _versions(several)
    apart = set(events_of_unit)

    def start_of(outcome: RetentionOutcome) -> str:
        clause = loaded(versions[outcome.commitment, outcome.version]).clause(outcome.clause)
        return clause.start if isinstance(clause, TimeClause) else ""

    return [one for one in several if start_of(one) not in apart]


def follow_records(
    subject: Subject, outcomes: Iterable[RetentionOutcome], versions: Iterable[Loaded]
) -> None:
    """Keep what the file of a unit brings about as it stands now, and forget what a corrected date no longer does.

    What was promised by a version that is not among ``versions`` any more stays.
    """
    several = list(outcomes)
    asked = [one.version_id for one in versions]
    gone = Retention.objects.filter(of_subject(subject), version__in=asked)
    gone.exclude(keeps__in=[one.keeps for one in several]).delete()
    keep_records(subject, several, corrected=True)


def _lasts_as_long(before: Retention, outcome: RetentionOutcome) -> bool:
    if before.until is None or outcome.until is None:
        return before.until is None
    return before.until >= outcome.until


def _versions(outcomes: Iterable[RetentionOutcome]) -> dict[tuple[str, int], CommitmentVersion]:
    rows = CommitmentVersion.objects.filter(commitment__code__in={one.commitment for one in outcomes})
    return {(row.commitment.code, row.number): row for row in rows.select_related("commitment")}
