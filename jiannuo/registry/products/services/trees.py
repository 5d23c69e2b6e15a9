"""The trees: categories, components, fault codes. A move carries everything below along, code paths included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from jiannuo.registry.products.models import Category, Component, FaultCode, ProductModel

Node = TypeVar("Node", Category, Component, FaultCode)


@transaction.atomic
def save_category(
    category: Category | None, *, by: Any, code: str, name: str, parent: Category | None = None
) -> Category:
    """Create (``None``) or change a category; ``parent`` None makes it a top one.

    Clauses match ``code_path``: a changed code or parent changes it for everything below.
    Raises ValidationError for a code in use there, or a parent that lies below the category itself.
    """
    _check_parent(category, parent)
    path = f"{parent.code_path}/{code}" if parent else code
    if Category.objects.filter(code_path=path).exclude(pk=category.pk if category else None).exists():
        raise ValidationError({"code": _("This code is in use here already. Choose another.")}, code="unique")
    values = {"code": code, "name": name, "code_path": path}
    _validate(Category(**values))
    if category is None:
        return _add(Category, parent, values)
    return _change(category, parent, values, sort=True)


@transaction.atomic
def save_component(
    component: Component | None,
    *,
    by: Any,
    model: ProductModel,
    code: str,
    name: str,
    has_serial: bool = False,
    parent: Component | None = None,
) -> Component:
    """Create (``None``) or change a component of ``model``. Raises ValidationError as :func:`save_category`."""
    if parent is not None and parent.model_id != model.pk:
        raise ValidationError({"parent": _("This component belongs to another model.")})
    _check_parent(component, parent)
    path = f"{parent.code_path}/{code}" if parent else code
    twins = Component.objects.filter(model=model, code_path=path).exclude(
        pk=component.pk if component else None
    )
    if twins.exists():
        raise ValidationError({"code": _("This code is in use here already. Choose another.")}, code="unique")
    values = {"model": model, "code": code, "name": name, "code_path": path, "has_serial": has_serial}
    _validate(Component(**values))
    if component is None:
        return _add(Component, parent, values)
    return _change(component, parent, values)


@transaction.atomic
def remove_component(component: Component, *, by: Any) -> None:
    """Take a component and those below it out of its model. Raises ValidationError when units have had it."""
    try:
        Component.objects.filter(pk=component.pk).delete()
    except ProtectedError as error:
        raise ValidationError(
            _("Units have this component in their records; it cannot be removed."), code="in_use"
        ) from error


@transaction.atomic
def save_fault_code(
    fault_code: FaultCode | None, *, by: Any, values: Mapping[str, Any], parent: FaultCode | None = None
) -> FaultCode:
    """Create (``None``) or change a symptom, cause or action code.

    Raises ValidationError for a code in use, or a parent of another kind or below the code itself.
    """
    if parent is not None and parent.kind != values["kind"]:
        raise ValidationError({"parent": _("Symptoms, causes and actions are trees of their own.")})
    _check_parent(fault_code, parent)
    if (
        FaultCode.objects.filter(code=values["code"])
        .exclude(pk=fault_code.pk if fault_code else None)
        .exists()
    ):
        raise ValidationError({"code": _("This code is in use. Choose another.")}, code="unique")
    _validate(FaultCode(**values))
    if fault_code is None:
        return _add(FaultCode, parent, dict(values))
    return _change(fault_code, parent, dict(values), sort=True)


def _validate(record: Any) -> None:
    record.full_clean(
        exclude=["path", "depth", "numchild"], validate_unique=False, validate_constraints=False
    )


def _check_parent(node: Node | None, parent: Node | None) -> None:
    if node is not None and parent is not None and parent.path.startswith(node.path):
        raise ValidationError({"parent": _("A node cannot lie below itself.")}, code="loop")


def _add(model: type[Node], parent: Node | None, values: dict[str, Any]) -> Node:
    if parent is None:
        return model.objects.add_root(values)
    return model.objects.add_child(model.objects.get(pk=parent.pk), values)


def _change(node: Node, parent: Node | None, values: dict[str, Any], *, sort: bool = False) -> Node:
    """Set the values, move below ``parent`` if it changed (or the order did), rewrite the paths of what is below."""
    manager = type(node).objects
    node = manager.select_for_update().get(pk=node.pk)
    old_path, old_code = getattr(node, "code_path", ""), node.code
    for name, value in values.items():
        setattr(node, name, value)
    node.save()
    present = manager.get_parent(node) if node.depth > 1 else None
    if (present.pk if present else None) != (parent.pk if parent else None) or (
        sort and old_code != node.code
    ):
        _move(node, parent, sort=sort)
        node = manager.get(pk=node.pk)
    if old_path and old_path != node.code_path:
        _rewrite(node, old_path)
    return node


def _move(node: Node, parent: Node | None, *, sort: bool) -> None:
    manager = type(node).objects
    word = "sorted" if sort else "last"
    if parent is not None:
        manager.move(node, manager.get(pk=parent.pk), f"{word}-child")
        return
    root = manager.filter(depth=1).exclude(pk=node.pk).order_by("path").last()
    if root is not None:
        manager.move(node, root, f"{word}-sibling")


def _rewrite(node: Category | Component, old_path: str) -> None:
    below = list(type(node).objects.filter(path__startswith=node.path).exclude(pk=node.pk))
    for child in below:
        child.code_path = node.code_path + child.code_path.removeprefix(old_path)
    type(node).objects.bulk_update(below, ["code_path"])
