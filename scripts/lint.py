"""Every check that needs no running program, each to its end, so that one run shows all there is to mend."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON_SOURCES = ("jiannuo", "scripts", "bench", "tests", "conftest.py")
CHECKS: dict[str, tuple[str, ...]] = {
    "format": (f"{BIN}/ruff", "format", "--check", *PYTHON_SOURCES),
    "style": (f"{BIN}/ruff", "check", *PYTHON_SOURCES),
    "layers": (f"{BIN}/lint-imports",),
    "templates": (f"{BIN}/djlint", "jiannuo", "--lint", "--quiet"),
    "scripts": ("npm", "--prefix", "frontend", "run", "--silent", "lint"),
    "types": (f"{BIN}/mypy",),
}


def check(name: str, command: tuple[str, ...], environment: dict[str, str]) -> bool:
    """Run one check; its output is shown only when it fails."""
    started = time.monotonic()
    result = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(
        f"{'ok  ' if not result.returncode else 'FAIL'} {name} ({time.monotonic() - started:.0f} s)",
        flush=True,
    )
    if result.returncode:
        print(result.stdout, flush=True)
    return not result.returncode


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(CHECKS)
    if unknown:
        print(f"No such check: {', '.join(unknown)}. There are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "JIANNUO_TESTING": "1",
            "JIANNUO_DATA": data,
            "NO_COLOR": "1",
        }
        outcomes = [check(name, CHECKS[name], environment) for name in wanted or CHECKS]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
