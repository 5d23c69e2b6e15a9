"""People and their roles, for administrators; the role matrix, for those who may see it."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts import services
from jiannuo.office.accounts.access import SIGNED_IN, PermissionRequired, permission_required
from jiannuo.office.accounts.filters import PeopleFilter
from jiannuo.office.accounts.forms import AbsenceForm, NewPersonForm, PersonForm, RoleForm
from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.queries import people_for
from jiannuo.office.accounts.roles import PERMISSIONS, Role
from jiannuo.office.accounts.tables import PeopleTable


class PeopleList(PermissionRequired, TablePage):
    name = "people"
    title = gettext_lazy("People")
    permission = "accounts.view"
    table_class = PeopleTable
    filterset_class = PeopleFilter
    orderings = (NEWEST, Ordering("name", gettext_lazy("name"), ("name",)))
    default_ordering = "name"
    presets = (
        Preset(gettext_lazy("active"), "is_active=true"),
        Preset(gettext_lazy("deactivated"), "is_active=false"),
    )
    create_url_name = "accounts:person_create"
    create_label = gettext_lazy("New person")
    create_permission = "accounts.edit"

    def rows(self) -> QuerySet[User]:
        return people_for(self.request.user)


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Put the refusal of a service onto the form."""
    if not hasattr(error, "error_dict"):
        form.add_error("password" if "password" in form.fields else None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, ValidationError(errors))


def _visible(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(people_for(request.user), pk=pk)


def _managed(request: HttpRequest, pk: int) -> User:
    """The person, whom the caller may change; 404 outside the scope, 403 when the person holds roles beyond it."""
    found = _visible(request, pk)
    if not services.may_manage(_user(request), found):
        raise PermissionDenied("accounts.edit")
    return found


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


@permission_required("accounts.view")
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: record, roles, what may be done."""
    found = _visible(request, pk)
    context = {
        "title": found.name,
        "person": found,
        "assignments": found.role_assignments.all(),
        "may_manage": request.user.has_perm("accounts.edit") and services.may_manage(_user(request), found),
        "is_self": found.pk == request.user.pk,
        "may_set_absence": services.may_set_absence(_user(request), found),
    }
    return render(request, "accounts/person.html", context)


@permission_required("accounts.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Employ a person."""
    form = NewPersonForm(request.POST or None, by=_user(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_person(by=_user(request), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if not made.has_usable_password():
                _mail_password_link(request, made)
            messages.success(request, _("%(name)s was added. Now give them a role.") % {"name": made})
            return redirect("accounts:person", made.pk)
    context = {"title": _("New person"), "form": form, "cancel_url": reverse("accounts:people")}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@permission_required("accounts.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the record of a person."""
    found = _managed(request, pk)
    form = PersonForm(request.POST or None, instance=found, by=_user(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(found, by=_user(request), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:person", pk)
    context = {"title": found.name, "form": form, "cancel_url": reverse("accounts:person", args=[pk])}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@permission_required(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave and deputy of a person, for themselves and for whoever plans the work."""
    by = _user(request)
    found = by if by.pk == pk else _visible(request, pk)
    if not services.may_set_absence(by, found):
        raise PermissionDenied("workforce.edit")
    form = AbsenceForm(request.POST or None, instance=User.objects.get(pk=pk))
    back = (
        reverse("accounts:person", args=[pk]) if by.has_perm("accounts.view") else reverse("accounts:profile")
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_absence(found, by=by, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    context = {"title": _("Absence"), "subtitle": found.name, "form": form, "cancel_url": back}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@permission_required("accounts.edit")
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate a person, or let them in again."""
    found = _managed(request, pk)
    active = request.POST.get("active") == "1"
    try:
        services.set_active(found, active, by=_user(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = (
            _("%(name)s can sign in again.")
            if active
            else _("%(name)s is signed out and cannot sign in any more.")
        )
        messages.success(request, text % {"name": found})
    return redirect("accounts:person", pk)


@permission_required("accounts.edit")
@require_POST
def send_password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail a person the link with which they set a new password."""
    found = _managed(request, pk)
    if not found.email:
        messages.error(request, _("%(name)s has no e-mail address. Enter one first.") % {"name": found})
    else:
        _mail_password_link(request, found)
        messages.success(
            request, _("A link to set a new password was sent to %(email)s.") % {"email": found.email}
        )
    return redirect("accounts:person", pk)


def _mail_password_link(request: HttpRequest, person: User) -> None:
    form = ResetPasswordForm(data={"email": person.email})
    if form.is_valid():
        form.save(request)


@permission_required("accounts.edit")
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    found = _managed(request, pk)
    form = RoleForm(request.POST or None, by=_user(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.grant_role(
                found, form.cleaned_data["role"], form.cleaned_data["organization"], by=_user(request)
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The role was given."))
            return _back_to(request, found)
    context: dict[str, Any] = {
        "title": _("Give a role"),
        "subtitle": found.name,
        "form": form,
        "form_action": request.path,
        "cancel_url": reverse("accounts:person", args=[pk]),
    }
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else "pages/form.html"
    return render(request, template, context, status=422 if form.errors else 200)


@permission_required("accounts.edit")
@require_POST
def revoke(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Take a role away."""
    found = _managed(request, pk)
    held = get_object_or_404(
        RoleAssignment.objects.select_related("organization", "user"), pk=assignment, user=found
    )
    try:
        services.revoke_role(held, by=_user(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The role was taken away."))
    return _back_to(request, found)


def _back_to(request: HttpRequest, person: User) -> HttpResponse:
    address = reverse("accounts:person", args=[person.pk])
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


@permission_required("accounts.view")
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """The role matrix, as the code has it."""
    rows = [(name, what, [role in holders for role in Role]) for name, (what, holders) in PERMISSIONS.items()]
    context = {
        "title": _("Roles"),
        "subtitle": _("What each role may do at its organisation and everything below."),
        "roles": list(Role),
        "rows": rows,
    }
    return render(request, "accounts/roles.html", context)
