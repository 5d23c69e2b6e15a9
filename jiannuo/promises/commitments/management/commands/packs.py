"""``packs check|load|diff|export|coverage``: look over commitment packs, publish, compare and export them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from jiannuo.promises.commitments import packs
from jiannuo.promises.commitments.packs import Pack, PackError, PackErrors

#: the folder beside the packs that holds what they must decide
CASES = "cases"
PACKS = Path("packs")
INVENTORY = PACKS / "COVERAGE.md"


class Command(BaseCommand):
    help = "Check commitment packs (YAML files or folders of them), load and publish them, compare and export them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(
            dest="what", required=True, metavar="check|load|diff|export|coverage"
        )
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
        diff = commands.add_parser("diff", help="say in words what differs, clause by clause")
        for side in ("old", "new"):
            diff.add_argument(side, metavar=side.upper(), help="a file, CODE or CODE@VERSION")
        export = commands.add_parser("export", help="write a published version as YAML")
        export.add_argument("code", metavar="CODE")
        export.add_argument("--version-number", "--version", type=int, dest="number", metavar="N")
        coverage = commands.add_parser(
            "coverage", help=f"write {INVENTORY}: what the packs hold and what not"
        )
        coverage.add_argument("--folder", type=Path, default=PACKS)
        coverage.add_argument("--to", type=Path, default=INVENTORY)

    def handle(self, *args: Any, **options: Any) -> None:
        actions = {
            "check": self._check,
            "load": self._load,
            "diff": self._diff,
            "export": self._export,
            "coverage": self._coverage,
        }
        actions[options["what"]](options)

    def _check(self, options: dict[str, Any]) -> None:
        found = self._sound(options["sources"])
        self.stdout.write(_("%(n)d packs are in order.") % {"n": len(found)})

    def _sound(self, sources: list[Path]) -> list[Pack]:
        """The packs of the files, after everything wrong with them is printed; raises CommandError on mistakes."""
        found, wrong = _read(_files(sources))
        floors = [pack for pack in found if pack.floor]
        divisions = _divisions()
        for pack in found:
            wrong.extend(packs.check_pack(pack, floors, divisions=divisions))
        for error in wrong:
            self.stdout.write(str(error))
        mistakes = sum(error.severity == "error" for error in wrong)
        if mistakes:
            raise CommandError(_("%(n)d mistakes. Nothing was loaded.") % {"n": mistakes}, returncode=1)
        return found

    def _load(self, options: dict[str, Any]) -> None:
        from jiannuo.promises.commitments.services import load_pack

        found = self._sound(options["sources"])
        floors = [pack for pack in found if pack.floor]
        values = dict(pair(text) for text in options["set"])
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

    def _diff(self, options: dict[str, Any]) -> None:
        from jiannuo.promises.commitments.comparing import compare

        changes = compare(_pack(options["old"]), _pack(options["new"]))
        for change in changes:
            self.stdout.write(str(change))
        if not changes:
            self.stdout.write(_("Nothing differs."))

    def _export(self, options: dict[str, Any]) -> None:
        self.stdout.write(packs.dump_pack(_published(options["code"], options["number"])), ending="")

    def _coverage(self, options: dict[str, Any]) -> None:
        found, wrong = _read(_files([options["folder"]]))
        if wrong:
            raise CommandError("\n".join(map(str, wrong)), returncode=1)
        options["to"].write_text(packs.inventory(found), encoding="utf-8")
        self.stdout.write(_("%(n)d packs are in %(file)s.") % {"n": len(found), "file": options["to"]})


def _read(files: list[Path]) -> tuple[list[Pack], list[PackError]]:
    found: list[Pack] = []
    wrong: list[PackError] = []
    for file in files:
        try:
            found.append(packs.load_pack(file))
        except PackErrors as error:
            wrong.extend(error.errors)
    return found, wrong


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


def _divisions() -> frozenset[str]:
    """The administrative codes that are loaded; none where there is no database yet."""
    from jiannuo.kernel.regions.models import Division

    try:
        return frozenset(Division.objects.values_list("code", flat=True))
    except DatabaseError:
        return frozenset()


def _pack(source: str) -> Pack:
    """A pack from a file, or the published version that ``CODE`` or ``CODE@VERSION`` names."""
    if Path(source).is_file():
        found, wrong = _read([Path(source)])
        if wrong:
            raise CommandError("\n".join(map(str, wrong)), returncode=1)
        return found[0]
    code, at, number = source.partition("@")
    if at and not number.isdigit():
        raise CommandError(_("Write a version as CODE@NUMBER, not “%(text)s”.") % {"text": source})
    return _published(code, int(number) if at else None)


def _published(code: str, number: int | None) -> Pack:
    """The pack of a published version, the newest where no number is given."""
    from jiannuo.promises.commitments.drafts import pack_content
    from jiannuo.promises.commitments.models import CommitmentVersion

    rows = CommitmentVersion.objects.exclude(published_at=None).filter(commitment__code=code)
    if number is not None:
        rows = rows.filter(number=number)
    version = rows.order_by("-number").first()
    if version is None:
        raise CommandError(
            _("There is no file, and no published commitment %(name)s.")
            % {"name": code if number is None else f"{code}@{number}"}
        )
    return packs.pack_from_content(pack_content(version))


def pair(text: str) -> tuple[str, str]:
    """A blank of a document and its value, written ``NAME=VALUE``."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandError(_("Write a blank as NAME=VALUE, not “%(text)s”.") % {"text": text})
    return name, value
