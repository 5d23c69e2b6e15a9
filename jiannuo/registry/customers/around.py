"""Everything around a customer: what rooms above show on tabs of the page, and in the view of key accounts.

A room has a module ``around_customer.py``, found at start::

    tabs.register(Panel(name="letters", title=_("Letters"), icon="mail", template=…, context=…, permission=…))
    columns.register(AccountColumn("letters", _("letters"), load, permission="letters.view"))
    contacts.append(last_letters)

A tab is filled when it is first opened (its ``context`` may cost ten queries); a column gets the keys of all customers
on the page and costs one query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from jiannuo.registry.panels import Panels

Keys = Iterable[int]
#: rows of ``(customer, latest instant at which we spoke with them)`` that ``user`` may know; ``None`` for no right to
LastContact = Callable[[Keys, Any], QuerySet[Any, Any] | None]

tabs = Panels()
contacts: list[LastContact] = []


@dataclass(frozen=True, slots=True)
class Cell:
    """What a column says of one customer: a text or an instant, with a look (``danger`` …) and an address."""

    text: str = ""
    at: datetime | None = None
    style: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class AccountColumn:
    """A column of the view of key accounts; ``load`` answers for all customers at once."""

    name: str
    label: Any
    load: Callable[[Keys, Any], Mapping[int, Cell]]
    permission: str = ""
    order: int = 50


class Columns:
    """The columns that rooms have declared."""

    def __init__(self) -> None:
        self._columns: dict[str, AccountColumn] = {}

    def register(self, column: AccountColumn) -> AccountColumn:
        """Add a column; one of the same name is replaced."""
        self._columns[column.name] = column
        return column

    def for_user(self, user: Any) -> list[AccountColumn]:
        """The columns that the person may see, in order."""
        seen = [one for one in self._columns.values() if not one.permission or user.has_perm(one.permission)]
        return sorted(seen, key=lambda one: (one.order, one.name))


columns = Columns()


def last_contacts(keys: Keys, user: Any) -> dict[int, datetime]:
    """The latest contact of each customer over all rooms; one query."""
    keys = list(keys)
    rows = [found for source in contacts if (found := source(keys, user)) is not None]
    if not rows:
        return {}
    latest: dict[int, datetime] = {}
    for key, at in rows[0].union(*rows[1:], all=True):
        latest[key] = max(at, latest.get(key, at))
    return latest
