"""The inbox of approvals, and deciding them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.models import User
from jiannuo.office.documents import approvals
from jiannuo.office.documents.approvals import AlreadyDecided
from jiannuo.office.documents.forms import DelegationForm, RefusalForm, RemarkForm
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.office.documents.views import add_errors, respond_conflict, respond_moved_on

ROWS = 50


@permission_required("approvals.decide")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for my decision, and what I asked others."""
    asked = request.GET.get("asked") == "1"
    user: Any = request.user
    rows = approvals.asked_by(user) if asked else approvals.waiting_for(user)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    waiting = page.paginator.count if not asked else approvals.waiting_for(user).count()
    context = {"title": _("Approvals"), "rows": page, "asked": asked, "waiting": waiting}
    return render(request, "documents/approvals.html", context)


@dataclass(frozen=True)
class Decision:
    """One way to decide a step."""

    label: Any
    style: str
    service: Callable[..., Any]
    form: type[Form]


DECISIONS = {
    "approve": Decision(gettext_lazy("Approve"), "success", approvals.approve, RemarkForm),
    "reject": Decision(gettext_lazy("Reject"), "danger", approvals.reject, RefusalForm),
    "send-back": Decision(gettext_lazy("Send back"), "warning", approvals.send_back, RefusalForm),
    "delegate": Decision(gettext_lazy("Delegate"), "primary", approvals.delegate, DelegationForm),
}


@permission_required("approvals.decide")
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Ask for a remark (GET), decide (POST). 404 for steps of others, 409 when somebody was faster."""
    chosen = DECISIONS.get(decision)
    rows = ApprovalStep.objects.select_related("approval__document__organization", "approval__asked_by")
    step = get_object_or_404(rows, pk=pk)
    if chosen is None or not approvals.deciders_of(step).filter(pk=request.user.pk).exists():
        raise Http404(_("There is no such approval for you to decide."))
    if step.state != ApprovalStep.State.PENDING:
        return respond_conflict(request, step.approval.document, str(chosen.label), str(AlreadyDecided(step)))
    form = _form(chosen, step, request)
    if request.method == "POST":
        if form.is_valid():
            try:
                chosen.service(step, by=request.user, **form.cleaned_data)
            except AlreadyDecided as error:
                return respond_conflict(request, step.approval.document, str(chosen.label), str(error))
            except ValidationError as error:
                add_errors(form, error)
        if form.is_valid():
            done = _("%(action)s: done.") % {"action": chosen.label}
            return respond_moved_on(
                request, step.approval.document, done, fallback=reverse("documents:approvals")
            )
    return _show(request, chosen, step, form, 422 if request.method == "POST" else 200)


def _form(chosen: Decision, step: ApprovalStep, request: HttpRequest) -> Form:
    data = request.POST if request.method == "POST" else None
    if chosen.form is DelegationForm:
        return DelegationForm(data, people=approvals.delegates_for(step, cast(User, request.user)))
    return chosen.form(data)


def _show(
    request: HttpRequest, chosen: Decision, step: ApprovalStep, form: Form, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "title": str(chosen.label),
        "text": f"{step.approval.document.number} {step.approval.subject}",
        "style": chosen.style,
        "submit_label": str(chosen.label),
        "form_action": request.path,
        "cancel_url": reverse("documents:approvals"),
    }
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else "pages/form.html"
    return render(request, template, context, status=status)
