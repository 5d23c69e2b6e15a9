from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jiannuo.kernel.events.scheduler import Scheduler


class Command(BaseCommand):
    help = (
        "Run periodic jobs as they fall due, until told to stop. Several may run at once: no job runs twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run what is due now, then exit.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        scheduler = Scheduler()
        if once:
            scheduler.announce()
            self.stdout.write(f"{scheduler.tick()} jobs ran")
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        scheduler.loop(stopping.wait)
