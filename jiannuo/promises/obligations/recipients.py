"""Who is told: holders of a role at an organisation or the nearest one above it, and who stands in for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from jiannuo.office.accounts.models import RoleAssignment
from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments.engine import paths_above

#: Who answers when nobody holds the role that a clause names.
LAST_RESORT = (Role.DEPARTMENT_MANAGER, Role.GENERAL_MANAGER)


def acting(person: Any, now: datetime | None = None) -> Any:
    """Who acts for a person now: themselves, or the nearest deputy who is neither gone nor on leave; perhaps nobody."""
    return person.acting(timezone.localdate(now)) if person is not None else None


class Recipients:
    """Answers once for each role and organisation; make one for each sweep."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now
        self._known: dict[tuple[str, str], list[Any]] = {}

    def holding(self, role: str, organization: Any) -> list[Any]:
        """Acting holders of ``role`` at the nearest organisation, from this one upwards, that has any."""
        key = (role, organization.path)
        if key not in self._known:
            self._known[key] = _nearest(role, organization.path, self._now)
        return self._known[key]

    def escalated_to(self, role: str, organization: Any) -> list[Any]:
        """Holders of ``role``, or the managers when nobody holds it."""
        for wanted in (role, *LAST_RESORT):
            if found := self.holding(wanted, organization):
                return found
        return []


def _nearest(role: str, path: str, now: datetime | None) -> list[Any]:
    above = paths_above(path)
    rows = (
        RoleAssignment.objects.filter(role=role, organization__path__in=above)
        .select_related("user__deputy", "organization")
        .order_by("-organization__depth", "user_id")
    )
    by_path: dict[str, list[Any]] = {}
    for row in rows:
        person = acting(row.user, now)
        if person is not None:
            by_path.setdefault(row.organization.path, []).append(person)
    return next((unique(by_path[one]) for one in above if one in by_path), [])


def unique(people: Iterable[Any]) -> list[Any]:
    """The people without repetition and without nobody, in order."""
    return list({person.pk: person for person in people if person is not None}.values())
