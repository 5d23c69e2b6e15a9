"""Every write to products, codes and prices."""

from __future__ import annotations

from jiannuo.registry.products.services.catalogue import (
    add_document,
    remove_record,
    save_model,
    save_record,
)
from jiannuo.registry.products.services.trees import (
    remove_component,
    save_category,
    save_component,
    save_fault_code,
)

__all__ = [
    "add_document",
    "remove_component",
    "remove_record",
    "save_category",
    "save_component",
    "save_fault_code",
    "save_model",
    "save_record",
]
