"""Writing articles: new ones, their drafts, and difficult cases from closed jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Attachment, Document, TimelineEntry
from jiannuo.operations.knowledge.index.cutting import without_phones
from jiannuo.operations.knowledge.models import (
    Article,
    ArticleCounter,
    ArticleVersion,
    Audience,
    VersionAudience,
)
from jiannuo.operations.knowledge.models.version import STAFF

#: what a version says in words and figures, and what it is linked to
TEXTS = ("title", "question", "cause", "answer", "minutes", "change_note")
LINKS = ("categories", "product_models", "symptoms", "parts")
WRITE = "knowledge.write"


@transaction.atomic
def create_article(
    kind: str,
    values: Mapping[str, Any],
    *,
    organization: Any,
    by: Any,
    review_on: date | None = None,
    origin: Document | None = None,
    is_demo: bool = False,
) -> Article:
    """A new article with its first draft; ``by`` owns it. ``values`` as :func:`write_draft` takes them.

    Raises PermissionDenied, or ValidationError by field.
    """
    if not by.has_perm(WRITE, organization):
        raise PermissionDenied(WRITE)
    if kind not in Article.Kind.values:
        raise ValidationError({"article_kind": _("Choose one from the list.")})
    _check_date(review_on)
    article = Article(
        organization=organization,
        article_kind=kind,
        title=str(values.get("title", "")),
        owner=by,
        review_on=review_on,
        origin=origin,
        is_demo=is_demo,
    )
    documents.create_document(article, by=by)
    ArticleCounter.objects.create(article=article)
    article.draft = ArticleVersion(article=article, number=1, written_by=by)
    _fill(article.draft, values)
    article.save(update_fields=["draft"])
    return article


@transaction.atomic
def write_draft(
    article: Article,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    review_on: date | None = None,
) -> Article:
    """Change the draft: texts, links (lists of records) and ``audiences`` (codes). Readers see nothing of it.

    Raises PermissionDenied, StaleDocument, or ValidationError by field and while it may not be changed.
    """
    article = documents.lock(article, version=version)
    if not by.has_perm(WRITE, article):
        raise PermissionDenied(WRITE)
    if not article.is_writable or article.draft is None:
        raise ValidationError(
            _("%(number)s is “%(state)s”. Take it back or revise it before you change it.")
            % {"number": article.number, "state": article.state_label}
        )
    _check_date(review_on)
    article.draft.written_by, article.draft.written_at = by, timezone.now()
    _fill(article.draft, values)
    article.review_on = review_on or article.review_on
    if article.published_id is None:
        article.title = article.draft.title
    documents.save(article)
    documents.record(
        article, TimelineEntry.Kind.CHANGE, by=by, action="write", text=_("The draft was changed.")
    )
    return article


def _fill(draft: ArticleVersion, values: Mapping[str, Any]) -> None:
    for name in TEXTS:
        if name in values:
            setattr(draft, name, values[name])
    draft.full_clean(exclude=["article"])
    draft.save()
    for name in LINKS:
        if name in values:
            getattr(draft, name).set(values[name])
    if "audiences" in values:
        set_audiences(draft, values["audiences"])


def set_audiences(version: ArticleVersion, codes: Collection[str]) -> None:
    """For whom a version is; raises ValidationError for an audience that there is not."""
    known = {code for code, _label in Audience.choices()}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise ValidationError({"audiences": _("There is no audience “%(code)s”.") % {"code": unknown[0]}})
    version.audiences.all().delete()
    VersionAudience.objects.bulk_create(
        VersionAudience(version=version, audience=code) for code in dict.fromkeys(codes)
    )


def _check_date(review_on: date | None) -> None:
    if review_on is not None and review_on <= timezone.localdate():
        raise ValidationError({"review_on": _("Choose a day to come.")})


def next_version(article: Article, *, by: Any) -> ArticleVersion:
    """A draft that begins as a copy of what is in force."""
    old = article.published
    latest = article.versions.order_by("-number").values_list("number", flat=True).first() or 0
    draft = ArticleVersion(article=article, number=latest + 1, written_by=by)
    if old is None:
        return draft
    values: dict[str, Any] = {name: getattr(old, name) for name in TEXTS if name != "change_note"}
    values |= {name: list(getattr(old, name).all()) for name in LINKS}
    values["audiences"] = [row.audience for row in old.audiences.all()]
    _fill(draft, values)
    return draft


# Difficult cases


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What a closed job gives the article about it."""

    document: Document
    title: str
    question: str
    cause: str
    answer: str
    minutes: int | None = None
    category: Any = None
    model: Any = None
    symptom: Any = None
    parts: Sequence[Any] = ()


@transaction.atomic
def write_case(case: CaseDraft, *, by: Any) -> tuple[Article, bool]:
    """The difficult case of a closed job: the one that there is, or a new draft with its photos; whether it is new.

    Telephone numbers in the texts are left out. Raises PermissionDenied.
    """
    Document.objects.select_for_update().get(pk=case.document.pk)
    found = Article.objects.select_related("organization").filter(origin=case.document.pk).first()
    if found is not None:
        return found, False
    values = {
        "title": without_phones(case.title)[:120],
        "question": without_phones(case.question)[:4000],
        "cause": without_phones(case.cause)[:4000],
        "answer": without_phones(case.answer)[:20000],
        "minutes": case.minutes,
        "categories": [case.category] if case.category is not None and case.model is None else [],
        "product_models": [case.model] if case.model is not None else [],
        "symptoms": [case.symptom] if case.symptom is not None else [],
        "parts": list(case.parts),
        "audiences": [STAFF],
    }
    base = Document.objects.select_related("organization").get(pk=case.document.pk)
    article = create_article(
        Article.Kind.CASE, values, organization=base.organization, by=by, origin=base, is_demo=base.is_demo
    )
    _take_photos(article, base, by=by)
    documents.record(
        base,
        TimelineEntry.Kind.CHANGE,
        by=by,
        action="case",
        text=_("Written up as a difficult case: %(number)s") % {"number": article.number},
        data={"article": article.number},
    )
    return article, True


def _take_photos(article: Article, source: Document, *, by: Any) -> None:
    wanted = (Attachment.Purpose.FAULT, Attachment.Purpose.BEFORE, Attachment.Purpose.AFTER)
    photos = (
        Attachment.objects.filter(document=source, purpose__in=wanted).select_related("file").order_by("pk")
    )
    for purpose in wanted:
        files = [photo.file for photo in photos if photo.purpose == purpose]
        if files:
            documents.attach_all(article, files, by=by, purpose=purpose)
