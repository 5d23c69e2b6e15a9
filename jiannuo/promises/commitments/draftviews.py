"""Pages on which commitments are written: the draft, its parts, its clauses, and what a customer will read."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.office.accounts.access import permission_required
from jiannuo.promises.commitments import drafts, fieldwords, packs, publishing
from jiannuo.promises.commitments.drafts import NotADraft, StaleDraft, may
from jiannuo.promises.commitments.editing import (
    CLAUSE_PARTS,
    Dictionary,
    Node,
    Surroundings,
    fact_words,
    nodes_of,
    typed_in,
)
from jiannuo.promises.commitments.forms import CommitmentForm, ConfirmForm, PackForm
from jiannuo.promises.commitments.mistakewords import in_words
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.promises.commitments.packs import Pack, PackError, PackErrors, schema
from jiannuo.promises.commitments.reading_aloud import Spoken, spoken
from jiannuo.registry.products.models import Category

#: parts of a draft beside its clauses: address, fields of the pack, title, icon, what it is about
_OTHERWISE = ("code", "clauses", "parameters", "zones", "calendars", "labels", "not_executable")
SECTIONS: dict[str, tuple[tuple[str, ...], Any, str, Any]] = {
    "about": (
        tuple(name for name in schema.Pack.model_fields if name not in _OTHERWISE),
        gettext_lazy("What it is"),
        "file-description",
        gettext_lazy("name, kind, whom and what it binds, from when to when"),
    ),
    "blanks": (
        ("parameters",),
        gettext_lazy("Blanks and values"),
        "forms",
        gettext_lazy("figures of the document that are filled in"),
    ),
    "zones": (
        ("zones",),
        gettext_lazy("Zones"),
        "map-pin",
        gettext_lazy("named sets of administrative divisions"),
    ),
    "calendars": (
        ("calendars",),
        gettext_lazy("Calendars"),
        "calendar",
        gettext_lazy("hours that only this commitment knows"),
    ),
    "words": (
        ("labels",),
        gettext_lazy("Own words"),
        "language",
        gettext_lazy("how codes that only this commitment uses are read"),
    ),
    "remarks": (
        ("not_executable",),
        gettext_lazy("What nobody can execute"),
        "quote",
        gettext_lazy("sentences of the document without a clause, and why"),
    ),
}


# Which draft


def draft_of(request: HttpRequest, code: str, permission: str = "commitments.edit") -> CommitmentVersion:
    """The open draft of a commitment in the person's scope; 404 when there is none or it is not theirs to see."""
    version = (
        CommitmentVersion.objects.select_related("commitment__organization")
        .filter(commitment__in=Commitment.objects.visible_to(request.user), commitment__code=code)
        .filter(state__in=["draft", "approved"])
        .first()
    )
    if version is None or not may(request.user, permission, version.commitment.organization):
        raise Http404(_("There is no draft of %(code)s that you may open.") % {"code": code[:40]})
    return version


def read_pack(content: Mapping[str, Any]) -> tuple[Pack | None, list[PackError]]:
    """The pack, and everything wrong with it in the reader's words."""
    pack, found = drafts.read_pack(content)
    return pack, in_words(found)


def category_names() -> dict[str, str]:
    return dict(Category.objects.values_list("code_path", "name"))


def around(
    content: Mapping[str, Any], mistakes: Sequence[PackError], names: Mapping[str, str]
) -> Surroundings:
    """What the fields of a draft need to know; one query."""
    own = [(name, name) for name in _mapping(content.get("calendars"))]
    office = [
        (code, name) for code, name in WorkCalendar.objects.order_by("code").values_list("code", "name")
    ]
    parameters = {
        name: str(_mapping(part).get("label", name))
        for name, part in _mapping(content.get("parameters")).items()
    }
    return Surroundings([*own, *office], parameters, names, _mapping(content.get("labels")), list(mistakes))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def dictionary(content: Mapping[str, Any], names: Mapping[str, str]) -> Dictionary:
    """The names of values in a draft."""
    return Dictionary(names, _mapping(content.get("labels")))


def fact_values(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, list[str]]:
    """The words that conditions may use, by fact, for the page to offer."""
    known = dictionary(content, names)
    found = {fact: list(known.offered(fact).values()) for fact in fact_words()}
    found["zone"] = list(_mapping(content.get("zones")))
    found["component"] = [str(one) for one in content.get("components", ())]
    return {fact: values for fact, values in found.items() if values}


# New, from a file, the next version


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Found a commitment; its draft opens."""
    form = CommitmentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            version = drafts.start(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("commitments:draft", code=version.commitment.code)
    context = {
        "title": _("New commitment"),
        "form": form,
        "submit_label": _("Begin to write"),
        "cancel_url": reverse("commitments:list"),
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take in a pack as a draft; every mistake with its line."""
    form = PackForm(request.POST or None, request.FILES or None, user=request.user)
    found: list[PackError] = []
    if request.method == "POST" and form.is_valid():
        version = None
        try:
            pack = packs.load_pack(f"{form.cleaned_data['file']}\n")
            found = packs.check_pack(pack, drafts.floors())
            if not drafts.wrong(found):
                version = drafts.take_in(
                    pack, organization=form.cleaned_data["organization"], by=request.user
                )
        except PackErrors as error:
            found = list(error.errors)
        except ValidationError as error:
            form.add_error("file", error)
        if version is not None:
            messages.success(request, _("The pack was taken in as a draft."))
            return redirect("commitments:draft", code=version.commitment.code)
    context = {
        "title": _("Import a pack"),
        "form": form,
        "found": in_words(found),
        "submit_label": _("Import"),
        "cancel_url": reverse("commitments:list"),
    }
    return render(
        request, "commitments/upload.html", context, status=422 if request.method == "POST" else 200
    )


@permission_required("commitments.edit")
@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Open the draft of a commitment: the one there is, or a copy of the newest (or the named) version."""
    commitment = get_object_or_404(
        Commitment.objects.visible_to(request.user).select_related("organization"), code=code
    )
    number = request.POST.get("version", "")
    source = get_object_or_404(commitment.versions, number=number) if number.isdigit() else None
    drafts.begin(commitment, by=request.user, source=source)
    return redirect("commitments:draft", code=code)


# The draft


@dataclass(slots=True)
class ClauseRow:
    """A clause in the draft: how it reads, and what is wrong with it."""

    index: int
    kind: str
    icon: str
    id: str
    spoken: Spoken | None
    text: str
    source: str
    mistakes: list[PackError]
    verify: bool
    confirmation: Any = None


@permission_required("commitments.review")
@require_safe
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft as a whole: its parts, its clauses as a customer reads them, what is wrong, what is next."""
    version = draft_of(request, code, "commitments.review")
    content = drafts.pack_content(version)
    pack, found = read_pack(content)
    names = category_names()
    texts = spoken(content, names, number=version.number)
    confirmations = {one.clause: one for one in version.confirmations.select_related("by")}
    review = getattr(version, "review", None)
    pending = publishing.pending_approval(version)
    may_edit = may(request.user, "commitments.edit", version.commitment.organization)
    context = {
        "title": content.get("name") or code,
        "version": version,
        "commitment": version.commitment,
        "clauses": _rows(content, texts, found, confirmations),
        "sections": _sections(content, found),
        "wrong": drafts.wrong(found),
        "notes": [one for one in found if one.severity != "error"],
        "kinds": fieldwords.CLAUSE_KINDS,
        "blanks": publishing.blanks(version),
        "unconfirmed": publishing.unconfirmed(version),
        "writers": version.writers.all(),
        "review": review,
        "pending": pending,
        "may_edit": may_edit and version.state == "draft" and pending is None,
        "may_reopen": may_edit and version.state == "approved",
        "may_publish": version.state == "approved"
        and may(request.user, "commitments.publish", version.commitment.organization),
        "readable": pack is not None,
    }
    return render(request, "commitments/draft.html", context)


def _rows(
    content: Mapping[str, Any],
    texts: Mapping[str, Spoken],
    found: Sequence[PackError],
    done: Mapping[str, Any],
) -> list[ClauseRow]:
    rows = []
    for index, clause in enumerate(content.get("clauses", ())):
        kind = str(clause.get("kind", ""))
        source = _mapping(clause.get("source"))
        rows.append(
            ClauseRow(
                index=index,
                kind=str(fieldwords.CLAUSE_KINDS.get(kind, (kind,))[0]),
                icon=str(fieldwords.CLAUSE_KINDS.get(kind, ("", "", "file"))[2]),
                id=str(clause.get("id", "")),
                spoken=texts.get(str(clause.get("id", ""))),
                text=str(clause.get("text", "")),
                source=" ".join(filter(None, (source.get("document", ""), source.get("article", "")))),
                mistakes=[one for one in found if one.place[:2] == ("clauses", index)],
                verify=bool(clause.get("verify")),
                confirmation=done.get(clause.get("id")),
            )
        )
    return rows


def _sections(content: Mapping[str, Any], found: Sequence[PackError]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": title,
            "icon": icon,
            "about": about,
            "count": sum(len(content.get(field) or ()) for field in fields) if name != "about" else None,
            "mistakes": [one for one in found if one.place and one.place[0] in fields],
        }
        for name, (fields, title, icon, about) in SECTIONS.items()
    ]


# Forms of a part and of a clause


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Write one part of the draft that is no clause."""
    if name not in SECTIONS:
        raise Http404
    version = draft_of(request, code)
    fields, title, _icon, about = SECTIONS[name]
    content = drafts.pack_content(version)
    names = category_names()
    status, theirs = 200, None
    if request.method == "POST":
        typed = typed_in(
            schema.Pack, request.POST, only=fields, before=content, known=dictionary(content, names)
        )
        kept = {key: value for key, value in content.items() if key not in fields}
        saved, status = _store(request, version, {**kept, **typed}, _revision(request))
        if saved is None and status == 409:
            version = draft_of(request, code)
            theirs = drafts.pack_content(version)
        content = {**kept, **typed}
        if saved is not None:
            version = saved
            if not drafts.wrong(_at(read_pack(content)[1], fields)):
                return redirect("commitments:draft", code=code)
            status = 422
    mistakes = _at(read_pack(content)[1], fields) if status != 200 else []
    nodes = nodes_of(schema.Pack, content, around(content, mistakes, names), only=fields)
    context = {
        "title": title,
        "subtitle": about,
        "version": version,
        "commitment": version.commitment,
        "nodes": nodes,
        "mistakes": drafts.wrong(mistakes),
        "differences": differences(
            nodes, nodes_of(schema.Pack, theirs, around(theirs, [], names), only=fields)
        )
        if theirs is not None
        else [],
        "fact_values": fact_values(content, names),
        "parameters": _parameters(content),
        "cancel_url": reverse("commitments:draft", args=[code]),
    }
    return render(request, "commitments/section.html", context, status=status)


def _at(found: Sequence[PackError], fields: Sequence[str]) -> list[PackError]:
    return [one for one in found if one.place and one.place[0] in fields]


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdigit() else 0


def _parameters(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (f"{{{name}}}", str(_mapping(part).get("label", name)))
        for name, part in _mapping(content.get("parameters")).items()
    ]


def _store(
    request: HttpRequest, version: CommitmentVersion, content: Mapping[str, Any], revision: int
) -> tuple[CommitmentVersion | None, int]:
    """Save what was typed. Nothing and 409 when somebody was faster or it is no draft any more."""
    try:
        return drafts.save(version, content, revision=revision, by=request.user), 200
    except (StaleDraft, NotADraft) as error:
        messages.warning(request, str(error))
        return None, 409


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def add_clause(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Write a new clause."""
    if kind not in CLAUSE_PARTS:
        raise Http404
    version = draft_of(request, code)
    content = drafts.pack_content(version)
    source = next((one.get("source") for one in reversed(content.get("clauses", ()))), None)
    document = _mapping(source).get("document") or content.get("name", "")
    return _clause_form(request, version, {"kind": kind, "source": {"document": document}}, original="")


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def edit_clause(request: HttpRequest, code: str, index: int) -> HttpResponse:
    """Write on a clause."""
    version = draft_of(request, code)
    clauses = drafts.pack_content(version).get("clauses", ())
    if index >= len(clauses) and request.method == "GET":
        raise Http404(_("There is no such clause in the draft any more."))
    found = clauses[index] if index < len(clauses) else {"kind": request.POST.get("kind", "time")}
    if found.get("kind") not in CLAUSE_PARTS:
        raise Http404
    return _clause_form(request, version, found, original=str(found.get("id", "")))


def _clause_form(
    request: HttpRequest, version: CommitmentVersion, clause: Mapping[str, Any], *, original: str
) -> HttpResponse:
    code, kind = version.commitment.code, str(clause["kind"])
    names = category_names()
    content = drafts.pack_content(version)
    status, index = 200, _index(content, original)
    theirs: Mapping[str, Any] | None = None
    if request.method == "POST":
        kind = request.POST.get("kind", kind) if request.POST.get("kind") in CLAUSE_PARTS else kind
        original = request.POST.get("original", original)
        clause = _typed_clause(request, kind, clause, content, names, original)
        content, index = _with_clause(content, clause, original)
        saved, status = _store(request, version, content, _revision(request))
        if saved is None:
            version = draft_of(request, code)
            fresh = drafts.pack_content(version)
            theirs = next((one for one in fresh.get("clauses", ()) if one.get("id") == original), {})
            content, index = _with_clause(fresh, clause, original)
        else:
            version, original = saved, str(clause["id"])
            if not drafts.wrong(_in_clause(read_pack(content)[1], index)):
                messages.success(request, _("Saved"))
                return redirect(f"{reverse('commitments:draft', args=[code])}#clause-{index}")
            status = 422
    mistakes = _in_clause(read_pack(content)[1], index) if status != 200 else []
    part = CLAUSE_PARTS[kind]
    nodes = nodes_of(part, clause, around(content, mistakes, names), ("clauses", index))
    others = nodes_of(part, theirs, around(content, [], names)) if theirs is not None else []
    title, about, icon = fieldwords.CLAUSE_KINDS[kind]
    context = {
        "title": title if original else _("New: %(kind)s") % {"kind": title},
        "subtitle": about,
        "icon": icon,
        "version": version,
        "commitment": version.commitment,
        "kind": kind,
        "original": original,
        "groups": grouped(nodes),
        "mistakes": drafts.wrong(mistakes),
        "clause_mistakes": [one for one in mistakes if len(one.place) <= 2],
        "differences": differences(nodes, others),
        "fact_values": fact_values(content, names),
        "parameters": _parameters(content),
        "form_action": request.path,
        "cancel_url": reverse("commitments:draft", args=[code]),
        **_preview_context(content, clause, names, version),
    }
    return render(request, "commitments/clause.html", context, status=status)


def _index(content: Mapping[str, Any], original: str) -> int:
    """Where a clause stands, or will stand."""
    clauses = content.get("clauses", ())
    found = [at for at, one in enumerate(clauses) if original and one.get("id") == original]
    return found[0] if found else len(clauses)


def _in_clause(found: Sequence[PackError], index: int) -> list[PackError]:
    return [one for one in found if one.place[:2] == ("clauses", index)]


def _typed_clause(
    request: HttpRequest,
    kind: str,
    before: Mapping[str, Any],
    content: Mapping[str, Any],
    names: Mapping[str, str],
    original: str,
) -> dict[str, Any]:
    typed = {
        "kind": kind,
        **typed_in(CLAUSE_PARTS[kind], request.POST, before=before, known=dictionary(content, names)),
    }
    if not typed.get("id"):
        typed["id"] = original or _free_id(typed, content)
    return {"kind": kind, "id": typed["id"], **typed}


def _free_id(clause: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """A number for a clause: what it is about, and how many-th."""
    word = next(
        (clause[key] for key in ("metric", "action", "measure", "subject") if clause.get(key)), clause["kind"]
    )
    stem = re.sub(r"[^a-z0-9]+", "-", str(word).lower()).strip("-") or str(clause["kind"])
    taken = {one.get("id") for one in content.get("clauses", ())}
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return name


def _with_clause(
    content: Mapping[str, Any], clause: Mapping[str, Any], original: str
) -> tuple[dict[str, Any], int]:
    """The draft with the clause in its place, and that place."""
    changed = copy.deepcopy(dict(content))
    index = _index(changed, original)
    clauses = changed.setdefault("clauses", [])
    clauses[index : index + 1] = [dict(clause)]
    return changed, index


def grouped(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """The fields of a clause in the groups of the form."""
    known = {node.name: node for node in nodes}
    return [
        {
            "name": name,
            "title": title,
            "nodes": [known[one] for one in members if not known[one].advanced],
            "more": [known[one] for one in members if known[one].advanced],
            "more_open": any(
                known[one].filled or known[one].mistakes for one in members if known[one].advanced
            ),
        }
        for name, title, members in fieldwords.groups([node.name for node in nodes])
    ]


def differences(mine: Sequence[Node], theirs: Sequence[Node]) -> list[tuple[str, str, str]]:
    """Fields that differ: label, what I typed, what is saved."""
    saved = dict(_flat(theirs))
    labels: dict[str, tuple[str, str, str]] = {}
    typed = dict(_flat(mine))
    for name in {**typed, **saved}:
        (label, value), other = typed.get(name) or saved[name], saved.get(name, ("", ""))[1]
        value = value if name in typed else ""
        if saved and value != other:
            labels[name] = (label, value, other)
    return list(labels.values())


def _flat(nodes: Sequence[Node]) -> list[tuple[str, tuple[str, str]]]:
    found: list[tuple[str, tuple[str, str]]] = []
    for node in nodes:
        inner = [*node.nodes, *(one for row in node.rows for one in row)]
        found += [(name, (f"{node.label}: {label}", value)) for name, (label, value) in _flat(inner)]
        if not inner and node.kind not in ("parts", "named", "table", "lists", "texts", "when"):
            value = "、".join(node.value) if isinstance(node.value, list) else node.value
            shown = dict(node.choices).get(value, value)
            found.append(
                (node.name, (node.label, "✓" if shown is True else "" if shown is False else str(shown)))
            )
    return found


# What a customer will read


@permission_required("commitments.edit")
@require_POST
def preview(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The clause as it is being typed: how a customer will read it, and what is wrong so far. Saves nothing."""
    if kind not in CLAUSE_PARTS:
        raise Http404
    version = draft_of(request, code)
    content, names = drafts.pack_content(version), category_names()
    original = request.POST.get("original", "")
    clause = _typed_clause(request, kind, {}, content, names, original)
    content, index = _with_clause(content, clause, original)
    context = {
        "mistakes": _in_clause(read_pack(content)[1], index),
        **_preview_context(content, clause, names, version),
    }
    return render(request, "commitments/_preview.html", context)


def _preview_context(
    content: Mapping[str, Any],
    clause: Mapping[str, Any],
    names: Mapping[str, str],
    version: CommitmentVersion,
) -> dict[str, Any]:
    alone = {**content, "clauses": [clause]}
    found = spoken(alone, names, number=version.number).get(str(clause.get("id", "")))
    return {"spoken": found, "clause_text": clause.get("text", "")}


# Order of clauses, figures, the end of a draft


@permission_required("commitments.edit")
@require_POST
def arrange(request: HttpRequest, code: str, index: int, how: str) -> HttpResponse:
    """Move, copy or remove a clause."""
    version = draft_of(request, code)
    content = copy.deepcopy(drafts.pack_content(version))
    clauses = content.get("clauses", [])
    if index >= len(clauses) or how not in ("up", "down", "copy", "remove"):
        raise Http404
    place = index
    if how == "remove":
        del clauses[index]
    elif how == "copy":
        twin = {**clauses[index], "id": _free_id({"kind": str(clauses[index].get("id", "copy"))}, content)}
        clauses.insert(index + 1, twin)
        place = index + 1
    else:
        place = max(0, min(len(clauses) - 1, index + (-1 if how == "up" else 1)))
        clauses.insert(place, clauses.pop(index))
    _store(request, version, content, _revision(request))
    return redirect(f"{reverse('commitments:draft', args=[code])}#clause-{place}")


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, code: str, clause: str) -> HttpResponse:
    """Say that the figure of a clause was compared with its source."""
    version = draft_of(request, code)
    form = ConfirmForm(request.POST or None)
    texts = {one.get("id"): one.get("text", "") for one in version.pack.get("clauses", ())}
    if clause not in texts:
        raise Http404
    conflict = ""
    if request.method == "POST" and form.is_valid():
        try:
            drafts.confirm(version, clause, by=request.user, remark=form.cleaned_data["remark"])
        except NotADraft as error:
            conflict = str(error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return moved(request, reverse("commitments:draft", args=[code]))
    context = {
        "title": _("Confirm the figure"),
        "text": texts[clause],
        "form": form,
        "conflict": conflict,
        "cancel_url": reverse("commitments:draft", args=[code]),
    }
    return dialog(request, context, status=409 if conflict else 422 if form.errors else 200)


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    version = draft_of(request, code)
    if request.method == "POST":
        try:
            drafts.discard(version, by=request.user)
        except NotADraft as error:
            return dialog(request, {"title": _("Discard the draft"), "conflict": str(error)}, status=409)
        messages.success(request, _("The draft was discarded."))
        left = Commitment.objects.filter(code=code).exists()
        address = reverse("commitments:detail", args=[code]) if left else reverse("commitments:list")
        return moved(request, address)
    context = {
        "title": _("Discard the draft"),
        "text": _("What was written in this draft is lost. Published versions stay."),
        "style": "danger",
        "cancel_url": reverse("commitments:draft", args=[code]),
    }
    return dialog(request, context)


def dialog(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A form in the dialog, or on a page of its own without scripts."""
    if request.headers.get("HX-Request"):
        return render(request, "partials/modal_form.html", context, status=status)
    template = "pages/form.html" if context.get("form") else "pages/confirm.html"
    return render(request, template, {**context, "form_action": request.path}, status=status)


def moved(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page, from a dialog or from a plain form."""
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)
