"""Who is told: holders of a role at an organisation or the nearest one above it, and who stands in for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jiannuo.office.accounts.models import RoleAssignment
from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments.engine import paths_above

#: Who answers when nobody holds the role that a clause names.
LAST_RESORT = (Role.DEPARTMENT_MANAGER, Role.GENERAL_MANAGER)


def acting(person: Any) -> Any:
    """The person, or the deputy of one who is no longer active; nobody when neither is."""
    if person is None or person.is_active:
        return person
    deputy = person.deputy
    return deputy if deputy is not None and deputy.is_active else None


class Recipients:
    """Answers once for each role and organisation; make one for each sweep."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[Any]] = {}

    def holding(self, role: str, organization: Any) -> list[Any]:
        """Acting holders of ``role`` at the nearest organisation, from this one upwards, that has any."""
        key = (role, organization.path)
        if key not in self._known:
            self._known[key] = _nearest(role, organization.path)
        return self._known[key]

    def escalated_to(self, role: str, organization: Any) -> list[Any]:
        """Holders of ``role``, or the managers when nobody holds it."""
        for wanted in (role, *LAST_RESORT):
            if found := self.holding(wanted, organization):
                return found
        return []


def _nearest(role: str, path: str) -> list[Any]:
    above = paths_above(path)
    rows = (
        RoleAssignment.objects.filter(role=role, organization__path__in=above)
        .select_related("user__deputy", "organization")
        .order_by("-organization__depth", "user_id")
    )
    by_path: dict[str, list[Any]] = {}
    for row in rows:
        person = acting(row.user)
        if person is not None:
            by_path.setdefault(row.organization.path, []).append(person)
    return next((unique(by_path[one]) for one in above if one in by_path), [])


def unique(people: Iterable[Any]) -> list[Any]:
    """The people without repetition and without nobody, in order."""
    return list({person.pk: person for person in people if person is not None}.values())
