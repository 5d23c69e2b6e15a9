"""Proof of work against bots: the browser computes for a moment; nobody outside is asked (ALTCHA)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import altcha
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

ALGORITHM = "SHA-256"
ROUNDS = 400  # hashes a try; about 256 tries find the key
LASTS = timedelta(minutes=30)


def _secret() -> str:
    return hashlib.sha256(f"altcha:{settings.SECRET_KEY}".encode()).hexdigest()


def challenge() -> dict[str, Any]:
    """A new signed task for the browser, good for half an hour."""
    made = altcha.create_challenge(
        ALGORITHM, ROUNDS, expires_at=timezone.now() + LASTS, hmac_secret=_secret()
    )
    return made.to_dict()


def check(solution: str) -> None:
    """Raises ValidationError unless ``solution`` solves one of our tasks that nobody used before."""
    if not solution or len(solution) > 4000:
        raise ValidationError(
            _("Wait until the check below the form says “verified”, then send again."), code="proof"
        )
    result = altcha.verify_solution(solution, _secret())
    if result.expired:
        raise ValidationError(
            _("The check took too long. It has started anew; send again."), code="proof_expired"
        )
    if not result.verified:
        raise ValidationError(_("The check failed. It has started anew; send again."), code="proof")
    used = "altcha:" + hashlib.sha256(solution.encode()).hexdigest()
    if not cache.add(used, 1, int(LASTS.total_seconds())):
        raise ValidationError(
            _("This form was sent already. Reload the page to report another fault."), code="proof_used"
        )
