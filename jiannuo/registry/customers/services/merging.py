"""Two records found to be one customer: everything of the loser goes to the winner, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.search.services import index_many, indexing_once
from jiannuo.registry.customers.events import CustomersMerged
from jiannuo.registry.customers.models import Customer, CustomerMerge, Phone
from jiannuo.registry.versions import StaleRecord

PERMISSION = "customers.merge"
FILLED_WHEN_EMPTY = ("credit_code", "email", "do_not_call_from", "do_not_call_to", "remark")
#: Rows about merges themselves stay where they are.
_OWN = (CustomerMerge,)


@transaction.atomic
@indexing_once()
def merge_customers(
    winner: Customer, loser: Customer, *, by: Any, versions: tuple[int, int] | None = None
) -> CustomerMerge:
    """Move everything that points to ``loser`` to ``winner``; ``loser`` stays as a pointer to it.

    Phones that both have are kept once; empty fields of the winner are filled from the loser. Raises
    PermissionDenied, StaleRecord when one of ``versions`` (winner, loser) is not the present one, ValidationError
    for the same record twice or one that was merged or erased before.
    """
    winner, loser = _locked(winner, loser, versions)
    if not (by.has_perm(PERMISSION, winner) and by.has_perm(PERMISSION, loser)):
        raise PermissionDenied(PERMISSION)
    dropped = _drop_common_phones(winner, loser)
    merge = CustomerMerge(winner=winner, loser=loser, by=by, dropped=dropped)
    merge.moved = {_label(field): _move(field, loser, winner) for field in references()}
    merge.moved["tags"] = list(loser.tags.values_list("pk", flat=True))
    winner.tags.add(*loser.tags.all())
    _one_primary(winner)
    for name in FILLED_WHEN_EMPTY:
        if not getattr(winner, name) and getattr(loser, name):
            setattr(winner, name, getattr(loser, name))
    winner.version += 1
    winner.save()
    loser.merged_into = winner
    loser.version += 1
    loser.save()
    merge.save()
    _reindex(merge.moved)
    publish(CustomersMerged(winner_id=winner.pk, loser_id=loser.pk))
    return merge


@transaction.atomic
@indexing_once()
def undo_merge(merge: CustomerMerge, *, by: Any) -> Customer:
    """Give back to the loser what still points to the winner; returns the loser.

    Raises PermissionDenied, and ValidationError when it was undone before or the winner was merged on.
    """
    merge = CustomerMerge.objects.select_for_update().get(pk=merge.pk)
    loser = Customer.objects.select_for_update().get(pk=merge.loser_id)
    winner = Customer.objects.select_for_update().get(pk=merge.winner_id)
    if not (by.has_perm(PERMISSION, winner) and by.has_perm(PERMISSION, loser)):
        raise PermissionDenied(PERMISSION)
    if merge.undone_at or loser.merged_into_id != winner.pk or winner.merged_into_id:
        raise ValidationError(_("This merge can no longer be undone."), code="undone")
    for field in references():
        keys = merge.moved.get(_label(field), [])
        rows = field.model._base_manager.filter(pk__in=keys, **{field.name: winner})
        rows.update(**{field.name: loser})
    Phone.objects.bulk_create(Phone(customer=loser, **values) for values in merge.dropped)
    for customer in (winner, loser):
        _one_primary(customer)
        customer.merged_into = None
        customer.version += 1
        customer.save()
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    _reindex(merge.moved)
    return loser


def references() -> Iterator[models.ForeignKey[Any, Any]]:
    """Every foreign key of any room that points to a customer, the rows about merges excepted."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if (
            not relation.auto_created
            or relation.concrete
            or not (relation.one_to_many or relation.one_to_one)
        ):
            continue
        field = relation.remote_field
        if not isinstance(field, models.ForeignKey) or field.model in _OWN or field.model._meta.auto_created:
            continue
        yield field


def pointing_to(customer: Customer) -> dict[str, int]:
    """How many rows of each model still point to ``customer``; for the page of a merge, and to prove one."""
    counts = {_label(f): f.model._base_manager.filter(**{f.name: customer}).count() for f in references()}
    return {label: count for label, count in counts.items() if count}


def _locked(winner: Customer, loser: Customer, versions: tuple[int, int] | None) -> tuple[Customer, Customer]:
    if winner.pk == loser.pk:
        raise ValidationError(_("Choose two different customers."), code="same")
    pair = {
        c.pk: c
        for c in Customer.objects.select_for_update().filter(pk__in=[winner.pk, loser.pk]).order_by("pk")
    }
    winner, loser = pair[winner.pk], pair[loser.pk]
    for customer, version in zip((winner, loser), versions or (None, None), strict=True):
        if version is not None and customer.version != version:
            raise StaleRecord(customer)
        if customer.merged_into_id or customer.erased_at:
            raise ValidationError(
                _("“%(name)s” was merged or erased before and cannot be merged.") % {"name": customer.name},
                code="closed",
            )
    return winner, loser


def _drop_common_phones(winner: Customer, loser: Customer) -> list[dict[str, Any]]:
    common = loser.phones.filter(number__in=winner.phones.values("number"))
    dropped: list[dict[str, Any]] = [dict(row) for row in common.values("number", "label", "is_primary")]
    common.delete()
    return dropped


def _label(field: models.ForeignKey[Any, Any]) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"


def _move(field: models.ForeignKey[Any, Any], source: Customer, target: Customer) -> list[Any]:
    rows = field.model._base_manager.filter(**{field.name: source})
    keys = list(rows.values_list("pk", flat=True))
    rows.update(**{field.name: target})
    return keys


def _one_primary(customer: Customer) -> None:
    """One main phone, address and contact remain after rows came together."""
    for related in (customer.phones, customer.addresses, customer.contacts):
        first = related.first()
        if first is not None:
            related.exclude(pk=first.pk).filter(is_primary=True).update(is_primary=False)
            related.filter(pk=first.pk).update(is_primary=True)


def _reindex(moved: dict[str, list[Any]]) -> None:
    for label, keys in moved.items():
        if keys and "." in label:
            index_many(apps.get_model(label.rpartition(".")[0]), keys)
