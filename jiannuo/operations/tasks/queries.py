"""Reads of tasks."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.documents.models import Document
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.tasks.kinds import SPECIAL
from jiannuo.operations.tasks.models import Task, TaskQuerySet

RELATED = ("organization", "customer", "person", "source", "unit__model")


def tasks_for(user: Any) -> TaskQuerySet:
    """Tasks in the scope of ``user``, with what lists show."""
    return Task.objects.visible_to(user).filter(kind="task").select_related(*RELATED)


def mine(user: Any, *, with_special: bool = False) -> TaskQuerySet:
    """What is to be done by ``user``: what they took on, and what nobody did of their roles where they hold them.

    ``with_special`` adds the special cases in scope, whosever they are. The most urgent first.
    """
    whose = Q(person=user)
    for role, path in user.held_roles:
        whose |= Q(person__isnull=True, role=role, organization__path__startswith=path)
    if with_special:
        whose |= Q(task_kind=SPECIAL)
    rows: TaskQuerySet = Task.objects.visible_to(user).unfinished().filter(whose).select_related(*RELATED)
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def of_document(document: Document) -> list[Task]:
    """The tasks that came from a document, or from one that it serves. One query."""
    serving = Q(source__links_in__source_id=document.pk, source__links_in__kind="serves")
    rows = Task.objects.filter(Q(source=document.pk) | serving).select_related("person", "organization")
    return list(rows.distinct().order_by("pk"))


def people_for(task: Task) -> Any:
    """Active people who may do the task: they hold a role that handles tasks at its organisation or above it."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if "tasks.handle" in held]
    held = RoleAssignment.objects.filter(
        role__in=roles, organization__path__in=paths_upwards(task.organization)
    )
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")
