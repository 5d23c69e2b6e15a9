"""Models, spare parts, part lists, labour items, checklists and documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from jiannuo.kernel.files.services import store
from jiannuo.registry.products.models import (
    ChecklistItem,
    LabourItem,
    PartListLine,
    ProductDocument,
    ProductModel,
    SparePart,
)
from jiannuo.registry.versions import assign, lock, save_next

Record = TypeVar("Record", SparePart, LabourItem, ChecklistItem, PartListLine)

MODEL_FIELDS = ("category", "code", "name", "maker", "meter_unit", "specification", "active")
FIELDS: dict[type[models.Model], tuple[str, ...]] = {
    SparePart: ("code", "name", "unit", "kind", "list_price", "cost", "active"),
    LabourItem: ("code", "name", "category", "minutes", "price", "valid_from", "valid_to", "active"),
    ChecklistItem: (
        "category",
        "purpose",
        "position",
        "text",
        "kind",
        "unit",
        "minimum",
        "maximum",
        "required",
    ),
    PartListLine: ("model", "component", "part", "quantity"),
}
DOCUMENT_KINDS = ("pdf", "image", "sheet", "text", "video")


@transaction.atomic
def save_model(
    model: ProductModel | None, *, by: Any, values: Mapping[str, Any], version: int | None = None
) -> ProductModel:
    """Create (``None``) or change a product model. Raises StaleRecord, and ValidationError by field."""
    if model is None:
        record = ProductModel()
        assign(record, values, MODEL_FIELDS)
        record.full_clean()
        record.save()
        return record
    record = lock(model, version=version)
    assign(record, values, MODEL_FIELDS)
    return save_next(record)


@transaction.atomic
def save_record(record: Record, *, by: Any, values: Mapping[str, Any]) -> Record:
    """Create or change a spare part, labour item, checklist item or line of a part list.

    Raises ValidationError by field: a code in use, a negative price, a minimum above the maximum…
    """
    assign(record, values, FIELDS[type(record)])
    _check(record)
    record.full_clean()
    record.save()
    return record


def _check(record: models.Model) -> None:
    if isinstance(record, ChecklistItem):
        low, high = record.minimum, record.maximum
        if low is not None and high is not None and low > high:
            raise ValidationError({"maximum": _("The maximum lies below the minimum.")})
    if isinstance(record, PartListLine):
        if record.component is not None and record.component.model_id != record.model_id:
            raise ValidationError({"component": _("This component belongs to another model.")})
        twins = PartListLine.objects.filter(model=record.model, component=record.component, part=record.part)
        if twins.exclude(pk=record.pk).exists():
            raise ValidationError({"part": _("This part stands there already. Change its quantity instead.")})


@transaction.atomic
def remove_record(record: ChecklistItem | PartListLine | ProductDocument, *, by: Any) -> None:
    """Take a line out. Raises ValidationError when something else needs it."""
    try:
        record.delete()
    except ProtectedError as error:
        raise ValidationError(_("It is used elsewhere and cannot be removed."), code="in_use") from error


@transaction.atomic
def add_document(
    model: ProductModel, upload: Any, *, by: Any, title: str = "", visible_to_customer: bool = False
) -> ProductDocument:
    """Keep a manual or drawing of a model. Raises ValidationError for a file of the wrong kind or too large."""
    stored = store(upload, by=by, kinds=DOCUMENT_KINDS)
    document = ProductDocument(
        model=model,
        file=stored,
        title=(title.strip() or stored.name)[:120],
        visible_to_customer=visible_to_customer,
    )
    document.full_clean()
    document.save()
    return document
