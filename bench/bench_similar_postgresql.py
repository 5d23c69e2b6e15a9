"""Similar cases on PostgreSQL; see ``bench_similar.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

POSTGRES = True


def run() -> list[dict[str, Any]]:
    """As on the embedded database."""
    import bench_similar

    return bench_similar.run()  # type: ignore[no-any-return]
