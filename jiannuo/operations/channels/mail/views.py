"""Mailboxes, mails, and answering a request by mail."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import mask_email, sees_personal_data
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.channels.mail import accounts
from jiannuo.operations.channels.mail.answering import addresses_to_answer, answer_request
from jiannuo.operations.channels.mail.filters import MailFilter
from jiannuo.operations.channels.mail.forms import AnswerMailForm, MailAccountForm
from jiannuo.operations.channels.mail.registering import take_in_ignored
from jiannuo.operations.channels.mail.tables import MailTable, request_number
from jiannuo.operations.channels.models import MailAccount, MailMessage
from jiannuo.operations.desk.models import ServiceRequest


class MailList(TablePage):
    """Every mail that came in or went out, also what was ignored and why."""

    name = "mails"
    title = _("Mails")
    subtitle = _("What came in and went out, and what was ignored with the reason")
    permission = "inbox.view"
    table_class = MailTable
    filterset_class = MailFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (
        Preset(_("Ignored"), "state=ignored"),
        Preset(_("Waiting to be taken in"), "state=stored"),
        Preset(_("Could not be sent"), "state=failed"),
    )
    empty_text = _("No mail yet. Mails come from the mailboxes that are connected.")

    def rows(self) -> QuerySet[Any]:
        rows = MailMessage.objects.visible_to(self.request.user)
        return rows.select_related("account", "document", "item__request").defer(
            "text", "references", "refused"
        )


def _mail(request: HttpRequest, pk: int) -> MailMessage:
    rows = MailMessage.objects.visible_to(request.user)
    mail = (
        rows.select_related("account__organization", "document", "item__request", "by").filter(pk=pk).first()
    )
    if mail is None:
        raise Http404(_t("There is no such mail, or you may not see it."))
    return mail


@permission_required("inbox.view")
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: who, what, which files were not kept, and what became of it."""
    mail = _mail(request, pk)
    user: Any = request.user
    full = sees_personal_data(user, mail.account)
    context = {
        "title": str(mail),
        "mail": mail,
        "sender": mail.from_address if full else mask_email(mail.from_address),
        "receiver": mail.to if full else "",
        "number": request_number(mail),
        "original": bool(mail.raw) and full,
        "may_take_in": mail.state == "ignored" and user.has_perm("inbox.handle", mail.account),
    }
    return render(request, "mail/message.html", context)


@permission_required("inbox.view")
@require_safe
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The mail as it came, to be opened in a mail program; never shown by the browser."""
    mail = _mail(request, pk)
    if not mail.raw or not sees_personal_data(request.user, mail.account):
        raise Http404(_t("There is no such mail, or you may not see it."))
    try:
        opened = mail.raw.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, content_type="application/octet-stream", as_attachment=True, filename=f"mail-{pk}.eml"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@permission_required("inbox.handle")
@require_POST
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a mail that was ignored."""
    mail = _mail(request, pk)
    try:
        item = take_in_ignored(mail, by=request.user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(mail)
    return redirect(item or mail)


@permission_required("channels.manage")
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """All mailboxes with how they are doing."""
    context = {"title": _t("Mailboxes"), "accounts": list(accounts.accounts_for(request.user))}
    return render(request, "mail/accounts.html", context)


@permission_required("channels.manage")
@require_http_methods(["GET", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Connect a mailbox."""
    user: Any = request.user
    account = MailAccount(organization=user.organization)
    return _edit(request, account, _t("Connect a mailbox"))


@permission_required("channels.manage")
@require_http_methods(["GET", "POST"])
def account_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A mailbox: how it is doing, what was ignored, and its settings."""
    account = _account(request, pk)
    return _edit(request, account, account.name)


def _account(request: HttpRequest, pk: int) -> MailAccount:
    rows = MailAccount.objects.visible_to(request.user).select_related("organization")
    account = rows.filter(pk=pk).first()
    if account is None:
        raise Http404(_t("There is no such mailbox, or you may not see it."))
    return account


def _edit(request: HttpRequest, account: MailAccount, title: str) -> HttpResponse:
    form = MailAccountForm(request.POST or None, instance=account, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            accounts.save_account(
                form.instance, by=request.user, password=data["password"], smtp_password=data["smtp_password"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _t("Saved. Test the connection now."))
            return redirect(account)
    status = 422 if request.method == "POST" else 200
    return _show_account(request, account, title, form, status=status)


def _show_account(
    request: HttpRequest,
    account: MailAccount,
    title: str,
    form: MailAccountForm,
    *,
    findings: list[accounts.Finding] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "form_action": reverse("mail:account", args=[account.pk]) if account.pk else "",
        "account": account if account.pk else None,
        "ignored": accounts.ignored_lately(account) if account.pk else [],
        "findings": findings or [],
        "cancel_url": reverse("mail:accounts"),
    }
    return render(request, "mail/account.html", context, status=status)


@permission_required("channels.manage")
@require_POST
def account_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Try both servers and say in plain words what was found."""
    account = _account(request, pk)
    findings = accounts.try_account(account)
    form = MailAccountForm(instance=account, user=request.user)
    return _show_account(request, account, account.name, form, findings=findings)


@permission_required("channels.manage")
@require_POST
def account_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the mailbox read at once."""
    account = _account(request, pk)
    accounts.read_now(account)
    messages.success(request, _t("The mailbox is being read. New mails are in the inbox in a moment."))
    return redirect(account)


@permission_required("requests.handle")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Answer about a request, in the thread of its last mail."""
    user: Any = request.user
    found = ServiceRequest.objects.visible_to(user).select_related("organization", "customer")
    document = found.filter(number=number).first()
    if document is None or not user.has_perm(
        "complaints.handle" if document.is_entrusted else "requests.handle", document
    ):
        raise Http404(_t("There is no document %(number)s, or you may not see it.") % {"number": number})
    full = sees_personal_data(user, document)
    choices = [(one, one if full else mask_email(one)) for one in addresses_to_answer(document)]
    form = AnswerMailForm(request.POST or None, addresses=choices, initial={"key": str(uuid.uuid4())})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answer_request(document, by=user, text=data["text"], to=data["to"], key=data["key"])
        except PermissionDenied as error:
            raise Http404 from error
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _t("The answer is on its way."))
            address = document.get_absolute_url()
            return (
                HttpResponseClientRedirect(address)
                if request.headers.get("HX-Request")
                else redirect(address)
            )
    context = {
        "title": _t("Answer by e-mail"),
        "form": form,
        "form_action": reverse("mail:answer", args=[number]),
        "submit_label": pgettext("mail", "Send"),
        "cancel_url": document.get_absolute_url(),
    }
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else "pages/form.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)
