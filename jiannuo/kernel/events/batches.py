"""Where work that may fail is fenced in: one item of a batch, one turn of a loop, one task."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Attempt:
    """Work on one item; ``error`` is the trace of what went wrong, empty when nothing did."""

    error: str = ""


@contextmanager
def alone(message: str, *about: object, otherwise: Callable[[], object] | None = None) -> Iterator[Attempt]:
    """Work on one item so that its failure holds up no other.

    Whatever goes wrong is logged with ``message`` and what it is ``about``; ``otherwise`` then sees to another try.
    """
    attempt = Attempt()
    try:
        yield attempt
    except Exception:  # the one fence of the house: any failure of one item ends here
        logger.exception(message, *about)
        attempt.error = traceback.format_exc()
        if otherwise is not None:
            otherwise()


@dataclass(frozen=True, slots=True)
class reported(AbstractContextManager[None]):  # noqa: N801 - read as a word before what is done
    """Call ``fail`` when the work meets an error, which then goes on its way; not when the process is told to stop."""

    fail: Callable[[], object]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and issubclass(kind, Exception):
            self.fail()
