"""Connections, extensions and the table of the channels."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.channels.defaults import RECORDINGS_DAYS
from jiannuo.operations.channels.forms import ConnectionForm, ExtensionForm, SettingForm
from jiannuo.operations.channels.models import ChannelSetting, Connection, Extension
from jiannuo.operations.channels.services import connecting

PERMISSION = connecting.PERMISSION


@permission_required(PERMISSION)
@require_safe
def connections(request: HttpRequest) -> HttpResponse:
    """All connections in scope, and how long things of each channel may wait."""
    rows = Connection.objects.visible_to(request.user).select_related("organization")
    context = {
        "title": gettext("Channels and connections"),
        "connections": list(rows),
        "settings": list(ChannelSetting.objects.all()),
        "begins_with": RECORDINGS_DAYS,
    }
    return render(request, "channels/connections.html", context)


def _connection_or_404(user: Any, pk: int) -> Connection:
    return get_object_or_404(Connection.objects.visible_to(user).select_related("organization"), pk=pk)


def _hook_address(source: Connection) -> str:
    name = "api:hook_calls" if source.kind == Connection.Kind.TELEPHONE else "api:hook_messages"
    try:
        return django_settings.BASE_URL + reverse(name, args=[source.code])
    except NoReverseMatch:
        return ""


def _show(
    request: HttpRequest, source: Connection, form: Any, *, secret: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "connection": source,
        "title": source.name,
        "form": form,
        "secret": secret,
        "address": _hook_address(source),
        "extensions": list(source.extensions.select_related("person")),
        "cancel_url": reverse("channels:connections"),
    }
    return render(request, "channels/connection.html", context, status=status)


@permission_required(PERMISSION)
@require_http_methods(["GET", "POST"])
@never_cache
def connection_new(request: HttpRequest) -> HttpResponse:
    """A new connection; its secret is shown once, on the answer."""
    user: Any = request.user
    form = ConnectionForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            secret = connecting.connect(form.instance, by=user, outgoing_to=form.cleaned_data["outgoing_to"])
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            form.add_error("organization", gettext("You do not manage channels there."))
        else:
            return _show(
                request, form.instance, ConnectionForm(instance=form.instance, user=user), secret=secret
            )
    context = {
        "form": form,
        "title": gettext("New connection"),
        "cancel_url": reverse("channels:connections"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required(PERMISSION)
@require_http_methods(["GET", "POST"])
@never_cache
def connection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One connection: its address, its extensions, its name."""
    user: Any = request.user
    source = _connection_or_404(user, pk)
    form = ConnectionForm(request.POST or None, instance=source, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            connecting.change(
                form.instance,
                by=user,
                outgoing_to=form.cleaned_data["outgoing_to"],
                no_outgoing=form.cleaned_data.get("no_outgoing", False),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("channels:connection", pk)
    return _show(request, source, form, status=422 if request.method == "POST" else 200)


@permission_required(PERMISSION)
@require_POST
@never_cache
def connection_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Rotate the secret, switch on or off."""
    user: Any = request.user
    source = _connection_or_404(user, pk)
    if step == "rotate":
        secret = connecting.rotate(source, by=user)
        return _show(request, source, ConnectionForm(instance=source, user=user), secret=secret)
    if step not in ("on", "off"):
        raise Http404(gettext("There is no such step."))
    connecting.switch(source, by=user, on=step == "on")
    return redirect("channels:connection", pk)


@permission_required(PERMISSION)
@require_http_methods(["GET", "POST"])
def extension_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose telephone an extension is."""
    source = _connection_or_404(request.user, pk)
    return _edit_extension(request, Extension(connection=source), gettext("New extension"))


@permission_required(PERMISSION)
@require_http_methods(["GET", "POST"])
def extension_edit(request: HttpRequest, extension: int) -> HttpResponse:
    """Change an extension, or remove it."""
    seen = Connection.objects.visible_to(request.user)
    found = get_object_or_404(
        Extension.objects.filter(connection__in=seen).select_related("connection__organization"), pk=extension
    )
    if request.method == "POST" and "remove" in request.POST:
        connecting.remove_extension(found, by=request.user)
        return redirect("channels:connection", found.connection_id)
    return _edit_extension(request, found, str(found))


def _edit_extension(request: HttpRequest, extension: Extension, title: str) -> HttpResponse:
    form = ExtensionForm(request.POST or None, instance=extension)
    back = reverse("channels:connection", args=[extension.connection_id])
    if request.method == "POST" and form.is_valid():
        try:
            connecting.save_extension(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(back)
    context = {"form": form, "title": title, "cancel_url": back, "extension": extension}
    return render(
        request, "channels/extension.html", context, status=422 if request.method == "POST" else 200
    )


@permission_required(PERMISSION)
@require_http_methods(["GET", "POST"])
def setting_edit(request: HttpRequest, channel: str) -> HttpResponse:
    """How long things of a channel may wait, and how long recordings are kept."""
    setting = get_object_or_404(ChannelSetting, channel=channel)
    form = SettingForm(request.POST or None, instance=setting)
    if request.method == "POST" and form.is_valid():
        connecting.save_setting(form.instance, by=request.user)
        return redirect("channels:connections")
    context = {"form": form, "title": str(setting), "cancel_url": reverse("channels:connections")}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)
