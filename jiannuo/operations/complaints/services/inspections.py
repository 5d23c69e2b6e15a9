"""Mystery inspections: forms with versions, scoring, publishing, and what follows from a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Document, DocumentLink
from jiannuo.office.notices.services import notify
from jiannuo.operations.complaints import notices
from jiannuo.operations.complaints.models import (
    Complaint,
    Inspection,
    InspectionScore,
    ScoreForm,
    ScoreItem,
    Suggestion,
    total_of,
)
from jiannuo.operations.complaints.queries import people_with
from jiannuo.operations.complaints.services.registering import register_complaint
from jiannuo.operations.complaints.services.suggestions import register_suggestion

PHOTOS_OF_A_LINE = 6


# Forms


def _may_rule(by: Any) -> None:
    if not by.has_perm("complaints.rules"):
        raise PermissionDenied("complaints.rules")


@transaction.atomic
def save_score_form(form: ScoreForm, items: Sequence[ScoreItem], *, by: Any) -> ScoreForm:
    """Write a draft with its lines in place of those it had. Raises PermissionDenied or ValidationError."""
    _may_rule(by)
    if form.pk is not None:
        state = ScoreForm.objects.select_for_update().get(pk=form.pk).state
        if state != ScoreForm.State.DRAFT:
            raise ValidationError(_("A version in use does not change. Make a new version."))
    if not items:
        raise ValidationError(_("Give the form at least one line."))
    form.full_clean()
    form.save()
    form.items.all().delete()
    for place, item in enumerate(items, 1):
        item.pk, item.form, item.position = None, form, place * 10
        item.full_clean()
        item.save(force_insert=True)
    return form


@transaction.atomic
def new_version(form: ScoreForm, *, by: Any) -> ScoreForm:
    """A draft with the lines of ``form``; the draft that there is already, if any. Raises PermissionDenied."""
    _may_rule(by)
    versions = ScoreForm.objects.select_for_update().filter(name=form.name)
    draft = versions.filter(state=ScoreForm.State.DRAFT).first()
    if draft is not None:
        return draft
    last = versions.aggregate(last=Max("number"))["last"] or 0
    draft = ScoreForm(name=form.name, note=form.note, number=last + 1)
    return save_score_form(draft, list(form.items.all()), by=by)


@transaction.atomic
def put_in_use(form: ScoreForm, *, by: Any, at: datetime | None = None) -> ScoreForm:
    """Use this version from now on; the one before is retired. Raises PermissionDenied or ValidationError."""
    _may_rule(by)
    form = ScoreForm.objects.select_for_update().get(pk=form.pk)
    if form.state != ScoreForm.State.DRAFT:
        raise ValidationError(_("Only a draft is put in use."))
    before = ScoreForm.objects.filter(name=form.name, state=ScoreForm.State.IN_USE)
    before.update(state=ScoreForm.State.RETIRED)
    form.state, form.in_use_since = ScoreForm.State.IN_USE, at or timezone.now()
    form.save()
    return form


# Inspections


@transaction.atomic
def open_inspection(
    *,
    by: Any,
    organization: Any,
    form: ScoreForm,
    visited_at: datetime,
    inspector: Any,
    guise: str = "",
    is_demo: bool = False,
) -> Inspection:
    """Write down a visit to a station. Raises PermissionDenied without ``complaints.handle`` there, ValidationError for
    an instant to come, a form that is not in use, or an inspector who is not of the desk.
    """
    if not by.has_perm("complaints.handle", organization):
        raise PermissionDenied("complaints.handle")
    if visited_at > timezone.now():
        raise ValidationError({"visited_at": _("Write down a visit after it was made.")})
    if form.state != ScoreForm.State.IN_USE:
        raise ValidationError({"form": _("Choose a form that is in use.")})
    if not people_with("complaints.handle", organization).filter(pk=inspector.pk).exists():
        raise ValidationError({"inspector": _("Choose somebody of the complaint desk.")})
    inspection = Inspection(
        organization=organization,
        title=f"{organization} · {timezone.localtime(visited_at):%Y-%m-%d}"[:200],
        form=form,
        visited_at=visited_at,
        inspector=inspector,
        guise=guise.strip(),
        is_demo=is_demo,
    )
    return documents.create_document(inspection, by=by)


@dataclass(frozen=True, slots=True)
class Scored:
    """What was given for a line; ``photos`` are stored files."""

    item: ScoreItem
    score: int
    remark: str = ""
    photos: Sequence[Any] = ()


@transaction.atomic
def score(
    inspection: Inspection,
    given: Sequence[Scored],
    *,
    by: Any,
    summary: str = "",
    version: int | None = None,
) -> Inspection:
    """Keep scores, remarks and photos, all lines or some, until it is published.

    Raises PermissionDenied, StaleDocument, or ValidationError for a score that the line does not have or that needs a
    remark (by field ``score_<line>``, ``remark_<line>``).
    """
    if not by.has_perm("complaints.handle", inspection):
        raise PermissionDenied("complaints.handle")
    inspection = documents.lock(inspection, version=version)
    if inspection.state != Inspection.State.DRAFT:
        raise ValidationError(_("It is published or void. The scores stay as they are."))
    errors: dict[str, str] = {}
    for one in given:
        if one.item.form_id != inspection.form_id or one.score not in one.item.scores:
            errors[f"score_{one.item.pk}"] = _("Choose one of the scores of this line.")
        elif one.item.needs_remark(one.score) and not one.remark.strip():
            errors[f"remark_{one.item.pk}"] = _("A score below %(score)s must say why.") % {
                "score": one.item.remark_below
            }
        if len(one.photos) > PHOTOS_OF_A_LINE:
            errors[f"photos_{one.item.pk}"] = _("At most six photos for a line.")
    if errors:
        raise ValidationError(errors)
    for one in given:
        kept, _new = InspectionScore.objects.update_or_create(
            inspection=inspection,
            item=one.item,
            defaults={"score": one.score, "remark": one.remark.strip()[:500]},
        )
        for file in one.photos:
            kept.photos.add(documents.attach(inspection, file, by=by, caption=one.item.title[:120]))
    inspection.summary = summary.strip()
    rows = inspection.scores.select_related("item")
    inspection.total = total_of((row.item, row.score) for row in rows)
    return documents.save(inspection)


@transaction.atomic
def do_inspection(
    document: Inspection,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Inspection:
    """Do an action; published is what is scored in all its lines, and who leads the station is told."""
    if name == "publish":
        left = document.form.items.count() - document.scores.count()
        if left:
            raise ValidationError(_("%(count)s lines have no score yet.") % {"count": left})
    inspection = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "publish":
        people = people_with("inspections.view", inspection.organization)
        people = people.filter(role_assignments__role__in=("department_manager", "dealer_clerk")).distinct()
        context = {"station": inspection.organization, "total": inspection.total}
        key = f"complaints.inspected:{inspection.pk}"
        notify(people, notices.INSPECTED, document=inspection, context=context, key=key)
    return inspection


FOLLOW_UPS = ("complaint", "suggestion")


@transaction.atomic
def follow_up(inspection: Inspection, kind: str, *, by: Any, text: str) -> Document:
    """Take up a finding as a complaint (from which penalties come) or a suggestion, once it is published.

    Raises PermissionDenied or ValidationError.
    """
    if not by.has_perm("complaints.handle", inspection):
        raise PermissionDenied("complaints.handle")
    if inspection.state != Inspection.State.PUBLISHED:
        raise ValidationError(_("Publish the inspection first: what follows from it would tell of it."))
    if not text.strip():
        raise ValidationError({"text": _("Write down what was found.")})
    said = {"by": by, "organization": inspection.organization, "text": text}
    made: Document
    if kind == "complaint":
        made = register_complaint(
            **said,
            complainant=_("Mystery inspection %(number)s") % {"number": inspection.number},
            channel=Complaint.Channel.INSPECTION,
        )
    else:
        made = register_suggestion(
            **said,
            name=_("Mystery inspection %(number)s") % {"number": inspection.number},
            channel=Suggestion.Channel.INSPECTION,
        )
    documents.link(made, inspection, DocumentLink.Kind.FOLLOWS)
    return made
