"""What a technician should know before opening the machine: its past, and what is known about the fault."""

from __future__ import annotations

from typing import Any

from django.utils.html import strip_tags

from jiannuo.operations.knowledge.queries import About
from jiannuo.operations.knowledge.suggesting import suggest
from jiannuo.operations.workorders.models import OrderLine, WorkOrder

MOST_PAST = 8
MOST_ARTICLES = 3
LONGEST_ARTICLE = 4000
FINISHED = ("completed", "signed", "reviewed", "closed")


def tried_before(order: WorkOrder) -> list[str]:
    """What was tried with the customer by telephone or remotely before anybody travelled, oldest first. One query."""
    lines = order.timeline.filter(action="diagnose").exclude(text="").order_by("at", "pk")
    return list(lines.values_list("text", flat=True))


def history_of_unit(order: WorkOrder) -> list[dict[str, Any]]:
    """Earlier finished jobs on the unit, the latest first: what was wrong and what was done, not for whom."""
    if order.unit_id is None:
        return []
    earlier = (
        WorkOrder.objects.filter(unit=order.unit_id, state__in=FINISHED)
        .exclude(pk=order.pk)
        .select_related("symptom", "cause", "measure")
        .order_by("-document_ptr")[:MOST_PAST]
    )
    jobs = list(earlier)
    parts: dict[int, list[str]] = {}
    rows = OrderLine.objects.filter(order__in=jobs, kind=OrderLine.Kind.PART)
    for order_id, name in rows.order_by("pk").values_list("order_id", "description"):
        parts.setdefault(order_id, []).append(name)
    return [
        {
            "on": (job.signed_at or job.updated_at).isoformat(),
            "job": job.get_job_display(),
            "fault": job.fault,
            "found": " → ".join(str(part) for part in (job.symptom, job.cause, job.measure) if part),
            "done": job.work_done,
            "parts": parts.get(job.pk, []),
        }
        for job in jobs
    ]


def knowledge_for(order: WorkOrder, user: Any) -> dict[str, Any]:
    """Likely causes, measures and parts from solved cases, and the articles that fit, with their text."""
    if not user.has_perm("knowledge.view"):
        return {}
    about = About(
        symptom=order.symptom, model=order.unit.model if order.unit else None, category=order.category
    )
    found = suggest(user, order.fault, about=about)
    time = found.time
    return {
        "cases": found.count,
        "causes": [[one.name, one.share] for one in found.causes],
        "measures": [[one.name, one.share] for one in found.measures],
        "parts": [[one.name, one.share] for one in found.parts],
        "minutes": time.median if time is not None else None,
        "articles": [
            {"title": str(article.title), "text": article_text(article)}
            for article in found.articles[:MOST_ARTICLES]
        ],
    }


def article_text(article: Any) -> str:
    """The version in force as plain text."""
    version = article.published
    if version is None:
        return ""
    parts = [getattr(version, name, "") or "" for name in ("question", "cause", "answer")]
    return "\n".join(strip_tags(str(part)).strip() for part in parts if part)[:LONGEST_ARTICLE]
