from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from jiannuo.kernel.search.services import rebuild


class Command(BaseCommand):
    help = "Index every findable record anew."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, written in rebuild().items():
            self.stdout.write(f"{kind}: {written}")
