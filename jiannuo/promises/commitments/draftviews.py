"""Pages on which commitments are written: how a draft begins, the draft as a whole, its parts, its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.promises.commitments import drafts, fieldwords, packs, publishing
from jiannuo.promises.commitments.draftpages import (
    SECTIONS,
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
from jiannuo.promises.commitments.drafts import NotADraft, may
from jiannuo.promises.commitments.editing.differences import differences
from jiannuo.promises.commitments.editing.nodes import nodes_of
from jiannuo.promises.commitments.editing.typed import typed_in
from jiannuo.promises.commitments.editing.values import as_mapping
from jiannuo.promises.commitments.forms import CommitmentForm, HandOverForm, PackForm
from jiannuo.promises.commitments.mistakewords import in_words
from jiannuo.promises.commitments.models import Commitment
from jiannuo.promises.commitments.packs import PackError, PackErrors, schema
from jiannuo.promises.commitments.reading_aloud import Spoken, spoken

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
        source = as_mapping(clause.get("source"))
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


# A part that is no clause


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
        saved, status = store(request, version, {**kept, **typed}, revision_of(request))
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
        "parameters": parameters_of(content),
        "cancel_url": reverse("commitments:draft", args=[code]),
    }
    return render(request, "commitments/section.html", context, status=status)


def _at(found: Sequence[PackError], fields: Sequence[str]) -> list[PackError]:
    return [one for one in found if one.place and one.place[0] in fields]


# Its next writer, its end


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the draft to somebody else who may write on it."""
    version = draft_of(request, code)
    people = drafts.possible_writers(version.commitment).exclude(pk=request.user.pk)
    form = HandOverForm(request.POST or None, people=people)
    conflict = ""
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["to"]
        try:
            drafts.hand_over(version, person, by=request.user, remark=form.cleaned_data["remark"])
        except NotADraft as error:
            conflict = str(error)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("The draft was handed to %(person)s, who was told.") % {"person": person}
            )
            return moved(request, reverse("commitments:draft", args=[code]))
    context = {
        "title": _("Hand over the draft"),
        "form": form,
        "conflict": conflict,
        "submit_label": _("Hand over"),
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
