"""Working through a batch whose items do not depend on each other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def alone(message: str, *about: object, otherwise: Callable[[], object] | None = None) -> Iterator[None]:
    """Work on one item so that its failure holds up no other.

    Whatever goes wrong is logged with ``message`` and what it is ``about``; ``otherwise`` then sees to another try.
    """
    try:
        yield
    except Exception:
        logger.exception(message, *about)
        if otherwise is not None:
            otherwise()
