"""What the forms of commitments ask of their fields."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from jiannuo.promises.commitments.editing.nodes import Node

register = template.Library()


@register.filter
def has_more(row: Sequence[Node]) -> bool:
    """Whether a row has fields that are folded away."""
    return any(node.advanced for node in row)


@register.filter
def more_open(row: Sequence[Node]) -> bool:
    """Whether one of the folded fields says something, or something is wrong with it."""
    return any(node.advanced and (node.filled or node.mistakes) for node in row)
