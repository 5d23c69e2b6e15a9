"""Sending messages out, each once, tried again with growing pauses.

A worker claims a message by moving its next attempt into the future with one conditional UPDATE: of two workers one
gets it, and when that one dies the message is due again after the lease.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import apprise
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jiannuo.kernel.events import publish
from jiannuo.kernel.sealing import mark
from jiannuo.office.notices.events import MessageGivenUp, MessageSent
from jiannuo.office.notices.models import Delivery

logger = logging.getLogger(__name__)

#: stands on every e-mail with a mark of this installation, by which it knows its own when they come back
OWN_HEADER = "X-Jiannuo-Message"
MAX_ATTEMPTS = 7
LEASE = timedelta(minutes=10)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)


Composer = Callable[[Delivery], EmailMessage]
_composers: dict[str, Composer] = {}


def composes(prefix: str) -> Callable[[Composer], Composer]:
    """Register who writes the e-mails whose key begins with ``prefix`` and a colon: heads, sender, server.

    What becomes of them is announced: ``MessageSent`` or ``MessageGivenUp``.
    """

    def register(composer: Composer) -> Composer:
        _composers[prefix] = composer
        return composer

    return register


def _composer_of(delivery: Delivery) -> Composer | None:
    return _composers.get(delivery.key.partition(":")[0])


class NotSent(Exception):
    """The channel did not take the message."""


#: given what follows the colon of a message's ``to``: the Apprise addresses of that receiver, none when it is gone
Route = Callable[[str], list[str]]
_routes: dict[str, Route] = {}


def route(name: str) -> Callable[[Route], Route]:
    """Register the function that knows the addresses of a room's own connections."""

    def register(function: Route) -> Route:
        _routes[name] = function
        return function

    return register


def sms_urls() -> list[str]:
    """The configured Apprise addresses that have a place for ``{phone}``: gateways of text messages."""
    return [url for url in settings.APPRISE_URLS if "{phone}" in url]


def group_urls() -> list[str]:
    """The configured Apprise addresses without a receiver: group channels of the installation."""
    return [url for url in settings.APPRISE_URLS if "{phone}" not in url]


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: a minute, four times longer each time, at most six hours."""
    return min(FIRST_PAUSE * int(4 ** (attempts - 1)), LONGEST_PAUSE)


def send(key: str) -> bool:
    """Send the message with that key, if it is due and nobody else is sending it; whether this call sent it."""
    now = timezone.now()
    claimed = Delivery.objects.filter(key=key, state=Delivery.State.PENDING, next_try_at__lte=now).update(
        next_try_at=now + LEASE, attempts=F("attempts") + 1
    )
    if claimed == 0:
        return False
    delivery = Delivery.objects.get(key=key)
    try:
        _hand_over(delivery)
    except Exception as error:
        _put_off(delivery, error)
        return False
    _note_sent(delivery, timezone.now())
    return True


@transaction.atomic
def _note_sent(delivery: Delivery, at: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, sent_at=at, last_error="")
    if _composer_of(delivery) is not None:
        publish(MessageSent(key=delivery.key, at=at))


def send_due(limit: int = 200) -> int:
    """Send what is due, oldest first; how many were sent."""
    due = Delivery.objects.filter(state=Delivery.State.PENDING, next_try_at__lte=timezone.now())
    return sum(send(key) for key in list(due.order_by("next_try_at").values_list("key", flat=True)[:limit]))


@transaction.atomic
def _put_off(delivery: Delivery, error: Exception) -> None:
    given_up = delivery.attempts >= MAX_ATTEMPTS
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.FAILED if given_up else Delivery.State.PENDING,
        next_try_at=timezone.now() + pause_after(delivery.attempts),
        last_error=f"{type(error).__name__}: {error}"[:300],
    )
    if given_up:
        if _composer_of(delivery) is not None:
            words = f"{type(error).__name__}: {error}"[:300]
            publish(MessageGivenUp(key=delivery.key, at=timezone.now(), error=words))
        logger.error(
            "Gave up sending message %s after %d attempts", delivery.pk, delivery.attempts, exc_info=error
        )
    else:
        logger.warning("Message %s was not sent (attempt %d)", delivery.pk, delivery.attempts, exc_info=error)


def _hand_over(delivery: Delivery) -> None:
    if delivery.channel == Delivery.Channel.EMAIL:
        (_composer_of(delivery) or _plain_message)(delivery).send(fail_silently=False)
    elif delivery.channel == Delivery.Channel.SMS:
        _through_apprise(
            [url.replace("{phone}", quote(delivery.to, safe="")) for url in sms_urls()], delivery
        )
    elif delivery.channel == Delivery.Channel.ROUTE:
        name, _colon, to = delivery.to.partition(":")
        _through_apprise(_routes[name](to), delivery)
    else:
        _through_apprise(group_urls()[delivery.position : delivery.position + 1], delivery)


def _plain_message(delivery: Delivery) -> EmailMessage:
    return EmailMessage(
        subject=delivery.title,
        body=delivery.text or delivery.title,
        to=[delivery.to],
        headers={OWN_HEADER: mark(str(delivery.pk))},
    )


def _through_apprise(urls: list[str], delivery: Delivery) -> None:
    channel = apprise.Apprise()
    for url in urls:
        if not channel.add(url):
            raise NotSent("The Apprise address is not understood; see JIANNUO_APPRISE_URLS.")
    if not urls:
        raise NotSent("The channel is not configured any more; see JIANNUO_APPRISE_URLS.")
    if not channel.notify(body=delivery.text or delivery.title, title=delivery.title):
        raise NotSent("The channel did not take the message.")
