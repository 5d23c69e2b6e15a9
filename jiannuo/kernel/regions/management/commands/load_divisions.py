from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiannuo.kernel.regions import source
from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.regions.services import load


class Command(BaseCommand):
    help = "Load or update the administrative divisions of China; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file", type=Path, help="a JSON tree of code, name and children (pcas-code.json)"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when divisions are there already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Division.objects.exists():
            return
        try:
            added, renamed, unchanged = load(source.read(options["file"] or source.package_file()))
        except source.DivisionsMissing as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Divisions: {added} added, {renamed} renamed, {unchanged} unchanged")
