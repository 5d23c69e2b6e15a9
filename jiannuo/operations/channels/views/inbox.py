"""The inbox: its list, one item, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.kernel.files.services import store
from jiannuo.kernel.resending import SentDifferently, reopen
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import mask_email, phone_for, sees_personal_data
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.channels import forms, services
from jiannuo.operations.channels.filters import InboxFilter
from jiannuo.operations.channels.mail.panels import mails_shown
from jiannuo.operations.channels.models import Channel, InboxItem
from jiannuo.operations.channels.queries import items_for, lines_of, listed, requests_to_attach
from jiannuo.operations.channels.replying import can_send
from jiannuo.operations.channels.services import ItemConflict
from jiannuo.operations.channels.tables import InboxTable

OPEN = "state=new&state=taken"
SCANS = ("image", "pdf")


class InboxList(TablePage):
    """What came in on all channels, in the person's scope."""

    name = "inbox"
    title = _("Inbox")
    subtitle = _("Whoever takes something answers for it until it is closed or handed over")
    permission = "inbox.view"
    table_class = InboxTable
    filterset_class = InboxFilter
    orderings: ClassVar[Sequence[Ordering]] = (
        NEWEST,
        Ordering("received", pgettext_lazy("inbox", "received"), ("received_at",)),
    )
    default_ordering = "-id"
    presets: ClassVar[Sequence[Preset]] = (
        Preset(pgettext_lazy("inbox", "Open"), OPEN),
        Preset(_("Mine"), f"whose=mine&{OPEN}"),
        Preset(_("Nobody's"), "whose=nobody"),
        Preset(pgettext_lazy("inbox", "To be called back"), f"kind=call_back&{OPEN}"),
        Preset(_("Overdue"), "urgent=late"),
    )
    create_url_name = "channels:arrival_new"
    create_label = _("Letter or visit")
    create_permission = "inbox.handle"
    empty_text = _(
        "Nothing came in. E-mails, messages, missed calls, letters and forms of the website appear here."
    )

    def rows(self) -> QuerySet[Any]:
        return listed(items_for(self.request.user))


class LetterList(InboxList):
    """The register of letters that came in."""

    name = "letters"
    title = _("Letters in")
    subtitle = _("Every letter with who sent it, when it came and what became of it")
    presets: ClassVar[Sequence[Preset]] = (Preset(pgettext_lazy("inbox", "Open"), OPEN),)
    empty_text = _("No letter came in yet.")

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(channel=Channel.LETTER)


def _item_or_404(user: Any, pk: int) -> InboxItem:
    rows = InboxItem.objects.visible_to(user).select_related(
        "organization", "customer", "owner", "request", "connection"
    )
    return get_object_or_404(rows, pk=pk)


@permission_required("inbox.view")
@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what came in, who answers for it, and everything that happened to it."""
    user: Any = request.user
    found = _item_or_404(user, pk)
    known = sees_personal_data(user, found)
    mine = found.owner_id == user.pk
    handles = found.is_open and user.has_perm("inbox.handle", found)
    free = handles and found.owner_id in (None, user.pk)
    registers = free and found.request_id is None and user.has_perm("requests.create", found)
    context = {
        "item": found,
        "title": found.title,
        "known": known,
        "phone": phone_for(user, found.sender_phone, found),
        "address": found.sender_address if known else _masked(found.sender_address),
        "lines": lines_of(found),
        "files": [one.file for one in found.files.filter(line=None).select_related("file")],
        "takes": handles and found.owner_id is None,
        "takes_over": handles and not mine and found.owner_id is not None,
        "works": free,
        "attaches": free and found.request_id is None and bool(requests_to_attach(user, found)[:1]),
        "register_url": f"{reverse('desk:intake')}?origin=inbox-{found.pk}" if registers else "",
        "request_shown": found.request is not None and user.has_perm("requests.view", found.request),
        **mails_shown(found),
        "calls": list(found.calls.select_related("agent").order_by("-pk")[:10]),
    }
    return render(request, "channels/item.html", context)


def _masked(address: str) -> str:
    return mask_email(address) if "@" in address else (f"{address[:1]}***" if address else "")


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done with an item: its words, its form, and the service that does it."""

    label: Any
    form: type[forms.ItemForm]
    do: Callable[..., Any]
    done: Any
    style: str = "primary"
    text: Any = ""


STEPS: dict[str, Step] = {
    "take": Step(pgettext_lazy("inbox", "Take"), forms.ItemForm, services.take, _("It is yours now.")),
    "take-over": Step(
        _("Take over"),
        forms.ItemForm,
        services.take_over,
        _("It is yours now."),
        text=_("You answer for it from now on. Whoever had it is told."),
    ),
    "hand-over": Step(_("Hand over"), forms.HandOverForm, services.hand_over, _("It was handed over.")),
    "dismiss": Step(
        _("Nothing to do"), forms.DismissForm, services.dismiss, _("It was closed."), style="danger"
    ),
    "answer": Step(_("Answer"), forms.AnswerForm, services.answer, _("The answer was written down.")),
    "note": Step(pgettext_lazy("inbox", "Note"), forms.NoteForm, services.note, _("The note was written.")),
    "attach": Step(
        _("Add to a request"), forms.AttachForm, services.attach_to_request, _("It was added to the request.")
    ),
    "customer": Step(
        _("Say who it is"), forms.CustomerForm, services.set_customer, _("The customer was written down.")
    ),
}


@permission_required("inbox.handle")
@require_http_methods(["GET", "POST"])
def item_action(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Ask for what a step needs (GET), do it (POST)."""
    found = _item_or_404(request.user, pk)
    step = STEPS.get(name)
    if step is None:
        raise Http404(gettext("There is no such step."))
    if not request.user.has_perm("inbox.handle", found):
        raise PermissionDenied("inbox.handle")
    if request.method == "GET":
        return _ask(request, found, step, step.form(item=found, user=request.user))
    form = step.form(request.POST, item=found, user=request.user)
    if not form.is_valid():
        return _ask(request, found, step, form, 422)
    try:
        step.do(found, by=request.user, **form.cleaned_data)
    except ItemConflict as conflict:
        return respond_conflict(request, found, str(step.label), str(conflict))  # type: ignore[arg-type]
    except ValidationError as error:
        add_errors(form, error)
        return _ask(request, found, step, form, 422)
    messages.success(request, str(step.done))
    address = found.get_absolute_url()
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


def _ask(request: HttpRequest, found: InboxItem, step: Step, form: Any, status: int = 200) -> HttpResponse:
    text = str(step.text)
    if step.do is services.answer and not can_send(found):
        text = gettext(
            "This channel cannot send answers from here: tell the sender yourself, then write down what you said."
        )
    context = {
        "form": form if form.fields else None,
        "title": str(step.label),
        "subtitle": found.title,
        "text": text,
        "style": step.style,
        "submit_label": str(step.label),
        "form_action": request.path,
        "cancel_url": found.get_absolute_url(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "partials/modal_form.html", context, status=status)
    return render(request, "pages/form.html" if form.fields else "pages/confirm.html", context, status=status)


@permission_required("inbox.handle")
@require_http_methods(["GET", "POST"])
def arrival_new(request: HttpRequest) -> HttpResponse:
    """A letter that came, or a person who called: into the inbox, or straight to the intake screen."""
    form = forms.ArrivalForm(request.POST or None, request.FILES or None, user=request.user)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = _receive(request, form)
        except SentDifferently as error:
            reopen(form, error, field="key")
            status = 409
        except ValidationError as error:
            add_errors(form, error)
        else:
            if "straight" in request.POST and request.user.has_perm("requests.create", made):
                return redirect(f"{reverse('desk:intake')}?origin=inbox-{made.pk}")
            messages.success(request, gettext("It was written down. You answer for it."))
            return redirect(made.get_absolute_url())
    if not form.is_bound and request.GET.get("channel") == Channel.VISIT:
        form.initial["channel"] = Channel.VISIT
    context = {"form": form, "title": gettext("Letter or visit"), "cancel_url": reverse("channels:inbox")}
    return render(request, "channels/arrival.html", context, status=status)


def _receive(request: HttpRequest, form: forms.ArrivalForm) -> InboxItem:
    data = dict(form.cleaned_data)
    organization = data["organization"]
    if not request.user.has_perm("inbox.handle", InboxItem(organization=organization)):
        raise ValidationError({"organization": gettext("You do not deal with what comes in there.")})
    user: Any = request.user
    files = [store(upload, by=user, kinds=SCANS) for upload in data.pop("files")]
    key = f"hand:{user.pk}:{data.pop('key')}"
    return services.receive(key=key, files=files, by=user, checks_contents=True, **data)
