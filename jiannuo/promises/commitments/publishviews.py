"""Pages on which versions are approved, published, withdrawn and compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.promises.commitments import fieldwords, packs, publishing
from jiannuo.promises.commitments.draftpages import SECTIONS, around, category_names, dialog, draft_of, moved
from jiannuo.promises.commitments.drafts import NotADraft, may, pack_content, read_pack
from jiannuo.promises.commitments.editing.differences import differences
from jiannuo.promises.commitments.editing.nodes import nodes_of
from jiannuo.promises.commitments.editing.shapes import CLAUSE_PARTS
from jiannuo.promises.commitments.forms import AskForm, PublishForm, ReasonForm
from jiannuo.promises.commitments.letters import letter_docx, letter_of, plan_docx
from jiannuo.promises.commitments.models import Commitment, CommitmentReview, CommitmentVersion
from jiannuo.promises.commitments.packs import PackErrors, schema
from jiannuo.promises.commitments.reading_aloud import spoken

State = CommitmentVersion.State


class ReviewPage(DocumentPage):
    """The paper on which a version is approved: what changes, who decides, the history."""

    model = CommitmentReview
    permission = "commitments.review"
    template_name = "commitments/review.html"
    select_related = ("version_of__commitment__organization", "version_of__published_by")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        version = document.version_of
        before = (
            version.commitment.versions.filter(number__lt=version.number, published_at__isnull=False)
            .order_by("-number")
            .first()
        )
        return {
            **super().get_context_data(document),
            "version": version,
            "commitment": version.commitment,
            "writers": version.writers.all(),
            "before": before,
            "changes": compared(before, version) if before is not None else None,
            "texts": [] if before is not None else _read_out(version),
            "blanks": publishing.blanks(version),
            "unconfirmed": publishing.unconfirmed(version),
            "may_publish": version.state == State.APPROVED
            and may(self.request.user, "commitments.publish", version.commitment.organization),
        }


def _read_out(version: CommitmentVersion) -> list[Any]:
    return list(spoken(pack_content(version), category_names(), number=version.number).values())


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Put the draft to the people who approve it."""
    version = draft_of(request, code)
    form = AskForm(request.POST or None)
    conflict = ""
    if request.method == "POST" and form.is_valid():
        try:
            review = publishing.ask_approval(version, **form.cleaned_data, by=request.user)
        except NotADraft as error:
            conflict = str(error)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The approval was asked for."))
            return moved(request, reverse("commitments:review", args=[review.number]))
    context = {
        "title": _("Send for approval"),
        "form": form,
        "conflict": conflict,
        "submit_label": _("Send"),
        "cancel_url": reverse("commitments:draft", args=[code]),
    }
    return dialog(request, context, status=409 if conflict else 422 if form.errors else 200)


@permission_required("commitments.edit")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Take an approved version up again."""
    version = draft_of(request, code)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.reopen(version, by=request.user, reason=form.cleaned_data["reason"])
        except NotADraft as error:
            return dialog(request, {"title": _("Take up again"), "conflict": str(error)}, status=409)
        return moved(request, reverse("commitments:draft", args=[code]))
    context = {
        "title": _("Take up again"),
        "text": _("It can be changed then, and has to be approved anew."),
        "form": form,
        "cancel_url": reverse("commitments:draft", args=[code]),
    }
    return dialog(request, context, status=422 if form.errors else 200)


def version_of(request: HttpRequest, code: str, number: int, permission: str) -> CommitmentVersion:
    """A version in the person's scope; drafts only for those who may see drafts."""
    version = get_object_or_404(
        CommitmentVersion.objects.select_related("commitment__organization").filter(
            commitment__in=Commitment.objects.visible_to(request.user)
        ),
        commitment__code=code,
        number=number,
    )
    owner = version.commitment.organization
    if version.published_at is None and not may(request.user, "commitments.review", owner):
        raise Http404
    if permission != "commitments.view" and not may(request.user, permission, owner):
        raise PermissionDenied(permission)
    return version


@permission_required("commitments.publish")
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Say from when the version holds, and see which clauses stay off."""
    version = version_of(request, code, number, "commitments.publish")
    blanks, unconfirmed = publishing.blanks(version), publishing.unconfirmed(version)
    first = max(version.valid_from, timezone.localdate())
    form = PublishForm(
        request.POST or None,
        off=bool(blanks or unconfirmed),
        initial={"valid_from": first, "valid_to": version.valid_to},
    )
    conflict = ""
    if request.method == "POST" and form.is_valid():
        dates = {key: form.cleaned_data[key] for key in ("valid_from", "valid_to")}
        try:
            publishing.publish(version, **dates, by=request.user)
        except ValidationError as error:
            if version.state == State.APPROVED:
                add_errors(form, error)
            else:
                conflict = " ".join(error.messages)
        else:
            messages.success(request, _("Published"))
            return moved(request, reverse("commitments:detail", args=[code]))
    context = {
        "title": _("Publish"),
        "form": form,
        "conflict": conflict,
        "blanks": blanks,
        "unconfirmed": unconfirmed,
        "submit_label": _("Publish"),
        "ends": publishing.overlapping(version, first, None),
        "cancel_url": reverse("commitments:detail", args=[code]),
    }
    return _publish_dialog(request, context, 409 if conflict else 422 if form.errors else 200)


def _publish_dialog(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    is_dialog = request.headers.get("HX-Request")
    template = "commitments/_publish.html" if is_dialog else "commitments/publish.html"
    return render(request, template, {**context, "form_action": request.path}, status=status)


@permission_required("commitments.publish")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a published version out of force."""
    version = version_of(request, code, number, "commitments.publish")
    if request.method == "POST":
        try:
            publishing.withdraw(version, by=request.user)
        except ValidationError as error:
            return dialog(request, {"title": _("Withdraw"), "conflict": " ".join(error.messages)}, status=409)
        messages.success(request, _("Withdrawn"))
        return moved(request, reverse("commitments:detail", args=[code]))
    context = {
        "title": _("Withdraw"),
        "text": _(
            "New requests are no longer decided by version %(number)d. What was decided by it stays decided."
        )
        % {"number": version.number},
        "style": "danger",
        "cancel_url": reverse("commitments:detail", args=[code]),
    }
    return dialog(request, context)


# Two versions side by side


@permission_required("commitments.view")
@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between two versions, clause by clause."""
    commitment = get_object_or_404(Commitment.objects.visible_to(request.user), code=code)
    versions = list(commitment.versions.all())
    if not may(request.user, "commitments.review", commitment.organization):
        versions = [one for one in versions if one.published_at is not None]
    newer = _named(versions, request.GET.get("to", "")) or (versions[0] if versions else None)
    older = _named(versions, request.GET.get("from", "")) or next(
        (one for one in versions if newer is not None and one.number < newer.number), None
    )
    context = {
        "title": _("Compare versions"),
        "subtitle": commitment.name,
        "commitment": commitment,
        "versions": versions,
        "older": older,
        "newer": newer,
        "changes": compared(older, newer) if older is not None and newer is not None else None,
    }
    return render(request, "commitments/compare.html", context)


def _named(versions: list[CommitmentVersion], number: str) -> CommitmentVersion | None:
    return next((one for one in versions if str(one.number) == number), None)


def compared(older: CommitmentVersion, newer: CommitmentVersion) -> dict[str, Any]:
    """What was added, removed and changed, in words. Three queries."""
    names = category_names()
    old, new = pack_content(older), pack_content(newer)
    old_around, new_around = around(old, [], names), around(new, [], names)
    heads = []
    for fields, title, _icon, _about in SECTIONS.values():
        rows = differences(
            nodes_of(schema.Pack, new, new_around, only=fields),
            nodes_of(schema.Pack, old, old_around, only=fields),
        )
        if rows:
            heads.append({"title": title, "rows": rows})
    before = {one.get("id"): one for one in old.get("clauses", ())}
    after = {one.get("id"): one for one in new.get("clauses", ())}
    changed = []
    for key in [key for key in after if key in before and after[key] != before[key]]:
        part = CLAUSE_PARTS.get(after[key].get("kind"))
        if part is not None:
            rows = differences(
                nodes_of(part, after[key], new_around), nodes_of(part, before[key], old_around)
            )
            changed.append({**_named_clause(after[key]), "rows": rows})
    return {
        "heads": heads,
        "changed": changed,
        "added": [_named_clause(after[key]) for key in after if key not in before],
        "removed": [_named_clause(before[key]) for key in before if key not in after],
    }


def _named_clause(clause: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(clause.get("kind", ""))
    return {
        "kind": fieldwords.CLAUSE_KINDS.get(kind, (kind,))[0],
        "id": clause.get("id"),
        "text": clause.get("text", ""),
    }


# Files


@permission_required("commitments.view")
@require_safe
def export(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The version as a pack in YAML, as it can be imported again."""
    version = version_of(request, code, number, "commitments.view")
    content = pack_content(version)
    pack, _found = read_pack(content)
    try:
        text = packs.dump_pack(pack if pack is not None else packs.pack_from_content(content))
    except PackErrors:
        messages.warning(request, _("A draft with mistakes cannot be exported. Mend them first."))
        return moved(request, reverse("commitments:draft", args=[code]))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-v{number}.yaml"'
    return response


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@permission_required("commitments.view")
@require_safe
def letter(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The commitment letter (F01) as a Word file."""
    version = version_of(request, code, number, "commitments.view")
    return _word_file(letter_docx(letter_of(version)), f"F01-{code}-v{number}")


@permission_required("commitments.view")
@require_safe
def plan(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The service plan table (F02) as a Word file."""
    version = version_of(request, code, number, "commitments.view")
    return _word_file(plan_docx(letter_of(version)), f"F02-{code}-v{number}")


def _word_file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    response["Cache-Control"] = "private, no-store"
    return response
