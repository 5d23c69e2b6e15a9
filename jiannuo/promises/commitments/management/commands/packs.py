"""``packs check`` and ``packs load``: look over commitment packs, and publish them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from jiannuo.promises.commitments import packs
from jiannuo.promises.commitments.packs import Pack, PackError, PackErrors
from jiannuo.promises.commitments.services import load_pack

#: the folder beside the packs that holds what they must decide
CASES = "cases"


class Command(BaseCommand):
    help = "Check commitment packs (YAML files or folders of them), or load and publish them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True, metavar="check|load")
        check = commands.add_parser("check", help="print every mistake with file, line, clause and mend")
        load = commands.add_parser("load", help="check, then publish the next version of each commitment")
        for command in (check, load):
            command.add_argument("sources", nargs="+", type=Path, metavar="FILE_OR_FOLDER")
        load.add_argument("--draft", action="store_true", help="load without publishing")
        load.add_argument(
            "--confirm", action="append", default=[], metavar="CLAUSE", help="figure confirmed by a person"
        )
        load.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", help="fill a blank of the document"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found, wrong = self._read(_files(options["sources"]))
        floors = [pack for pack in found if pack.floor]
        for pack in found:
            wrong.extend(packs.check_pack(pack, floors))
        for error in wrong:
            self.stdout.write(str(error))
        mistakes = sum(error.severity == "error" for error in wrong)
        if mistakes:
            raise CommandError(_("%(n)d mistakes. Nothing was loaded.") % {"n": mistakes}, returncode=1)
        if options["what"] == "load":
            self._load(found, floors, options)
        else:
            self.stdout.write(_("%(n)d packs are in order.") % {"n": len(found)})

    def _read(self, files: list[Path]) -> tuple[list[Pack], list[PackError]]:
        found: list[Pack] = []
        wrong: list[PackError] = []
        for file in files:
            try:
                found.append(packs.load_pack(file))
            except PackErrors as error:
                wrong.extend(error.errors)
        return found, wrong

    def _load(self, found: list[Pack], floors: list[Pack], options: dict[str, Any]) -> None:
        values = dict(_pair(text) for text in options["set"])
        for pack in found:
            try:
                version = load_pack(
                    pack,
                    by=None,
                    publish=not options["draft"],
                    confirmed=options["confirm"],
                    parameters={name: value for name, value in values.items() if name in pack.parameters},
                    floors=floors,
                )
            except ValidationError as error:
                raise CommandError(f"{pack.code}: {' '.join(error.messages)}") from error
            self.stdout.write(f"{version}  {version.get_state_display()}  {version.commitment.name}")


def _files(sources: list[Path]) -> list[Path]:
    files: list[Path] = []
    for source in sources:
        if source.is_dir():
            files.extend(
                path
                for path in sorted(source.rglob("*"))
                if path.suffix in (".yaml", ".yml") and CASES not in path.relative_to(source).parts
            )
        elif source.exists():
            files.append(source)
        else:
            raise CommandError(_("There is no file or folder %(path)s.") % {"path": source})
    if not files:
        raise CommandError(_("There is no YAML file in %(paths)s.") % {"paths": ", ".join(map(str, sources))})
    return files


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandError(_("Write a blank as NAME=VALUE, not “%(text)s”.") % {"text": text})
    return name, value
