"""Being read, voted on and used to answer."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.operations.knowledge.models import Article, ArticleCounter, ArticleUse, ArticleVote
from jiannuo.operations.knowledge.queries import readable_by


def note_view(article: Article) -> None:
    """Count that somebody read it. One query."""
    ArticleCounter.objects.filter(article=article.pk).update(views=F("views") + 1)


@transaction.atomic
def vote(article: Article, *, voter: str, useful: bool, person: Any = None, remark: str = "") -> ArticleVote:
    """Say whether an article helped; the last word of each ``voter`` counts. The caller has checked that they may read.

    Raises ValidationError for an article that is not in force, or when it did not help and nobody says why.
    """
    if article.published is None or not article.is_readable:
        raise ValidationError(_("This article is no longer in force."))
    remark = remark.strip()
    if not useful and not remark and person is not None:
        raise ValidationError({"remark": _("Say what is missing or wrong, so that the owner can mend it.")})
    counter = ArticleCounter.objects.select_for_update().get(article=article.pk)
    made, _created = ArticleVote.objects.update_or_create(
        article=article,
        voter=voter,
        defaults={
            "version": article.published,
            "person": person,
            "useful": useful,
            "remark": remark[:300],
            "at": timezone.now(),
        },
    )
    counts = article.votes.aggregate(
        yes=Count("pk", filter=Q(useful=True)), no=Count("pk", filter=Q(useful=False))
    )
    counter.useful, counter.useless = counts["yes"], counts["no"]
    counter.save(update_fields=["useful", "useless"])
    return made


@transaction.atomic
def note_use(article: Article, document: Document, *, by: Any) -> ArticleUse:
    """Say that an article answered ``document``, once; raises PermissionDenied for one that ``by`` may not read."""
    if not readable_by(by).filter(pk=article.pk).exists():
        raise PermissionDenied("knowledge.view")
    used, created = ArticleUse.objects.get_or_create(
        article=article, document_id=document.pk, defaults={"by": by}
    )
    if created:
        ArticleCounter.objects.filter(article=article.pk).update(uses=F("uses") + 1)
        documents.record(
            document,
            TimelineEntry.Kind.CHANGE,
            by=by,
            action="article",
            text=_("Answered with %(number)s %(title)s") % {"number": article.number, "title": article.title},
            data={"article": article.number},
        )
    return used
