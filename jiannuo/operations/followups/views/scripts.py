"""Writing scripts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.followups import services
from jiannuo.operations.followups.models import Question, QuestionRule, Script, ScriptVersion
from jiannuo.operations.followups.tableforms import QuestionForm, RuleForm, ScriptForm, WordsForm

MANAGE = "followups.manage"


def _one(model: type[Any], pk: int, *related: str) -> Any:
    row = model.objects.select_related(*related).filter(pk=pk).first()
    if row is None:
        raise Http404(_t("There is no such row."))
    return row


def _draft_of(question: Question) -> str:
    return reverse("followups:script", args=[question.version.script_id])


def _form(request: HttpRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back, **more}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required(MANAGE)
def script(request: HttpRequest, pk: int) -> HttpResponse:
    """A script: the draft that is being written, or the version that is used."""
    own = _one(Script, pk)
    versions = list(own.versions.select_related("published_by"))
    wanted = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == wanted), versions[0] if versions else None)
    questions = list(shown.questions.prefetch_related("rules__goto")) if shown is not None else []
    context = {
        "title": str(own),
        "script": own,
        "versions": versions,
        "version": shown,
        "questions": questions,
    }
    return render(request, "followups/script.html", context)


@permission_required(MANAGE)
def script_new(request: HttpRequest) -> HttpResponse:
    """A new script with an empty draft."""
    return _script(request, Script(), _t("New script"))


@permission_required(MANAGE)
def script_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Its name, and whether it is used."""
    own = _one(Script, pk)
    return _script(request, own, str(own))


def _script(request: HttpRequest, own: Script, title: str) -> HttpResponse:
    form = ScriptForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        services.save_script(form.instance, by=request.user)
        return redirect("followups:script", pk=form.instance.pk)
    return _form(request, form, title, reverse("followups:settings"))


@require_POST
@permission_required(MANAGE)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version."""
    own = _one(Script, pk)
    services.new_draft(own, by=request.user)
    return redirect("followups:script", pk=own.pk)


@require_POST
@permission_required(MANAGE)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft."""
    version = _one(ScriptVersion, pk, "script")
    try:
        services.publish(version, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _t("Version %(number)s is used from now on.") % {"number": version.number})
    return redirect("followups:script", pk=version.script_id)


@permission_required(MANAGE)
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """The opening and the closing words of a draft."""
    version = _one(ScriptVersion, pk, "script")
    form = WordsForm(request.POST or None, initial={"greeting": version.greeting, "closing": version.closing})
    back = reverse("followups:script", args=[version.script_id])
    if request.method == "POST" and form.is_valid():
        try:
            services.save_words(version, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(back)
    return _form(request, form, _t("Opening and closing words"), back)


@permission_required(MANAGE)
def question_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A further question of a draft."""
    version = _one(ScriptVersion, pk, "script")
    return _question(request, Question(version=version), _t("New question"))


@permission_required(MANAGE)
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a question of a draft."""
    question = _one(Question, pk, "version__script")
    return _question(request, question, question.text)


def _question(request: HttpRequest, question: Question, title: str) -> HttpResponse:
    back = _draft_of(question)
    form = QuestionForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_question(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(back)
    return _form(request, form, title, back)


@require_POST
@permission_required(MANAGE)
def question_change(request: HttpRequest, pk: int, change: str) -> HttpResponse:
    """Move a question up or down, or take it out."""
    question = _one(Question, pk, "version__script")
    try:
        if change == "remove":
            services.remove_question(question, by=request.user)
        elif change in ("up", "down"):
            services.move_question(question, by=request.user, up=change == "up")
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_draft_of(question))


@permission_required(MANAGE)
def rule_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A rule of a question."""
    question = _one(Question, pk, "version__script")
    form = RuleForm(request.POST or None, instance=QuestionRule(question=question))
    back = _draft_of(question)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_rule(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(back)
    return _form(request, form, _t("What follows on which answer"), back, subtitle=question.text)


@require_POST
@permission_required(MANAGE)
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule out."""
    rule = _one(QuestionRule, pk, "question__version__script")
    try:
        services.remove_rule(rule, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(_draft_of(rule.question))
