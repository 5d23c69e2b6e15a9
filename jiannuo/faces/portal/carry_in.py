"""The receipt of goods in the house, by its signed link: how far it is, and the answer to the estimate."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.faces.portal.deciding import DecisionForm, decision
from jiannuo.faces.portal.queries import Step
from jiannuo.faces.portal.views import link_broken, link_over, printed, too_many
from jiannuo.operations.bench.links import is_over, receipt_of
from jiannuo.operations.bench.models import CarryIn, Estimate
from jiannuo.operations.bench.services import AnswerTooLate, answer_estimate


class EstimateForm(DecisionForm):
    """Whether to repair."""

    answer = decision(gettext_lazy("Repair it"), gettext_lazy("Do not repair it"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt of a customer; while an estimate waits, the question with it."""
    if limited := too_many(request, "estimate" if request.method == "POST" else "link"):
        return limited
    found = receipt_of(token)
    if found is None:
        return link_broken(request)
    if is_over(found):
        return link_over(request)
    if request.method != "POST":
        return _page(request, found, token, EstimateForm())
    form = EstimateForm(request.POST)
    if not form.is_valid():
        return _page(request, found, token, form, status=422)
    data = form.cleaned_data
    try:
        answer_estimate(found, accepted=data["answer"] == "yes", name=data["name"], remark=data["remark"])
    except AnswerTooLate:
        return _page(request, found, token, EstimateForm(), late=True, status=409)
    except ValidationError as error:
        form.add_error(None, error.messages[0])
        return _page(request, found, token, form, status=422)
    return redirect(request.path)


def _page(
    request: HttpRequest,
    found: CarryIn,
    token: str,
    form: EstimateForm,
    *,
    late: bool = False,
    status: int = 200,
) -> HttpResponse:
    estimates = list(found.estimates.all())
    asked = next((one for one in estimates if one.state == Estimate.State.OPEN), None)
    open_question = asked if asked is not None and found.state == CarryIn.State.ASKED else None
    answered = next((one for one in estimates if one.answered_by), None)
    context = {
        "receipt": found,
        "token": token,
        "form": form,
        "estimate": open_question,
        "answered": None if open_question else answered,
        "late": late,
        "accessories": list(found.accessories.all()),
        "steps": steps_of(found, answered),
    }
    return render(request, "portal/carry_in.html", context, status=status)


def steps_of(found: CarryIn, answered: Estimate | None) -> list[Step]:
    """The way of the goods as their customer sees it."""
    steps = [Step(_("Taken in"), True, found.taken_at)]
    if found.state == CarryIn.State.ASKED:
        steps.append(Step(_("We wait for your decision"), True))
    elif answered is not None:
        accepted = answered.state == Estimate.State.ACCEPTED
        said = _("You accepted the estimate") if accepted else _("You refused the repair")
        steps.append(Step(said, True, answered.answered_at))
    done = found.ready_at is not None
    unrepaired = found.outcome == CarryIn.Outcome.UNREPAIRED
    steps.append(
        Step(_("Ready, not repaired") if unrepaired else _("Repaired and ready"), done, found.ready_at)
    )
    steps.append(Step(_("Collected"), found.collected_at is not None, found.collected_at))
    return steps


@require_safe
@never_cache
def receipt_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt as the printed form F19."""
    if limited := too_many(request, "link"):
        return limited
    found = receipt_of(token)
    if found is None:
        return link_broken(request)
    if is_over(found):
        return link_over(request)
    return printed("F19", found)
