"""The queue, one follow-up, and the page on which a customer is asked."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.followups import services
from jiannuo.operations.followups.filters import FollowUpFilter
from jiannuo.operations.followups.forms import AttemptForm, FollowUpForm, TalkForm
from jiannuo.operations.followups.models import CampaignEntry, FollowUp, Question
from jiannuo.operations.followups.queries import followups_for, history_of, phone_of, raised_by
from jiannuo.operations.followups.services.letters import filled
from jiannuo.operations.followups.tables import FollowUpTable
from jiannuo.registry.customers.models import Customer

HANDLE = "followups.handle"


class FollowUpList(TablePage):
    """All follow-ups in the person's scope."""

    name = "followups"
    title = _("Follow-ups")
    subtitle = _("What customers were promised to be asked, soonest first")
    permission = "followups.view"
    table_class = FollowUpTable
    filterset_class = FollowUpFilter
    orderings = (Ordering("due", _("due"), ("due_at",)), Ordering("ended", _("made"), ("ended_at",)), NEWEST)
    default_ordering = "due"
    template_name = "followups/list.html"
    presets = (
        Preset(_("Mine, to be made"), "mine=yes&state=due"),
        Preset(_("To be made"), "state=due"),
        Preset(_("Overdue"), "urgent=late"),
        Preset(_("Answer owed"), "state=asking&state=answering"),
        Preset(_("Not reached"), "state=unreached"),
    )
    create_url_name = "followups:new"
    create_label = _("New follow-up")
    create_permission = HANDLE
    empty_text = _("No follow-up. They come from promises, from campaigns, or you make one.")

    def rows(self) -> QuerySet[Any]:
        return followups_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {"may_call": self.may(HANDLE)}


class FollowUpPage(DocumentPage):
    """One follow-up: for what, attempts, what was answered, what came of it."""

    model = FollowUp
    permission = "followups.view"
    template_name = "followups/detail.html"
    select_related = (
        "customer",
        "contact",
        "unit__model",
        "owner",
        "followup_kind",
        "source",
        "follows",
        "obligation",
        "campaign_entry__campaign",
        "taken_by",
    )

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        talk = services.talk_of(document)
        context = super().get_context_data(document)
        if document.obligation is not None:
            context["obligations"] = [document.obligation, *context.get("obligations", ())]
        return {
            **context,
            "followup": document,
            "phone": phone_for(user, phone_of(document), document),
            "talk": talk,
            "tries": list(document.tries.select_related("by")),
            "requests": raised_by(document),
            "letters": list(document.letters.all()),
            "later": list(document.followed_by.select_related("followup_kind")),
            "may_call": document.state == "due" and user.has_perm(HANDLE, document),
            "prints": forms_for(FollowUp, user),
        }


def _mine_or_404(request: HttpRequest, number: str) -> FollowUp:
    """The follow-up that the person may make; 404 for what they may not see."""
    user: Any = request.user
    rows = FollowUp.objects.visible_to(user).select_related(
        "organization",
        "customer",
        "contact",
        "unit__model__category",
        "unit__dealer",
        "followup_kind",
        "owner",
        "source",
        "obligation",
        "taken_by",
        "campaign_entry__campaign__campaign_kind__letter_template",
    )
    followup = rows.filter(number=number).first()
    if followup is None:
        raise Http404(_t("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not user.has_perm(HANDLE, followup):
        raise PermissionDenied(HANDLE)
    return followup


@require_POST
@permission_required(HANDLE)
def next_one(request: HttpRequest) -> HttpResponse:
    """Take the next follow-up of the queue and open it."""
    followup = services.take_next(request.user)
    if followup is None:
        messages.info(request, _t("Nobody is to be called now. Later ones come when their hour comes."))
        return redirect("followups:list")
    return redirect("followups:call", number=followup.number)


@permission_required(HANDLE)
def call(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the customer, question by question; the last page writes down what came of it."""
    followup = _mine_or_404(request, number)
    if followup.state != FollowUp.State.DUE:
        return redirect(followup.get_absolute_url())
    if followup.is_held_by_another(request.user):
        holder = {"person": followup.taken_by}
        messages.warning(request, _t("%(person)s has this follow-up open just now.") % holder)
        return redirect(followup.get_absolute_url())
    if request.method == "POST":
        return _finish(request, followup)
    services.take(followup, by=request.user)
    services.begin(followup, by=request.user)
    followup = _mine_or_404(request, number)
    return _show(request, followup, None)


def _show(
    request: HttpRequest,
    followup: FollowUp,
    form: TalkForm | None,
    *,
    status: int = 200,
    error: str = "",
    again: str = "",
) -> HttpResponse:
    user: Any = request.user
    talk = services.talk_of(followup)
    again = again or request.GET.get("q", "")
    question = next(
        (one for one in talk.questions if again.isdecimal() and one.pk == int(again[:18])), talk.next
    )
    entry = _entry_of(followup)
    if question is None and form is None:
        form = _talk_form(followup, entry, initial=_noted(followup, talk))
    version = followup.script_version
    answered = talk.answers.get(question.pk) if question is not None else None
    context = {
        "title": _t("%(kind)s · %(customer)s")
        % {"kind": followup.followup_kind, "customer": followup.customer},
        "followup": followup,
        "talk": talk,
        "question": question,
        "value": answered.value if answered is not None else "",
        "error": error,
        "form": form,
        "entry": entry,
        "place": len(talk.answered) + 1,
        "greeting": filled(version.greeting, _words(followup, user)) if version is not None else "",
        "closing": filled(version.closing, _words(followup, user)) if version is not None else "",
        "phone": phone_for(user, phone_of(followup), followup),
        "history": history_of(followup, user),
    }
    return render(request, "followups/call.html", context, status=status)


def _entry_of(followup: FollowUp) -> CampaignEntry | None:
    return getattr(followup, "campaign_entry", None)


def _words(followup: FollowUp, user: Any) -> dict[str, str]:
    return {
        "customer": str(followup.contact or followup.customer),
        "unit": str(followup.unit.model) if followup.unit is not None else _t("machine"),
        "organization": str(followup.organization),
        "person": str(user),
    }


def _noted(followup: FollowUp, talk: Any) -> dict[str, Any]:
    """What the last page begins with: what was noted before, and what the answers suggest."""
    name = followup.spoken_with or str(followup.contact or "")
    texts = [one.value for one in talk.answered if one.question.kind == Question.Kind.TEXT and one.value]
    suggested = followup.issue_text or ("；".join(texts) if talk.way.issue else "")
    return {
        "version": followup.version,
        "spoken_with": name or (str(followup.customer) if followup.customer.kind == "household" else ""),
        "summary": followup.summary,
        "wishes": followup.wishes,
        "hopes": followup.hopes,
        "grievances": followup.grievances,
        "issue_kind": followup.issue_kind or talk.way.issue,
        "issue_text": suggested,
        "letter": True,
    }


def _talk_form(followup: FollowUp, entry: CampaignEntry | None, data: Any = None, **more: Any) -> TalkForm:
    template = entry.campaign.campaign_kind.letter_template if entry is not None else None
    return TalkForm(data, entry=entry, has_letter=template is not None, **more)


def _finish(request: HttpRequest, followup: FollowUp) -> HttpResponse:
    form = _talk_form(followup, _entry_of(followup), request.POST)
    if not form.is_valid():
        return _show(request, followup, form, status=422)
    try:
        services.record_talk(followup, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _show(request, followup, form, status=422)
    except (StaleDocument, ActionNotAllowed) as error:
        form.add_error(None, str(error))
        return _show(request, followup, form, status=409)
    messages.success(request, _t("%(number)s is written down.") % {"number": followup.number})
    return redirect(followup.get_absolute_url())


@require_POST
@permission_required(HANDLE)
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Save what the customer said to one question, and go on to the next."""
    followup = _mine_or_404(request, number)
    question = Question.objects.filter(pk=pk, version=followup.script_version_id).first()
    if question is None:
        raise Http404(_t("There is no such question."))
    try:
        services.save_answer(followup, question, request.POST.get("value", ""), by=request.user)
    except ValidationError as error:
        return _show(request, followup, None, status=422, error=" ".join(error.messages), again=str(pk))
    return redirect("followups:call", number=number)


@require_POST
@permission_required(HANDLE)
def notes(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is being written on the last page, so that nothing is lost when the browser closes."""
    followup = _mine_or_404(request, number)
    words = {one: request.POST.get(one, "") for one in services.NOTES}
    with suppress(ValidationError):  # the talk was written down meanwhile, with these words
        services.keep_notes(followup, by=request.user, **words)
    return HttpResponse(status=204)


@permission_required(HANDLE)
def not_reached(request: HttpRequest, number: str) -> HttpResponse:
    """Write down an attempt that did not reach the customer, and go back to the queue."""
    followup = _mine_or_404(request, number)
    form = AttemptForm(request.POST or None, document=followup, user=request.user)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            done = services.do(followup, "attempt", by=request.user, data=form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except ActionNotAllowed as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.info(request, _said_of(done))
            return redirect("followups:list")
    context = {
        "form": form,
        "title": _t("Not reached"),
        "subtitle": f"{followup.customer} · {followup.followup_kind}",
        "cancel_url": reverse("followups:call", args=[number]),
    }
    return render(request, "pages/form.html", context, status=status)


def _said_of(followup: FollowUp) -> str:
    if followup.state == FollowUp.State.DUE:
        again = timezone.localtime(followup.call_at)
        return _t("%(number)s comes again at %(again)s.") % {
            "number": followup.number,
            "again": f"{again:%Y-%m-%d %H:%M}",
        }
    return f"{followup.number}: {followup.reason}"


@require_POST
@permission_required(HANDLE)
def put_back(request: HttpRequest, number: str) -> HttpResponse:
    """Give a follow-up back to the queue without having called."""
    followup = _mine_or_404(request, number)
    services.release(followup, by=request.user)
    return redirect("followups:list")


@permission_required(HANDLE)
def new(request: HttpRequest) -> HttpResponse:
    """A follow-up by hand."""
    initial: dict[str, Any] = {"due_at": timezone.localtime() + timedelta(days=1)}
    chosen = request.GET.get("customer", "")
    if chosen.isdecimal():
        known = Customer.objects.visible_to(request.user).filter(pk=chosen[:18]).first()
        initial["customer"] = known.pk if known is not None else None
    form = FollowUpForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = services.make_followup(
                values.pop("kind"), values.pop("customer"), by=request.user, **values
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(made.get_absolute_url())
    context = {
        "form": form,
        "title": _t("New follow-up"),
        "cancel_url": reverse("followups:list"),
        "submit_label": _t("Make it"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
