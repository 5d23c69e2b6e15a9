"""Letters: the register, one letter, writing one, addresses in doubt."""

from __future__ import annotations

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
from django.views.decorators.http import require_POST, require_safe

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.printing.registers import pdf_response
from jiannuo.kernel.printing.services import render_pdf
from jiannuo.kernel.tables.bulk import BulkAction, BulkResult, each_row
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import address_for
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.followups import services
from jiannuo.operations.followups.filters import LetterFilter
from jiannuo.operations.followups.forms import LetterForm, SentForm
from jiannuo.operations.followups.models import AddressDoubt, Letter
from jiannuo.operations.followups.prints import MOST_PRINTED
from jiannuo.operations.followups.queries import letters_for
from jiannuo.operations.followups.services.letters import latest
from jiannuo.operations.followups.tables import LetterTable

HANDLE = "followups.handle"


class SentTogetherForm(SentForm):
    """The day on which several letters were sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["posting"]


def send_together(user: Any, rows: QuerySet[Any], data: dict[str, Any]) -> BulkResult:
    """Mark letters as sent; each that cannot be is named with the reason."""
    refusals = (ValidationError, PermissionDenied, ActionNotAllowed)
    return each_row(
        rows.select_related("organization"),
        lambda letter: services.do_letter(letter, "send", by=user, data={"sent_on": data["sent_on"]}),
        refusals=refusals,
    )


class LetterList(TablePage):
    """The register of letters (F55)."""

    name = "letters"
    title = _("Follow-up letters")
    subtitle = _("Notices, invitations and answers: every letter is registered")
    permission = "followups.view"
    table_class = LetterTable
    filterset_class = LetterFilter
    orderings = (
        NEWEST,
        Ordering("due_on", _("to be sent by"), ("due_on",)),
        Ordering("sent_on", _("sent on"), ("sent_on",)),
    )
    default_ordering = "-id"
    presets = (
        Preset(_("To be sent"), "state=written"),
        Preset(_("Came back"), "state=returned"),
    )
    bulk_actions = (
        BulkAction("send", _("Mark as sent"), HANDLE, send_together, form=SentTogetherForm, style="success"),
    )
    create_url_name = "followups:letter_new"
    create_label = _("Write a letter")
    create_permission = HANDLE
    empty_text = _("No letter has been written.")
    template_name = "followups/letters.html"

    def extra_context(self) -> dict[str, Any]:
        return {"may_print": self.may(HANDLE), "asked": self.request.GET.urlencode()}

    def rows(self) -> QuerySet[Any]:
        return letters_for(self.request.user)


@permission_required(HANDLE)
@require_safe
def letters_print(request: HttpRequest) -> HttpResponse:
    """The letters of the list that are still to be sent, in one file for the window envelope, the oldest first."""
    found = LetterFilter(request.GET, queryset=letters_for(request.user), request=request).qs
    rows = Letter.objects.visible_to(request.user).open().filter(pk__in=found.values("pk"))
    letters = list(rows.select_related("organization").order_by("pk")[:MOST_PRINTED])
    if not letters:
        messages.info(request, _t("No letter is waiting to be sent."))
        return redirect("followups:letters")
    context = {"title": _t("Letters"), "letters": letters, "printed_at": timezone.localtime()}
    return pdf_response(render_pdf("followups/print/letter.html", context), "letters")


class LetterPage(DocumentPage):
    """One letter as it was written."""

    model = Letter
    permission = "followups.view"
    template_name = "followups/letter.html"
    select_related = ("customer", "unit__model", "talk", "mailing", "sent_by", "template_version__template")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        doubt = AddressDoubt.objects.filter(letter=document).select_related("cleared_by").first()
        return {
            **super().get_context_data(document),
            "letter": document,
            "address": address_for(user, document.address_text, document),
            "doubt": doubt,
            "may_clear": doubt is not None and doubt.cleared_at is None and user.has_perm(HANDLE, document),
            "prints": forms_for(Letter, user),
        }


@permission_required(HANDLE)
def letter_new(request: HttpRequest) -> HttpResponse:
    """Write a letter to one customer."""
    form = LetterForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = latest(values.pop("template"))
        try:
            if version is None:
                raise ValidationError({"template": _t("This template has no words yet.")})
            letter = services.write_letter(version, values.pop("customer"), by=request.user, **values)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(letter.get_absolute_url())
    context = {
        "form": form,
        "title": _t("Write a letter"),
        "cancel_url": reverse("followups:letters"),
        "submit_label": _t("Write it"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@permission_required(HANDLE)
def doubt_clear(request: HttpRequest, pk: int) -> HttpResponse:
    """The address was asked for and is right, or was corrected."""
    visible = Letter.objects.visible_to(request.user)
    doubt = (
        AddressDoubt.objects.filter(pk=pk, letter__in=visible).select_related("letter__organization").first()
    )
    if doubt is None:
        raise Http404(_t("There is no such row."))
    services.clear_doubt(doubt, by=request.user)
    return redirect(doubt.letter.get_absolute_url())
