"""The caller's card on PostgreSQL; see ``bench_caller_card.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

POSTGRES = True


def run() -> list[dict[str, Any]]:
    """As on the embedded database."""
    import bench_caller_card

    return bench_caller_card.run()  # type: ignore[no-any-return]
