"""Lists of answers, invitations and opinions; the page of an answer; entering and correcting one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.bulk import BulkAction, BulkResult, each_row
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.office.documents.forms import ReasonForm
from jiannuo.office.documents.models import Document
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.queries import document_or_404, visible_as_kind
from jiannuo.office.documents.services import StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.surveys.filters import AnswerFilter, InvitationFilter, OpinionFilter
from jiannuo.operations.surveys.forms import ClassifyForm, CorrectForm, EntryForm, ReplyForm, initial_of
from jiannuo.operations.surveys.models import Edition, Invitation, Opinion, Questionnaire, SurveyAnswer
from jiannuo.operations.surveys.queries import answers_for, invitations_for, opinions_for
from jiannuo.operations.surveys.services import (
    AlreadyAnswered,
    answer_invitation,
    confirm,
    do,
    enter_answer,
)
from jiannuo.operations.surveys.services.correcting import correct as correct_answer
from jiannuo.operations.surveys.services.correcting import may_correct
from jiannuo.operations.surveys.tables import AnswerTable, InvitationTable, OpinionTable


def _count_them(user: Any, rows: QuerySet[Any], data: dict[str, Any]) -> BulkResult:
    return each_row(rows, lambda row: do(row, "count", by=user, data={"reason": data["reason"]}))


def _leave_them_out(user: Any, rows: QuerySet[Any], data: dict[str, Any]) -> BulkResult:
    return each_row(rows, lambda row: do(row, "leave_out", by=user, data={"reason": data["reason"]}))


class AnswerList(TablePage):
    """Answers in scope."""

    name = "survey_answers"
    title = _("Survey answers")
    subtitle = _("Doubtful answers count only after a person has checked them")
    permission = "surveys.view"
    table_class = AnswerTable
    filterset_class = AnswerFilter
    orderings = (NEWEST, Ordering("answered", _("when it was answered"), ("answered_at",)))
    default_ordering = "-id"
    presets: ClassVar[Sequence[Preset]] = (
        Preset(_("To be checked"), "state=waiting"),
        Preset(_("Low scores"), "low=true"),
        Preset(_("Not satisfied"), "satisfied=false"),
    )
    bulk_actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction("count", _("Count"), "surveys.review", _count_them, form=ReasonForm, style="success"),
        BulkAction("leave_out", _("Leave out"), "surveys.review", _leave_them_out, form=ReasonForm),
    )
    create_url_name = "surveys:enter"
    create_label = _("Enter an answer")
    create_permission = "surveys.enter"
    empty_text = _("No answer yet. Say under “Surveys” who is asked after which event.")
    template_name = "surveys/answers.html"

    def rows(self) -> QuerySet[Any]:
        return answers_for(self.request.user)


class InvitationList(TablePage):
    """Who was asked; whom no message reached is called."""

    name = "survey_invitations"
    title = _("Invitations")
    subtitle = _("Whom no message reaches is called")
    permission = "surveys.view"
    table_class = InvitationTable
    filterset_class = InvitationFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets: ClassVar[Sequence[Preset]] = (
        Preset(_("To be called"), "state=unsent"),
        Preset(_("Not answered yet"), "state=sent"),
    )
    empty_text = _("Nobody was asked yet. Say under “Surveys” who is asked after which event.")

    def rows(self) -> QuerySet[Any]:
        return invitations_for(self.request.user)


def _confirm_them(user: Any, rows: QuerySet[Any]) -> BulkResult:
    return each_row(rows, lambda row: confirm(row, row.suggested, by=user))


class OpinionList(TablePage):
    """Free opinions with their categories."""

    name = "survey_opinions"
    title = _("Opinions of customers")
    subtitle = _("A category is suggested; the statistics count it once a person has confirmed it")
    permission = "surveys.view"
    table_class = OpinionTable
    filterset_class = OpinionFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets: ClassVar[Sequence[Preset]] = (
        Preset(_("To be confirmed"), "confirmed=false"),
        Preset(_("Confirmed"), "confirmed=true"),
    )
    bulk_actions: ClassVar[Sequence[BulkAction]] = (
        BulkAction("confirm", _("Confirm what is suggested"), "surveys.classify", _confirm_them),
    )
    empty_text = _("Nobody has written an opinion yet.")
    template_name = "surveys/opinions.html"

    def rows(self) -> QuerySet[Any]:
        return opinions_for(self.request.user)


class AnswerPage(DocumentPage):
    """One answer: what was given, why it waits, what it brought about."""

    model = SurveyAnswer
    permission = "surveys.view"
    template_name = "surveys/answer.html"
    select_related = ("customer", "unit__model", "model", "person", "edition__questionnaire", "invitation")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            **super().get_context_data(document),
            "answer": document,
            "replies": list(document.replies.select_related("question").order_by("question__position", "pk")),
            "opinions": list(document.opinions.select_related("category", "suggested", "confirmed_by")),
            "phone": phone_for(user, document.phone, document),
            "related": _related(document, user),
            "may_correct": may_correct(document, user),
        }


def _related(answer: SurveyAnswer, user: Any) -> list[Document]:
    """The order that it judges and the complaint that it brought about, for those who may see them."""
    out = answer.links_out.values_list("target_id", "target__kind")
    back = answer.links_in.values_list("source_id", "source__kind")
    found = [visible_as_kind(pk, kind, user) for pk, kind in [*out, *back]]
    return [one for one in found if one is not None]


def _edition_chosen(request: HttpRequest) -> Edition | None:
    rows = Edition.objects.filter(state=Edition.State.PUBLISHED, questionnaire__is_active=True)
    user: Any = request.user
    rows = rows.filter(questionnaire__in=Questionnaire.objects.usable_by(user))
    found = list(rows.select_related("questionnaire__organization").order_by("questionnaire__code"))
    code = request.GET.get("questionnaire", "")
    return next((one for one in found if one.questionnaire.code == code), found[0] if found else None)


@permission_required("surveys.enter")
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a questionnaire that came on paper, or was asked during a call without an invitation."""
    edition = _edition_chosen(request)
    if edition is None:
        return render(request, "surveys/enter.html", {"title": gettext("Enter an answer"), "edition": None})
    user: Any = request.user
    form = EntryForm(request.POST or None, questions=edition.questions.all(), user=user, edition=edition)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        day = data["answered_on"]
        now = timezone.localtime()
        moment = timezone.make_aware(datetime.combine(day, time(12))) if day != now.date() else None
        about = {name: data[name] for name in ("organization", "customer", "unit", "person", "name", "phone")}
        try:
            answer = enter_answer(
                edition, form.replies(), by=user, way=data["way"], answered_at=moment, **about
            )
        except ValidationError as error:
            form.refuse(_messages(error))
        else:
            return redirect(answer.get_absolute_url())
    context = {
        "title": gettext("Enter an answer"),
        "edition": edition,
        "form": form,
        "others": _others(user),
    }
    return render(request, "surveys/enter.html", context, status=422 if request.method == "POST" else 200)


def _others(user: Any) -> list[Any]:
    return list(
        Questionnaire.objects.usable_by(user).filter(is_active=True, editions__state="published").distinct()
    )


def _messages(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {name: [str(one) for one in texts] for name, texts in error.message_dict.items()}
    return {"": [str(one) for one in error.messages]}


@permission_required("surveys.enter")
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what an invited customer says on the telephone."""
    user: Any = request.user
    invitation = invitations_for(user).select_related("edition").filter(pk=pk).first()
    if invitation is None or not user.has_perm("surveys.enter", invitation.organization):
        raise Http404(gettext("There is no such invitation, or you may not see it."))
    form = ReplyForm(request.POST or None, questions=invitation.edition.questions.all())
    if invitation.state == Invitation.State.ANSWERED:
        return redirect(invitation.answer.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        try:
            answer = answer_invitation(invitation, form.replies(), by=user)
        except AlreadyAnswered:
            return redirect(SurveyAnswer.objects.get(invitation=invitation).get_absolute_url())
        except ValidationError as error:
            form.refuse(_messages(error))
        else:
            return redirect(answer.get_absolute_url())
    context = {
        "title": gettext("Survey by phone"),
        "invitation": invitation,
        "form": form,
        "phone": phone_for(user, invitation.phone, invitation.organization),
        "cancel_url": reverse("surveys:invitations"),
    }
    return render(request, "surveys/call.html", context, status=422 if request.method == "POST" else 200)


@permission_required("surveys.review")
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what was entered wrongly, with a reason."""
    answer = document_or_404(number, request.user)
    if not isinstance(answer, SurveyAnswer):
        raise Http404
    if not may_correct(answer, request.user):
        raise PermissionDenied("surveys.review")
    replies = answer.replies.select_related("question")
    start = {**initial_of(replies), "version": answer.version}
    form = CorrectForm(request.POST or None, questions=answer.edition.questions.all(), initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            correct_answer(
                answer, form.replies(), by=request.user, reason=data["reason"], version=data["version"]
            )
        except StaleDocument as error:
            return respond_conflict(request, answer, gettext("Correct"), str(error))
        except ValidationError as error:
            form.refuse(_messages(error))
        else:
            return redirect(answer.get_absolute_url())
    context = {
        "title": gettext("Correct %(number)s") % {"number": answer.number},
        "form": form,
        "answer": answer,
        "cancel_url": answer.get_absolute_url(),
    }
    return render(request, "surveys/correct.html", context, status=422 if request.method == "POST" else 200)


@permission_required("surveys.classify")
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what an opinion is about."""
    found: Opinion | None = opinions_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such opinion, or you may not see it."))
    form = ClassifyForm(request.POST or None, initial={"category": found.category or found.suggested})
    if request.method == "POST" and form.is_valid():
        try:
            confirm(found, form.cleaned_data["category"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("surveys:opinions")
    context = {
        "title": gettext("Classify the opinion"),
        "form": form,
        "opinion": found,
        "cancel_url": reverse("surveys:opinions"),
    }
    return render(request, "surveys/opinion.html", context, status=422 if request.method == "POST" else 200)
