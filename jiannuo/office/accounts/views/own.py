"""The own account: profile and API keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jiannuo.office.accounts import services
from jiannuo.office.accounts.access import SIGNED_IN, permission_required
from jiannuo.office.accounts.forms import ProfileForm, TokenForm
from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.views.people import add_errors


@permission_required(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """My profile."""
    person = User.objects.select_related("organization").get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_profile(person, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            with translation.override(person.language):
                messages.success(request, _("Saved."))
            return redirect("accounts:profile")
    context = {
        "title": _("My profile"),
        "form": form,
        "person": person,
        "assignments": person.role_assignments.select_related("organization"),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@permission_required("accounts.keys")
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """My API keys; a new one is shown in the answer to the form, and never again."""
    person: Any = request.user
    form = TokenForm(request.POST or None)
    key = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, key = services.issue_token(person, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            form = TokenForm()
    context = {
        "title": _("API keys"),
        "subtitle": _("A key lets a program act in your name. Give each program its own."),
        "form": form,
        "key": key,
        "tokens": person.api_tokens.order_by("-created_at"),
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@permission_required("accounts.keys")
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my keys."""
    person: Any = request.user
    if not services.revoke_token(person, pk):
        raise Http404
    messages.success(request, _("The key was revoked. Programs that use it are refused from now on."))
    return redirect("accounts:tokens")
