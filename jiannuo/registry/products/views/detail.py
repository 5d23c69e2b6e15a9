"""The page of one product model, and its form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET

from jiannuo.office.accounts.access import PermissionRequired, permission_required
from jiannuo.registry.conflicts import differences, renewed
from jiannuo.registry.products import queries, services
from jiannuo.registry.products.forms import ProductModelForm
from jiannuo.registry.products.models import ProductModel
from jiannuo.registry.versions import StaleRecord


@require_GET
@permission_required("products.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A model with its components, spare parts, documents and checklist."""
    model = get_object_or_404(ProductModel.objects.select_related("category"), pk=pk)
    lines = model.part_list.select_related("part", "component").order_by("component__path", "part__code")
    context = {
        "title": model.name,
        "model": model,
        "components": model.components.order_by("path"),
        "lines": lines,
        "documents": model.documents.select_related("file").order_by("title"),
        "items": queries.checklist(model.category),
        "may_edit": request.user.has_perm("products.edit"),
    }
    return render(request, "products/detail.html", context)


class ModelEdit(PermissionRequired, View):
    """Create (no key) or change (key) a product model."""

    permission = "products.edit"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        model = get_object_or_404(ProductModel, pk=pk) if pk else None
        return self.answer(request, ProductModelForm(instance=model), model)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        model = get_object_or_404(ProductModel, pk=pk) if pk else None
        form = ProductModelForm(request.POST, instance=get_object_or_404(ProductModel, pk=pk) if pk else None)
        if not form.is_valid():
            return self.answer(request, form, model, status=422)
        try:
            saved = services.save_model(
                model, by=request.user, values=form.values(), version=form.cleaned_data["version"] or 0
            )
        except StaleRecord as stale:
            found = differences(form, stale.record)
            renewed(form, stale.record.version)
            return self.answer(request, form, model, status=409, conflict=str(stale), differences=found)
        except ValidationError as error:
            form.add_error(None, error)
            return self.answer(request, form, model, status=422)
        messages.success(request, _("Saved"))
        return redirect(saved)

    def answer(
        self,
        request: HttpRequest,
        form: ProductModelForm,
        model: ProductModel | None,
        *,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        context = {
            "title": str(model) if model else _("New model"),
            "form": form,
            "cancel_url": model.get_absolute_url() if model else reverse("products:list"),
            **more,
        }
        return render(request, "products/edit.html", context, status=status)
