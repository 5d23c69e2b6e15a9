"""How product models and spare parts are found."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.registry.products.models import ProductModel, SparePart


def _model_entry(model: ProductModel) -> Entry:
    return Entry(
        title=f"{model.code} {model.name}",
        subtitle=f"{model.category} {model.maker}".strip(),
        url=model.get_absolute_url(),
        texts=[model.name, model.maker],
        keys=[model.code],
    )


def _part_entry(part: SparePart) -> Entry:
    return Entry(
        title=f"{part.code} {part.name}",
        subtitle=part.get_kind_display(),
        url=f"{reverse('products:parts')}?q={part.code}",
        texts=[part.name],
        keys=[part.code],
    )


register(
    SearchSource(
        kind="model",
        label=_("product models"),
        model=ProductModel,
        entry=_model_entry,
        permission="products.view",
        select=lambda rows: rows.select_related("category"),
        order=40,
    )
)
register(
    SearchSource(
        kind="part",
        label=_("spare parts"),
        model=SparePart,
        entry=_part_entry,
        permission="products.view",
        order=50,
    )
)
