"""Connections and the table of the channels: what managers and administrators set."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from jiannuo.kernel.sealing import seal
from jiannuo.operations.channels.models import ChannelSetting, Connection, Extension
from jiannuo.operations.channels.services.recordings import follow_table
from jiannuo.operations.channels.waiting import look_again

PERMISSION = "channels.manage"


def _check(by: Any, record: Any) -> None:
    if not by.has_perm(PERMISSION, record):
        raise PermissionDenied(PERMISSION)


@transaction.atomic
def connect(source: Connection, *, by: Any, outgoing_to: str = "") -> str:
    """Save a new connection; its secret, which is shown once and then only kept sealed."""
    _check(by, source)
    source.created_by = by
    source.outgoing = seal(outgoing_to)
    secret = source.new_secret()
    source.full_clean()
    source.save(force_insert=True)
    return secret


@transaction.atomic
def change(source: Connection, *, by: Any, outgoing_to: str = "", no_outgoing: bool = False) -> Connection:
    """Save a changed connection; without a new outgoing address the present one stays."""
    _check(by, source)
    if no_outgoing:
        source.outgoing = ""
    elif outgoing_to:
        source.outgoing = seal(outgoing_to)
    source.full_clean()
    source.save()
    return source


@transaction.atomic
def rotate(source: Connection, *, by: Any) -> str:
    """Give a connection a new secret and return it; the former one is refused from now on."""
    _check(by, source)
    secret = source.new_secret()
    source.save(update_fields=["sealed", "rotated_at"])
    return secret


@transaction.atomic
def switch(source: Connection, *, by: Any, on: bool) -> Connection:
    """Switch a connection on or off; switched off it hears nothing."""
    _check(by, source)
    source.is_active = on
    source.save(update_fields=["is_active"])
    return source


@transaction.atomic
def save_extension(extension: Extension, *, by: Any) -> Extension:
    """Say whose telephone an extension is."""
    _check(by, extension.connection)
    extension.full_clean()
    extension.save()
    return extension


@transaction.atomic
def remove_extension(extension: Extension, *, by: Any) -> None:
    """The extension is nobody's any more; calls that were taken there keep who took them."""
    _check(by, extension.connection)
    extension.delete()


@transaction.atomic
def save_setting(setting: ChannelSetting, *, by: Any) -> ChannelSetting:
    """Save a row of the table; recordings that no clause keeps and things that wait follow it at once."""
    _check(by, None)
    setting.full_clean()
    setting.save()
    follow_table()
    look_again(setting.channel)
    return setting
