"""Signed, expiring links: who holds one may see what it names, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

PROGRESS_LASTS = timedelta(days=180)
RECORD_LASTS = timedelta(days=365)
FORM_LASTS = timedelta(hours=2)
WINDOWS_LAST = timedelta(days=30)


class LinkExpired(Exception):
    """The link was ours but its time is over."""


class LinkBroken(Exception):
    """The link was never ours, or was cut."""


def make(purpose: str, value: str, lasts: timedelta) -> str:
    """A token for ``value`` that only ``purpose`` accepts and that is good for ``lasts``."""
    return signing.dumps([value, int(lasts.total_seconds())], salt=f"portal.{purpose}", compress=True)


def read(purpose: str, token: str) -> str:
    """The value in a token.

    Raises LinkBroken when it was not made here for ``purpose``, LinkExpired when its time is over.
    """
    salt = f"portal.{purpose}"
    try:
        value, seconds = signing.loads(token, salt=salt)
        signing.loads(token, salt=salt, max_age=seconds)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkBroken from error
    return str(value)


def progress_url(number: str) -> str:
    """The whole address of the progress page of a request."""
    token = make("progress", number, PROGRESS_LASTS)
    return settings.BASE_URL + reverse("portal:progress", args=[token])


def complaint_url(number: str) -> str:
    """The whole address of the page on which a customer follows a complaint."""
    token = make("complaint", number, PROGRESS_LASTS)
    return settings.BASE_URL + reverse("portal:complaint", args=[token])


def installation_url(number: str) -> str:
    """The whole address of the page on which a customer follows an installation."""
    token = make("installation", number, RECORD_LASTS)
    return settings.BASE_URL + reverse("portal:installation", args=[token])


def appointment_url(number: str, lasts: timedelta = WINDOWS_LAST) -> str:
    """The whole address of the page on which a customer chooses when somebody comes for a work order."""
    token = make("appointment", number, lasts)
    return settings.BASE_URL + reverse("portal:order_appointment", args=[token])


def record_url(number: str) -> str:
    """The whole address of the record of a work order."""
    token = make("record", number, RECORD_LASTS)
    return settings.BASE_URL + reverse("portal:record", args=[token])
