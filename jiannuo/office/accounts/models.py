"""People who sign in, and the roles they hold at organisations."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any

from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> UserQuerySet:
        """People of the organisations in the scope of ``user``."""
        from jiannuo.office.organizations.scope import organization_ids

        ids = organization_ids(user)
        return self if ids is None else self.filter(organization__in=ids)

    def holding(self, role: str, organization: Any = None) -> UserQuerySet:
        """Active people who hold ``role``, at ``organization`` itself when one is given."""
        held = RoleAssignment.objects.filter(role=role)
        if organization is not None:
            held = held.filter(organization=organization)
        return self.filter(is_active=True, pk__in=held.values("user"))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False


class User(AbstractUser):
    """A person: employed at an organisation, holding roles at one or several."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    deputy = models.ForeignKey(
        "self", verbose_name=_("deputy"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    absent_from = models.DateField(_("absent from"), null=True, blank=True)
    absent_until = models.DateField(_("absent until"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    notify_by_email = models.BooleanField(_("send me notices by e-mail too"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="person_absence_dates",
                condition=models.Q(absent_until__isnull=True)
                | models.Q(absent_from__isnull=False, absent_until__gte=models.F("absent_from")),
                violation_error_message=_("An absence needs a first day, and cannot end before it."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def is_absent(self, day: date) -> bool:
        """Whether they are on leave on a day; an absence without an end goes on."""
        if self.absent_from is None or day < self.absent_from:
            return False
        return self.absent_until is None or day <= self.absent_until

    def acting(self, day: date) -> User | None:
        """Who acts for them on a day: themselves, or the nearest deputy who is here; nobody when the chain ends."""
        passed: set[int] = set()
        person: User | None = self
        while person is not None and (not person.is_active or person.is_absent(day)):
            passed.add(person.pk)
            person = None if person.deputy_id in passed else person.deputy
        return person

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def held_roles(self) -> list[tuple[str, str]]:
        """Code of each role held and the tree path of its organisation (asked once per request)."""
        if not hasattr(self, "_held_roles"):
            held = list(self.role_assignments.select_related("organization")) if self.pk else []
            self._held_roles = [(one.role, one.organization.path) for one in held]
            for one in held:
                # Most hold a role where they belong; every page names that organisation.
                if one.organization_id == self.organization_id:
                    self.organization = one.organization
        return self._held_roles

    @property
    def roles(self) -> frozenset[str]:
        """Codes of all roles held anywhere."""
        return frozenset(role for role, _path in self.held_roles)

    def paths_where(self, permission: str = "") -> frozenset[str]:
        """Tree paths of the organisations where a role holds ``permission``; of all roles of the staff without one.

        A customer's records are their own, never those of the organisation that serves them.
        """
        return frozenset(
            path
            for role, path in self.held_roles
            if role != Role.CUSTOMER and (not permission or permission in PERMISSIONS_BY_ROLE.get(role, ()))
        )

    def organization_scope(self, permission: str = "") -> frozenset[int] | None:
        """Ids of the organisations whose records this person may see; ``None`` means all.

        With a ``permission``, only the roles that hold it count.
        """
        from jiannuo.office.organizations.scope import organization_ids

        return organization_ids(self, permission)

    @property
    def sees_everything(self) -> bool:
        """Whether a role of theirs stands at the top of the tree, above all organisations."""
        return self.organization_scope() is None

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


class RoleAssignment(models.Model):
    """A role that a person holds at an organisation and everything below it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="role_assignments"
    )

    class Meta:
        verbose_name = _("role assignment")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organization"], name="role_assignment_once")
        ]
        indexes = [models.Index(fields=["role", "organization"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organization}"


class ApiToken(models.Model):
    """A key of an API client, acting as ``user``. Only its SHA-256 digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User, name: str, expires_at: Any = None) -> tuple[ApiToken, str]:
        """A new token and its key, which is shown once and never stored."""
        key = secrets.token_urlsafe(32)
        return cls.objects.create(user=user, name=name, digest=cls.digest_of(key), expires_at=expires_at), key


auditlog.register(User, exclude_fields=["password", "last_login"])
auditlog.register(RoleAssignment)
