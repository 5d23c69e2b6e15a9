"""What a manager edits: words that mean the same, rules for kinds of articles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from jiannuo.office.accounts.access import PermissionRequired, permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.knowledge import services
from jiannuo.operations.knowledge.forms import RuleForm, SynonymForm
from jiannuo.operations.knowledge.models import KindRule, SynonymGroup
from jiannuo.operations.knowledge.views.finding import sections

MANAGE = "knowledge.manage"


@permission_required("knowledge.review")
@require_safe
def synonyms(request: HttpRequest) -> HttpResponse:
    """Words that mean the same."""
    user: Any = request.user
    context = {
        "title": _("Synonyms"),
        "subtitle": _("Whoever asks for one of these words finds the others too, at once."),
        "sections": sections(user, "synonyms"),
        "groups": SynonymGroup.objects.prefetch_related("words")[:500],
        "may_manage": user.has_perm(MANAGE),
    }
    return render(request, "knowledge/synonyms.html", context)


class Dialog(PermissionRequired, View):
    """A form in the dialog; then the page behind is shown anew."""

    permission = MANAGE
    title: Any = ""

    def answer(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        context = {"title": self.title, "form": form, "submit_label": _("Save"), "form_action": request.path}
        return render(request, "partials/modal_form.html", context, status=status)

    def done(self, request: HttpRequest) -> HttpResponse:
        messages.success(request, _("Saved"))
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response


class SynonymDialog(Dialog):
    """A group of words."""

    def get(self, request: HttpRequest, group: int | None = None) -> HttpResponse:
        return self.answer(request, self._form(self._group(group)))

    def post(self, request: HttpRequest, group: int | None = None) -> HttpResponse:
        present = self._group(group)
        form = self._form(present, request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.save_synonyms(data["words"], by=request.user, note=data["note"], group=present)
            except ValidationError as error:
                add_errors(form, error)
        return self.done(request) if form.is_valid() else self.answer(request, form, 422)

    def _group(self, key: int | None) -> SynonymGroup | None:
        return None if key is None else get_object_or_404(SynonymGroup, pk=key)

    def _form(self, group: SynonymGroup | None, data: Any = None) -> SynonymForm:
        self.title = _("Words that mean the same")
        return SynonymForm(data, initial=SynonymForm.initial_of(group) if group is not None else None)


@permission_required(MANAGE)
@require_POST
def synonym_remove(request: HttpRequest, group: int) -> HttpResponse:
    """The words no longer stand for each other."""
    services.remove_synonyms(get_object_or_404(SynonymGroup, pk=group), by=request.user)
    messages.success(request, _("Removed"))
    return redirect("knowledge:synonyms")


@permission_required("knowledge.review")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Who approves each kind of article, and how often it is looked at again."""
    user: Any = request.user
    context = {
        "title": _("Rules for articles"),
        "subtitle": _("Who approves, and how often articles are looked at again"),
        "sections": sections(user, "rules"),
        "rules": KindRule.objects.order_by("pk"),
        "may_manage": user.has_perm(MANAGE),
    }
    return render(request, "knowledge/rules.html", context)


class RuleDialog(Dialog):
    """The rule for a kind of article."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        rule = self._rule(kind)
        initial = {"approver": rule.approver, "review_months": rule.review_months}
        return self.answer(request, RuleForm(initial=initial))

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        rule = self._rule(kind)
        form = RuleForm(request.POST)
        if form.is_valid():
            try:
                services.save_rule(rule, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
        return self.done(request) if form.is_valid() else self.answer(request, form, 422)

    def _rule(self, kind: str) -> KindRule:
        rule = get_object_or_404(KindRule, article_kind=kind)
        self.title = str(rule)
        return rule
