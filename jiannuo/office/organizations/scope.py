"""Which records a person may see: those of the subtrees where they hold a role. Deny by default."""

from __future__ import annotations

from typing import Any, Self

from django.db import models


def organization_ids(user: Any, permission: str = "") -> frozenset[int] | None:
    """Ids of the organisations in the scope of ``user``; ``None`` means all of them (a role at a root).

    With a ``permission``, only the roles that hold it count. The answer is kept on the user object, so that one
    request asks once.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return frozenset()
    answers = user.__dict__.setdefault("_organization_ids", {})
    paths = user.paths_where(permission)
    if paths not in answers:
        answers[paths] = _ids_below(paths)
    return answers[paths]


def _ids_below(paths: frozenset[str]) -> frozenset[int] | None:
    from jiannuo.office.organizations.models import Organization

    if not paths:
        return frozenset()
    if any(len(path) == Organization.steplen for path in paths):
        return None
    condition = models.Q()
    for path in paths:
        condition |= models.Q(path__startswith=path)
    return frozenset(Organization.objects.filter(condition).values_list("pk", flat=True))


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset whose only way in is :meth:`visible_to`.

    A model with a ``VIEW_PERMISSION`` is visible where a role of the person holds that; else where they hold any role.
    """

    scope_field = "organization"

    def visible_to(self, user: Any) -> Self:
        """Rows of the organisations in the scope of ``user``; nothing for strangers."""
        ids = organization_ids(user, getattr(self.model, "VIEW_PERMISSION", ""))
        if ids is None:
            return self.all()
        return self.filter(**{f"{self.scope_field}__in": ids})


def paths_upwards(organization: Any) -> list[str]:
    """The tree paths of ``organization`` and of everything above it."""
    length = type(organization).steplen
    path = organization.path
    return [path[:end] for end in range(length, len(path) + 1, length)]
