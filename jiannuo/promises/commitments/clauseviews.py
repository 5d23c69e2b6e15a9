"""Pages on which a clause is written: its form, how a customer will read it, its place, its figure."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jiannuo.office.accounts.access import permission_required
from jiannuo.promises.commitments import drafts, fieldwords
from jiannuo.promises.commitments.draftpages import (
    around,
    category_names,
    dialog,
    dictionary,
    draft_of,
    fact_values,
    moved,
    parameters_of,
    read_pack,
    revision_of,
    store,
)
from jiannuo.promises.commitments.drafts import NotADraft
from jiannuo.promises.commitments.editing.differences import differences
from jiannuo.promises.commitments.editing.nodes import Node, nodes_of
from jiannuo.promises.commitments.editing.shapes import CLAUSE_PARTS
from jiannuo.promises.commitments.editing.typed import typed_in
from jiannuo.promises.commitments.editing.values import as_mapping
from jiannuo.promises.commitments.forms import ConfirmForm
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.packs import PackError
from jiannuo.promises.commitments.reading_aloud import spoken

# The form


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def add_clause(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Write a new clause."""
    if kind not in CLAUSE_PARTS:
        raise Http404
    version = draft_of(request, code)
    content = drafts.pack_content(version)
    source = next((one.get("source") for one in reversed(content.get("clauses", ()))), None)
    document = as_mapping(source).get("document") or content.get("name", "")
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
        saved, status = store(request, version, content, revision_of(request))
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
        "parameters": parameters_of(content),
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


# Order of clauses, figures


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
    store(request, version, content, revision_of(request))
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
