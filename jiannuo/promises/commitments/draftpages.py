"""What the pages of a draft share: which draft, its parts, what its fields need to know, saving, the dialog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.promises.commitments import drafts
from jiannuo.promises.commitments.drafts import NotADraft, StaleDraft, may
from jiannuo.promises.commitments.editing.dictionary import Dictionary
from jiannuo.promises.commitments.editing.nodes import Surroundings, fact_words
from jiannuo.promises.commitments.editing.values import as_mapping
from jiannuo.promises.commitments.mistakewords import in_words
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.promises.commitments.packs import Pack, PackError, schema
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
    """The names of product categories by their paths; one query."""
    return dict(Category.objects.values_list("code_path", "name"))


def around(
    content: Mapping[str, Any], mistakes: Sequence[PackError], names: Mapping[str, str]
) -> Surroundings:
    """What the fields of a draft need to know; one query."""
    own = [(name, name) for name in as_mapping(content.get("calendars"))]
    office = [
        (code, name) for code, name in WorkCalendar.objects.order_by("code").values_list("code", "name")
    ]
    parameters = {
        name: str(as_mapping(part).get("label", name))
        for name, part in as_mapping(content.get("parameters")).items()
    }
    return Surroundings([*own, *office], parameters, names, as_mapping(content.get("labels")), list(mistakes))


def dictionary(content: Mapping[str, Any], names: Mapping[str, str]) -> Dictionary:
    """The names of values in a draft."""
    return Dictionary(names, as_mapping(content.get("labels")))


def fact_values(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, list[str]]:
    """The words that conditions may use, by fact, for the page to offer."""
    known = dictionary(content, names)
    found = {fact: list(known.offered(fact).values()) for fact in fact_words()}
    found["zone"] = list(as_mapping(content.get("zones")))
    found["component"] = [str(one) for one in content.get("components", ())]
    return {fact: values for fact, values in found.items() if values}


def parameters_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The blanks of a draft as a text writes them, with their names."""
    return [
        (f"{{{name}}}", str(as_mapping(part).get("label", name)))
        for name, part in as_mapping(content.get("parameters")).items()
    ]


def revision_of(request: HttpRequest) -> int:
    """The revision of the draft that the form was opened with; 0 when it says none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdigit() else 0


def store(
    request: HttpRequest, version: CommitmentVersion, content: Mapping[str, Any], revision: int
) -> tuple[CommitmentVersion | None, int]:
    """Save what was typed. Nothing and 409 when somebody was faster or it is no draft any more."""
    try:
        return drafts.save(version, content, revision=revision, by=request.user), 200
    except (StaleDraft, NotADraft) as error:
        messages.warning(request, str(error))
        return None, 409


def dialog(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A form in the dialog, or on a page of its own without scripts."""
    if request.headers.get("HX-Request"):
        return render(request, "partials/modal_form.html", context, status=status)
    template = "pages/form.html" if context.get("form") else "pages/confirm.html"
    return render(request, template, {**context, "form_action": request.path}, status=status)


def moved(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page, from a dialog or from a plain form."""
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)
