"""The form of a customer with its lists of phones, addresses and contacts, for page and API alike."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _

from jiannuo.registry.customers import services
from jiannuo.registry.customers.forms import (
    ENTRY_FORMS,
    ENTRY_FORMSETS,
    CustomerForm,
    EntryFormSet,
)
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import national_format

ENTRY_FIELDS = {
    "phones": ("id", "number", "label", "is_primary"),
    "addresses": ("id", "division", "detail", "label", "latitude", "longitude", "is_primary"),
    "contacts": ("id", "name", "position", "email", "is_primary"),
}


class CustomerEditor:
    """One form and three lists that are valid and saved together."""

    def __init__(
        self, *, user: Any, customer: Customer | None = None, data: Any = None, **initial: Any
    ) -> None:
        self.user, self.customer = user, customer
        # A copy: a form sets the attributes of its instance, also when it is refused.
        instance = copy.copy(customer) if customer else None
        self.form = CustomerForm(data, instance=instance, user=user, initial=initial)
        self.lists: dict[str, EntryFormSet] = {
            name: formset(data, prefix=name, initial=self.stored(name) or self._suggested(name, initial))
            for name, formset in ENTRY_FORMSETS.items()
        }
        for rows in self.lists.values():
            # An empty row to begin with only where there is none yet; the button adds more.
            rows.extra = 0 if rows.initial else 1

    def stored(self, name: str) -> list[dict[str, Any]]:
        """The stored rows of a list, as its form shows them."""
        if self.customer is None:
            return []
        rows = getattr(self.customer, name).all()
        if name == "addresses":
            rows = rows.select_related("division")
        shown = [{field: getattr(row, field) for field in ENTRY_FIELDS[name]} for row in rows]
        for row in shown:
            if name == "phones":
                row["number"] = national_format(row["number"])
        return shown

    def _suggested(self, name: str, initial: Mapping[str, Any]) -> list[dict[str, Any]]:
        phone = initial.get("phone")
        return [{"number": phone}] if name == "phones" and phone else []

    def is_valid(self) -> bool:
        """Whether everything can be kept; all errors are there afterwards."""
        verdicts = [self.form.is_valid(), *(formset.is_valid() for formset in self.lists.values())]
        return all(verdicts) and self._is_reachable()

    def _is_reachable(self) -> bool:
        if self.lists["phones"].entries() or self.form.cleaned_data.get("email"):
            return True
        self.form.add_error(
            None,
            _("Give at least one phone number or an e-mail address, so that the customer can be reached."),
        )
        return False

    def save(self) -> Customer:
        """Create or change the customer. Raises what the services raise."""
        values = self.form.values()
        values |= {name: self._entries(name) for name in ENTRY_FORMSETS}
        if self.customer is None:
            return services.create_customer(by=self.user, **values)
        version = self.form.cleaned_data["version"]
        return services.update_customer(self.customer, by=self.user, version=version or 0, **values)

    def _entries(self, name: str) -> list[Any]:
        """The rows of the form, and those that others added since it was opened."""
        formset = self.lists[name]
        entries = formset.entries()
        if self.customer is not None:
            unseen = getattr(self.customer, name).exclude(pk__in=formset.known_ids())
            entries += [entry_of(name, row) for row in unseen]
        return entries

    def phones_typed(self) -> list[str]:
        """Numbers as they stand in the form, for the warning of duplicates."""
        return [str(form["number"].value() or "") for form in self.lists["phones"].forms]


def entry_of(name: str, row: Any) -> Any:
    """A stored row as the services take it."""
    values = {field: getattr(row, field) for field in ENTRY_FIELDS[name]}
    kinds: dict[str, Any] = {
        "phones": services.PhoneEntry,
        "addresses": services.AddressEntry,
        "contacts": services.ContactEntry,
    }
    return kinds[name](**values)


def read_entries(name: str, items: Sequence[Any]) -> tuple[list[Any], dict[str, list[str]]]:
    """Rows of JSON as entries, and what is wrong with them by place (``phones.0.number``)."""
    entries, errors = [], {}
    for position, item in enumerate(items):
        form: Form = ENTRY_FORMS[name](dict(item) if isinstance(item, Mapping) else {})
        if not form.is_valid():
            errors.update(
                {f"{name}.{position}.{field}": list(map(str, texts)) for field, texts in form.errors.items()}
            )
        else:
            entries.append(form.entry())  # type: ignore[attr-defined]
    return entries, errors
