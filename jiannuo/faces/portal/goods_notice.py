"""A goods notice by its signed link: what is missing or damaged, with photos and PDF, and the supplier's answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.faces.portal.views import message, printed, too_many
from jiannuo.kernel.files.views import respond
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.installations.links import open_link
from jiannuo.operations.installations.mailing import FORM
from jiannuo.operations.installations.models import GoodsNotice
from jiannuo.operations.installations.services import NoticeClosed, answer_notice


class DayInput(forms.DateInput):
    """A day with the picker of the phone."""

    input_type = "date"


class ReplyForm(forms.Form):
    """What the supplier does, until when, and who says so. Nothing is chosen beforehand."""

    way = forms.ChoiceField(
        label=gettext_lazy("What do you do?"),
        choices=[
            (GoodsNotice.Way.SEND, gettext_lazy("We send what is missing")),
            (GoodsNotice.Way.REPLACE, gettext_lazy("We replace what is damaged")),
            (GoodsNotice.Way.REPAIR, gettext_lazy("We repair it on site")),
            (GoodsNotice.Way.REFUSE, gettext_lazy("We refuse, for the reason below")),
        ],
        widget=forms.RadioSelect,
    )
    promised_on = forms.DateField(
        label=gettext_lazy("Done by"),
        required=False,
        widget=DayInput(format="%Y-%m-%d"),
        help_text=gettext_lazy("Not needed if you refuse."),
    )
    answer = forms.CharField(
        label=gettext_lazy("How, or why not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promised_on"].widget.attrs["min"] = timezone.localdate().isoformat()


def _opened(request: HttpRequest, token: str, group: str = "link") -> GoodsNotice | HttpResponse:
    """The notice that a token names, or the answer to give instead."""
    if limited := too_many(request, group):
        return limited
    found = open_link(token)
    if found is None:
        return message(
            request, _("This link is not complete"), _("Open it again from the mail that brought it."), 404
        )
    if found.replaced:
        text = _("The notice was sent to another address. If it concerns you, ask whoever sent it.")
        return message(request, _("This link was replaced"), text, 410)
    if found.is_over:
        text = _("Ask whoever sent the notice to send it again.")
        return message(request, _("This link has expired"), text, 410)
    return found.notice


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """The list of what is missing or damaged; while it waits for the answer, the question with it."""
    found = _opened(request, token, "goods_notice" if request.method == "POST" else "link")
    if isinstance(found, HttpResponse):
        return found
    if request.method != "POST":
        return _page(request, found, token, ReplyForm())
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, token, form, status=422)
    try:
        answer_notice(found, **form.cleaned_data)
    except NoticeClosed:
        found = GoodsNotice.objects.select_related("organization", "project").get(pk=found.pk)
        return _page(request, found, token, ReplyForm(), late=True, status=409)
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, found, token, form, status=422)
    return redirect(request.path)


def _page(
    request: HttpRequest,
    found: GoodsNotice,
    token: str,
    form: ReplyForm,
    *,
    late: bool = False,
    status: int = 200,
) -> HttpResponse:
    lines = found.lines.select_related("part__unit").prefetch_related("photos__file")
    context = {
        "notice": found,
        "token": token,
        "form": form,
        "asked": found.state == GoodsNotice.State.SENT,
        "late": late,
        "lines": list(lines),
    }
    return render(request, "portal/goods_notice.html", context, status=status)


@require_safe
@never_cache
def notice_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The list as the printed form."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    return printed(FORM, found)


@require_safe
def photo(request: HttpRequest, token: str, pk: Any) -> Any:
    """A photo of this notice; those of others are not found."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    for line in found.lines.prefetch_related("photos__file"):
        for one in line.photos.all():
            if one.file_id == pk:
                return respond(one.file, request, small=request.GET.get("size") == "small")
    raise Http404
