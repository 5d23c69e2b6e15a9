"""The survey page: by the link of an invitation, once, without signing in."""

from __future__ import annotations

import time
import uuid

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jiannuo.faces.portal.views import message, too_many
from jiannuo.operations.surveys.forms import ReplyForm
from jiannuo.operations.surveys.links import invitation_of
from jiannuo.operations.surveys.models import Invitation
from jiannuo.operations.surveys.services import AlreadyAnswered, InvitationExpired, answer_invitation
from jiannuo.operations.surveys.services.guarding import Origin, fingerprint

DEVICE_COOKIE = "survey-device"
DEVICE_LASTS = 400 * 24 * 3600
OPENED_SALT = "portal.survey.opened"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The questions of an invitation; whoever has answered meets their thanks, and the first answer stands."""
    if limited := too_many(request, "survey" if request.method == "POST" else "link"):
        return limited
    invitation = invitation_of(token)
    if invitation is None:
        text = _("Open it again from the message.")
        return message(request, _("This link is not complete"), text, status=404)
    if invitation.state == Invitation.State.ANSWERED:
        return _thanks(request, invitation, again=request.method == "POST")
    if invitation.is_expired:
        return _over(request)
    questions = list(invitation.edition.questions.all())
    if request.method != "POST":
        return _page(request, invitation, ReplyForm(questions=questions))
    form = ReplyForm(request.POST, questions=questions)
    if not form.is_valid():
        return _page(request, invitation, form, status=422)
    try:
        answer_invitation(invitation, form.replies(), origin=_origin(request))
    except AlreadyAnswered:
        return _thanks(request, invitation, again=True)
    except InvitationExpired:
        return _over(request)
    except ValidationError as error:
        texts = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        form.refuse(texts)
        return _page(request, invitation, form, status=422)
    return redirect(request.path)


def _origin(request: HttpRequest) -> Origin:
    """From where the answer comes: the address is kept as a fingerprint only."""
    try:
        opened = float(signing.loads(request.POST.get("opened", ""), salt=OPENED_SALT))
        seconds = max(0, int(time.time() - opened))
    except (signing.BadSignature, TypeError, ValueError):
        seconds = 0
    return Origin(
        address=fingerprint(str(request.META.get("REMOTE_ADDR", ""))),
        device=fingerprint(request.COOKIES.get(DEVICE_COOKIE, "")),
        seconds=seconds,
        user=request.user,
    )


def _page(
    request: HttpRequest, invitation: Invitation, form: ReplyForm, *, status: int = 200
) -> HttpResponse:
    opened = request.POST.get("opened") or signing.dumps(time.time(), salt=OPENED_SALT)
    context = {"invitation": invitation, "edition": invitation.edition, "form": form, "opened": opened}
    response = render(request, "portal/survey.html", context, status=status)
    if DEVICE_COOKIE not in request.COOKIES:
        response.set_cookie(
            DEVICE_COOKIE,
            uuid.uuid4().hex,
            max_age=DEVICE_LASTS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _thanks(request: HttpRequest, invitation: Invitation, *, again: bool) -> HttpResponse:
    context = {"invitation": invitation, "edition": invitation.edition, "again": again}
    return render(request, "portal/survey_thanks.html", context, status=409 if again else 200)


def _over(request: HttpRequest) -> HttpResponse:
    text = _("Thank you all the same. Call us whenever you want to tell us something.")
    return message(request, _("The time to answer is over"), text, status=410)
