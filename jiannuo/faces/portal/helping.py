"""Questions and answers about a machine, for customers without an account."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.faces.portal.views import too_many, unit_or_404
from jiannuo.kernel.files.views import respond
from jiannuo.operations.knowledge import queries, services
from jiannuo.operations.knowledge.forms import VoteForm
from jiannuo.operations.knowledge.models import Article
from jiannuo.registry.installedbase.models import InstalledUnit

LONGEST, SHOWN = 100, 10


def _about(machine: InstalledUnit) -> queries.About:
    return queries.About(model=machine.model, category=machine.model.category)


@require_safe
@never_cache
def answers(request: HttpRequest, label: str) -> HttpResponse:
    """What others asked about such machines; with ``q`` what fits those words."""
    if limited := too_many(request, "help"):
        return limited
    machine = unit_or_404(label)
    text = request.GET.get("q", "").strip()[:LONGEST]
    reader = queries.reader_on_portal(machine.organization)
    if text:
        found = queries.find_articles(reader, text, about=_about(machine), limit=SHOWN)
    else:
        found = queries.articles_about(reader, _about(machine), limit=SHOWN)
    return render(request, "portal/help.html", {"unit": machine, "q": text, "articles": found})


def _article(machine: InstalledUnit, number: str) -> Article:
    reader = queries.reader_on_portal(machine.organization)
    rows = queries.readable(reader).select_related("published", "counter")
    article = rows.prefetch_related("published__parts").filter(number=number).first()
    if article is None:
        raise Http404
    return article


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def article(request: HttpRequest, label: str, number: str) -> HttpResponse:
    """One answer, and whether it helped."""
    if limited := too_many(request, "vote" if request.method == "POST" else "help"):
        return limited
    machine = unit_or_404(label)
    found = _article(machine, number)
    form = VoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.vote(found, voter=f"unit:{machine.pk}", **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(f"{request.path}?thanks=1")
    if not form.is_bound:
        services.note_view(found)
    context: dict[str, Any] = {
        "unit": machine,
        "article": found,
        "edition": found.published,
        "files": list(queries.attachments_in_force(found).filter(visible_to_customer=True)),
        "form": form,
        "thanks": request.GET.get("thanks") == "1",
    }
    return render(request, "portal/help_article.html", context, status=422 if form.is_bound else 200)


@require_safe
def file(request: HttpRequest, label: str, number: str, pk: Any) -> Any:
    """A picture or a file of an answer that customers may see."""
    if limited := too_many(request, "help"):
        return limited
    found = _article(unit_or_404(label), number)
    rows = queries.attachments_in_force(found).filter(visible_to_customer=True)
    attachment = rows.filter(file=pk).first()
    if attachment is None:
        raise Http404
    return respond(attachment.file, request, small=request.GET.get("size") == "small")
