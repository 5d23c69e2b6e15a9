"""The commitment letter (售后服务承诺书, F01) and the service plan table (售后服务计划表, F02), also as Word files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments import fieldwords
from jiannuo.promises.commitments.drafts import pack_content
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.phrases import condition_text, list_text
from jiannuo.promises.commitments.reading_aloud import Spoken, spoken
from jiannuo.registry.products.models import Category

#: what only the house itself is to know: its targets, consents and the payment of its dealers
INTERNAL = ("target", "approval", "settlement")


@dataclass(frozen=True, slots=True)
class LetterClause:
    """One promise of the letter; off while it has ``blanks``, or a figure to ``verify``."""

    number: str
    id: str
    subject: str
    headline: str
    text: str
    conditions: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    source: str
    blanks: tuple[str, ...] = ()
    verify: bool = False

    @property
    def off(self) -> str:
        """Why it is not executed yet; empty when it is."""
        if self.blanks:
            return _("to be filled in: %(blanks)s") % {"blanks": list_text(self.blanks)}
        return _("figure to be confirmed") if self.verify else ""


@dataclass(frozen=True, slots=True)
class LetterPart:
    """The promises of one kind."""

    number: str
    title: str
    icon: str
    clauses: tuple[LetterClause, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What both forms show of a version."""

    code: str
    number: int
    name: str
    owner: str
    organization: Any
    valid_from: date | None
    valid_to: date | None
    scope: tuple[str, ...]
    parts: tuple[LetterPart, ...]
    is_draft: bool

    @property
    def clauses(self) -> list[LetterClause]:
        return [clause for part in self.parts for clause in part.clauses]


def letter_of(version: CommitmentVersion, *, internal: bool = False) -> Letter:
    """The letter of a version in the language of the reader; at most four queries.

    ``internal`` adds what only the house itself is to know.
    """
    names = dict(Category.objects.values_list("code_path", "name"))
    content = pack_content(version)
    texts = spoken(content, names, number=version.number)
    confirmed = set(version.confirmations.values_list("clause", flat=True))
    kinds: dict[str, list[dict[str, Any]]] = {}
    for clause in content.get("clauses", ()):
        kinds.setdefault(str(clause.get("kind")), []).append(clause)
    parts: list[LetterPart] = []
    for kind, (title, _about, icon) in fieldwords.CLAUSE_KINDS.items():
        if kind not in kinds or (kind in INTERNAL and not internal):
            continue
        clauses = [
            _clause(f"{len(parts) + 1}.{at}", clause, texts.get(str(clause.get("id"))), confirmed)
            for at, clause in enumerate(kinds[kind], 1)
        ]
        parts.append(LetterPart(_numeral(len(parts) + 1), str(title), icon, tuple(clauses)))
    return Letter(
        code=version.commitment.code,
        number=version.number,
        name=content.get("name") or version.commitment.name,
        owner=content.get("owner", ""),
        organization=version.commitment.organization or Organization.objects.get_first_root_node(),
        valid_from=version.first_day,
        valid_to=version.valid_to,
        scope=_scope(version, names),
        parts=tuple(parts),
        is_draft=version.published_at is None,
    )


def _numeral(number: int) -> str:
    """The number of a part as letters have it: 一、二、三、."""
    if (get_language() or "").startswith("zh"):
        import cn2an  # loads tables that most processes never need

        return f"{cn2an.an2cn(number)}、"
    return f"{number}. "


def _scope(version: CommitmentVersion, names: dict[str, str]) -> tuple[str, ...]:
    from jiannuo.promises.commitments.engine import loaded

    if not version.content:
        return ()
    known = loaded(version)
    return tuple(condition_text(one, {**known.labels, **names}) for one in known.commitment.scope)


def _clause(number: str, clause: dict[str, Any], said: Spoken | None, confirmed: set[str]) -> LetterClause:
    words = said.words if said is not None else None
    source = clause.get("source") or {}
    return LetterClause(
        number=number,
        id=str(clause.get("id", "")),
        subject=said.subject if said is not None else "",
        headline=words.headline if words is not None else "",
        text=said.text if said is not None else str(clause.get("text", "")),
        conditions=said.conditions if said is not None else (),
        details=words.details if words is not None else (),
        source=" ".join(filter(None, (source.get("document", ""), source.get("article", "")))),
        blanks=said.blanks if said is not None else (),
        verify=bool(clause.get("verify")) and clause.get("id") not in confirmed,
    )


# Word files


def letter_docx(letter: Letter) -> bytes:
    """F01 as a Word file, to be filled in and sealed."""
    document = _document()
    _title(document, letter.name)
    _subtitle(document, letter)
    for one in letter.scope:
        document.add_paragraph(one)
    for part in letter.parts:
        _heading(document, f"{part.number}{part.title}")
        for clause in part.clauses:
            paragraph = document.add_paragraph(f"{clause.number}  {clause.text}")
            if clause.off:
                paragraph.add_run(f"（{clause.off}）").italic = True
            told = [
                *(
                    _("When %(what)s") % {"what": "；".join(clause.conditions)}
                    for _one in clause.conditions[:1]
                )
            ]
            told += [f"{label}：{value}" for label, value in clause.details]
            if told:
                small = document.add_paragraph("；".join(told))
                small.paragraph_format.left_indent = Cm(0.9)
                for run in small.runs:
                    run.font.size = Pt(9)
    _seal(document, letter)
    return _bytes(document)


def plan_docx(letter: Letter) -> bytes:
    """F02 as a Word file: one row for each promise."""
    document = _document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    _title(document, _("After-sales service plan"))
    _subtitle(document, letter)
    heads = [_("No."), _("service"), _("what is promised"), _("when"), _("source"), _("remark")]
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    for part in letter.parts:
        for clause in part.clauses:
            texts = [
                clause.number,
                f"{part.title} · {clause.subject}" if clause.subject else part.title,
                f"{clause.headline}\n{clause.text}" if clause.headline else clause.text,
                "；".join(clause.conditions),
                clause.source,
                clause.off,
            ]
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text
    widths = (1.4, 4, 9, 4, 4, 3)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    _seal(document, letter)
    return _bytes(document)


def _document() -> Any:
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    return document


def _title(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(18)
    run.font.name = "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), "黑体")


def _heading(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(12)


def _subtitle(document: Any, letter: Letter) -> None:
    paragraph = document.add_paragraph(f"{letter.code} · {version_line(letter)}")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def version_line(letter: Letter) -> str:
    """Which version it is and when it holds."""
    told = [_("Version %(n)d") % {"n": letter.number}]
    if letter.is_draft:
        told.append(_("draft, not binding"))
    if letter.valid_from:
        told.append(_("valid from %(day)s") % {"day": letter.valid_from})
    if letter.valid_to:
        told.append(_("until %(day)s") % {"day": letter.valid_to})
    return " · ".join(told)


def _seal(document: Any, letter: Letter) -> None:
    for text in (
        letter.owner or (letter.organization.name if letter.organization else ""),
        _("(seal)"),
        _("Date: ____ / ____ / ____"),
    ):
        paragraph = document.add_paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _bytes(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
