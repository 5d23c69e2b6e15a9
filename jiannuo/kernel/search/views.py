"""The search box: results as you type, and the page of all results."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiannuo.kernel.search.services import find
from jiannuo.kernel.search.sources import SearchSource, sources

SUGGESTIONS = 8
RESULTS = 50


def groups_for(user: Any, query: str, limit: int) -> list[tuple[SearchSource, list[Any]]]:
    """Results by kind, each kind from the organisations where ``user`` may see that kind, and what else is theirs."""
    allowed = {source.kind: source for source in sources() if user.has_perm(source.permission)}
    kinds_by_scope: dict[frozenset[int] | None, list[str]] = {}
    for kind, source in allowed.items():
        kinds_by_scope.setdefault(user.organization_scope(source.permission), []).append(kind)
    grouped: dict[str, list[Any]] = {kind: [] for kind in allowed}
    for scope, kinds in kinds_by_scope.items():
        own = {kind: also(user) for kind in kinds if (also := allowed[kind].also) is not None}
        for entry in find(query, kinds=kinds, organizations=scope, limit=limit, beside=own):
            grouped[entry.kind].append(entry)
    return [(allowed[kind], entries) for kind, entries in grouped.items() if entries]


@login_required
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The first results, as a list below the search box."""
    query = request.GET.get("q", "")
    groups = groups_for(request.user, query, SUGGESTIONS) if query.strip() else []
    return render(request, "search/suggest.html", {"query": query, "groups": groups})


@login_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """All results, by kind."""
    query = request.GET.get("q", "")
    groups = groups_for(request.user, query, RESULTS) if query.strip() else []
    return render(request, "search/results.html", {"query": query, "groups": groups, "limit": RESULTS})
