"""The pool, the rules and the grades: what storekeepers and managers keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.bench import services
from jiannuo.operations.bench.models import BenchRules, LoanEquipment, ModelGrade
from jiannuo.operations.bench.queries import loans_for, pool_for
from jiannuo.operations.bench.tableforms import EquipmentForm, GradeForm, RulesForm

MOST = 30


def _edit(
    request: HttpRequest, form: Any, save: Callable[..., Any], title: str, back: str, **more: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(back)
    context = {"form": form, "title": title, "cancel_url": back, **more}
    return render(request, "bench/row.html", context, status=422 if request.method == "POST" else 200)


def _piece(request: HttpRequest, pk: int) -> LoanEquipment:
    found = pool_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such piece, or you may not see it."))
    return found


@require_safe
@permission_required("bench.view")
def equipment(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of the pool with its loans."""
    user: Any = request.user
    piece = _piece(request, pk)
    context = {
        "title": str(piece.model),
        "piece": piece,
        "loans": list(loans_for(user).filter(equipment=piece).order_by("-pk")[:MOST]),
        "may_manage": user.has_perm("loans.manage", piece),
        "may_lend": piece.state == LoanEquipment.State.POOL and user.has_perm("loans.lend", piece),
    }
    return render(request, "bench/equipment.html", context)


@permission_required("loans.manage")
def equipment_new(request: HttpRequest) -> HttpResponse:
    """A new piece of the pool."""
    user: Any = request.user
    form = EquipmentForm(request.POST or None, user=user, initial={"organization": user.organization_id})
    return _edit(request, form, services.save_equipment, gettext("Add a piece"), reverse("bench:pool"))


@permission_required("loans.manage")
def equipment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a piece of the pool."""
    piece = _piece(request, pk)
    if not request.user.has_perm("loans.manage", piece):
        raise PermissionDenied("loans.manage")
    form = EquipmentForm(request.POST or None, user=request.user, instance=piece)
    return _edit(request, form, services.save_equipment, str(piece), piece.get_absolute_url())


@require_safe
@permission_required("bench.rules")
def settings(request: HttpRequest) -> HttpResponse:
    """The rules of the houses and the grades of models."""
    user: Any = request.user
    scope = user.organization_scope("bench.rules")
    rules = BenchRules.objects.select_related("organization", "inspection_item")
    context = {
        "title": gettext("Rules of the bench"),
        "rules": list(rules if scope is None else rules.filter(organization__in=scope)),
        "usual": BenchRules(),
        "grades": list(ModelGrade.objects.select_related("model")),
    }
    return render(request, "bench/settings.html", context)


@permission_required("bench.rules")
def rules_new(request: HttpRequest) -> HttpResponse:
    """Rules for one more house."""
    user: Any = request.user
    form = RulesForm(request.POST or None, user=user, initial={"organization": user.organization_id})
    return _edit(request, form, services.save_rules, gettext("Rules of a house"), reverse("bench:settings"))


@permission_required("bench.rules")
def rules_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the rules of a house."""
    found = BenchRules.objects.select_related("organization").filter(pk=pk).first()
    if found is None or not request.user.has_perm("bench.rules", found.organization):
        raise Http404(gettext("There are no such rules, or you may not see them."))
    form = RulesForm(request.POST or None, user=request.user, instance=found)
    return _edit(request, form, services.save_rules, str(found.organization), reverse("bench:settings"))


def _grade(pk: int) -> ModelGrade:
    found = ModelGrade.objects.select_related("model").filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such grade."))
    return found


@permission_required("bench.rules")
def grade_new(request: HttpRequest) -> HttpResponse:
    """The grade of one more model."""
    form = GradeForm(request.POST or None)
    return _edit(request, form, services.save_grade, gettext("Grade of a model"), reverse("bench:settings"))


@permission_required("bench.rules")
def grade_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the grade of a model."""
    row = _grade(pk)
    form = GradeForm(request.POST or None, instance=row)
    remove = reverse("bench:grade_remove", args=[row.pk])
    return _edit(
        request, form, services.save_grade, str(row.model), reverse("bench:settings"), remove_url=remove
    )


@require_POST
@permission_required("bench.rules")
def grade_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the grade of a model."""
    services.remove_grade(_grade(pk), by=request.user)
    messages.success(request, gettext("Removed."))
    return redirect("bench:settings")
