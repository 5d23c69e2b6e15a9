"""Which records a person may see: those of the subtrees where they hold a role. Deny by default."""

from __future__ import annotations

from typing import Any, Self

from django.db import models


def organization_ids(user: Any) -> frozenset[int] | None:
    """Ids of the organisations in the scope of ``user``; ``None`` means all of them (a role at a root).

    The answer is kept on the user object, so that one request asks once.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return frozenset()
    if not hasattr(user, "_organization_ids"):
        user._organization_ids = _read_organization_ids(user)
    return user._organization_ids  # type: ignore[no-any-return]


def _read_organization_ids(user: Any) -> frozenset[int] | None:
    from jiannuo.office.organizations.models import Organization

    # A customer's records are their own, never those of the organisation that serves them.
    staff = user.role_assignments.exclude(role="customer")
    held = set(staff.values_list("organization__path", "organization__depth"))
    if not held:
        return frozenset()
    if any(depth == 1 for _path, depth in held):
        return None
    condition = models.Q()
    for path, _depth in held:
        condition |= models.Q(path__startswith=path)
    return frozenset(Organization.objects.filter(condition).values_list("pk", flat=True))


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset whose only way in is :meth:`visible_to`."""

    scope_field = "organization"

    def visible_to(self, user: Any) -> Self:
        """Rows of the organisations in the scope of ``user``; nothing for strangers."""
        ids = organization_ids(user)
        if ids is None:
            return self.all()
        return self.filter(**{f"{self.scope_field}__in": ids})


def paths_upwards(organization: Any) -> list[str]:
    """The tree paths of ``organization`` and of everything above it."""
    length = type(organization).steplen
    path = organization.path
    return [path[:end] for end in range(length, len(path) + 1, length)]
