"""How promises were kept: each obligation once, in the period of its due instant, along one dimension."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.promises.obligations.filters import NOTHING
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.queries import COUNTED_STATES
from jiannuo.promises.obligations.words import metric_label
from jiannuo.registry.products.models import Category

State = Obligation.State
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "total": (State.MET, State.MET_LATE, State.MISSED),
    "kept": (State.MET,),
    "late": (State.MET_LATE,),
    "missed": (State.MISSED,),
    "waived": (State.WAIVED,),
    "open": (State.OPEN,),
}
"""Column → the states that it counts. What was waived or is not due yet did not have to be kept."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One line: how many were kept, late, missed, waived, and are open still.

    ``query`` narrows the ledger to this line.
    """

    label: str
    query: Mapping[str, str]
    kept: int
    late: int
    missed: int
    waived: int
    open: int
    hint: str = ""

    @property
    def total(self) -> int:
        """All that had to be kept: what was waived or is not due yet does not count."""
        return self.kept + self.late + self.missed

    @property
    def share(self) -> float | None:
        """Kept on time, of all that had to be kept; nothing when there was none."""
        return self.kept / self.total if self.total else None


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dimension:
    """What the lines are: the columns to group by, the address of a line, and its words."""

    name: str
    label: Any
    columns: tuple[str, ...]
    query: Callable[[Row], dict[str, str]]
    words: Callable[[Row], str]
    hint: Callable[[Row], str] = lambda row: ""
    extra: Mapping[str, Any] | None = None


def _or_nothing(value: Any) -> str:
    return str(value) if value not in (None, "") else NOTHING


def _clause_query(row: Row) -> dict[str, str]:
    return {"clause": f"{_or_nothing(row['version__commitment__code'])}/{row['clause']}"}


def _commitment_query(row: Row) -> dict[str, str]:
    code = row["version__commitment__code"]
    return {"commitment": code} if code else {"without": "1"}


def _month(row: Row) -> str:
    instant: datetime = row["month"]
    return f"{instant:%Y-%m}"


def _commitment_words(row: Row) -> str:
    return row["version__commitment__name"] or gettext("no commitment")


DIMENSIONS: Mapping[str, Dimension] = {
    one.name: one
    for one in (
        Dimension(
            "clause",
            _("clause"),
            ("version__commitment__code", "version__commitment__name", "clause", "metric"),
            lambda row: {**_clause_query(row), "metric": row["metric"]},
            lambda row: f"{metric_label(row['metric'])} · {_commitment_words(row)}",
            lambda row: row["words"],
            {"words": Max("text")},
        ),
        Dimension(
            "metric",
            _("what is owed"),
            ("metric",),
            lambda row: {"metric": row["metric"]},
            lambda row: metric_label(row["metric"]),
        ),
        Dimension(
            "commitment",
            _("commitment"),
            ("version__commitment__code", "version__commitment__name"),
            _commitment_query,
            _commitment_words,
        ),
        Dimension(
            "product",
            _("product"),
            ("product_path",),
            lambda row: {"product_is": _or_nothing(row["product_path"])},
            lambda row: row["product_path"] or gettext("no product"),
        ),
        Dimension(
            "organization",
            _("organisation"),
            ("organization__path", "organization_id", "organization__name", "organization__short_name"),
            lambda row: {"at": str(row["organization_id"])},
            lambda row: row["organization__short_name"] or row["organization__name"],
        ),
        Dimension(
            "person",
            _("person responsible"),
            ("person__name", "person_id"),
            lambda row: {"who": _or_nothing(row["person_id"])},
            lambda row: row["person__name"] or gettext("nobody"),
        ),
        Dimension(
            "zone",
            _("zone"),
            ("zone",),
            lambda row: {"zone": _or_nothing(row["zone"])},
            lambda row: row["zone"] or gettext("no zone"),
        ),
        Dimension("month", _("month"), ("month",), lambda row: {"month": _month(row)}, _month),
    )
}


def rates(rows: QuerySet[Obligation], dimension: Dimension) -> list[Rate]:
    """The lines of ``rows`` (filtered, in the scope of whoever asks) along a dimension; one query, two for products."""
    counted = rows.filter(due_at__isnull=False, state__in=COUNTED_STATES).order_by()
    if dimension.name == "month":
        counted = counted.annotate(month=TruncMonth("due_at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
    counts = {
        name: Count("pk", filter=Q(state__in=states)) for name, states in OUTCOMES.items() if name != "total"
    }
    found = counted.values(*dimension.columns).annotate(**counts, **dict(dimension.extra or {}))
    lines = list(found.order_by(*dimension.columns))
    names = _product_names(lines) if dimension.name == "product" else {}
    return [
        Rate(
            label=names.get(row.get("product_path", ""), "") or dimension.words(row),
            query=dimension.query(row),
            hint=dimension.hint(row),
            **{name: row[name] for name in counts},
        )
        for row in lines
    ]


def _product_names(rows: Iterable[Row]) -> dict[str, str]:
    paths = [row["product_path"] for row in rows if row["product_path"]]
    return dict(Category.objects.filter(code_path__in=paths).values_list("code_path", "name"))


def together(lines: Sequence[Rate]) -> Rate:
    """The sum of all lines: the lines of a dimension share nothing, so each obligation is in it once."""
    sums = {name: sum(getattr(line, name) for line in lines) for name in OUTCOMES if name != "total"}
    return Rate(label=gettext("Together"), query={}, **sums)
