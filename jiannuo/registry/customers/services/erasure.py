"""Erasing a natural person (Personal Information Protection Law, art. 47): the work stays, the person goes."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.search.services import indexing_once
from jiannuo.registry.customers.events import CustomerErased
from jiannuo.registry.customers.models import Customer, CustomerMerge
from jiannuo.registry.versions import lock

PERMISSION = "customers.merge"


@transaction.atomic
@indexing_once()
def erase_person(customer: Customer, *, by: Any, version: int | None = None) -> Customer:
    """Remove name, phones, contacts, street and free text of a household; units and documents stay, nameless.

    The division of an address is kept for statistics, the street is not; the audit trail keeps that something changed,
    not what. Raises PermissionDenied, StaleRecord, and ValidationError for a company or while something is owed.
    """
    fresh = lock(customer, version=version)
    if not (by.has_perm(PERMISSION, fresh) and by.has_perm("customers.personal_data", fresh)):
        raise PermissionDenied(PERMISSION)
    if fresh.kind != Customer.Kind.HOUSEHOLD:
        raise ValidationError(
            _("Only a person can be erased. Remove the contacts of a company instead."), code="company"
        )
    if fresh.erased_at:
        raise ValidationError(_("This person was erased before."), code="erased")
    if _is_owed_something(fresh):
        raise ValidationError(
            _("Something is still owed to this customer. Finish or cancel the open work first."), code="owed"
        )
    records = [fresh, *fresh.merged_from.all()]
    for record in records:
        _forget(record)
    publish(CustomerErased(customer_id=fresh.pk))
    return fresh


def _is_owed_something(customer: Customer) -> bool:
    """Whether a ledger above the registry has something open for the customer."""
    owed = getattr(customer, "obligations", None)
    return bool(owed is not None and owed.open().exists())


def _forget(customer: Customer) -> None:
    related: list[models.Model] = [
        *customer.phones.all(),
        *customer.contacts.all(),
        *customer.addresses.all(),
    ]
    trail = [(type(row), row.pk) for row in (customer, *related)]
    customer.phones.all().delete()
    customer.contacts.all().delete()
    customer.addresses.update(detail="", latitude=None, longitude=None, label="")
    customer.name = _("Erased person %(code)s") % {"code": customer.code}
    customer.email = customer.remark = ""
    customer.consent_messages = customer.consent_marketing = False
    customer.tags.clear()
    customer.erased_at = timezone.now()
    customer.version += 1
    customer.save()
    CustomerMerge.objects.filter(models.Q(winner=customer) | models.Q(loser=customer)).update(dropped=[])
    for model, pk in trail:
        entries = LogEntry.objects.filter(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            object_id=pk,
        )
        entries.update(changes=None, changes_text="", object_repr="", serialized_data=None)
