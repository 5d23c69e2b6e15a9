"""What managers edit: questionnaires with their versions, who is asked, categories of opinions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.forms import (
    CategoryForm,
    EditionForm,
    LowScoreForm,
    QuestionForm,
    QuestionnaireForm,
    ReplyForm,
    RuleForm,
)
from jiannuo.operations.surveys.models import (
    Edition,
    InvitationRule,
    LowScoreRule,
    OpinionCategory,
    Question,
    Questionnaire,
)


@permission_required("surveys.design")
def settings(request: HttpRequest) -> HttpResponse:
    """Questionnaires, rules of invitations and categories on one page."""
    user: Any = request.user
    rules = InvitationRule.objects.select_related("organization", "questionnaire")
    scope = user.organization_scope("surveys.design")
    context = {
        "title": gettext("Surveys"),
        "questionnaires": list(
            Questionnaire.objects.usable_by(user).select_related("organization").prefetch_related("editions")
        ),
        "rules": list(rules if scope is None else rules.filter(organization__in=scope)),
        "categories": list(OpinionCategory.objects.all()),
        "may_categories": user.has_perm("surveys.categories"),
    }
    return render(request, "surveys/settings.html", context)


def _found(request: HttpRequest, code: str) -> Questionnaire:
    user: Any = request.user
    rows = Questionnaire.objects.usable_by(user).select_related("organization")
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404(gettext("There is no such questionnaire, or you may not see it."))
    return found


def _draft_of(found: Questionnaire) -> Edition:
    draft = found.editions.filter(state=Edition.State.DRAFT).first()
    if draft is None:
        raise Http404(gettext("There is no version in writing."))
    return draft


@permission_required("surveys.design")
def questionnaire(request: HttpRequest, code: str) -> HttpResponse:
    """One questionnaire: a version as customers see it, and, while it is written, its tables."""
    found = _found(request, code)
    editions = list(found.editions.select_related("published_by").order_by("-number"))
    wanted = request.GET.get("version", "")
    shown = next((one for one in editions if str(one.number) == wanted), editions[0] if editions else None)
    questions = list(shown.questions.all()) if shown else []
    context = {
        "title": found.name,
        "questionnaire": found,
        "editions": editions,
        "edition": shown,
        "questions": questions,
        "low_scores": list(shown.low_scores.all()) if shown else [],
        "preview": ReplyForm(questions=questions),
        "may_edit": request.user.has_perm("surveys.design", found.organization),
        "has_draft": any(one.is_draft for one in editions),
    }
    return render(request, "surveys/questionnaire.html", context)


def _edit(
    request: HttpRequest, form: Any, save: Callable[..., Any], title: str, back: str, **more: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(back)
    context = {"form": form, "title": title, "cancel_url": back, **more}
    return render(request, "surveys/row.html", context, status=422 if request.method == "POST" else 200)


def _back_to(found: Questionnaire) -> str:
    return reverse("surveys:questionnaire", args=[found.code])


@permission_required("surveys.design")
def questionnaire_new(request: HttpRequest) -> HttpResponse:
    """A new questionnaire."""
    form = QuestionnaireForm(request.POST or None, user=request.user)
    return _edit(
        request, form, services.save_questionnaire, gettext("New questionnaire"), reverse("surveys:settings")
    )


@permission_required("surveys.design")
def questionnaire_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Name and organisation of a questionnaire."""
    found = _found(request, code)
    form = QuestionnaireForm(request.POST or None, instance=found, user=request.user)
    return _edit(request, form, services.save_questionnaire, found.name, reverse("surveys:settings"))


@require_POST
@permission_required("surveys.design")
def edition_new(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a new version from the one that is asked."""
    found = _found(request, code)
    services.new_edition(found, by=request.user)
    return redirect(_back_to(found))


@permission_required("surveys.design")
def edition_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Greeting, thresholds and guards of the version in writing."""
    found = _found(request, code)
    form = EditionForm(request.POST or None, instance=_draft_of(found))
    return _edit(request, form, services.save_part, found.name, _back_to(found))


@require_POST
@permission_required("surveys.design")
def edition_publish(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the version in writing from now on."""
    found = _found(request, code)
    try:
        services.publish_edition(_draft_of(found), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_back_to(found))


@dataclass(frozen=True, slots=True)
class Part:
    """A table of a version."""

    model: type[Any]
    form: type[Any]
    new: Any


PARTS = {
    "questions": Part(Question, QuestionForm, _("New question")),
    "low": Part(LowScoreRule, LowScoreForm, _("New low score")),
}


def _part(part: str) -> Part:
    if part not in PARTS:
        raise Http404(gettext("There is no such table."))
    return PARTS[part]


def _row(found: Questionnaire, part: Part, pk: int) -> Any:
    row = part.model.objects.filter(edition__questionnaire=found, pk=pk).first()
    if row is None:
        raise Http404(gettext("There is no such row."))
    return row


@permission_required("surveys.design")
def part_new(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """A question or a low score more."""
    found, kind = _found(request, code), _part(part)
    draft = _draft_of(found)
    row = kind.model(edition=draft)
    if part == "questions":
        row.position = 10 * (draft.questions.count() + 1)
    form = kind.form(request.POST or None, instance=row)
    return _edit(request, form, services.save_part, str(kind.new), _back_to(found))


@permission_required("surveys.design")
def part_edit(request: HttpRequest, code: str, part: str, pk: int) -> HttpResponse:
    """Change a question or a low score of the version in writing."""
    found, kind = _found(request, code), _part(part)
    row = _row(found, kind, pk)
    title = str(row)
    remove = reverse("surveys:part_remove", args=[code, part, pk])
    form = kind.form(request.POST or None, instance=row)
    return _edit(request, form, services.save_part, title, _back_to(found), remove_url=remove)


@require_POST
@permission_required("surveys.design")
def part_remove(request: HttpRequest, code: str, part: str, pk: int) -> HttpResponse:
    """Take a question or a low score out of the version in writing."""
    found, kind = _found(request, code), _part(part)
    try:
        services.remove_row(_row(found, kind, pk), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_back_to(found))


@permission_required("surveys.design")
def rule_new(request: HttpRequest) -> HttpResponse:
    """A line more of who is asked."""
    form = RuleForm(request.POST or None, user=request.user)
    return _edit(
        request, form, services.save_rule, gettext("New rule of invitations"), reverse("surveys:settings")
    )


@permission_required("surveys.design")
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change who is asked."""
    user: Any = request.user
    row = InvitationRule.objects.select_related("organization", "questionnaire").filter(pk=pk).first()
    if row is None or not user.has_perm("surveys.design", row.organization):
        raise Http404(gettext("There is no such row."))
    title = str(row)
    form = RuleForm(request.POST or None, instance=row, user=user)
    return _edit(request, form, services.save_rule, title, reverse("surveys:settings"))


@permission_required("surveys.categories")
def category_new(request: HttpRequest) -> HttpResponse:
    """A category more."""
    form = CategoryForm(request.POST or None)
    return _edit(request, form, services.save_category, gettext("New category"), reverse("surveys:settings"))


@permission_required("surveys.categories")
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a category and its words."""
    row = OpinionCategory.objects.filter(pk=pk).first()
    if row is None:
        raise Http404(gettext("There is no such row."))
    title = row.name
    form = CategoryForm(request.POST or None, instance=row)
    return _edit(request, form, services.save_category, title, reverse("surveys:settings"))
