"""Searching, reading, voting, and suggestions on other pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.queries import visible_as_kind
from jiannuo.office.documents.timeline import file_views
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.knowledge import queries, services
from jiannuo.operations.knowledge.forms import VoteForm
from jiannuo.operations.knowledge.index.cutting import LONGEST_QUERY
from jiannuo.operations.knowledge.models import Article, SolvedCase
from jiannuo.operations.knowledge.suggesting import suggest
from jiannuo.registry.pickers import SHOWN
from jiannuo.registry.products.models import Category, FaultCode, ProductModel

VIEW = "knowledge.view"
PARTS_OF_VERSION = (
    "published__categories",
    "published__product_models",
    "published__symptoms",
    "published__parts",
)


def sections(user: Any, active: str) -> list[dict[str, Any]]:
    """The pages of this room that ``user`` may open, for the bar above each of them."""
    pages = (
        ("home", _("Search"), reverse("knowledge:home"), VIEW),
        ("list", _("Articles"), reverse("knowledge:list"), "knowledge.review"),
        ("synonyms", _("Synonyms"), reverse("knowledge:synonyms"), "knowledge.review"),
        ("rules", _("Rules for articles"), reverse("knowledge:rules"), "knowledge.review"),
        ("solved", _("Solved without a visit"), reverse("desk:solved"), "requests.view"),
    )
    return [
        {"label": label, "url": url, "active": name == active}
        for name, label, url, permission in pages
        if url and user.has_perm(permission)
    ]


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _record(model: Any, text: str, **more: Any) -> Any:
    key = _key(text)
    return model.objects.filter(pk=key, **more).first() if key is not None else None


def about_of(query: Any) -> queries.About:
    """What the address asks about: ``symptom``, ``model``, ``category`` by key. At most three queries."""
    models = ProductModel.objects.select_related("category")
    key = _key(query.get("model", ""))
    return queries.About(
        symptom=_record(FaultCode, query.get("symptom", ""), kind=FaultCode.Kind.SYMPTOM),
        model=models.filter(pk=key).first() if key is not None else None,
        category=_record(Category, query.get("category", "")),
    )


@permission_required(VIEW)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search over articles and closed jobs; without words what helped most and what is new."""
    user: Any = request.user
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    kind = request.GET.get("kind", "")
    kind = kind if kind in (*Article.Kind.values, "cases") else ""
    context: dict[str, Any] = {
        "title": _("Knowledge"),
        "sections": sections(user, "home"),
        "q": text,
        "kind": kind,
        "kinds": [("", _("Everything")), *Article.Kind.choices, ("cases", _("Closed jobs"))],
        "may_write": user.has_perm("knowledge.write"),
    }
    if text:
        groups = queries.synonyms()
        reader = queries.reader_of(user)
        if kind != "cases":
            context["articles"] = queries.find_articles(reader, text, kind=kind, groups=groups)
        if kind in ("", "cases"):
            context["cases"] = queries.find_cases(user, text, groups=groups)
    else:
        rows = queries.readable_by(user).select_related("published", "counter", "organization")
        if kind and kind != "cases":
            rows = rows.filter(article_kind=kind)
        context["helpful"] = rows.order_by("-counter__useful", "-counter__views", "-pk")[:8]
        context["latest"] = rows.order_by("-published__published_at", "-pk")[:8]
    return render(request, "knowledge/home.html", context)


def article_or_404(number: str, user: Any) -> Article:
    """A published article that ``user`` may read; Http404, the same for missing and for hidden ones."""
    rows = queries.readable_by(user).select_related("published", "counter", "organization", "owner")
    article = rows.prefetch_related(*PARTS_OF_VERSION).filter(number=number).first()
    if article is None:
        raise Http404(_("There is no article %(number)s, or it is not for you.") % {"number": number})
    return article


@permission_required(VIEW)
@require_safe
def read(request: HttpRequest, number: str) -> HttpResponse:
    """An article as it is in force."""
    user: Any = request.user
    article = article_or_404(number, user)
    services.note_view(article)
    own = article.votes.filter(voter=f"user:{user.pk}").first()
    return render(request, "knowledge/read.html", _reading(article, user, own, VoteForm()))


def _reading(article: Article, user: Any, own: Any, form: VoteForm) -> dict[str, Any]:
    return {
        "title": article.title,
        "sections": sections(user, "home"),
        "article": article,
        "edition": article.published,
        "files": file_views(queries.attachments_in_force(article)),
        "own": own,
        "form": form,
        "keeps": user.has_perm("knowledge.review", article),
    }


@permission_required(VIEW)
@require_POST
def vote(request: HttpRequest, number: str) -> HttpResponse:
    """Say whether it helped."""
    user: Any = request.user
    article = article_or_404(number, user)
    form = VoteForm(request.POST)
    if form.is_valid():
        try:
            services.vote(article, voter=f"user:{user.pk}", person=user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Thank you. The owner of the article sees your vote."))
            return redirect("knowledge:read", number=number)
    context = _reading(article, user, article.votes.filter(voter=f"user:{user.pk}").first(), form)
    return render(request, "knowledge/read.html", context, status=422)


@permission_required(VIEW)
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """A solved case: what was wrong, why, what helped. The order itself is for those who may see it."""
    user: Any = request.user
    rows = SolvedCase.objects.visible_to(user).select_related(
        *("document", "symptom", "cause", "measure", "model", "category", "organization")
    )
    found = rows.prefetch_related("parts").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such case, or you may not see it."))
    order = visible_as_kind(found.document_id, found.document.kind, user)
    context = {
        "title": str(found),
        "sections": sections(user, "home"),
        "case": found,
        "order": order,
        "article": queries.readable_by(user).filter(origin=found.document_id).first(),
    }
    return render(request, "knowledge/case.html", context)


@permission_required(VIEW)
@require_safe
def suggestion(request: HttpRequest) -> HttpResponse:
    """The part of other pages that says what history and the articles know about ``text``, ``symptom``, ``model``."""
    text = request.GET.get("text", "").strip()[:LONGEST_QUERY]
    found = suggest(request.user, text, about=about_of(request.GET))
    return render(request, "knowledge/_suggestion.html", {"suggestion": found, "asked": True})


@permission_required(VIEW)
@require_safe
def choose(request: HttpRequest) -> JsonResponse:
    """Articles for a select that asks while one types: by words, or the most useful ones."""
    user: Any = request.user
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    if text:
        found = queries.find_articles(queries.reader_of(user), text, limit=SHOWN)
    else:
        rows = queries.readable_by(user).select_related("counter")
        found = list(rows.order_by("-counter__uses", "-counter__useful", "-pk")[:SHOWN])
    results = [
        {"value": one.pk, "text": f"{one.number} {one.title}", "hint": str(one.get_article_kind_display())}
        for one in found
    ]
    return JsonResponse({"results": results})
