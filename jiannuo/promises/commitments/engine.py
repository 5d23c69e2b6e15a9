"""The commitments in force as objects of the rules, read once per published version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q

from jiannuo.kernel.calendars.holidays import chinese_holidays
from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.rules import AnyClause, Calendar, CommitmentInForce, Engine
from jiannuo.rules.decision import ALWAYS

CALENDARS_KEY = "calendars"
LABELS_KEY = "labels"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version as the rules read it. Its own calendars carry its code and number, so that no two versions mix.

    ``labels`` says how words that only this commitment uses are read.
    """

    version_id: int
    commitment: CommitmentInForce
    calendars: Mapping[str, Calendar]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def office_calendars(self) -> set[str]:
        """Names of the calendars that the clauses use and the office keeps."""
        used = {getattr(clause, "calendar", ALWAYS) for clause in self.commitment.clauses}
        return used - set(self.calendars) - {ALWAYS}

    def clause(self, clause_id: str) -> AnyClause | None:
        return next((clause for clause in self.commitment.clauses if clause.id == clause_id), None)


def read(content: Mapping[str, Any], *, number: int, version_id: int = 0) -> Loaded:
    """Read the content of a version. Raises ``ValueError`` for what the rules do not accept."""
    calendars = content.get(CALENDARS_KEY, {})
    body = {key: value for key, value in content.items() if key not in (CALENDARS_KEY, LABELS_KEY)}
    commitment = replace(CommitmentInForce.from_json(body), version=number)
    prefix = f"{commitment.code}/{number}:"
    own = {
        prefix + name: Calendar.from_json({"name": name, **definition}, chinese_holidays())
        for name, definition in calendars.items()
    }
    clauses = tuple(
        replace(clause, calendar=prefix + clause.calendar)  # type: ignore[arg-type, union-attr]
        if prefix + getattr(clause, "calendar", "") in own
        else clause
        for clause in commitment.clauses
    )
    return Loaded(version_id, replace(commitment, clauses=clauses), own, content.get(LABELS_KEY, {}))


#: Published versions read so far in this process; they never change, so they are never forgotten. A version whose
#: end a later one has moved is one more entry.
_read_versions: dict[tuple[int, datetime | None, date | None], Loaded] = {}


def _loaded(version_id: int, published_at: datetime | None, ends: date | None = None) -> Loaded:
    """A published version; ``ends`` is the last day that a later version has left it."""
    key = (version_id, published_at, ends)
    if key not in _read_versions:
        if ends is None:
            version = CommitmentVersion.objects.get(pk=version_id)
            _read_versions[key] = read(version.content, number=version.number, version_id=version_id)
        else:
            whole = _loaded(version_id, published_at)
            _read_versions[key] = replace(whole, commitment=replace(whole.commitment, valid_to=ends))
    return _read_versions[key]


def _moved_end(valid_to: date | None, shortened_at: datetime | None, as_of: datetime | None) -> date | None:
    """The last day that a later version has left, unless that was after ``as_of``."""
    if shortened_at is None or (as_of is not None and shortened_at > as_of):
        return None
    return valid_to


def known() -> list[Loaded]:
    """Versions that this process has read, in their order: enough to put a fresh decision into words."""
    return sorted(_read_versions.values(), key=lambda one: one.version_id)


def loaded(version: CommitmentVersion) -> Loaded:
    """A version as the rules read it; published ones are kept."""
    if version.published_at is None:
        return read(version.content, number=version.number, version_id=version.pk)
    return _loaded(version.pk, version.published_at, _moved_end(version.valid_to, version.shortened_at, None))


def published(organization: Any = None, *, as_of: datetime | None = None) -> list[Loaded]:
    """All published versions that hold for an organisation: its own, those of the ones above it, and everybody's.

    ``as_of`` asks for those that had been published, and not yet withdrawn, at an instant: what was decided then is
    decided anew by the same promises. One query, two for each version not read before. The rules pick the version in
    force by its start event.
    """
    if as_of is None:
        rows = CommitmentVersion.objects.filter(state=CommitmentVersion.State.PUBLISHED)
    else:
        not_withdrawn = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=as_of)
        rows = CommitmentVersion.objects.filter(not_withdrawn, published_at__lte=as_of)
    if organization is not None:
        rows = rows.filter(
            Q(commitment__organization__isnull=True)
            | Q(commitment__organization__path__in=paths_above(organization.path))
        )
    keys = list(rows.order_by("pk").values_list("pk", "published_at", "valid_to", "shortened_at"))
    return [_loaded(pk, at, _moved_end(valid_to, shortened, as_of)) for pk, at, valid_to, shortened in keys]


def paths_above(path: str, step: int = 4) -> list[str]:
    """The paths of a node of the tree and of everything above it, the node first."""
    return [path[:end] for end in range(len(path), 0, -step)]


@lru_cache(maxsize=256)
def _office_calendar(name: str, definition: str) -> Calendar:
    return Calendar.from_json({**json.loads(definition), "name": name}, chinese_holidays())


def office_calendars(codes: Iterable[str]) -> dict[str, Calendar]:
    """The working calendars that the office keeps, by code, with the official holidays."""
    wanted = set(codes)
    if not wanted:
        return {}
    return {
        one.code: _office_calendar(one.code, json.dumps(one.definition, sort_keys=True))
        for one in WorkCalendar.objects.filter(code__in=wanted)
    }


def calendars_of(versions: Iterable[Loaded]) -> dict[str, Calendar]:
    """Every calendar that the clauses of these versions use, by the name the clauses call it."""
    known: dict[str, Calendar] = {}
    wanted: set[str] = set()
    for version in versions:
        known.update(version.calendars)
        wanted |= version.office_calendars
    return {**office_calendars(wanted), **known}


class _Parts:
    """What an engine is made of, told apart by the objects themselves: they never change."""

    def __init__(self, commitments: Iterable[CommitmentInForce], calendars: Mapping[str, Calendar]) -> None:
        self.commitments = tuple(commitments)
        self.calendars = dict(calendars)
        self._same = (*map(id, self.commitments), *((name, id(one)) for name, one in calendars.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Parts) and self._same == other._same

    def __hash__(self) -> int:
        return hash(self._same)


def engine_of(versions: Iterable[Loaded]) -> Engine:
    """The engine that decides by these versions; kept for the next case under the same promises."""
    several = list(versions)
    return _engine(_Parts((one.commitment for one in several), calendars_of(several)))


@lru_cache(maxsize=32)
def _engine(parts: _Parts) -> Engine:
    return Engine(parts.commitments, parts.calendars)


def calendar_of(version: CommitmentVersion | None, name: str) -> Calendar:
    """The calendar that a clause of ``version`` calls ``name``; raises LookupError when there is none."""
    if name == ALWAYS:
        return Calendar.always_open(ALWAYS)
    if version is not None and name in (own := loaded(version).calendars):
        return own[name]
    try:
        return office_calendars([name])[name]
    except KeyError:
        raise LookupError(f"no calendar is called {name!r}") from None
