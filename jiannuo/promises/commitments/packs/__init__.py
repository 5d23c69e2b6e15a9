"""Packs: commitments as YAML that people write, checked and turned into rules."""

from __future__ import annotations

from jiannuo.promises.commitments.packs.checking import check_pack
from jiannuo.promises.commitments.packs.inventory import inventory
from jiannuo.promises.commitments.packs.reading import (
    PackError,
    PackErrors,
    dump_pack,
    load_pack,
    pack_from_content,
    read_plain,
)
from jiannuo.promises.commitments.packs.schema import Pack
from jiannuo.promises.commitments.packs.translating import PackRules, to_content, to_rules

__all__ = [
    "Pack",
    "PackError",
    "PackErrors",
    "PackRules",
    "check_pack",
    "dump_pack",
    "inventory",
    "load_pack",
    "pack_from_content",
    "read_plain",
    "to_content",
    "to_rules",
]
