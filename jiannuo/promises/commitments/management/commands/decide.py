"""``decide``: what packs say about a case, from files alone. No database is asked."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from ruamel.yaml.error import MarkedYAMLError

from jiannuo.kernel.calendars.holidays import chinese_holidays
from jiannuo.promises.commitments import packs
from jiannuo.promises.commitments.engine import Loaded
from jiannuo.promises.commitments.management.commands.packs import pair
from jiannuo.promises.commitments.packs import Pack, PackErrors
from jiannuo.promises.commitments.telling import lines_of
from jiannuo.rules import Facts, FactsError, decide, nearest, read_facts

LANGUAGES = {"zh-hans": "zh-hans", "zh-hant": "zh-hant", "en": "en"}


class Command(BaseCommand):
    help = "Decide a case by packs: what is covered, owed, asked and offered, and why. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pack", action="append", required=True, type=Path, metavar="FILE")
        parser.add_argument(
            "--facts",
            required=True,
            metavar="FILE",
            help="the case as YAML or JSON; - reads it from the input",
        )
        parser.add_argument(
            "--at", metavar="INSTANT", help="the instant of the decision; else of the request, else now"
        )
        parser.add_argument("--json", action="store_true", help="print the decision as JSON")
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="fill a blank")
        parser.add_argument(
            "--confirm", action="append", default=[], metavar="CLAUSE", help="switch on a clause to verify"
        )
        parser.add_argument("--lang", choices=sorted(LANGUAGES), help="language of the answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["lang"]:
            with override(LANGUAGES[options["lang"]]):
                self._decide(options)
        else:
            self._decide(options)

    def _decide(self, options: dict[str, Any]) -> None:
        found = [_pack(file) for file in options["pack"]]
        values = dict(pair(text) for text in options["set"])
        _known(values, {name for pack in found for name in pack.parameters}, pgettext("letter", "blank"))
        _known(options["confirm"], {clause.id for pack in found for clause in pack.clauses}, _("clause"))
        facts = _facts(options["facts"])
        now = _instant(options["at"]) if options["at"] else facts.instant("requested") or timezone.now()
        versions = [_loaded(pack, values, options["confirm"]) for pack in found]
        calendars = {name: calendar for one in versions for name, calendar in one.calendars.items()}
        decision = decide([one.commitment for one in versions], facts, calendars, now.astimezone(UTC))
        if options["json"]:
            self.stdout.write(json.dumps(decision.to_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(lines_of(decision, versions)))


def _pack(file: Path) -> Pack:
    try:
        pack = packs.load_pack(file)
    except FileNotFoundError as error:
        raise CommandError(_("There is no file or folder %(path)s.") % {"path": file}) from error
    except PackErrors as error:
        raise CommandError(str(error), returncode=1) from error
    wrong = [str(error) for error in packs.check_pack(pack) if error.severity == "error"]
    if wrong:
        raise CommandError("\n".join(wrong), returncode=1)
    return pack


def _loaded(pack: Pack, values: dict[str, str], confirmed: list[str]) -> Loaded:
    own = {name: value for name, value in values.items() if name in pack.parameters}
    try:
        rules = packs.to_rules(pack, parameters=own, confirmed=confirmed, holidays=chinese_holidays())
    except ValueError as error:
        raise CommandError(f"{pack.code}: {error}", returncode=1) from error
    return Loaded(0, rules.commitment, rules.calendars, pack.labels)


def _facts(source: str) -> Facts:
    """The case of a file. Raises CommandError with the place and the mend of everything wrong."""
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(_("There is no file or folder %(path)s.") % {"path": source}) from error
    try:
        return read_facts(packs.read_plain(text) or {})
    except MarkedYAMLError as error:
        raise CommandError(f"{source}: {error}", returncode=1) from error
    except FactsError as error:
        raise CommandError(
            "\n".join(f"{source}: {problem}" for problem in error.problems), returncode=1
        ) from error


def _known(names: Iterable[str], known: set[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise CommandError(f"{what} {name!r}: {nearest(name, sorted(known))}", returncode=1)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("Write the instant as 2026-03-02T09:00+08:00, not “%(text)s”.") % {"text": text}
        ) from error
    return timezone.make_aware(moment) if moment.tzinfo is None else moment
