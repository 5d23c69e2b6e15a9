"""Import of 100,000 installed units on PostgreSQL; see ``bench_import.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

POSTGRES = True


def run() -> list[dict[str, Any]]:
    """As on the embedded database."""
    import bench_import

    return bench_import.run()  # type: ignore[no-any-return]
