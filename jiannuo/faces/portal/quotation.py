"""A quotation by its signed link: what was found, what it costs and why, and the customer's decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.faces.portal.deciding import DecisionForm, decision
from jiannuo.faces.portal.views import message, printed, too_many
from jiannuo.kernel.money import in_words
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.maintenance.links import open_link
from jiannuo.operations.maintenance.models import Quotation
from jiannuo.operations.maintenance.queries import explained_lines
from jiannuo.operations.maintenance.services import AnswerTooLate, answer_quotation, consent_words

FORM = "F40"


class QuotationForm(DecisionForm):
    """Accept or refuse; who accepts agrees in words to the sum."""

    answer = decision(gettext_lazy("I accept"), gettext_lazy("I refuse"))
    consents_to = forms.BooleanField(required=False)

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consents_to"].label = words


def _opened(request: HttpRequest, token: str, group: str = "link") -> Quotation | HttpResponse:
    """The quotation that a token names, or the answer to give instead."""
    if limited := too_many(request, group):
        return limited
    found = open_link(token)
    if found is None:
        return message(request, _("This link is not complete"), _("Open it again from the message."), 404)
    if found.replaced:
        text = _("The quotation was sent elsewhere. If it concerns you, call us.")
        return message(request, _("This link was replaced"), text, 410)
    if getattr(found.quotation, "replaced_by", None) is not None:
        text = _("There is a newer quotation instead of %(number)s. Open the latest message, or call us.")
        return message(
            request,
            _("This quotation was replaced"),
            text % {"number": found.quotation.number},
            410,
        )
    if found.quotation.state == Quotation.State.WITHDRAWN:
        text = _("%(number)s is not valid any more. Call us if you want a new one.")
        return message(
            request, _("This quotation was withdrawn"), text % {"number": found.quotation.number}, 410
        )
    if found.is_over:
        return message(request, _("This link has expired"), _("Call us if you want a new quotation."), 410)
    return found.quotation


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def quotation(request: HttpRequest, token: str) -> HttpResponse:
    """The quotation; while it waits for the customer, the question with it."""
    found = _opened(request, token, "quotation" if request.method == "POST" else "link")
    if isinstance(found, HttpResponse):
        return found
    words = consent_words(found)
    if request.method != "POST":
        return _page(request, found, token, QuotationForm(words=words))
    form = QuotationForm(request.POST, words=words)
    if not form.is_valid():
        return _page(request, found, token, form, status=422)
    data = form.cleaned_data
    try:
        answer_quotation(
            found,
            accepted=data["answer"] == "yes",
            name=data["name"],
            consents_to=data["consents_to"],
            remark=data["remark"],
        )
    except AnswerTooLate:
        fresh = Quotation.objects.select_related("organization", "customer", "unit__model", "order")
        return _page(
            request, fresh.get(pk=found.pk), token, QuotationForm(words=words), late=True, status=409
        )
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, found, token, form, status=422)
    return redirect(request.path)


def _page(
    request: HttpRequest,
    found: Quotation,
    token: str,
    form: QuotationForm,
    *,
    late: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "quotation": found,
        "token": token,
        "form": form,
        "asked": found.state == Quotation.State.SENT and not found.is_expired,
        "late": late,
        "findings": list(found.findings.order_by("pk")),
        "lines": explained_lines(found),
        "words": in_words(found.customer_total),
    }
    return render(request, "portal/quotation.html", context, status=status)


@require_safe
@never_cache
def quotation_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The quotation as the printed form F40."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    return printed(FORM, found)
