"""Events, those who listen, and the act of publishing. No tables here: this module is safe to import at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from pydantic import TypeAdapter


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclass as a frozen dataclass of plain values: keys, texts, instants, lists."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _event_types[event_name(cls)] = cls


E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]

_event_types: dict[str, type[Event]] = {}
_adapters: dict[type[Event], TypeAdapter[Event]] = {}
_subscribers: dict[str, tuple[type[Event], Handler[Any]]] = {}


def event_name(event_type: type[Event]) -> str:
    """The name under which events of this type are stored: the dotted path of the class."""
    return f"{event_type.__module__}.{event_type.__qualname__}"


def event_type_named(name: str) -> type[Event]:
    """The event type stored under `name`; raises LookupError when the code no longer has it."""
    try:
        return _event_types[name]
    except KeyError:
        raise LookupError(f"No event is called {name}; was it renamed or removed?") from None


def subscribe(event_type: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Call the decorated function for every event of this type, or of a type derived from it."""

    def register(handler: Handler[E]) -> Handler[E]:
        _subscribers[handler_name(handler)] = (event_type, handler)
        return handler

    return register


def handler_name(handler: Handler[Any]) -> str:
    """The name under which deliveries to this subscriber are stored: the dotted path of the function."""
    return f"{handler.__module__}.{handler.__qualname__}"


def handler_named(name: str) -> Handler[Any]:
    """The subscriber stored under `name`; raises LookupError when the code no longer has it."""
    try:
        return _subscribers[name][1]
    except KeyError:
        raise LookupError(f"No subscriber is called {name}; was it renamed or removed?") from None


def subscribers_of(event_type: type[Event]) -> list[str]:
    """Names of all who listen to this type of event, in the order in which they subscribed."""
    return [name for name, (wanted, _) in _subscribers.items() if issubclass(event_type, wanted)]


def _adapter(event_type: type[Event]) -> TypeAdapter[Event]:
    if event_type not in _adapters:
        _adapters[event_type] = TypeAdapter(event_type)
    return _adapters[event_type]


def encode(event: Event) -> dict[str, Any]:
    """The event's fields as JSON values."""
    payload: dict[str, Any] = _adapter(type(event)).dump_python(event, mode="json", warnings="error")
    return payload


def decode(event_type: type[Event], payload: dict[str, Any]) -> Event:
    """The event whose fields :func:`encode` gave."""
    return _adapter(event_type).validate_python(payload)


def publish(event: Event) -> None:
    """Announce the event to its subscribers once the present transaction commits; if it rolls back, to nobody.

    The news is stored in the same transaction, so that a crash between the commit and the delivery loses nothing.
    Raises pydantic's ``PydanticSerializationError`` at once when a field does not hold what its type says.
    """
    from jiannuo.kernel.events import delivery

    subscribers = subscribers_of(type(event))
    if not subscribers:
        return
    with transaction.atomic():
        for key in delivery.record(event_name(type(event)), encode(event), subscribers):
            transaction.on_commit(partial(delivery.deliver, key))
