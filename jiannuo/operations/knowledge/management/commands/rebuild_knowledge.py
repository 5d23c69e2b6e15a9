from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiannuo.operations.knowledge.index import keeping
from jiannuo.operations.knowledge.index.store import Busy
from jiannuo.operations.knowledge.services.cases import gather_cases


class Command(BaseCommand):
    help = "Make the index of articles and solved cases of this machine anew. Searching goes on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cases", action="store_true", help="first write the cases of all closed work orders anew"
        )

    def handle(self, *args: Any, cases: bool, **options: Any) -> None:
        if cases:
            self.stdout.write(f"{gather_cases()} cases")
        try:
            count = keeping.rebuild()
        except Busy:
            raise CommandError("Another process writes the index just now; try again in a minute.") from None
        self.stdout.write(f"{count} records are findable")
