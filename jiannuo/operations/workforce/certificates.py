"""Who may be given what work, as far as certificates go.

Two things ask for certificates: a product (the table of kinds says for which) and a clause of the promises, which names
kinds by their code. What clauses ask for is frozen with the order, as the rest of the decision is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiannuo.operations.workforce.models import Certificate, CertificateKind, Technician
from jiannuo.promises.commitments import wordlist, words
from jiannuo.promises.commitments.engine import Loaded, published


def promised_in(decision: Mapping[str, Any] | None) -> list[str]:
    """The codes of the certificates that a decision, as it is frozen, asks of whoever does the job."""
    approvals = (decision or {}).get("approvals", ())
    return list(dict.fromkeys(code for one in approvals for code in one.get("certificates", ())))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds of certificates, and what asks for each: products by their path, clauses by code. Read once."""

    products: tuple[tuple[int, str, str], ...] = ()
    codes: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def wanted(self, code_path: str, promised: Iterable[str] = ()) -> dict[int | str, str]:
        """Names of the kinds that a job needs, by their key; by its code one that the house has not entered yet."""
        found: dict[int | str, str] = {
            pk: name
            for pk, name, path in self.products
            if code_path == path or code_path.startswith(f"{path}/")
        }
        for code in promised:
            pk, name = self.codes.get(code) or (code, name_of(code))
            found[pk] = name
        return found


def catalogue() -> Catalogue:
    """The present table of kinds; one query."""
    rows = CertificateKind.objects.order_by("name").values_list("pk", "name", "code", "categories__code_path")
    kinds = list(rows)
    return Catalogue(
        tuple((pk, name, path) for pk, name, _code, path in kinds if path),
        {code: (pk, name) for pk, name, code, _path in kinds if code},
    )


def needed_names(category: Any, promised: Sequence[str]) -> list[str]:
    """Names of the certificates that work on a category needs, and that promises ask for; one query."""
    return list(catalogue().wanted(category.code_path if category is not None else "", promised).values())


def lacking(
    technicians: Sequence[Technician], category: Any, day: date, promised: Sequence[str] = ()
) -> dict[int, list[str]]:
    """What each technician lacks on ``day`` for work on ``category``: names of kinds by key of technician.

    ``promised`` are the codes that clauses ask for. Those who lack nothing are left out. Two queries however many they
    are, one where nothing is needed.
    """
    wanted = catalogue().wanted(category.code_path if category is not None else "", promised)
    if not wanted:
        return {}
    held = _held(technicians, [key for key in wanted if isinstance(key, int)])
    found = {technician.pk: _missing(wanted, held[technician.pk], day) for technician in technicians}
    return {pk: names for pk, names in found.items() if names}


@dataclass(frozen=True, slots=True)
class Register:
    """Which certificates jobs need and who holds which, read once for many visits."""

    kinds: Catalogue = field(default_factory=Catalogue)
    held: Mapping[int, list[Certificate]] = field(default_factory=dict)

    def lacking(self, technician: int, code_path: str, day: date, promised: Iterable[str] = ()) -> list[str]:
        """Names of the kinds that a technician (key) lacks on ``day`` for work on the category with that path."""
        return _missing(self.kinds.wanted(code_path, promised), self.held.get(technician, ()), day)


def register_of(technicians: Sequence[Technician]) -> Register:
    """The register of these technicians; two queries, one where nothing asks for a certificate."""
    kinds = catalogue()
    asked = {pk for pk, _name, _path in kinds.products} | {pk for pk, _name in kinds.codes.values()}
    return Register(kinds, _held(technicians, asked) if asked else {})


def _held(technicians: Sequence[Technician], kinds: Iterable[int]) -> dict[int, list[Certificate]]:
    held: dict[int, list[Certificate]] = defaultdict(list)
    for one in Certificate.objects.filter(technician__in=technicians, kind__in=list(kinds)):
        held[one.technician_id].append(one)
    return held


def _missing(wanted: Mapping[int | str, str], held: Iterable[Certificate], day: date) -> list[str]:
    valid = {one.kind_id for one in held if one.valid_on(day)} if wanted else set()
    return [name for key, name in wanted.items() if key not in valid]


def name_of(code: str, versions: Sequence[Loaded] | None = None) -> str:
    """What a kind is called that clauses name and the house has not entered; one query where only a clause knows."""
    if code in wordlist.CERTIFICATES:
        return str(wordlist.CERTIFICATES[code])
    own = (one.labels for one in (published() if versions is None else versions))
    return words.label({}, code, next((labels for labels in own if code in labels), None))


def promised_kinds() -> dict[str, str]:
    """The kinds that clauses in force or to come ask for, with their names, by code; one query."""
    versions = published()
    codes = {
        code
        for one in versions
        for clause in one.commitment.clauses
        for code in getattr(clause, "certificates", ())
    }
    return {code: name_of(code, versions) for code in sorted(codes)}
