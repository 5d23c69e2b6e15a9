"""What the packs hold of their documents, as a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from jiannuo.promises.commitments.packs.schema import ClausePart, Pack
from jiannuo.promises.commitments.packs.translating import blanks_of, parameter_values
from jiannuo.rules import CLAUSE_KINDS

HEAD = """\
# What the packs cover

Written by `python -m jiannuo packs coverage`; do not edit. Every promise with its document, each clause with kind and
article, figures that a person has to confirm (`verify`), blanks of the document, and the sentences that no clause
executes, each with the reason.
"""


def inventory(packs: Sequence[Pack]) -> str:
    """The page for some packs, statutes first, then by code."""
    ordered = sorted(packs, key=lambda pack: (pack.kind != "statute", pack.code))
    return "\n".join([HEAD, *_totals(ordered), *(line for pack in ordered for line in _pack(pack))])


def _totals(packs: Sequence[Pack]) -> list[str]:
    kinds: Counter[str] = Counter(clause.kind for pack in packs for clause in pack.clauses)
    rows = [
        ("packs", len(packs)),
        ("clauses", sum(kinds.values())),
        *((f"of these {kind}", kinds[kind]) for kind in CLAUSE_KINDS),
        ("clauses to verify", sum(clause.verify for pack in packs for clause in pack.clauses)),
        ("clauses with a blank", sum(bool(_blanks(pack)[c.id]) for pack in packs for c in pack.clauses)),
        ("sentences that no clause executes", sum(len(pack.not_executable) for pack in packs)),
    ]
    lines = _table(("", "number"), [(label, str(number)) for label, number in rows])
    lines += _table(
        ("pack", "promise", "documents", "clauses", "to verify", "with a blank", "not executed"),
        [
            (
                pack.code,
                pack.name,
                "；".join(_documents(pack)),
                str(len(pack.clauses)),
                str(sum(clause.verify for clause in pack.clauses)),
                str(sum(map(bool, _blanks(pack).values()))),
                str(len(pack.not_executable)),
            )
            for pack in packs
        ],
    )
    return lines


def _pack(pack: Pack) -> list[str]:
    blanks = _blanks(pack)
    lines = [f"## {pack.code} {pack.name}", "", f"Documents: {'；'.join(_documents(pack))}", ""]
    lines += _table(
        ("clause", "kind", "article", "text", "remark"),
        [
            (
                f"`{clause.id}`",
                clause.kind,
                clause.source.article,
                clause.text,
                _remark(clause, blanks[clause.id]),
            )
            for clause in pack.clauses
        ],
    )
    if pack.not_executable:
        lines += ["Not executed:", ""]
        lines += [f"- {_cited(one.article)}{one.text} — {one.why}" for one in pack.not_executable]
        lines.append("")
    return lines


def _remark(clause: ClausePart, blanks: Sequence[str]) -> str:
    words = ["verify"] if clause.verify else []
    words += [f"blank: {', '.join(blanks)}"] if blanks else []
    return "; ".join(words)


def _cited(article: str) -> str:
    return f"{article}：" if article else ""


def _documents(pack: Pack) -> list[str]:
    return list(dict.fromkeys(clause.source.document for clause in pack.clauses))


def _blanks(pack: Pack) -> dict[str, list[str]]:
    """The labels of the blanks of each clause."""
    values = parameter_values(pack)
    written = pack.content().get("clauses", ())
    return {
        clause.id: [pack.parameters[name].label for name in dict.fromkeys(blanks_of(content, values))]
        for clause, content in zip(pack.clauses, written, strict=True)
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', '｜') for cell in row)} |" for row in rows]
    return [*lines, ""]
