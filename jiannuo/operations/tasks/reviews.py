"""Looking at articles again: a task for the owner when the day has come."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.operations.knowledge.models import Article
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.queries import people_for
from jiannuo.operations.tasks.services import Origin, do, make_task

KIND = "article_review"


def ask_for_review(article_id: int, day: date, *, at: datetime) -> Task | None:
    """The task for an article, once for each day; of its owner where they do tasks there, else of the role's."""
    article = Article.objects.select_related("organization", "owner").get(pk=article_id)
    owner = article.owner if article.owner is not None and article.owner.is_active else None
    holders = people_for(Task(organization=article.organization))
    mine = owner is not None and holders.filter(pk=owner.pk).exists()
    with override(settings.LANGUAGE_CODE):
        text = _("“%(title)s” was to be looked at again on %(day)s.") % {
            "title": article.title,
            "day": day.isoformat(),
        }
    return make_task(
        KIND,
        Origin(article.organization, source=article, is_demo=article.is_demo),
        key=f"{KIND}:{article_id}:{day.isoformat()}",
        text=text,
        person=owner if mine else None,
        due_at=timezone.make_aware(datetime.combine(day, datetime.max.time().replace(microsecond=0))),
        at=at,
    )


def end_reviews(article_id: int, *, at: datetime, kept: bool) -> int:
    """End what is open about an article: done, or dropped because it was withdrawn; how many."""
    rows = list(Task.objects.unfinished().filter(source=article_id, task_kind=KIND))
    with override(settings.LANGUAGE_CODE):
        reviewed, withdrawn = _("The article was looked at."), _("The article was withdrawn.")
    for task in rows:
        if kept:
            do(task, "finish", by=None, at=at, data={"result": reviewed}, as_system=True)
        else:
            do(task, "drop", by=None, at=at, data={"reason": withdrawn}, as_system=True)
    return len(rows)
