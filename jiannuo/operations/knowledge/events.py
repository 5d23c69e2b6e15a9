"""What the knowledge announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class ArticleEvent(Event):
    """Something that happened to an article."""

    article_id: int
    number: str
    at: datetime


@dataclass(frozen=True)
class ArticlePublished(ArticleEvent):
    """A version is in force: readers find it."""


@dataclass(frozen=True)
class ArticleWithdrawn(ArticleEvent):
    """Readers no longer find it."""


@dataclass(frozen=True)
class ArticleReviewDue(ArticleEvent):
    """The day has come on which it is looked at again."""

    review_on: date


@dataclass(frozen=True)
class ArticleReviewed(ArticleEvent):
    """It was found still right, or a new version was published."""
