"""How long orders take: what the board draws and what planning counts with, worked out for many orders at once.

Of each order the first that is known: what was set when its job was divided; the labour items planned on it; the
standard plan of its symptom; the table of usual times for its kind of job and category; the figure of the settings of
its organisation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import ExpressionWrapper, F, IntegerField, Sum

from jiannuo.operations.dispatch.planning.models import PlanningSettings, UsualTime, nearest
from jiannuo.operations.knowledge.models import Article, ArticleVersion
from jiannuo.operations.workorders.models import OrderLine, WorkOrder

SHARE, LABOUR, PLAN, TABLE, SETTING = "share", "labour", "plan", "table", "setting"


@dataclass(frozen=True, slots=True)
class Duration:
    """Minutes of work on site, and where they come from: ``share``, ``labour``, ``plan``, ``table`` or ``setting``."""

    minutes: int
    source: str


def minutes_of(orders: Iterable[WorkOrder | int]) -> dict[int, int]:
    """Expected minutes of work by the key of the order."""
    return {key: duration.minutes for key, duration in durations_of(orders).items()}


def durations_of(orders: Iterable[WorkOrder | int]) -> dict[int, Duration]:
    """Expected durations by the key of the order, for orders or their keys; at most eight queries for any number."""
    keys = [order if isinstance(order, int) else order.pk for order in orders]
    facts = list(
        WorkOrder.objects.filter(pk__in=keys)
        .order_by()
        .values(
            "pk",
            "job",
            "symptom",
            "unit__model",
            minutes=F("share__minutes"),
            path=F("category__code_path"),
            place=F("organization__path"),
        )
    )
    if not facts:
        return {}
    found = {key: Duration(minutes, LABOUR) for key, minutes in _labour(keys).items()}
    found |= {fact["pk"]: Duration(fact["minutes"], SHARE) for fact in facts if fact["minutes"]}
    open_facts = [fact for fact in facts if fact["pk"] not in found]
    if open_facts:
        plans = _plans({fact["symptom"] for fact in open_facts if fact["symptom"] is not None})
        table = list(UsualTime.objects.select_related("organization", "category", "labour"))
        settings = list(PlanningSettings.objects.select_related("organization"))
        for fact in open_facts:
            found[fact["pk"]] = _planned(fact, plans) or _usual(fact, table) or _setting(fact, settings)
    return found


def _labour(keys: list[int]) -> dict[int, int]:
    """Planned labour, as often as each item is to be done; at least a minute."""
    times = ExpressionWrapper(F("labour__minutes") * F("quantity"), output_field=IntegerField())
    rows = (
        OrderLine.objects.filter(order__in=keys, labour__minutes__gt=0)
        .order_by()
        .values("order")
        .annotate(total=Sum(times))
        .values_list("order", "total")
    )
    return {order: max(1, int(total)) for order, total in rows}


@dataclass(frozen=True, slots=True)
class _Plan:
    key: int
    minutes: int
    categories: frozenset[str]
    models: frozenset[int]

    def fit(self, fact: dict[str, Any]) -> tuple[int, int] | None:
        """How closely it fits an order: by model, then by depth of category; nothing where it is for others."""
        of_model = fact["unit__model"] in self.models
        if self.models and not of_model:
            return None
        depths = [path.count("/") + 1 for path in self.categories if _below(fact["path"], path)]
        if self.categories and not depths and not of_model:
            return None
        return int(of_model), max(depths, default=0)


def _plans(symptoms: set[int]) -> dict[int, list[_Plan]]:
    """Standard plans in force that name a time, by symptom."""
    if not symptoms:
        return {}
    versions = (
        ArticleVersion.objects.filter(
            article__published=F("pk"),
            article__article_kind=Article.Kind.PLAN,
            article__state__in=Article.READABLE,
            minutes__gt=0,
            symptoms__in=symptoms,
        )
        .distinct()
        .prefetch_related("symptoms", "categories", "product_models")
        .defer("answer", "cause", "question")
    )
    found: dict[int, list[_Plan]] = defaultdict(list)
    for version in versions:
        plan = _Plan(
            version.pk,
            version.minutes or 0,
            frozenset(category.code_path for category in version.categories.all()),
            frozenset(model.pk for model in version.product_models.all()),
        )
        for symptom in version.symptoms.all():
            found[symptom.pk].append(plan)
    return found


def _planned(fact: dict[str, Any], plans: dict[int, list[_Plan]]) -> Duration | None:
    if fact["job"] != WorkOrder.Kind.REPAIR:
        return None
    fits = [(plan.fit(fact), plan) for plan in plans.get(fact["symptom"], ())]
    fitting = [(fit, plan.key, plan) for fit, plan in fits if fit is not None]
    return Duration(max(fitting, key=lambda one: one[:2])[2].minutes, PLAN) if fitting else None


def _usual(fact: dict[str, Any], table: list[UsualTime]) -> Duration | None:
    """The closest line of the table: by category, then kind of job, then organisation."""

    def closeness(row: UsualTime) -> tuple[int, int, int]:
        depth = row.category.code_path.count("/") + 1 if row.category else 0
        return depth, int(bool(row.job)), len(row.organization.path)

    fitting = [
        row
        for row in table
        if row.length > 0
        and fact["place"].startswith(row.organization.path)
        and row.job in ("", fact["job"])
        and (row.category is None or _below(fact["path"], row.category.code_path))
    ]
    return Duration(max(fitting, key=closeness).length, TABLE) if fitting else None


def _setting(fact: dict[str, Any], settings: list[PlanningSettings]) -> Duration:
    own = nearest(settings, fact["place"]) or PlanningSettings()
    return Duration(own.usual_minutes, SETTING)


def _below(path: str | None, above: str) -> bool:
    return path is not None and (path == above or path.startswith(above + "/"))
