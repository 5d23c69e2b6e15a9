"""The inbox of notices and the bell."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiannuo.office.accounts.access import SIGNED_IN, permission_required
from jiannuo.office.accounts.models import User
from jiannuo.office.notices import services
from jiannuo.office.notices.models import Notice
from jiannuo.office.notices.queries import inbox_of, unread_count

ROWS = 40


@permission_required(SIGNED_IN)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """My notices, newest first; only the unread ones with ``?unread=1``."""
    only_unread = request.GET.get("unread") == "1"
    unread = unread_count(request.user)
    rows = inbox_of(request.user)
    page = Paginator(rows.filter(read_at=None) if only_unread else rows, ROWS).get_page(
        request.GET.get("page")
    )
    context = {"title": _("Notices"), "rows": page, "unread": unread, "only_unread": only_unread}
    return render(request, "notices/inbox.html", context)


@permission_required(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it points."""
    notice = get_object_or_404(Notice, pk=pk, person=request.user)
    services.mark_read(cast(User, request.user), [pk])
    inside = url_has_allowed_host_and_scheme(notice.url, allowed_hosts={request.get_host()})
    return redirect(notice.url if inside else reverse("notices:inbox"))


@permission_required(SIGNED_IN)
@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Mark all my notices as read."""
    services.mark_read(cast(User, request.user))
    return redirect("notices:inbox")


@permission_required(SIGNED_IN)
@never_cache
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many notices I have not read: ``{"unread": 3}``, or the figure beside the bell for htmx."""
    unread = unread_count(request.user)
    if request.headers.get("HX-Request"):
        return render(request, "notices/_count.html", {"unread": unread})
    return JsonResponse({"unread": unread})
