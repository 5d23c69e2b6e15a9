"""States and actions. One declaration gives the button, the form, the API action and the audit line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.module_loading import import_string
from django_fsm import State, transition


@dataclass(frozen=True, slots=True)
class Action:
    """What a person can do with a document in some of its states.

    ``permission`` is a name of the role matrix; ``form`` the dotted path of the form that asks for what the
    action needs; ``condition`` a further guard on the document and the person (an assigned technician, say).
    """

    name: str
    label: Any
    permission: str
    form: str = ""
    style: str = "secondary"
    order: int = 50
    confirm: Any = ""
    condition: Callable[[Any, Any], bool] | None = None
    hidden: bool = False

    def form_class(self) -> type[Form] | None:
        return import_string(self.form) if self.form else None

    def allowed(self, document: Any, user: Any) -> bool:
        """Whether ``user`` may do this with ``document`` (its state apart)."""
        return user.has_perm(self.permission, document) and (
            self.condition is None or self.condition(document, user)
        )


def action(
    *,
    source: str | Sequence[str],
    target: str | State | None,
    label: Any,
    permission: str,
    form: str = "",
    style: str = "secondary",
    order: int = 50,
    confirm: Any = "",
    condition: Callable[[Any, Any], bool] | None = None,
    hidden: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a method of a document as an action that moves ``state`` from ``source`` to ``target``.

    ``target=None`` keeps the state, ``RETURN_VALUE`` takes what the method returns. The method gets ``by`` (the
    person), ``at`` (the instant) and the cleaned data of the form as keyword arguments; it changes the document only.
    Side effects belong to services.
    """

    def declare(method: Callable[..., Any]) -> Callable[..., Any]:
        declared = Action(
            name=method.__name__,
            label=label,
            permission=permission,
            form=form,
            style=style,
            order=order,
            confirm=confirm,
            condition=condition,
            hidden=hidden,
        )
        sources = [source] if isinstance(source, str) else list(source)
        return transition(field="state", source=sources, target=target, custom={"action": declared})(method)

    return declare


def actions_of(document: Any) -> Iterator[Action]:
    """The actions that the state of ``document`` allows, whoever asks."""
    for item in document.get_available_state_transitions():
        declared = item.custom.get("action")
        if declared is not None:
            yield declared


def allowed_actions(document: Any, user: Any) -> list[Action]:
    """The visible actions that ``user`` may do now, in the order of their buttons."""
    allowed = [a for a in actions_of(document) if not a.hidden and a.allowed(document, user)]
    return sorted(allowed, key=lambda a: (a.order, a.name))


def all_actions(model: type[Any]) -> dict[str, Action]:
    """Every action that ``model`` declares, by name."""
    field = model._meta.get_field("state")
    found: dict[str, Action] = {}
    for item in field.get_all_transitions(model):
        declared = item.custom.get("action")
        if declared is not None:
            found[declared.name] = declared
    return found
