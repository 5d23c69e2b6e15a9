"""Printed forms: F16 installation slip, F17 unpacking check, F18 acceptance, F64 training, goods notice."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.kernel.regions.services import full_name
from jiannuo.operations.installations.models import GoodsNotice, Installation
from jiannuo.operations.installations.trial import trial_state
from jiannuo.operations.workorders.prints import picture

RELATED = ("organization", "customer", "unit__model", "category")
MOST_PHOTOS = 8
BLANK = 4


def _rows(user: Any) -> Any:
    return Installation.objects.visible_to(user).select_related(*RELATED)


def _notices(user: Any) -> Any:
    return GoodsNotice.objects.visible_to(user).select_related(
        "organization", "customer", "addressee", "project"
    )


def _common(installation: Installation) -> dict[str, Any]:
    parts = installation.parts.select_related("unit__model", "order__technician")
    return {
        "installation": installation,
        "place": f"{full_name(installation.division_id)}{installation.address}",
        "parts": list(parts.prefetch_related("measures__readings")),
    }


def _acceptance(installation: Installation) -> Any:
    rows = installation.acceptances.filter(taken_back_at__isnull=True, is_refusal=False)
    return rows.select_related("signature", "paper").order_by("-at", "-pk").first()


def slip(installation: Installation) -> dict[str, Any]:
    """What F16 shows: who installed what where, when, with which result."""
    last = _acceptance(installation)
    return {
        **_common(installation),
        "acceptance": last,
        "signature": picture(last.signature) if last is not None else "",
    }


def unpacking(installation: Installation) -> dict[str, Any]:
    """What F17 shows: the packing list with what was found, photos, notices."""
    lines = list(installation.packing.select_related("part__unit").prefetch_related("photos__file"))
    photos = [
        {"picture": picture(photo.file, small=True), "label": line.text}
        for line in lines
        for photo in line.photos.all()
    ]
    return {
        **_common(installation),
        "lines": lines,
        "photos": [photo for photo in photos if photo["picture"]][:MOST_PHOTOS],
        "notices": list(installation.goods_notices.select_related("addressee")),
        "blank_lines": range(0 if lines else BLANK),
    }


def acceptance(installation: Installation) -> dict[str, Any]:
    """What F18 shows: commissioning values, trial run, documents, training, what remains, the signature."""
    entries = list(installation.trial.all())
    last = _acceptance(installation)
    return {
        **_common(installation),
        "trial": trial_state(installation, entries),
        "entries": entries,
        "papers": list(installation.papers.all()),
        "trainees": list(installation.trainees.all()),
        "topics": list(installation.topics.all()),
        "remaining": list(installation.remaining.select_related("part__unit")),
        "acceptance": last,
        "signature": picture(last.signature) if last is not None else "",
        "accepted": {part.pk for part in last.units.all()} if last is not None else set(),
    }


def training(installation: Installation) -> dict[str, Any]:
    """What F64 shows: topics and hours, each trainee with signature and assessment."""
    trainees = list(installation.trainees.select_related("signature").prefetch_related("known"))
    skills = list(installation.skills.all())
    return {
        **_common(installation),
        "topics": list(installation.topics.all()),
        "skills": skills,
        "trainees": [
            {
                "row": one,
                "signature": picture(one.signature),
                "known": [skill in one.known.all() for skill in skills],
            }
            for one in trainees
        ],
        "blank_lines": range(max(0, BLANK - len(trainees))),
    }


def notice(document: GoodsNotice) -> dict[str, Any]:
    """What the goods notice shows: the lines with photos, and room for the answer."""
    lines = list(document.lines.select_related("part__unit").prefetch_related("photos__file"))
    photos = [
        {"picture": picture(photo.file, small=True), "label": line.text}
        for line in lines
        for photo in line.photos.all()
    ]
    return {
        "notice": document,
        "lines": lines,
        "photos": [photo for photo in photos if photo["picture"]][:MOST_PHOTOS],
    }


for _id, _title, _template, _context in (
    ("F16", _("Installation slip"), "slip", slip),
    ("F17", _("Unpacking check"), "unpacking", unpacking),
    ("F18", _("Acceptance of installation and commissioning"), "acceptance", acceptance),
    ("F64", _("Training and sign-off"), "training", training),
):
    register(
        PrintForm(
            id=_id,
            title=_title,
            template=f"installations/print/{_template}.html",
            model=Installation,
            rows=_rows,
            context=_context,
            permission="installations.view",
        )
    )
register(
    PrintForm(
        id="F17N",
        title=_("Notice of missing or damaged goods"),
        template="installations/print/notice.html",
        model=GoodsNotice,
        rows=_notices,
        context=notice,
        permission="installations.view",
    )
)
