"""The tables that managers edit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.followups import services
from jiannuo.operations.followups.models import (
    Caller,
    CampaignKind,
    FollowUpKind,
    LetterTemplate,
    Script,
)
from jiannuo.operations.followups.queries import callers_to_choose
from jiannuo.operations.followups.tableforms import (
    CallerForm,
    CampaignKindForm,
    FollowUpKindForm,
    TemplateForm,
)

MANAGE = "followups.manage"
TABLES: dict[str, tuple[type[Any], type[Any], Any]] = {
    "kinds": (FollowUpKind, FollowUpKindForm, _("New kind of follow-up")),
    "callers": (Caller, CallerForm, _("Name a follow-up employee")),
    "campaigns": (CampaignKind, CampaignKindForm, _("New kind of campaign")),
}


@permission_required(MANAGE)
def settings(request: HttpRequest) -> HttpResponse:
    """All tables on one page."""
    callers = Caller.objects.visible_to(request.user).select_related(
        "organization", "kind", "person", "substitute"
    )
    context = {
        "title": _t("Rules of follow-ups"),
        "kinds": list(FollowUpKind.objects.select_related("script")),
        "callers": list(callers),
        "campaigns": list(CampaignKind.objects.select_related("followup_kind", "letter_template")),
        "scripts": list(Script.objects.prefetch_related("versions")),
        "templates": list(LetterTemplate.objects.prefetch_related("versions")),
    }
    return render(request, "followups/settings.html", context)


def _table(table: str) -> tuple[type[Any], type[Any], Any]:
    if table not in TABLES:
        raise Http404(_t("There is no such table."))
    return TABLES[table]


@permission_required(MANAGE)
def setting_new(request: HttpRequest, table: str) -> HttpResponse:
    """A new row."""
    model, form, title = _table(table)
    return _edit(request, form, model(), str(title))


@permission_required(MANAGE)
def setting_edit(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Change a row."""
    model, form, _title = _table(table)
    rows = Caller.objects.visible_to(request.user) if model is Caller else model.objects.all()
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404(_t("There is no such row."))
    return _edit(request, form, row, str(row))


def _edit(request: HttpRequest, form_class: type[Any], row: Any, title: str) -> HttpResponse:
    more: dict[str, Any] = {}
    if form_class is CallerForm:
        more = {"user": request.user, "people": callers_to_choose(request.user)}
    form = form_class(request.POST or None, instance=row, **more)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_row(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("followups:settings")
    context = {"form": form, "title": title, "cancel_url": reverse("followups:settings")}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required(MANAGE)
def template_new(request: HttpRequest) -> HttpResponse:
    """A new template of letters."""
    return _template(request, LetterTemplate(), _t("New template"), {})


@permission_required(MANAGE)
def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template; other words make a new version."""
    template = LetterTemplate.objects.filter(pk=pk).first()
    if template is None:
        raise Http404(_t("There is no such row."))
    last = template.versions.first()
    initial = {
        "name": template.name,
        "kind": template.kind,
        "is_active": template.is_active,
        "subject": last.subject if last else "",
        "body": last.body if last else "",
    }
    return _template(request, template, str(template), initial)


def _template(
    request: HttpRequest, template: LetterTemplate, title: str, initial: dict[str, Any]
) -> HttpResponse:
    form = TemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        subject, body = values.pop("subject"), values.pop("body")
        for name, value in values.items():
            setattr(template, name, value)
        try:
            services.save_template(template, subject=subject, body=body, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("followups:settings")
    context = {
        "form": form,
        "title": title,
        "subtitle": _t(
            "In braces: {customer} {contact} {unit} {serial} {organization} {today}, and of a "
            "campaign {title} {text} {place} {day}"
        ),
        "cancel_url": reverse("followups:settings"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
