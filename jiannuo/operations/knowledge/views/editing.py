"""Keeping articles: the list, the page of one with its history, writing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.kernel.files.services import store
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import StaleDocument
from jiannuo.office.documents.timeline import file_views
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.knowledge import queries, services
from jiannuo.operations.knowledge.filters import ArticleFilter
from jiannuo.operations.knowledge.forms import ArticleForm
from jiannuo.operations.knowledge.models import Article, ArticleVersion
from jiannuo.operations.knowledge.tables import ArticleTable
from jiannuo.operations.knowledge.views.finding import sections

WRITE, REVIEW = "knowledge.write", "knowledge.review"
LINKED = ("categories", "product_models", "symptoms", "parts", "audiences")


class ArticleList(TablePage):
    """All articles in the person's scope, in every state."""

    name = "articles"
    title = gettext_lazy("Articles")
    subtitle = gettext_lazy("Frequent questions, difficult cases, standard plans and documents")
    permission = REVIEW
    table_class = ArticleTable
    filterset_class = ArticleFilter
    orderings = (
        NEWEST,
        Ordering("review_on", gettext_lazy("to be reviewed on"), ("review_on",)),
    )
    default_ordering = "-id"
    template_name = "knowledge/list.html"
    presets = (
        Preset(gettext_lazy("To be reviewed"), "review=due"),
        Preset(
            gettext_lazy("Being written"), "state=draft&state=in_review&state=revising&state=revision_review"
        ),
    )
    create_url_name = "knowledge:create"
    create_label = gettext_lazy("New article")
    create_permission = WRITE

    def rows(self) -> QuerySet[Any]:
        return queries.articles_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {"sections": sections(self.request.user, "list")}


class ArticlePage(DocumentPage):
    """One article for those who keep it: draft, version in force, votes, history."""

    model = Article
    permission = REVIEW
    template_name = "knowledge/detail.html"
    select_related = ("owner", "counter", "published", "draft__written_by", "origin")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        shown = [version for version in (document.draft, document.published) if version is not None]
        prefetch_related_objects(shown, *LINKED)
        attachments = Attachment.objects.filter(document_id=document.pk).select_related("file").order_by("pk")
        return {
            **super().get_context_data(document),
            "article": document,
            "editions": list(document.versions.select_related("written_by", "published_by")),
            "votes": list(document.votes.select_related("person").exclude(remark="")[:20]),
            "files": file_views(attachments),
            "may_edit": document.is_writable and user.has_perm(WRITE, document),
            "readable": document.is_readable and queries.readable_by(user).filter(pk=document.pk).exists(),
        }


def _article_or_404(number: str, user: Any) -> Article:
    rows = Article.objects.visible_to(user).select_related("organization", "draft", "published")
    article = rows.filter(number=number).first()
    if article is None:
        raise Http404(_("There is no article %(number)s, or it is not for you.") % {"number": number})
    return article


@permission_required(WRITE)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Write a new article."""
    user: Any = request.user
    if request.method == "GET":
        asked = request.GET.get("kind", "")
        kind = asked if asked in Article.Kind.values else Article.Kind.FAQ.value
        initial = {"article_kind": kind, "title": request.GET.get("title", "")[:120], "audiences": ["staff"]}
        return _form(request, ArticleForm(user=user, initial=initial))
    form = ArticleForm(request.POST, request.FILES, user=user)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                article = services.create_article(
                    data["article_kind"],
                    form.values(),
                    organization=data["organization"],
                    by=user,
                    review_on=data["review_on"],
                )
                _attach(article, data, by=user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("%(number)s was saved as a draft.") % {"number": article.number})
            return redirect(article.get_absolute_url())
    return _form(request, form, status=422)


@permission_required(WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change the draft."""
    user: Any = request.user
    article = _article_or_404(number, user)
    if not user.has_perm(WRITE, article):
        raise PermissionDenied(WRITE)
    if not article.is_writable:
        reason = _("%(number)s is “%(state)s”. Take it back or revise it before you change it.")
        return respond_conflict(
            request, article, _("Write"), reason % {"number": number, "state": article.state_label}
        )
    if request.method == "GET":
        return _form(
            request, ArticleForm(user=user, article=article, initial=ArticleForm.initial_of(article))
        )
    form = ArticleForm(request.POST, request.FILES, user=user, article=article)
    if form.is_valid():
        data = form.cleaned_data
        changed = data["review_on"] if data["review_on"] != article.review_on else None
        try:
            with transaction.atomic():
                services.write_draft(
                    article, form.values(), by=user, version=data["version"], review_on=changed
                )
                _attach(article, data, by=user)
        except StaleDocument as error:
            return respond_conflict(request, article, _("Write"), str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved"))
            return redirect(article.get_absolute_url())
    return _form(request, form, status=422)


def _attach(article: Article, data: dict[str, Any], *, by: Any) -> None:
    if data["files"]:
        stored = [store(upload, by=by) for upload in data["files"]]
        documents.attach_all(article, stored, by=by, visible_to_customer=data["files_for_customers"])


def _form(request: HttpRequest, form: ArticleForm, status: int = 200) -> HttpResponse:
    article = form.article
    context = {
        "title": _("Write %(number)s") % {"number": article.number} if article else _("New article"),
        "subtitle": article.title if article else "",
        "form": form,
        "form_action": request.get_full_path(),
        "cancel_url": article.get_absolute_url() if article else reverse("knowledge:list"),
    }
    return render(request, "knowledge/form.html", context, status=status)


@permission_required(REVIEW)
@require_safe
def edition(request: HttpRequest, number: str, edition: int) -> HttpResponse:
    """An earlier version as it was."""
    article = _article_or_404(number, request.user)
    rows = ArticleVersion.objects.filter(article=article).select_related("written_by", "published_by")
    found = rows.prefetch_related(*LINKED).filter(number=edition).first()
    if found is None:
        raise Http404(_("There is no version %(number)d.") % {"number": edition})
    context = {
        "title": found.title,
        "article": article,
        "edition": found,
        "sections": sections(request.user, "list"),
    }
    return render(request, "knowledge/edition.html", context)
