"""Run the benchmarks beside this file and write their numbers to RESULTS.md. `bench/README.md` has the contract."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "RESULTS.md"
LIMIT_SECONDS = 1800
# Run in a fresh interpreter, so that no benchmark warms another's caches.
RUNNER = """
import importlib.util, json, sys
path, answer = sys.argv[1:]
spec = importlib.util.spec_from_file_location("bench", path)
module = importlib.util.module_from_spec(spec)
sys.modules["bench"] = module
spec.loader.exec_module(module)
rows = module.run()
open(answer, "w").write(json.dumps(rows))
"""
FIELDS = {"name", "value", "unit", "target", "method", "passed"}


def needs_postgres(path: Path) -> bool:
    """Whether the module says ``POSTGRES = True``."""
    return any(line.replace(" ", "") == "POSTGRES=True" for line in path.read_text().splitlines())


def measure(path: Path) -> list[dict[str, Any]]:
    """The rows of one benchmark; one failed row when it breaks."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "rows.json"
        command = [sys.executable, "-c", RUNNER, str(path), str(answer)]
        if needs_postgres(path):
            command = [sys.executable, str(ROOT / "scripts/with_postgres.py"), *command]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "jiannuo.config.settings",
            "JIANNUO_DATA": folder,
        }
        begun = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        try:
            if code := begun.wait(LIMIT_SECONDS):
                return [broken(path, f"ended with code {code}")]
            rows = json.loads(answer.read_text())
        except subprocess.TimeoutExpired:
            os.killpg(begun.pid, signal.SIGINT)  # what it started ends with it, a database server too
            begun.wait()
            return [broken(path, f"took longer than {LIMIT_SECONDS} s")]
    for row in rows:
        if set(row) != FIELDS:
            return [broken(path, f"gave a row with the fields {sorted(row)}, not {sorted(FIELDS)}")]
    return list(rows)


def broken(path: Path, why: str) -> dict[str, Any]:
    return {"name": path.stem, "value": "–", "unit": "", "target": "runs", "method": why, "passed": False}


def shown(value: object) -> str:
    """A number with as many digits as mean something."""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def machine() -> str:
    """What was measured on: processor, cores, memory, versions."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def row_text(row: dict[str, Any]) -> str:
    cells = [row["name"], f"{shown(row['value'])} {row['unit']}".strip(), row["target"]]
    cells += ["yes" if row["passed"] else "**no**", row["method"]]
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def section(path: Path, rows: list[dict[str, Any]]) -> str:
    """The part of the results about one module."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return "\n".join(
        [
            f"## {title_of(path)}",
            "",
            f"Measured {now} on {machine()}.",
            "",
            "| what | measured | target | met | how |",
            "|---|---|---|---|---|",
            *map(row_text, rows),
            "",
        ]
    )


def title_of(path: Path) -> str:
    return path.stem.removeprefix("bench_")


def known_sections() -> dict[str, str]:
    """The parts of the results as they stand, by module."""
    if not RESULTS.exists():
        return {}
    parts = RESULTS.read_text(encoding="utf-8").split("\n## ")[1:]
    return {part.splitlines()[0]: f"## {part.rstrip()}\n" for part in parts}


def write(new: dict[str, str]) -> None:
    """Write the results: what was measured now, and of the other modules what stood there."""
    known = {**known_sections(), **new}
    there = sorted(title_of(path) for path in HERE.glob("bench_*.py"))
    text = "\n".join(["# Results", "", *(known[title] for title in there if title in known)])
    RESULTS.write_text(text, encoding="utf-8")


def main(wanted: list[str]) -> int:
    paths = sorted(HERE.glob("bench_*.py"))
    if wanted:
        paths = [path for path in paths if path.stem.removeprefix("bench_") in wanted or path.stem in wanted]
    if not paths:
        print(
            "No benchmark of that name. There are:", *(path.stem for path in sorted(HERE.glob("bench_*.py")))
        )
        return 2
    missed = False
    for path in paths:
        started = time.monotonic()
        print(f"{path.stem} …", flush=True)
        rows = measure(path)
        missed |= not all(row["passed"] for row in rows)
        for row in rows:
            print(
                " ",
                "ok  " if row["passed"] else "MISS",
                row["name"],
                shown(row["value"]),
                row["unit"],
                flush=True,
            )
        print(f"  in {time.monotonic() - started:.0f} s", flush=True)
        write({title_of(path): section(path, rows)})
    print(f"Written: {RESULTS.relative_to(ROOT)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
