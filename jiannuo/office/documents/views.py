"""What all documents share: open, do an action, comment, attach, read the history."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, trigger_client_event

from jiannuo.kernel.files.services import store
from jiannuo.office.accounts.access import SIGNED_IN, permission_required
from jiannuo.office.documents import services
from jiannuo.office.documents.flow import Action, actions_of, all_actions
from jiannuo.office.documents.forms import CommentForm, UploadForm, form_for
from jiannuo.office.documents.models import Attachment, Document
from jiannuo.office.documents.pages import DocumentPage, timeline_context
from jiannuo.office.documents.queries import document_or_404, visible_as_kind
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument


@permission_required(SIGNED_IN)
@require_safe
def open_document(request: HttpRequest, number: str) -> HttpResponse:
    """Send to the page of the document's kind, or show the plain page when the kind has none."""
    document = document_or_404(number, request.user)
    try:
        address = reverse(document.URL_NAME, args=[number])
    except NoReverseMatch:
        page = DocumentPage(request=request, permission=document.VIEW_PERMISSION)
        return render(request, DocumentPage.template_name, page.get_context_data(document))
    return redirect(address)


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Put the refusal of a service onto the form, also for fields that the form does not have."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, ValidationError(errors))


def respond_conflict(request: HttpRequest, document: Document, title: str, reason: str) -> HttpResponse:
    """409: say why it cannot be done now, and offer to load the document anew."""
    template = "documents/_conflict.html" if request.headers.get("HX-Request") else "documents/conflict.html"
    context = {"title": title, "conflict": reason, "document": document}
    return render(request, template, context, status=409)


def respond_moved_on(
    request: HttpRequest, document: Document, text: str, fallback: str = "/"
) -> HttpResponse:
    """After a write: back to the document (or ``next``), or elsewhere when the person no longer sees it."""
    messages.success(request, text)
    following = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        address = following
    elif visible_as_kind(document.pk, document.kind, request.user) is None:
        address = fallback
    else:
        address = document.get_absolute_url()
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


@permission_required(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def action(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Ask for what an action needs (GET), do it (POST)."""
    document = document_or_404(number, request.user)
    declared = all_actions(type(document)).get(name)
    if declared is None or declared.hidden:
        raise Http404(_("There is no such action."))
    if not declared.allowed(document, request.user):
        raise PermissionDenied(name)
    if name not in {item.name for item in actions_of(document)}:
        return respond_conflict(
            request, document, str(declared.label), str(ActionNotAllowed(document, declared))
        )
    if request.method == "GET":
        return _show_action(request, document, declared, form_for(declared, document, request.user))
    return _do_action(request, document, declared)


def _do_action(request: HttpRequest, document: Document, declared: Action) -> HttpResponse:
    form = form_for(declared, document, request.user, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _show_action(request, document, declared, form, status=422)
    data = dict(form.cleaned_data)
    version = data.pop("version", None)
    try:
        services.act(document, declared.name, by=request.user, data=data, version=version)
    except (StaleDocument, ActionNotAllowed) as error:
        return respond_conflict(request, document, str(declared.label), str(error))
    except ValidationError as error:
        add_errors(form, error)
        return _show_action(request, document, declared, form, status=422)
    done = _("%(action)s: done.") % {"action": declared.label}
    return respond_moved_on(request, document, done)


def _show_action(
    request: HttpRequest, document: Document, declared: Action, form: BaseForm, status: int = 200
) -> HttpResponse:
    context = {
        "document": document,
        "form": form,
        "title": str(declared.label),
        "subtitle": f"{document.number} {document.title}",
        "text": str(declared.confirm),
        "style": "primary" if declared.style == "secondary" else declared.style,
        "submit_label": str(declared.label),
        "form_action": request.path,
        "cancel_url": document.get_absolute_url(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "partials/modal_form.html", context, status=status)
    asks = any(not field.is_hidden for field in form)
    return render(request, "pages/form.html" if asks else "pages/confirm.html", context, status=status)


def _commentable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the document instead of its number, for those who may write on it."""

    @wraps(view)
    def guarded(request: HttpRequest, number: str) -> HttpResponse:
        document = document_or_404(number, request.user)
        if not request.user.has_perm("documents.comment", document):
            raise PermissionDenied("documents.comment")
        return view(request, document)

    return guarded


@permission_required(SIGNED_IN)
@require_POST
@_commentable
def comment(request: HttpRequest, document: Document) -> HttpResponse:
    """Write on the timeline, with files if any."""
    form = CommentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with transaction.atomic():
                files = [store(upload, by=request.user) for upload in form.cleaned_data["files"]]
                services.comment(document, by=request.user, text=form.cleaned_data["text"], files=files)
        except ValidationError as error:
            add_errors(form, error)
    return _answer_with_timeline(request, document, form)


@permission_required(SIGNED_IN)
@require_POST
@_commentable
def upload(request: HttpRequest, document: Document) -> HttpResponse:
    """Attach files."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        details = {
            "purpose": form.cleaned_data["purpose"] or Attachment.Purpose.OTHER,
            "caption": form.cleaned_data["caption"],
        }
        try:
            with transaction.atomic():
                stored = [store(file, by=request.user) for file in form.cleaned_data["files"]]
                services.attach_all(document, stored, by=request.user, **details)
        except ValidationError as error:
            add_errors(form, error)
    return _answer_with_timeline(request, document, form)


def _answer_with_timeline(request: HttpRequest, document: Document, form: BaseForm) -> HttpResponse:
    errors = [str(text) for field in (*form.fields, NON_FIELD_ERRORS) for text in form.errors.get(field, [])]
    if not errors:
        if not request.headers.get("HX-Request"):
            return redirect(document.get_absolute_url())
        return render(request, "partials/timeline.html", _timeline_page(document, request))
    if request.headers.get("HX-Request"):
        # What was typed and chosen stays in the page; only the reason is shown.
        response = HttpResponse(status=422)
        trigger_client_event(response, "toast", {"level": "error", "text": " ".join(errors)})
        return reswap(response, "none")
    page = {**_timeline_page(document, request), "comment_errors": errors, "typed": form.data.get("text", "")}
    return render(request, "documents/timeline.html", page, status=422)


def _timeline_page(document: Document, request: HttpRequest, before: int = 0) -> dict[str, Any]:
    title = _("History of %(number)s") % {"number": document.number}
    return {"document": document, "title": title, **timeline_context(document, request.user, before=before)}


@permission_required(SIGNED_IN)
@require_safe
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """A page of the history, for the button "earlier entries"."""
    document = document_or_404(number, request.user)
    text = request.GET.get("before", "0")
    before = int(text) if text.isdecimal() and len(text) < 18 else 0
    template = "partials/timeline.html" if request.headers.get("HX-Request") else "documents/timeline.html"
    return render(request, template, _timeline_page(document, request, before))
