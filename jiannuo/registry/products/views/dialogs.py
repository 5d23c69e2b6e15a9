"""Dialogs: one thing is entered or changed, then the page behind is shown anew."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from jiannuo.office.accounts.access import PermissionRequired, permission_required
from jiannuo.registry.products import forms, services
from jiannuo.registry.products.models import (
    Category,
    ChecklistItem,
    Component,
    FaultCode,
    LabourItem,
    PartListLine,
    ProductDocument,
    ProductModel,
    SparePart,
)


class Dialog(PermissionRequired, View, ABC):
    """A form in the dialog; ``keys`` are those of the address."""

    permission = "products.edit"
    title: Any = ""
    keys: dict[str, Any]

    def prepare(self) -> None:
        """Read the records that the address names. Raises Http404."""

    @abstractmethod
    def form(self, data: Any = None, files: Any = None) -> Any:
        """The form, empty or as posted."""

    @abstractmethod
    def do(self, form: Any, user: Any) -> object:
        """Call the service."""

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        self.keys = keys
        self.prepare()
        return self.answer(request, self.form())

    def post(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        self.keys = keys
        self.prepare()
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                self.do(form, request.user)
            except ValidationError as error:
                _add_errors(form, error)
        if not form.is_valid():
            return self.answer(request, form, status=422)
        messages.success(request, _("Saved"))
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response

    def answer(self, request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
        context = {"title": self.title, "form": form, "submit_label": _("Save")}
        return render(request, "partials/modal_form.html", context, status=status)


def _add_errors(form: Any, error: ValidationError) -> None:
    """Errors by field where the form has it, above the form otherwise."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


class RecordDialog(Dialog):
    """A record with a model form: spare part, labour item."""

    model: type[Any]
    form_class: type[Any]

    def prepare(self) -> None:
        pk = self.keys.get("pk")
        self.record = get_object_or_404(self.model, pk=pk) if pk else self.model()

    def form(self, data: Any = None, files: Any = None) -> Any:
        return self.form_class(data, instance=self.record)

    def do(self, form: Any, user: Any) -> object:
        return services.save_record(self.record, by=user, values=form.cleaned_data)


class PartDialog(RecordDialog):
    title = gettext_lazy("Spare part")
    model = SparePart
    form_class = forms.SparePartForm


class LabourDialog(RecordDialog):
    title = gettext_lazy("Labour item")
    model = LabourItem
    form_class = forms.LabourItemForm


class ChecklistDialog(RecordDialog):
    title = gettext_lazy("Checklist item")
    model = ChecklistItem
    form_class = forms.ChecklistItemForm

    def prepare(self) -> None:
        super().prepare()
        category = self.keys.get("category")
        if category:
            self.record.category = get_object_or_404(Category, pk=category)


class CategoryDialog(Dialog):
    title = gettext_lazy("Product category")

    def prepare(self) -> None:
        pk, below = self.keys.get("pk"), self.keys.get("below")
        self.node = get_object_or_404(Category, pk=pk) if pk else None
        self.parent = get_object_or_404(Category, pk=below) if below else _parent_of(self.node)

    def form(self, data: Any = None, files: Any = None) -> Any:
        initial = {"parent": self.parent}
        if self.node is not None:
            initial |= {"code": self.node.code, "name": self.node.name}
        return forms.CategoryForm(data, initial=initial)

    def do(self, form: Any, user: Any) -> object:
        return services.save_category(self.node, by=user, **form.cleaned_data)


def _parent_of(node: Any) -> Any:
    return type(node).objects.get_parent(node) if node is not None and node.depth > 1 else None


class ComponentDialog(Dialog):
    title = gettext_lazy("Component")

    def prepare(self) -> None:
        self.model = get_object_or_404(ProductModel, pk=self.keys["model"])
        pk, below = self.keys.get("pk"), self.keys.get("below")
        components = Component.objects.filter(model=self.model)
        self.node = get_object_or_404(components, pk=pk) if pk else None
        self.parent = get_object_or_404(components, pk=below) if below else _parent_of(self.node)

    def form(self, data: Any = None, files: Any = None) -> Any:
        initial: dict[str, Any] = {"parent": self.parent}
        if self.node is not None:
            initial |= {name: getattr(self.node, name) for name in ("code", "name", "has_serial")}
        return forms.ComponentForm(data, initial=initial, model=self.model)

    def do(self, form: Any, user: Any) -> object:
        return services.save_component(self.node, by=user, model=self.model, **form.cleaned_data)


class FaultCodeDialog(Dialog):
    title = gettext_lazy("Fault code")

    def prepare(self) -> None:
        pk, below = self.keys.get("pk"), self.keys.get("below")
        self.node = get_object_or_404(FaultCode, pk=pk) if pk else None
        self.parent = get_object_or_404(FaultCode, pk=below) if below else _parent_of(self.node)
        known = self.node or self.parent
        self.kind = known.kind if known else self.keys.get("kind", "")
        if self.kind not in FaultCode.Kind.values:
            raise Http404

    def form(self, data: Any = None, files: Any = None) -> Any:
        instance = FaultCode.objects.get(pk=self.node.pk) if self.node else None
        return forms.FaultCodeForm(data, instance=instance, initial={"parent": self.parent}, kind=self.kind)

    def do(self, form: Any, user: Any) -> object:
        values = {**form.values(), "kind": self.kind}
        return services.save_fault_code(self.node, by=user, values=values, parent=form.cleaned_data["parent"])


class PartListDialog(Dialog):
    title = gettext_lazy("Part list line")

    def prepare(self) -> None:
        self.model = get_object_or_404(ProductModel, pk=self.keys["model"])
        pk = self.keys.get("pk")
        self.line = (
            get_object_or_404(PartListLine, pk=pk, model=self.model) if pk else PartListLine(model=self.model)
        )

    def form(self, data: Any = None, files: Any = None) -> Any:
        return forms.PartListLineForm(data, instance=self.line, model=self.model)

    def do(self, form: Any, user: Any) -> object:
        return services.save_record(self.line, by=user, values=form.cleaned_data)


class DocumentDialog(Dialog):
    title = gettext_lazy("Product document")

    def prepare(self) -> None:
        self.model = get_object_or_404(ProductModel, pk=self.keys["model"])

    def form(self, data: Any = None, files: Any = None) -> Any:
        return forms.DocumentForm(data, files)

    def do(self, form: Any, user: Any) -> object:
        data = form.cleaned_data
        return services.add_document(
            self.model,
            data["file"],
            by=user,
            title=data["title"],
            visible_to_customer=data["visible_to_customer"],
        )


REMOVABLE = {"line": PartListLine, "document": ProductDocument, "item": ChecklistItem, "component": Component}


@require_POST
@permission_required("products.edit")
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a line, document, checklist item or component out; the page is shown anew."""
    if kind not in REMOVABLE:
        raise Http404
    record = get_object_or_404(REMOVABLE[kind], pk=pk)  # type: ignore[type-var]
    try:
        if isinstance(record, Component):
            services.remove_component(record, by=request.user)
        else:
            services.remove_record(record, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Removed"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response
