"""The table of rules, trying it, the back-office check, and push-backs."""

from __future__ import annotations

from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.desk.filters import ServiceRequestFilter
from jiannuo.operations.desk.models import HandBackReason, PushBack, RoutingRule, ServiceRequest
from jiannuo.operations.desk.routing import pushback
from jiannuo.operations.desk.routing.forms import LISTS, DecisionForm, ReasonRowForm, RuleForm, TryForm
from jiannuo.operations.desk.routing.matching import CONDITIONS, label_of
from jiannuo.operations.desk.routing.models import choices_of
from jiannuo.operations.desk.routing.sending import Sending, choose, rules_for, try_out
from jiannuo.operations.desk.routing.services import RELATED, move_rule, save_reason, save_rule
from jiannuo.operations.desk.routing.tables import CheckTable, PushBackFilter, PushBackTable
from jiannuo.promises.obligations.models import Obligation

MONTHS = 12


def _rules(user: Any) -> QuerySet[RoutingRule]:
    return RoutingRule.objects.visible_to(user).select_related(*RELATED)


def words_of(rule: RoutingRule) -> list[tuple[str, str]]:
    """The conditions of a rule in words."""
    found = []
    for condition in CONDITIONS:
        if not condition.asked(rule):
            continue
        value = getattr(rule, condition.field)
        words = choices_of(value, LISTS[condition.field]) if condition.field in LISTS else str(value)
        found.append((label_of(condition.field), words))
    return found


@require_safe
@permission_required("requests.routing")
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in their order, and what they say of a case."""
    rows = list(_rules(request.user).order_by("organization__path", "position", "pk"))
    form = TryForm(request.GET if "kind" in request.GET else None, user=request.user)
    verdicts, chosen = [], Sending()
    if form.is_bound and form.is_valid():
        asked = rules_for(form.cleaned_data["organization"])
        verdicts, chosen = try_out(form.case, asked), choose(asked, form.case)
    context = {
        "title": gettext("Routing rules"),
        "subtitle": gettext("The first rule that fits says who is responsible for a new request"),
        "rules": [(rule, words_of(rule)) for rule in rows],
        "reasons": list(HandBackReason.objects.all()),
        "form": form,
        "verdicts": verdicts,
        "chosen": chosen.verdict,
        "skipped": chosen.skipped,
        "tried": form.is_bound and form.is_valid(),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "desk/routing/rules.html", context, status=status)


@permission_required("requests.routing")
def rule_new(request: HttpRequest) -> HttpResponse:
    """A new rule, at the end of its table."""
    return _edit(request, RoutingRule(), gettext("New routing rule"))


@permission_required("requests.routing")
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule, or take it out of use."""
    rule = _rules(request.user).filter(pk=pk).first()
    if rule is None:
        raise Http404(gettext("There is no such rule, or you may not see it."))
    return _edit(request, rule, rule.name)


def _edit(request: HttpRequest, rule: RoutingRule, title: str) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=rule, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            save_rule(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("desk:rules")
    context = {"form": form, "title": title, "cancel_url": reverse("desk:rules")}
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/routing/rule.html", context, status=status)


@require_POST
@permission_required("requests.routing")
def rule_move(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """One place up or down."""
    rule = _rules(request.user).filter(pk=pk).first()
    if rule is None or way not in ("up", "down"):
        raise Http404(gettext("There is no such rule, or you may not see it."))
    try:
        move_rule(rule, up=way == "up", by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("desk:rules")


@permission_required("requests.routing")
def reason_edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A reason for handing customers back, new or changed."""
    row = HandBackReason.objects.filter(pk=pk).first() if pk else HandBackReason()
    if row is None:
        raise Http404(gettext("There is no such row."))
    form = ReasonRowForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        save_reason(form.instance, by=request.user)
        return redirect("desk:rules")
    title = str(row) if pk else gettext("New reason for handing back")
    context = {"form": form, "title": title, "cancel_url": reverse("desk:rules")}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


class CheckList(TablePage):
    """Requests that were sent on and are to be looked at by the back office."""

    name = "request-checks"
    title = gettext_lazy("Back-office checks")
    subtitle = gettext_lazy("Requests that were sent on: was anything arranged, and does the customer know?")
    permission = "requests.check"
    table_class = CheckTable
    filterset_class = ServiceRequestFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    empty_text = gettext_lazy("Nothing is to be checked. Requests come here when a clause wants a check.")

    def rows(self) -> QuerySet[Any]:
        owed = Obligation.objects.filter(
            document=OuterRef("pk"),
            metric="review",
            state__in=Obligation.OPEN_STATES,
            abandoned_at__isnull=True,
        )
        return (
            ServiceRequest.objects.visible_to(self.request.user)
            .filter(Exists(owed), kind="servicerequest")
            .select_related("organization", "routed_to", "owner", "customer")
            .defer("decision")
            .annotate(check_due=Subquery(owed.order_by("due_at").values("due_at")[:1]))
        )


class PushBackList(TablePage):
    """Dealers who turned customers away."""

    name = "push-backs"
    title = gettext_lazy("Push-backs")
    subtitle = gettext_lazy("Dealers who turned away customers whom they owe service")
    permission = "pushbacks.view"
    table_class = PushBackTable
    filterset_class = PushBackFilter
    template_name = "desk/routing/pushbacks.html"
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (
        Preset(gettext_lazy("To be decided"), "state=open"),
        Preset(gettext_lazy("Not justified"), "state=unjustified"),
    )
    empty_text = gettext_lazy("No dealer turned a customer away.")

    def rows(self) -> QuerySet[Any]:
        rows = PushBack.objects.visible_to(self.request.user)
        return rows.select_related("organization", "document", "customer", "by")


@require_safe
@permission_required("pushbacks.view")
def pushback_months(request: HttpRequest) -> HttpResponse:
    """How often each dealer turned customers away in each of the last twelve months."""
    since = timezone.localdate().replace(day=1) - relativedelta(months=MONTHS - 1)
    rows = PushBack.objects.visible_to(request.user).filter(month__gte=since).order_by()
    counts = rows.values("month", "organization", "organization__name").annotate(
        n=Count("pk"),
        wrong=Count("pk", filter=Q(state=PushBack.State.UNJUSTIFIED)),
        open=Count("pk", filter=Q(state=PushBack.State.OPEN)),
    )
    context = {
        "title": gettext("Push-backs by dealer and month"),
        "rows": list(counts.order_by("-month", "-n", "organization__name")),
    }
    return render(request, "desk/routing/months.html", context)


@permission_required("pushbacks.decide")
def pushback_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether a dealer was right."""
    rows = PushBack.objects.visible_to(request.user).select_related(
        "organization", "document", "customer", "by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such push-back, or you may not see it."))
    if found.state == PushBack.State.OPEN and not pushback.may_decide(found, request.user):
        raise PermissionDenied("pushbacks.decide")
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        justified = form.cleaned_data["justified"] == "yes"
        try:
            pushback.decide(found, justified=justified, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("desk:pushbacks")
    context = {
        "form": form,
        "push_back": found,
        "title": f"{found.organization} · {found.document.number}",
        "cancel_url": reverse("desk:pushbacks"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/routing/decide.html", context, status=status)
