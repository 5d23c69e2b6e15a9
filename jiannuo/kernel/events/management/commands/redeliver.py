from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jiannuo.kernel.events.delivery import redeliver_due, revive_failed
from jiannuo.kernel.events.models import Delivery


class Command(BaseCommand):
    help = "Deliver events that are due; with --failed also those that were given up on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--failed", action="store_true", help="Also try again what was given up on.")

    def handle(self, *args: Any, failed: bool, **options: Any) -> None:
        if failed:
            revive_failed()
        self.stdout.write(f"{redeliver_due()} delivered, {Delivery.objects.count()} outstanding")
