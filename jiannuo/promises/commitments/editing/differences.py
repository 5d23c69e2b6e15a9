"""What differs between two forms of the same part."""

from __future__ import annotations

from collections.abc import Sequence

from jiannuo.promises.commitments.editing.nodes import Node


def differences(mine: Sequence[Node], theirs: Sequence[Node]) -> list[tuple[str, str, str]]:
    """Fields that differ: label, what I typed, what is saved."""
    saved = dict(_flat(theirs))
    labels: dict[str, tuple[str, str, str]] = {}
    typed = dict(_flat(mine))
    for name in {**typed, **saved}:
        (label, value), other = typed.get(name) or saved[name], saved.get(name, ("", ""))[1]
        value = value if name in typed else ""
        if saved and value != other:
            labels[name] = (label, value, other)
    return list(labels.values())


def _flat(nodes: Sequence[Node]) -> list[tuple[str, tuple[str, str]]]:
    found: list[tuple[str, tuple[str, str]]] = []
    for node in nodes:
        inner = [*node.nodes, *(one for row in node.rows for one in row)]
        found += [(name, (f"{node.label}: {label}", value)) for name, (label, value) in _flat(inner)]
        if not inner and node.kind not in ("parts", "named", "table", "lists", "texts", "when"):
            value = "、".join(node.value) if isinstance(node.value, list) else node.value
            shown = dict(node.choices).get(value, value)
            found.append(
                (node.name, (node.label, "✓" if shown is True else "" if shown is False else str(shown)))
            )
    return found
