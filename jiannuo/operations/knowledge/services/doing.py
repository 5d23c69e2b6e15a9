"""What people do with an article, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import approvals
from jiannuo.office.documents import services as documents
from jiannuo.operations.knowledge import events
from jiannuo.operations.knowledge.index.content import ARTICLE
from jiannuo.operations.knowledge.index.keeping import note_change
from jiannuo.operations.knowledge.models import Article, KindRule
from jiannuo.operations.knowledge.queries import owners_for
from jiannuo.operations.knowledge.services.writing import next_version


@transaction.atomic
def do(
    document: Article,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Article:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises."""
    at, values = at or timezone.now(), dict(data or {})
    article = documents.lock(document, version=version)
    check = _BEFORE.get(name)
    if check is not None:
        check(article, values)
    article = documents.perform(
        article, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    follow = _AFTER.get(name)
    if follow is not None:
        follow(article, by=by, at=at, values=values)
    return article


def rule_of(kind: str) -> KindRule:
    """How a kind of article is kept; raises ValidationError while nobody has said it."""
    rule = KindRule.objects.filter(article_kind=kind).first()
    if rule is None:
        raise ValidationError(_("Nobody has said yet who approves such articles. Enter it under “Rules”."))
    return rule


def _require_whole(article: Article, _values: dict[str, Any]) -> None:
    """Raise ValidationError with everything that the draft lacks before anybody can approve it."""
    draft = article.draft
    if draft is None:
        raise ValidationError(_("There is no draft to approve."))
    missing = []
    if not draft.answer.strip():
        missing.append(_("Write the answer."))
    if not draft.audiences.exists():
        missing.append(_("Say for whom it is."))
    if article.article_kind == Article.Kind.PLAN and not draft.symptoms.exists():
        missing.append(_("A standard plan is for a symptom: choose it."))
    if article.article_kind == Article.Kind.CASE and not draft.cause.strip():
        missing.append(_("A difficult case tells the cause."))
    if article.article_kind == Article.Kind.DOCUMENT and not article.attachments.exists():
        missing.append(_("Attach the file of the document."))
    if missing:
        raise ValidationError(missing)


def _check_owner(article: Article, values: dict[str, Any]) -> None:
    if not owners_for(article, None).filter(pk=getattr(values.get("owner"), "pk", None)).exists():
        raise ValidationError({"owner": _("Choose somebody who writes articles there.")})


def _check_review(_article: Article, values: dict[str, Any]) -> None:
    if values.get("review_on") is None or values["review_on"] <= timezone.localdate():
        raise ValidationError({"review_on": _("Choose a day to come.")})


def _check_approved(article: Article, _values: dict[str, Any]) -> None:
    """Who wrote a version may not be the only one who approves it."""
    asked = article.approvals.filter(on_approved="publish").order_by("-pk").first()
    deciders = set(asked.steps.values_list("decided_by", flat=True)) if asked is not None else set()
    writer = article.draft.written_by_id if article.draft is not None else None
    if not deciders - {writer, None}:
        raise ValidationError(
            _("Who wrote an article may not be the only one who approves it. Submit it anew.")
        )


def _submitted(article: Article, *, by: Any, values: dict[str, Any], **_rest: Any) -> None:
    if article.draft is None:
        return
    rule = rule_of(article.article_kind)
    subject = _("Publish “%(title)s”, version %(number)d") % {
        "title": article.draft.title,
        "number": article.draft.number,
    }
    reason = str(values.get("remark") or article.draft.change_note)
    approvals.ask(article, subject[:200], [rule.approver], by=by, reason=reason, on_approved="publish")


def _published(article: Article, *, by: Any, at: datetime, **_rest: Any) -> None:
    draft, today = article.draft, timezone.localdate(at)
    if draft is None:
        return
    draft.published_at, draft.published_by = at, by
    draft.save(update_fields=["published_at", "published_by"])
    article.published, article.draft, article.title = draft, None, draft.title
    article.reviewed_on = today
    if article.review_on is None or article.review_on <= today:
        article.review_on = next_review(article.article_kind, today)
    article.save()
    note_change(ARTICLE, [article.pk])
    publish(events.ArticlePublished(article_id=article.pk, number=article.number, at=at))
    publish(events.ArticleReviewed(article_id=article.pk, number=article.number, at=at))


def next_review(kind: str, today: date) -> date:
    """The day on which an article of this kind is looked at again."""
    return today + relativedelta(months=rule_of(kind).review_months)


def _taken_back(article: Article, *, by: Any, **_rest: Any) -> None:
    approvals.cancel_pending(article, by=by, reason=_("The article was taken back."))


def _revised(article: Article, *, by: Any, **_rest: Any) -> None:
    article.draft = next_version(article, by=by)
    article.save(update_fields=["draft"])


def _revision_dropped(article: Article, **_rest: Any) -> None:
    draft = article.draft
    article.draft = None
    article.save(update_fields=["draft"])
    if draft is not None and draft.published_at is None:
        draft.delete()


def _confirmed(article: Article, *, at: datetime, **_rest: Any) -> None:
    article.reviewed_on = timezone.localdate(at)
    article.save(update_fields=["reviewed_on"])
    publish(events.ArticleReviewed(article_id=article.pk, number=article.number, at=at))


def _withdrawn(article: Article, *, at: datetime, **_rest: Any) -> None:
    note_change(ARTICLE, [article.pk])
    publish(events.ArticleWithdrawn(article_id=article.pk, number=article.number, at=at))


def _taken_up(article: Article, *, by: Any, **_rest: Any) -> None:
    if article.draft is None:
        article.draft = next_version(article, by=by)
    article.save(update_fields=["draft"])


_BEFORE: dict[str, Any] = {
    "submit": _require_whole,
    "submit_revision": _require_whole,
    "publish": _check_approved,
    "hand_over": _check_owner,
    "confirm": _check_review,
}
_AFTER: dict[str, Any] = {
    "submit": _submitted,
    "submit_revision": _submitted,
    "publish": _published,
    "take_back": _taken_back,
    "take_back_revision": _taken_back,
    "revise": _revised,
    "drop_revision": _revision_dropped,
    "confirm": _confirmed,
    "withdraw": _withdrawn,
    "take_up": _taken_up,
}
