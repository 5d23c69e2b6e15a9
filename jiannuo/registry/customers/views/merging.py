"""Comparing and merging two customers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from jiannuo.office.accounts.access import PermissionRequired, permission_required
from jiannuo.office.accounts.privacy import address_for, phone_for
from jiannuo.registry.customers import queries, services
from jiannuo.registry.customers.forms import MergeForm
from jiannuo.registry.customers.models import Customer, CustomerMerge
from jiannuo.registry.customers.services.merging import pointing_to
from jiannuo.registry.customers.views.detail import customer_or_404
from jiannuo.registry.searching import narrowed
from jiannuo.registry.versions import StaleRecord

CHOICES_SHOWN = 10
COMPARED = (
    ("code", gettext_lazy("customer number")),
    ("name", gettext_lazy("name")),
    ("get_kind_display", gettext_lazy("kind")),
    ("get_grade_display", gettext_lazy("class")),
    ("organization", gettext_lazy("organisation")),
    ("credit_code", gettext_lazy("unified social credit code")),
    ("email", gettext_lazy("e-mail")),
    ("remark", gettext_lazy("remark")),
    ("created_at", gettext_lazy("created at")),
)


def mergeable_or_404(request: HttpRequest, pk: int) -> Customer:
    """The customer when the person may merge it. Raises Http404 or PermissionDenied."""
    customer = customer_or_404(request, pk)
    if not request.user.has_perm("customers.merge", customer):
        raise PermissionDenied("customers.merge")
    return customer


class ChooseOther(PermissionRequired, View):
    """Who is the same as this one: likely ones, and a search."""

    permission = "customers.merge"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = mergeable_or_404(request, pk)
        text = request.GET.get("q", "").strip()[:60]
        address = customer.addresses.first()
        likely = queries.possible_duplicates(
            request.user,
            name=customer.name,
            phones=customer.phones.values_list("number", flat=True),
            division=(address.division_id or "") if address else "",
            exclude=customer,
        )
        found: list[Customer] = []
        if text:
            rows = Customer.objects.visible_to(request.user).active().exclude(pk=pk)
            found = list(narrowed(rows, "customer", text, request.user).order_by("-pk")[:CHOICES_SHOWN])
            queries.with_places(found)
        context = {
            "title": _("Merge %(name)s with another record") % {"name": customer.name},
            "customer": customer,
            "likely": likely,
            "found": found,
            "q": text,
        }
        return render(request, "customers/choose_other.html", context)


class Merge(PermissionRequired, View):
    """Two records side by side; choose which one stays."""

    permission = "customers.merge"

    def get(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        return self.answer(request, mergeable_or_404(request, pk), mergeable_or_404(request, other))

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        pair = {c.pk: c for c in (mergeable_or_404(request, pk), mergeable_or_404(request, other))}
        form = MergeForm(request.POST)
        if not form.is_valid() or form.cleaned_data["winner"] not in pair:
            return self.answer(
                request, pair[pk], pair[other], status=422, error=_("Choose which record stays.")
            )
        winner = pair.pop(form.cleaned_data["winner"])
        loser = next(iter(pair.values()), winner)
        versions = form.cleaned_data["winner_version"], form.cleaned_data["loser_version"]
        try:
            services.merge_customers(winner, loser, by=request.user, versions=versions)
        except StaleRecord as stale:
            return self.answer(request, winner, loser, status=409, error=str(stale))
        except ValidationError as error:
            return self.answer(request, winner, loser, status=422, error=" ".join(error.messages))
        messages.success(request, _("Merged. Everything of both records is here now."))
        return redirect(winner)

    def answer(
        self, request: HttpRequest, left: Customer, right: Customer, *, status: int = 200, error: str = ""
    ) -> HttpResponse:
        if left.pk == right.pk:
            raise Http404
        left.refresh_from_db()
        right.refresh_from_db()
        context = {
            "title": _("Merge two records"),
            "pair": [_side(left, right, request.user), _side(right, left, request.user)],
            "rows": _compared(left, right),
            "error": error,
            "cancel_url": reverse("customers:detail", args=[left.pk]),
        }
        return render(request, "customers/merge.html", context, status=status)


def _compared(left: Customer, right: Customer) -> list[tuple[Any, list[Any], bool]]:
    rows = []
    for name, label in COMPARED:
        values = [getattr(customer, name) for customer in (left, right)]
        values = [value() if callable(value) else value for value in values]
        rows.append((label, values, values[0] != values[1]))
    return rows


def _side(customer: Customer, other: Customer, user: Any) -> dict[str, Any]:
    queries.with_places([customer])
    phones = [phone_for(user, number, customer) for number in customer.shown_phones]  # type: ignore[attr-defined]
    return {
        "customer": customer,
        "phones": phones,
        "address": address_for(user, customer.shown_address, customer),  # type: ignore[attr-defined]
        "units": customer.units.count(),
        "pointing": sum(pointing_to(customer).values()),
        "form": MergeForm(
            initial={
                "winner": customer.pk,
                "winner_version": customer.version,
                "loser_version": other.version,
            },
            auto_id=False,
        ),
    }


@require_POST
@permission_required("customers.merge")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Part two records that were merged by mistake."""
    merge = get_object_or_404(CustomerMerge.objects.select_related("winner"), pk=pk)
    mergeable_or_404(request, merge.winner_id)
    try:
        loser = services.undo_merge(merge, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(merge.winner)
    messages.success(request, _("The two records are separate again."))
    return redirect(loser)
