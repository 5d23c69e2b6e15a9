"""Lists of complaints, the page of one, and taking one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.queries import visible_as_kind
from jiannuo.office.documents.timeline import attachments_of
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.complaints.filters import ComplaintFilter
from jiannuo.operations.complaints.forms import ComplaintForm
from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.complaints.queries import asked, complaints_for, special_cases
from jiannuo.operations.complaints.services import register_complaint
from jiannuo.operations.complaints.tables import ComplaintTable, grade_badge, weight_badge

OPEN = "&".join(
    f"state={state}" for state in ("registered", "assigned", "investigated", "decided", "reopened")
)


class ComplaintList(TablePage):
    """The complaints that the person may see."""

    name = "complaints"
    title = _("Complaints")
    subtitle = _("The desk is independent of the service: its staff cannot see into it")
    permission = "complaints.view"
    table_class = ComplaintTable
    filterset_class = ComplaintFilter
    orderings = (NEWEST, Ordering("received", _("received"), ("received_at",)))
    default_ordering = "-id"
    presets: ClassVar[Sequence[Preset]] = (
        Preset(_("To be handled"), OPEN),
        Preset(_("To be called back"), "state=answered"),
        Preset(_("Repeated and malicious"), "grade=repeat&grade=malicious"),
        Preset(_("Major"), "weight=major"),
    )
    create_url_name = "complaints:register"
    create_label = _("Take a complaint")
    create_permission = "complaints.handle"
    empty_text = _("No complaint. They come from the service desk, or you take one here.")

    def rows(self) -> QuerySet[Any]:
        return complaints_for(self.request.user)


class SpecialCaseList(ComplaintList):
    """The page of the directors."""

    name = "special_cases"
    title = _("Special cases")
    subtitle = _("What the directors decide on themselves")
    permission = "complaints.direct"
    presets = (Preset(_("To be handled"), OPEN), Preset(_("To be called back"), "state=answered"))
    create_url_name = ""
    empty_text = _("No special case.")

    def rows(self) -> QuerySet[Any]:
        return special_cases(self.request.user)


class ComplaintPage(DocumentPage):
    """One complaint: what was said, what was found, decided and answered, and what the customer says to that."""

    model = Complaint
    permission = "complaints.view"
    template_name = "complaints/detail.html"
    select_related = (
        "customer",
        "unit__model",
        "matter",
        "officer",
        "source",
        "accused_person",
        "responsible_organization",
        "responsible_person",
    )

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        changes = document.changes.select_related("by", "rule")
        payout = document.payouts.first() if document.compensation else None
        return {
            **super().get_context_data(document),
            "complaint": document,
            "grade": grade_badge(document),
            "weight": weight_badge(document),
            "phone": phone_for(user, document.phone, document),
            "changes": list(changes),
            "asked": asked(document),
            "payout": payout,
            "sees_payout": user.has_perm("payouts.view"),
            "source_url": self._source_url(document, user),
            "files": attachments_of(document),
            "prints": forms_for(Complaint, user),
        }

    def _source_url(self, document: Complaint, user: Any) -> str:
        if document.source is None:
            return ""
        seen = visible_as_kind(document.source.pk, document.source.kind, user)
        return seen.get_absolute_url() if seen is not None else ""


@permission_required("complaints.handle")
def register(request: HttpRequest) -> HttpResponse:
    """Take a complaint at the desk itself."""
    form = ComplaintForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            complaint = register_complaint(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(complaint.get_absolute_url())
    context = {
        "form": form,
        "title": _t("Take a complaint"),
        "cancel_url": reverse("complaints:list"),
        "submit_label": _t("Register"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
