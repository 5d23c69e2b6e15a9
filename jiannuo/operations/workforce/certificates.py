"""Who may be given what work, as far as certificates go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from jiannuo.operations.workforce.models import Certificate, CertificateKind, Technician


def needed_for(category: Any) -> list[CertificateKind]:
    """The kinds of certificates that work on a category of products needs (one query)."""
    if category is None:
        return []
    paths = [category.path[: category.steplen * depth] for depth in range(1, category.depth + 1)]
    return list(CertificateKind.objects.filter(categories__path__in=paths).distinct())


def lacking(technicians: Sequence[Technician], category: Any, day: date) -> dict[int, list[str]]:
    """What each technician lacks on ``day`` for work on ``category``: names of kinds by key of technician.

    Those who lack nothing are left out. Two queries however many they are, one where nothing is needed.
    """
    needed = needed_for(category)
    if not needed:
        return {}
    held: dict[int, set[int]] = defaultdict(set)
    for one in Certificate.objects.filter(technician__in=technicians, kind__in=needed):
        if one.valid_on(day):
            held[one.technician_id].add(one.kind_id)
    found = {
        technician.pk: [kind.name for kind in needed if kind.pk not in held[technician.pk]]
        for technician in technicians
    }
    return {pk: names for pk, names in found.items() if names}
