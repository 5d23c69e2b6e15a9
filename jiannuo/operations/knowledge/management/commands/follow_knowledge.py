from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from jiannuo.operations.knowledge.index import keeping
from jiannuo.operations.knowledge.index.store import Busy


class Command(BaseCommand):
    help = "Keep the index of this machine in step: for web servers that share no data folder with the scheduler."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seconds", type=float, default=10.0, help="between two looks (10)")
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *args: Any, seconds: float, once: bool, **options: Any) -> None:
        over = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            over.set()

        if not once:
            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
        self._look()
        while not once and not over.wait(seconds):
            close_old_connections()
            self._look()

    def _look(self) -> None:
        try:
            count = keeping.refresh()
        except keeping.NoIndex:
            count = keeping.rebuild()
        except Busy:
            return
        if count:
            self.stdout.write(f"{count} records indexed")
            self.stdout.flush()
