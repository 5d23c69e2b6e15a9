"""Who may be given what work, as far as certificates go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Register:
    """Which certificates products need and who holds which, read once for many visits."""

    needed: tuple[tuple[int, str, str], ...] = ()
    held: dict[int, list[Certificate]] = field(default_factory=dict)

    def lacking(self, technician: int, code_path: str, day: date) -> list[str]:
        """Names of the kinds that a technician (key) lacks on ``day`` for work on the category with that path."""
        kinds = {
            pk: name
            for pk, name, path in self.needed
            if code_path == path or code_path.startswith(f"{path}/")
        }
        valid = (
            {one.kind_id for one in self.held.get(technician, ()) if one.valid_on(day)} if kinds else set()
        )
        return [name for pk, name in kinds.items() if pk not in valid]


def register_of(technicians: Sequence[Technician]) -> Register:
    """The register of these technicians; two queries, one where no product needs a certificate."""
    rows = CertificateKind.objects.filter(categories__isnull=False).order_by("name")
    needed = tuple(rows.values_list("pk", "name", "categories__code_path"))
    if not needed:
        return Register()
    held: dict[int, list[Certificate]] = defaultdict(list)
    for one in Certificate.objects.filter(technician__in=technicians, kind__in={pk for pk, _n, _p in needed}):
        held[one.technician_id].append(one)
    return Register(needed, held)
