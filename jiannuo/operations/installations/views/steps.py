"""The records of the stages, each on a small page that a phone can show."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.installations.models import Installation
from jiannuo.operations.installations.services.guard import WORK
from jiannuo.operations.installations.stepforms import STEPS, carry_out
from jiannuo.operations.workorders.forms.fields import SignatureField


@permission_required("installations.view")
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Ask for a record (GET), keep it (POST)."""
    user: Any = request.user
    rows = Installation.objects.visible_to(user).select_related("organization", "customer")
    installation = rows.filter(number=number).first()
    if installation is None or name not in STEPS:
        raise Http404(_("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not user.has_perm(WORK, installation):
        raise PermissionDenied(WORK)
    wanted = STEPS[name]
    back = f"{reverse('installations:detail', args=[number])}#{wanted.anchor}"
    line = request.GET.get("line", "")
    form = wanted.form(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        installation=installation,
        user=user,
        initial={"line": int(line)} if line.isdecimal() and len(line) < 18 else {},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    carry_out(wanted, installation, form.cleaned_data, by=user)
            except ValidationError as error:
                add_errors(form, error)
            except (StaleDocument, ActionNotAllowed) as error:
                return respond_conflict(request, installation, str(wanted.title), str(error))
            else:
                messages.success(request, _("%(action)s: done.") % {"action": wanted.title})
                return redirect(back)
    signs = any(isinstance(field, SignatureField) for field in form.fields.values())
    context = {
        "form": form,
        "step": name,
        "signs": signs,
        "needs_signature": signs and form.fields["signature"].required,
        "installation": installation,
        "title": str(wanted.title),
        "about": form.about,
        "submit_label": str(wanted.submit or _("Save")),
        "cancel_url": back,
    }
    return render(request, "installations/step.html", context, status=status)
