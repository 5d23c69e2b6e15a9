"""Pages of the ledger: the list, one obligation and what people do with it, duties that recur."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiannuo.kernel.files.services import store
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import SIGNED_IN, permission_required
from jiannuo.office.documents.queries import document_or_404
from jiannuo.promises.obligations import queries, services
from jiannuo.promises.obligations.filters import DutyFilter, ObligationFilter
from jiannuo.promises.obligations.forms import EvidenceForm, KeepForm, PauseForm, WaiveForm
from jiannuo.promises.obligations.handling import HANDLE, may_acknowledge
from jiannuo.promises.obligations.models import Obligation, RecurringDuty
from jiannuo.promises.obligations.tables import DutyTable, ObligationTable, WaivableObligationTable


class ObligationList(TablePage):
    """The ledger of what is owed and was owed."""

    name = "obligations"
    title = gettext_lazy("Obligations")
    subtitle = gettext_lazy("Who owes what to whom by when, and whether it was kept")
    permission = "obligations.view"
    template_name = "obligations/list.html"
    filterset_class = ObligationFilter
    orderings = (Ordering("due", gettext_lazy("due"), ("due_at",)), NEWEST)
    default_ordering = "due"
    empty_text = gettext_lazy("Nothing is owed. Obligations come from events and the commitments in force.")
    presets = (
        Preset(gettext_lazy("open"), "state=open"),
        Preset(gettext_lazy("missed"), "state=missed"),
        Preset(gettext_lazy("kept"), "state=met"),
        Preset(gettext_lazy("kept late"), "state=met_late"),
    )

    @property
    def table_class(self) -> type[ObligationTable]:  # type: ignore[override]
        """With a way to let go of a promise for those who may."""
        return WaivableObligationTable if self.may("obligations.waive") else ObligationTable

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {"rates_url": reverse("obligations:rates"), "duties_url": reverse("obligations:duties")}


class DutyList(TablePage):
    """What is owed again and again, and when it is owed next."""

    name = "duties"
    title = gettext_lazy("Recurring duties")
    subtitle = gettext_lazy("What is owed again and again: visits, calls, inspections, training")
    permission = "obligations.view"
    template_name = "obligations/duties.html"
    table_class = DutyTable
    filterset_class = DutyFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (
        Preset(gettext_lazy("running"), "state=running"),
        Preset(gettext_lazy("ended"), "state=ended"),
    )
    empty_text = gettext_lazy("Nothing recurs. Duties begin with the events that recurring clauses name.")

    def rows(self) -> QuerySet[Any]:
        return RecurringDuty.objects.visible_to(self.request.user).select_related(
            "document", "customer", "organization", "unit", "version__commitment"
        )


@permission_required("obligations.view")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One obligation: parties, instants, ladder, pauses, evidence, and what may be done."""
    obligation = get_object_or_404(queries.in_full(request.user), pk=pk)
    user: Any = request.user
    handles = user.has_perm(HANDLE, obligation)
    paused = any(pause.to_at is None for pause in obligation.pauses.all())
    waiting = any(step.is_waiting_for_word for step in obligation.steps.all())
    running = obligation.state == Obligation.State.OPEN
    context = {
        "title": f"{obligation.metric_label} · {obligation.subject_label}",
        "obligation": obligation,
        "may_acknowledge": waiting and obligation.is_owed and may_acknowledge(obligation, user),
        "may_keep": handles and obligation.is_owed,
        "may_prove": handles,
        "may_pause": handles and running and not paused and bool(obligation.pausable),
        "may_resume": handles and obligation.is_owed and paused,
        "may_waive": obligation.is_owed and user.has_perm("obligations.waive", obligation),
    }
    return render(request, "obligations/detail.html", context)


@permission_required(SIGNED_IN)
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an escalation has arrived; it is not told again."""
    user: Any = request.user
    obligation = get_object_or_404(Obligation.objects.select_related("organization"), pk=pk)
    if not may_acknowledge(obligation, user):
        get_object_or_404(queries.visible_to(user), pk=pk)  # what one may not see does not exist
    try:
        number = services.acknowledge(obligation, by=user)
    except services.ObligationNotOpen as refusal:
        messages.info(request, str(refusal))
    else:
        text = ngettext(
            "Acknowledged: it is not told again.", "Acknowledged: they are not told again.", number or 1
        )
        messages.success(request, text)
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if inside else reverse("notices:inbox"))


Do = Callable[[Obligation, Any], Any]


def _ask(
    request: HttpRequest, obligation: Obligation, form: Any, do: Do, done: str, **context: Any
) -> HttpResponse:
    """Show a form about one obligation; with valid answers do what it is for."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do(obligation, form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            except services.ObligationNotOpen as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, done)
                return redirect(obligation.get_absolute_url())
    parts = (obligation.subject_label, str(obligation.customer or ""), obligation.text)
    shown = {
        "subtitle": " · ".join(part for part in parts if part),
        "form": form,
        "cancel_url": obligation.get_absolute_url(),
        **context,
    }
    return render(request, shown.pop("template", "pages/form.html"), shown, status=status)


def _visible(request: HttpRequest, pk: int) -> Obligation:
    rows = queries.visible_to(request.user).select_related("document", "organization", "customer", "unit")
    return get_object_or_404(rows, pk=pk)


@permission_required("obligations.waive")
@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of a promise, with a reason."""
    obligation = _visible(request, pk)
    return _ask(
        request,
        obligation,
        WaiveForm(request.POST or None),
        lambda one, data: services.waive(one, by=request.user, reason=data["reason"]),
        _("The promise was let go. The reason is in the file."),
        title=_("Waive: %(metric)s") % {"metric": obligation.metric_label},
        submit_label=_("Waive"),
        template="obligations/waive.html",
    )


@permission_required(HANDLE)
@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that it was kept, with the proof."""
    obligation = _visible(request, pk)

    def do(one: Obligation, data: dict[str, Any]) -> None:
        file = store(data["file"], by=request.user) if data["file"] else None
        services.keep(one, by=request.user, at=data["at"], text=data["text"], file=file)

    return _ask(
        request,
        obligation,
        KeepForm(request.POST or None, request.FILES or None, initial={"at": timezone.localtime()}),
        do,
        _("Written down as kept."),
        title=_("Kept: %(metric)s") % {"metric": obligation.metric_label},
        submit_label=_("Write down"),
    )


@permission_required(HANDLE)
@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a proof."""

    def do(one: Obligation, data: dict[str, Any]) -> None:
        file = store(data["file"], by=request.user) if data["file"] else None
        document = document_or_404(data["number"], request.user) if data["number"] else None
        services.add_evidence(one, by=request.user, document=document, file=file, text=data["text"])

    return _ask(
        request,
        _visible(request, pk),
        EvidenceForm(request.POST or None, request.FILES or None, user=request.user),
        do,
        _("The evidence was added."),
        title=_("Add evidence"),
        submit_label=_("Add"),
    )


@permission_required(HANDLE)
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the clock for a reason that the clause allows."""
    obligation = _visible(request, pk)
    return _ask(
        request,
        obligation,
        PauseForm(request.POST or None, reasons=obligation.pausable),
        lambda one, data: services.pause_one(one, data["reason"], by=request.user),
        _("The clock stands still."),
        title=_("Pause the clock: %(metric)s") % {"metric": obligation.metric_label},
        submit_label=_("Pause"),
    )


@permission_required(HANDLE)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the clock run again."""
    obligation = _visible(request, pk)
    try:
        services.resume_one(obligation, by=request.user)
    except (ValidationError, services.ObligationNotOpen) as refusal:
        text = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, text)
    else:
        messages.success(request, _("The clock runs again."))
    return redirect(obligation.get_absolute_url())


@permission_required("obligations.view")
@require_safe
def countdowns(request: HttpRequest, number: str) -> JsonResponse:
    """The countdowns of a document as JSON, for pages that keep themselves fresh."""
    document = document_or_404(number, request.user)
    return JsonResponse(
        {"now": timezone.now(), "obligations": [_as_json(o) for o in queries.for_document(document)]}
    )


def _as_json(obligation: Any) -> dict[str, Any]:
    return {
        "id": obligation.pk,
        "metric": obligation.metric,
        "label": obligation.metric_label,
        "text": obligation.text,
        "state": obligation.state,
        "paused": obligation.is_paused,
        "due_at": obligation.due_at,
        "warn_at": obligation.warn_at,
        "person": str(obligation.person) if obligation.person else "",
        "owed_instead": obligation.owed_instead,
    }
