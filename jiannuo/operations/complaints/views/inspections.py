"""Mystery inspections: list, page, scores, what follows from them, and the forms that a manager edits."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from jiannuo.kernel.files.services import store
from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import StaleDocument
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.complaints.filters import InspectionFilter
from jiannuo.operations.complaints.inspectionforms import (
    FollowUpForm,
    InspectionVisitForm,
    ScoreFormForm,
    ScoreItems,
    ScoresForm,
    items_of,
)
from jiannuo.operations.complaints.models import Inspection, ScoreForm, ScoreItem
from jiannuo.operations.complaints.queries import followed_by, inspections_for, scored_lines
from jiannuo.operations.complaints.services import (
    FOLLOW_UPS,
    follow_up,
    new_version,
    open_inspection,
    put_in_use,
    save_score_form,
    score,
)
from jiannuo.operations.complaints.tables import InspectionTable


class InspectionList(TablePage):
    """Mystery inspections: all for the desk, published ones for those inspected."""

    name = "inspections"
    title = _("Mystery inspections")
    subtitle = _("Nobody inspected knows of one before it is published")
    permission = "inspections.view"
    table_class = InspectionTable
    filterset_class = InspectionFilter
    orderings = (NEWEST, Ordering("visited", _("visited"), ("visited_at",)))
    default_ordering = "-id"
    presets = (Preset(_("Being scored"), "state=draft"), Preset(_("Published"), "state=published"))
    create_url_name = "complaints:inspection_new"
    create_label = _("Write down a visit")
    create_permission = "complaints.handle"
    empty_text = _("No inspection has been published.")

    def rows(self) -> QuerySet[Any]:
        return inspections_for(self.request.user)


class InspectionPage(DocumentPage):
    """One inspection with its scores, and what followed from it."""

    model = Inspection
    permission = "inspections.view"
    template_name = "complaints/inspection.html"
    select_related = ("form", "inspector")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        handles = user.has_perm("complaints.handle", document)
        return {
            **super().get_context_data(document),
            "inspection": document,
            "lines": scored_lines(document),
            "followed": followed_by(document, user),
            "may_score": handles and document.state == Inspection.State.DRAFT,
            "may_follow": handles and document.state == Inspection.State.PUBLISHED,
            "prints": forms_for(Inspection, user),
        }


@permission_required("complaints.handle")
def inspection_new(request: HttpRequest) -> HttpResponse:
    """Write down a visit."""
    form = InspectionVisitForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_inspection(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("complaints:inspection_score", number=made.number)
    context = {
        "form": form,
        "title": _t("Write down a visit"),
        "cancel_url": reverse("complaints:inspections"),
        "submit_label": _t("Go on to the scores"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _inspection(request: HttpRequest, number: str) -> Inspection:
    """The inspection; raises Http404 for what is missing or hidden, PermissionDenied for who does not handle it."""
    rows = Inspection.objects.visible_to(request.user).select_related("organization", "form")
    found: Inspection | None = rows.filter(number=number).first()
    if found is None:
        raise Http404(_t("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not request.user.has_perm("complaints.handle", found):
        raise PermissionDenied("complaints.handle")
    return found


@permission_required("complaints.handle")
def inspection_score(request: HttpRequest, number: str) -> HttpResponse:
    """Give scores, remarks and photos."""
    inspection = _inspection(request, number)
    if inspection.state != Inspection.State.DRAFT:
        return redirect(inspection.get_absolute_url())
    items = list(inspection.form.items.all())
    scores = {row.item_id: row for row in inspection.scores.all()}
    initial = {"summary": inspection.summary, "version": inspection.version}
    form = ScoresForm(request.POST or None, items=items, scores=scores, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    photos = {
                        item.pk: [
                            store(upload, by=request.user, kinds=("image",))
                            for upload in request.FILES.getlist(f"photos_{item.pk}")
                        ]
                        for item in items
                    }
                    data = form.cleaned_data
                    score(
                        inspection,
                        form.given(photos),
                        by=request.user,
                        summary=data["summary"],
                        version=data["version"],
                    )
            except ValidationError as error:
                add_errors(form, error)
            except StaleDocument as error:
                form.add_error(None, str(error))
                status = 409
            else:
                return redirect(inspection.get_absolute_url())
    context = {
        "form": form,
        "inspection": inspection,
        "title": _t("Scores of %(number)s") % {"number": inspection.number},
        "subtitle": str(inspection.organization),
        "cancel_url": inspection.get_absolute_url(),
    }
    return render(request, "complaints/inspection_score.html", context, status=status)


@permission_required("complaints.handle")
def inspection_follow(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Take up a finding as a complaint or a suggestion."""
    inspection = _inspection(request, number)
    if kind not in FOLLOW_UPS:
        raise Http404(_t("There is no such action."))
    form = FollowUpForm(request.POST or None, initial={"text": _low_lines(inspection)})
    if request.method == "POST" and form.is_valid():
        try:
            made = follow_up(inspection, kind, by=request.user, text=form.cleaned_data["text"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(made.get_absolute_url())
    titles = {"complaint": _t("Take it up as a complaint"), "suggestion": _t("Take it up as a suggestion")}
    context = {
        "form": form,
        "title": titles[kind],
        "subtitle": f"{inspection.number} {inspection.organization}",
        "cancel_url": inspection.get_absolute_url(),
        "submit_label": _t("Register"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _low_lines(inspection: Inspection) -> str:
    """The lines that needed a remark, as a start."""
    rows = inspection.scores.select_related("item")
    low = [row for row in rows if row.item.needs_remark(row.score)]
    return "\n".join(f"{row.item.title}：{row.remark}" for row in low)


# The forms


@permission_required("complaints.rules")
@require_safe
def score_forms(request: HttpRequest) -> HttpResponse:
    """All forms with their versions."""
    context = {
        "title": _t("Forms of inspections"),
        "forms": list(ScoreForm.objects.prefetch_related("items")),
    }
    return render(request, "complaints/score_forms.html", context)


def _score_form(pk: int) -> ScoreForm:
    found = ScoreForm.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(_t("There is no such form."))
    return found


@permission_required("complaints.rules")
def score_form_new(request: HttpRequest) -> HttpResponse:
    """A new form."""
    return _edit(request, ScoreForm(), _t("New form of inspections"))


@permission_required("complaints.rules")
def score_form_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft; a version in use is shown as it is."""
    row = _score_form(pk)
    if row.state != ScoreForm.State.DRAFT:
        context = {"title": str(row), "row": row, "items": list(row.items.all())}
        return render(request, "complaints/score_form.html", context)
    return _edit(request, row, str(row))


def _edit(request: HttpRequest, row: ScoreForm, title: str) -> HttpResponse:
    lines = row.items.all() if row.pk else ScoreItem.objects.none()
    data = request.POST or None
    form, items = ScoreFormForm(data, instance=row), ScoreItems(data, queryset=lines, prefix="items")
    if request.method == "POST" and form.is_valid() and items.is_valid():
        try:
            saved = save_score_form(form.instance, items_of(items), by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if "use" in request.POST:
                put_in_use(saved, by=request.user)
            return redirect("complaints:score_forms")
    context = {
        "form": form,
        "items": items,
        "title": title,
        "cancel_url": reverse("complaints:score_forms"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/score_form_edit.html", context, status=status)


@permission_required("complaints.rules")
@require_POST
def score_form_version(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft of a form."""
    return redirect("complaints:score_form", pk=new_version(_score_form(pk), by=request.user).pk)


__all__ = [
    "InspectionList",
    "InspectionPage",
    "inspection_follow",
    "inspection_new",
    "inspection_score",
    "score_form_edit",
    "score_form_new",
    "score_form_version",
    "score_forms",
]
