"""Writes about people: employ, change, deactivate, grant roles, issue keys.

Nobody gains by them what they do not have: a person may be changed only by an administrator whose scope holds every
role of that person, a role is granted only within one's scope and never to oneself, and roles that rule over accounts
only by those who rule over accounts there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.accounts.events import PowersReduced
from jiannuo.office.accounts.models import ApiToken, RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.organizations.models import Organization, OrganizationKind

#: Who holds these rules over others; roles with any of them are granted only by those who hold the same.
RULING = frozenset({"accounts.edit", "organizations.edit", "audit.view"})
LONGEST_TOKEN_LIFE = timedelta(days=365)
MOST_TOKENS = 20


def may_manage(by: User, person: User) -> bool:
    """Whether ``by`` may change ``person``: their employer and all their roles lie where ``by`` rules over accounts."""
    if person.organization is None:
        return False
    places = [
        person.organization,
        *(a.organization for a in person.role_assignments.select_related("organization")),
    ]
    return all(by.has_perm("accounts.edit", place) for place in places)


def _check_may_manage(by: User, person: User) -> None:
    if not may_manage(by, person):
        raise PermissionDenied("accounts.edit")


def may_grant(by: User, role: str, organization: Organization) -> bool:
    """Whether ``by`` may give ``role`` at ``organization`` to somebody else."""
    if role not in PERMISSIONS_BY_ROLE or not by.has_perm("accounts.edit", organization):
        return False
    return all(by.has_perm(name, organization) for name in PERMISSIONS_BY_ROLE[role] & RULING)


@transaction.atomic
def found_company(name: str, *, code: str, username: str, person: str, email: str, password: str) -> User:
    """Found the head office of an empty installation with its first administrator, who is returned.

    Raises ValidationError when there is a head office already, or for values that cannot be kept.
    """
    if Organization.objects.exists():
        raise ValidationError(_("This installation has a head office already. Nothing was founded."))
    office = Organization(code=code, name=name.strip(), kind=OrganizationKind.HEAD_OFFICE)
    office.clean_fields(exclude=["path", "depth", "numchild"])
    office = Organization.objects.add_root({"code": office.code, "name": office.name, "kind": office.kind})
    administrator = User(username=username, name=person, email=email, organization=office)
    administrator.set_password(password)
    administrator.full_clean()
    administrator.save()
    RoleAssignment.objects.create(user=administrator, role=Role.ADMINISTRATOR, organization=office)
    return administrator


@transaction.atomic
def create_person(*, by: User, password: str = "", **values: Any) -> User:
    """Employ a person (``username``, ``name``, ``organization``, ``email``, ``phone``, ``language``).

    Without a ``password`` they set one by the link mailed to them. Raises ValidationError by field, PermissionDenied.
    """
    organization = values.get("organization")
    if organization is None or not by.has_perm("accounts.edit", organization):
        raise PermissionDenied("accounts.edit")
    person = User(**values)
    if password:
        validate_password(password, person)
        person.set_password(password)
    elif not person.email:
        raise ValidationError(
            {"email": _("Give an e-mail address for the link to set a password, or a password.")}
        )
    else:
        person.set_unusable_password()
    _save(person)
    return person


@transaction.atomic
def change_person(person: User, *, by: User, **values: Any) -> User:
    """Change the record of a person. Raises ValidationError by field, PermissionDenied."""
    _check_may_manage(by, person)
    organization = values.get("organization", person.organization)
    if organization is None or not by.has_perm("accounts.edit", organization):
        raise PermissionDenied("accounts.edit")
    stored = User.objects.get(pk=person.pk)
    before = _held(stored)
    changed = _change(person, values)
    if stored.organization_id != changed.organization_id:
        publish(before)
    return changed


@transaction.atomic
def change_profile(person: User, **values: Any) -> User:
    """Change what everybody may change of themselves: phone, language, deputy, absence, notices by e-mail."""
    allowed = {"phone", "language", "deputy", "absent_from", "absent_until", "notify_by_email"}
    if unknown := set(values) - allowed:
        raise PermissionDenied(", ".join(sorted(unknown)))
    return _change(person, values)


def _change(person: User, values: Mapping[str, Any]) -> User:
    for name, value in values.items():
        setattr(person, name, value)
    _check_deputies(person)
    _save(person)
    return person


def _check_deputies(person: User) -> None:
    """Raise ValidationError when a chain of deputies leads back to the person."""
    if person.deputy_id is not None and person.deputy_id == person.pk:
        raise ValidationError({"deputy": _("Choose somebody else as deputy.")})
    passed, deputy = set(), person.deputy
    while deputy is not None and deputy.pk not in passed:
        passed.add(deputy.pk)
        if deputy.deputy_id == person.pk:
            raise ValidationError(
                {"deputy": _("%(name)s is represented by this person in the end.") % {"name": deputy}}
            )
        deputy = deputy.deputy


def may_set_absence(by: User, person: User) -> bool:
    """Whether ``by`` may write down leave and deputy: the person, who rules over the account, who plans the work."""
    if by.pk == person.pk or may_manage(by, person):
        return True
    return person.organization is not None and by.has_perm("workforce.edit", person.organization)


@transaction.atomic
def set_absence(
    person: User, *, by: User, absent_from: date | None, absent_until: date | None, deputy: User | None
) -> User:
    """Write down from when until when (both included) a person is on leave and who stands in for them.

    Raises PermissionDenied, ValidationError by field.
    """
    if not may_set_absence(by, person):
        raise PermissionDenied("workforce.edit")
    values = {"absent_from": absent_from, "absent_until": absent_until, "deputy": deputy}
    return _change(person, values)


def _save(person: User) -> None:
    """Save a person whose name and address to sign in with are their own, whatever case they are typed in."""
    person.username, person.email = person.username.strip(), person.email.strip()
    others = User.objects.exclude(pk=person.pk)
    if others.filter(username__iexact=person.username).exists():
        raise ValidationError({"username": _("Somebody else signs in with this name. Choose another.")})
    if (
        person.email
        and others.filter(Q(email__iexact=person.email) | Q(username__iexact=person.email)).exists()
    ):
        raise ValidationError({"email": _("Somebody else signs in with this address.")})
    person.full_clean(exclude=["password"])
    person.save()


@transaction.atomic
def set_active(person: User, active: bool, *, by: User) -> User:
    """Let a person sign in, or stop them at once: their sessions and keys end. Raises ValidationError for oneself."""
    _check_may_manage(by, person)
    if person.pk == by.pk:
        raise ValidationError(_("You cannot deactivate yourself. Ask another administrator."))
    person.is_active = active
    person.save(update_fields=["is_active"])
    if not active:
        for session in UserSession.objects.filter(user=person):
            session.end()
        person.api_tokens.all().delete()
        User.objects.filter(deputy=person).update(deputy=None)
        publish(_held(person))
    return person


def _held(person: User) -> PowersReduced:
    """What a person holds now, to be announced when they can do less."""
    held = list(person.role_assignments.values_list("role", "organization_id"))
    places = {place for _role, place in held}
    if person.organization_id is not None:
        places.add(person.organization_id)
    roles = sorted({role for role, _place in held})
    return PowersReduced(person_id=person.pk, roles=roles, places=sorted(places), at=timezone.now())


@transaction.atomic
def grant_role(person: User, role: str, organization: Organization, *, by: User) -> RoleAssignment:
    """Give ``role`` at ``organization`` (and everything below). Raises PermissionDenied, ValidationError."""
    if person.pk == by.pk:
        raise ValidationError(_("Nobody changes their own roles. Ask another administrator."))
    _check_may_manage(by, person)
    if not may_grant(by, role, organization):
        raise PermissionDenied("accounts.edit")
    if not organization.active:
        raise ValidationError(
            {"organization": _("%(name)s is not active any more.") % {"name": organization}}
        )
    if role == Role.CUSTOMER and person.role_assignments.exclude(role=Role.CUSTOMER).exists():
        raise ValidationError(
            {"role": _("A person of the staff is not a customer too. Make another account.")}
        )
    try:
        with transaction.atomic():
            return RoleAssignment.objects.create(user=person, role=role, organization=organization)
    except IntegrityError as error:
        raise ValidationError(
            {"role": _("%(name)s holds this role there already.") % {"name": person}}
        ) from error


@transaction.atomic
def revoke_role(assignment: RoleAssignment, *, by: User) -> None:
    """Take a role away. Raises PermissionDenied, ValidationError for one's own."""
    if assignment.user_id == by.pk:
        raise ValidationError(_("Nobody changes their own roles. Ask another administrator."))
    if not by.has_perm("accounts.edit", assignment.organization):
        raise PermissionDenied("accounts.edit")
    _check_may_manage(by, assignment.user)
    before = _held(assignment.user)
    assignment.delete()
    publish(before)


def choose_language(person: User, language: str) -> None:
    """Keep the language that a person chose in the menu."""
    if person.language != language:
        User.objects.filter(pk=person.pk).update(language=language)
        person.language = language


@transaction.atomic
def issue_token(person: User, *, name: str, days: int) -> tuple[ApiToken, str]:
    """A new API key that acts as ``person`` for so many days, and the key itself, which is never shown again."""
    if not 1 <= days <= LONGEST_TOKEN_LIFE.days:
        raise ValidationError(
            {"days": _("A key lives 1 to %(most)s days.") % {"most": LONGEST_TOKEN_LIFE.days}}
        )
    if person.api_tokens.count() >= MOST_TOKENS:
        raise ValidationError(
            _("You have %(most)s keys. Revoke those that nobody uses.") % {"most": MOST_TOKENS}
        )
    expires_at: datetime = timezone.now() + timedelta(days=days)
    return ApiToken.issue(person, name, expires_at)


def revoke_token(person: User, token_id: int) -> bool:
    """End a key of ``person``; whether there was one."""
    gone, _detail = ApiToken.objects.filter(pk=token_id, user=person).delete()
    return gone > 0
