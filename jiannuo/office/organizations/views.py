"""The tree of organisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.decorators import permission_required as django_permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.office.organizations import services
from jiannuo.office.organizations.forms import MoveForm, NewOrganizationForm, OrganizationForm
from jiannuo.office.organizations.models import Organization, OrganizationKind
from jiannuo.office.organizations.queries import area_names, tree


def permitted(permission: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Strangers are sent to sign in, people without ``permission`` are refused."""
    return lambda view: login_required(django_permission_required(permission, raise_exception=True)(view))


def _editable(request: HttpRequest, pk: int) -> Organization:
    """The organisation, which the caller may change; 404 outside the scope."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if not request.user.has_perm("organizations.edit", organization):
        raise PermissionDenied("organizations.edit")
    return organization


def _parents(request: HttpRequest) -> QuerySet[Organization]:
    return Organization.objects.visible_to(request.user).filter(active=True).order_by("path")


def _add_errors(form: BaseForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, ValidationError(errors))


@permitted("organizations.view")
@require_safe
def tree_page(request: HttpRequest) -> HttpResponse:
    """The tree, or the organisations that fit the search."""
    kind = request.GET.get("kind", "")
    wanted: dict[str, Any] = {
        "text": request.GET.get("q", "").strip()[:60],
        "kind": kind if kind in OrganizationKind.values else "",
        "closed": request.GET.get("closed") == "1",
    }
    context = {
        "title": _("Organisations"),
        "rows": tree(request.user, **wanted),
        "kinds": OrganizationKind.choices,
        "wanted": wanted,
        "create_url": reverse("organizations:create") if request.user.has_perm("organizations.edit") else "",
    }
    return render(request, "organizations/tree.html", context)


@permitted("organizations.view")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: record, area, agreement, who works there, what stands below."""
    organization = get_object_or_404(
        Organization.objects.visible_to(request.user).select_related("calendar"), pk=pk
    )
    names = area_names(organization.areas)
    may_see_people = request.user.has_perm("accounts.view", organization)
    people = organization.people.filter(is_active=True).prefetch_related("role_assignments").order_by("name")
    context: dict[str, Any] = {
        "title": organization.name,
        "organization": organization,
        "areas": [(code, names.get(code, code)) for code in organization.areas],
        "above": Organization.objects.get_ancestors(organization),
        "below": Organization.objects.get_children(organization),
        "people": people[:200] if may_see_people else None,
        "may_edit": request.user.has_perm("organizations.edit", organization),
    }
    return render(request, "organizations/detail.html", context)


@permitted("organizations.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Found an organisation."""
    initial = {"parent": request.GET.get("below")}
    form = NewOrganizationForm(request.POST or None, initial=initial, parents=_parents(request))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = services.found(values.pop("parent"), by=request.user, **values)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": made})
            return redirect("organizations:detail", made.pk)
    context = {"title": _("New organisation"), "form": form, "cancel_url": reverse("organizations:list")}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@permitted("organizations.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the record of an organisation."""
    organization = _editable(request, pk)
    form = OrganizationForm(request.POST or None, instance=organization)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(organization, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("organizations:detail", pk)
    cancel_url = reverse("organizations:detail", args=[pk])
    context = {"title": organization.name, "form": form, "cancel_url": cancel_url}
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@permitted("organizations.edit")
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an organisation under another one."""
    organization = _editable(request, pk)
    parents = _parents(request).exclude(path__startswith=organization.path)
    form = MoveForm(
        request.POST or None,
        parents=parents,
        initial={"parent": Organization.objects.get_parent(organization)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.move(organization, form.cleaned_data["parent"], by=request.user)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("%(name)s was moved.") % {"name": organization})
            address = reverse("organizations:detail", args=[pk])
            return (
                HttpResponseClientRedirect(address)
                if request.headers.get("HX-Request")
                else redirect(address)
            )
    warning = _("Everything below %(name)s moves along. Who sees its records changes with it.")
    context = {
        "title": _("Move"),
        "subtitle": organization.name,
        "text": warning % {"name": organization},
        "form": form,
        "form_action": request.path,
        "cancel_url": reverse("organizations:detail", args=[pk]),
    }
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else "pages/form.html"
    return render(request, template, context, status=422 if form.errors else 200)


@permitted("organizations.edit")
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an organisation, or open it again."""
    organization = _editable(request, pk)
    try:
        services.set_active(organization, request.POST.get("active") == "1", by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect("organizations:detail", pk)
