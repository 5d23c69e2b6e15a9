"""Looking at articles again when their day has come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from jiannuo.kernel.events import publish
from jiannuo.operations.knowledge.events import ArticleReviewDue
from jiannuo.operations.knowledge.models import Article

BATCH = 500


def announce_due_reviews(now: datetime | None = None) -> int:
    """Announce each article whose day has come, once for each day that was set; how many."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rows = Article.objects.in_force().filter(review_on__lte=today)
    due = rows.filter(Q(review_asked__isnull=True) | ~Q(review_asked=F("review_on")))
    return sum(_announce(article, now) for article in list(due.order_by("review_on", "pk")[:BATCH]))


@transaction.atomic
def _announce(article: Article, now: datetime) -> bool:
    """Claim it by a conditional update, so that two schedulers never ask twice."""
    day = article.review_on
    claimed = Article.objects.filter(
        Q(review_asked__isnull=True) | ~Q(review_asked=day), pk=article.pk, review_on=day
    )
    if day is None or not claimed.update(review_asked=day):
        return False
    publish(ArticleReviewDue(article_id=article.pk, number=article.number, at=now, review_on=day))
    return True
