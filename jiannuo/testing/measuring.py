"""Which lines and branches of rules, promises and services the tests take.

Tracing costs more than the tests themselves, so SlipCover plants probes into the byte code of the measured files
instead. ``JIANNUO_MEASURE=<folder>`` makes every process of a test run leave its findings in that folder;
``python -m jiannuo.testing.measuring <folder> --least 90`` adds them up and says what was left out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from slipcover import ImportManager, Slipcover, merge_coverage, print_coverage

_ROOT = Path(__file__).resolve().parents[2]
_ROOMS = ("jiannuo/rules/", "jiannuo/promises/")
_LEFT_OUT = ("/tests/", "/migrations/")
_NOT_RUN = ["if TYPE_CHECKING:", "@overload", "raise AssertionError"]


class _Measured:
    """The files where rules and writes live; measuring only there leaves the other modules as they are."""

    def matches(self, filename: str | Path | None) -> bool:
        path = Path(filename or "")
        if path.suffix != ".py" or not path.is_relative_to(_ROOT):
            return False
        name = path.relative_to(_ROOT).as_posix()
        written = name.startswith("jiannuo/") and (path.name == "services.py" or "/services/" in name)
        return (name.startswith(_ROOMS) or written) and not any(part in name for part in _LEFT_OUT)


class Measure:
    """The probes of one process. Start it before any measured module is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._probes = Slipcover(immediate=True, branch=True, exclude_also=_NOT_RUN)
        self._imports = ImportManager(self._probes, _Measured())
        self._imports.__enter__()

    def write(self) -> None:
        """Leave what this process took in the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        found = self._probes.get_coverage()
        (self._folder / f"{os.getpid()}.json").write_text(json.dumps(found), encoding="utf-8")


def started(folder: str | None) -> Measure | None:
    return Measure(Path(folder).resolve()) if folder else None


def _added_up(folder: Path) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for path in sorted(folder.glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        whole = merge_coverage(whole, found) if whole else found
    return whole


def _never_read(whole: dict[str, Any]) -> list[str]:
    """Measured files that hold something to run and were imported by no test."""
    files = {path.relative_to(_ROOT).as_posix() for path in _ROOT.glob("jiannuo/**/*.py")}
    return sorted(
        name
        for name in files - set(whole["files"])
        if _Measured().matches(_ROOT / name) and (_ROOT / name).stat().st_size
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--least", type=float, default=0, help="least share in per cent")
    chosen = parser.parse_args(arguments)
    whole = _added_up(chosen.folder)
    if not whole:
        sys.stderr.write(
            f"Nothing was measured in {chosen.folder}: run the tests with JIANNUO_MEASURE set to it.\n"
        )
        return 1
    print_coverage(whole, skip_covered=True)
    unread = _never_read(whole)
    share = whole["summary"]["percent_covered"]
    sys.stdout.write(f"{share:.1f} % of lines and branches of rules, promises and services are taken.\n")
    if unread:
        sys.stderr.write("Imported by no test: " + ", ".join(unread) + "\n")
    return 1 if unread or share < chosen.least else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
