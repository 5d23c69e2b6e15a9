"""Pages: which commitments there are, and what each promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.regions.services import full_names
from jiannuo.kernel.tables.keyset import Ordering
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.promises.commitments.drafts import may, pack_content
from jiannuo.promises.commitments.filters import CommitmentFilter
from jiannuo.promises.commitments.letters import letter_of
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.promises.commitments.phrases import list_text
from jiannuo.promises.commitments.tables import CommitmentTable

State = CommitmentVersion.State


class CommitmentList(TablePage):
    """All commitments that bind the person's organisations."""

    name = "commitments"
    title = gettext_lazy("Commitments")
    subtitle = gettext_lazy("What has been promised, by whom, since when")
    permission = "commitments.view"
    table_class = CommitmentTable
    filterset_class = CommitmentFilter
    orderings = (Ordering("code", gettext_lazy("code"), ("code",)),)
    default_ordering = "code"
    template_name = "commitments/list.html"
    create_url_name = "commitments:create"
    create_label = gettext_lazy("New commitment")
    create_permission = "commitments.edit"
    empty_text = gettext_lazy("No commitment yet. Write one, or import a pack.")

    def rows(self) -> QuerySet[Any]:
        newest = CommitmentVersion.objects.filter(commitment=OuterRef("pk"), state=State.PUBLISHED).order_by(
            "-number"
        )
        return (
            Commitment.objects.visible_to(self.request.user)
            .select_related("organization")
            .annotate(
                version_number=Subquery(newest.values("number")[:1]),
                valid_from=Subquery(newest.values("valid_from")[:1]),
                valid_to=Subquery(newest.values("valid_to")[:1]),
                content=Subquery(newest.values("content")[:1]),
            )
        )


@permission_required("commitments.view")
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One commitment: its clauses as a customer reads them, its versions."""
    commitment = get_object_or_404(
        Commitment.objects.visible_to(request.user).select_related("organization"), code=code
    )
    user: Any = request.user
    sees_drafts = may(user, "commitments.review", commitment.organization)
    versions = list(commitment.versions.select_related("published_by"))
    draft = next((one for one in versions if one.published_at is None), None)
    versions = [one for one in versions if one.published_at is not None]
    version = _chosen(versions, request.GET.get("version", ""))
    if version is None and sees_drafts and draft is not None:
        return redirect("commitments:draft", code=code)
    context: dict[str, Any] = {
        "title": commitment.name,
        "commitment": commitment,
        "versions": versions,
        "draft": draft if sees_drafts else None,
        "may_edit": may(user, "commitments.edit", commitment.organization),
    }
    if version is not None:
        context |= _version_context(version)
        context["may_withdraw"] = version.state == State.PUBLISHED and may(
            user, "commitments.publish", commitment.organization
        )
        context["prints"] = forms_for(CommitmentVersion, user)
    return render(request, "commitments/detail.html", context)


def _version_context(version: CommitmentVersion) -> dict[str, Any]:
    """What the page tells of a version; six queries."""
    letter = letter_of(version, internal=True)
    pack = pack_content(version)
    labels = pack.get("labels", {})
    return {
        "version": version,
        "is_current": version.state == State.PUBLISHED and _in_force_today(version),
        "letter": letter,
        "off": sum(bool(one.off) for one in letter.clauses),
        "unverified": sum(one.verify for one in letter.clauses),
        "zones": _zones(pack.get("zones", {}), labels),
        "parameters": [
            {"unit": "", **one, "label": one.get("label", name)}
            for name, one in pack.get("parameters", {}).items()
        ],
        "exclusive": pack.get("exclusive"),
        "floor": pack.get("floor"),
        "remarks": pack.get("not_executable", ()),
    }


def _zones(zones: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """The zones of a version with the divisions that they are made of; one query."""
    names = full_names(code for codes in zones.values() for code in codes) if zones else {}
    return [
        (labels.get(zone, zone), list_text(names.get(code) or code for code in codes))
        for zone, codes in zones.items()
    ]


def _chosen(versions: list[CommitmentVersion], number: str) -> CommitmentVersion | None:
    """The version asked for, else the newest in force, else the newest."""
    if number:
        found = next((one for one in versions if str(one.number) == number), None)
        if found is None:
            raise Http404(_("There is no version %(number)s.") % {"number": number[:10]})
        return found
    published = [one for one in versions if one.state == State.PUBLISHED]
    current = [one for one in published if _in_force_today(one)]
    return next(iter(current or published or versions), None)


def _in_force_today(version: CommitmentVersion) -> bool:
    today = timezone.localdate()
    return version.valid_from <= today and (version.valid_to is None or today <= version.valid_to)
