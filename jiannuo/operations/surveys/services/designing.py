"""Questionnaires, their editions, and the tables that managers edit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.surveys.models import (
    Edition,
    InvitationRule,
    LowScoreRule,
    OpinionCategory,
    Question,
    Questionnaire,
)

COPIED = (
    *("intro", "thanks", "satisfied_from", "link_days", "small_number"),
    *("source_limit", "source_hours", "least_seconds"),
)


def _allow(by: Any, organization: Any = None) -> None:
    allowed = by.has_perm("surveys.design", organization) if organization else by.has_perm("surveys.design")
    if not allowed:
        raise PermissionDenied("surveys.design")


@transaction.atomic
def save_questionnaire(questionnaire: Questionnaire, *, by: Any) -> Questionnaire:
    """Check and save; a new one begins with an empty draft. Raises PermissionDenied or ValidationError."""
    _allow(by, questionnaire.organization)
    if questionnaire.pk is not None:
        _allow(by, Questionnaire.objects.select_related("organization").get(pk=questionnaire.pk).organization)
    questionnaire.full_clean()
    is_new = questionnaire.pk is None
    questionnaire.save()
    if is_new:
        Edition.objects.create(questionnaire=questionnaire, number=1)
    return questionnaire


@transaction.atomic
def new_edition(questionnaire: Questionnaire, *, by: Any) -> Edition:
    """A draft with the content of the latest edition; the open draft where there is one."""
    _allow(by, questionnaire.organization)
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    last = questionnaire.editions.order_by("-number").first()
    if last is not None and last.is_draft:
        return last
    number = 1 if last is None else last.number + 1
    draft = Edition(questionnaire=questionnaire, number=number)
    if last is not None:
        for name in COPIED:
            setattr(draft, name, getattr(last, name))
    draft.save()
    if last is not None:
        rows: list[Question | LowScoreRule] = [*last.questions.all(), *last.low_scores.all()]
        for row in rows:
            row.pk, row._state.adding, row.edition = None, True, draft
            row.save()
    return draft


def _draft(edition_id: int) -> Edition:
    """The edition, locked; raises ValidationError when it was published."""
    rows = Edition.objects.select_for_update(of=("self",)).select_related("questionnaire__organization")
    edition = rows.get(pk=edition_id)
    if not edition.is_draft:
        raise ValidationError(_("A published version is not changed. Make a new one."))
    return edition


@transaction.atomic
def save_part(row: Edition | Question | LowScoreRule, *, by: Any) -> models.Model:
    """Check and save a draft, a question or a low score of one.

    Raises PermissionDenied, or ValidationError when it is wrong or the version was published.
    """
    edition = _draft(row.pk if isinstance(row, Edition) else row.edition_id)
    _allow(by, edition.questionnaire.organization)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def remove_row(row: Question | LowScoreRule, *, by: Any) -> None:
    """Take a question or a low score out of a draft; raises like :func:`save_part`."""
    edition = _draft(row.edition_id)
    _allow(by, edition.questionnaire.organization)
    row.delete()


@transaction.atomic
def publish_edition(edition: Edition, *, by: Any) -> Edition:
    """Ask this edition from now on; the one before is replaced. Raises PermissionDenied or ValidationError."""
    edition = _draft(edition.pk)
    _allow(by, edition.questionnaire.organization)
    questions = list(edition.questions.all())
    if not any(one.kind != Question.Kind.TEXT for one in questions):
        raise ValidationError(_("Ask at least one question that is not a free opinion."))
    scores = [one for one in questions if one.kind == Question.Kind.SCORE]
    if scores and not any(one.weight for one in scores):
        raise ValidationError(_("Give at least one score a weight."))
    Edition.objects.filter(questionnaire=edition.questionnaire, state=Edition.State.PUBLISHED).update(
        state=Edition.State.RETIRED
    )
    edition.state, edition.published_at, edition.published_by = (
        Edition.State.PUBLISHED,
        timezone.now(),
        by,
    )
    edition.save()
    return edition


@transaction.atomic
def save_rule(rule: InvitationRule, *, by: Any) -> InvitationRule:
    """Check and save a rule of invitations; raises PermissionDenied or ValidationError."""
    _allow(by, rule.organization)
    if rule.pk is not None:
        _allow(by, InvitationRule.objects.select_related("organization").get(pk=rule.pk).organization)
    rule.full_clean()
    if not rule.organization.path.startswith(rule.questionnaire.organization.path):
        raise ValidationError(
            {"questionnaire": _("It is for %(name)s and below.") % {"name": rule.questionnaire.organization}}
        )
    rule.save()
    return rule


@transaction.atomic
def save_category(category: OpinionCategory, *, by: Any) -> OpinionCategory:
    """Check and save a category of opinions; it is everybody's. Raises PermissionDenied or ValidationError."""
    if not by.has_perm("surveys.categories"):
        raise PermissionDenied("surveys.categories")
    category.full_clean()
    category.save()
    return category
