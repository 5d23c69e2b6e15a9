"""Writing scripts: drafts that a manager edits, and versions that are published and frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.followups.models import Question, QuestionRule, Script, ScriptVersion

MANAGE = "followups.manage"


def _may(by: Any) -> None:
    if by is not None and not by.has_perm(MANAGE):
        raise PermissionDenied(MANAGE)


def _draft(version: ScriptVersion) -> ScriptVersion:
    version = ScriptVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise ValidationError(_("A published version stays as it is. Write a new one."))
    return version


@transaction.atomic
def save_script(script: Script, *, by: Any) -> Script:
    """Save a script; a new one begins with an empty draft. Raises PermissionDenied or ValidationError."""
    _may(by)
    script.full_clean()
    script.save()
    if not script.versions.exists():
        ScriptVersion.objects.create(script=script, number=1)
    return script


@transaction.atomic
def new_draft(script: Script, *, by: Any) -> ScriptVersion:
    """A draft of the next version, with the questions of the last one; the draft that there is already, if any."""
    _may(by)
    last = Script.objects.select_for_update().get(pk=script.pk).versions.first()
    if last is None:
        return ScriptVersion.objects.create(script=script, number=1)
    if last.is_draft:
        return last
    draft = ScriptVersion.objects.create(
        script=script, number=last.number + 1, greeting=last.greeting, closing=last.closing
    )
    copies: dict[int, Question] = {}
    questions = list(last.questions.prefetch_related("rules"))
    for one in questions:
        copies[one.pk] = Question.objects.create(
            version=draft,
            **{
                name: getattr(one, name)
                for name in (
                    "position",
                    "identity",
                    "text",
                    "hint",
                    "kind",
                    "choices",
                    "lowest",
                    "highest",
                    "required",
                )
            },
        )
    QuestionRule.objects.bulk_create(
        QuestionRule(
            question=copies[one.pk],
            operator=rule.operator,
            value=rule.value,
            goto=copies[rule.goto_id] if rule.goto_id else None,
            ends=rule.ends,
            issue=rule.issue,
        )
        for one in questions
        for rule in one.rules.all()
    )
    return draft


@transaction.atomic
def save_words(version: ScriptVersion, *, by: Any, greeting: str, closing: str) -> ScriptVersion:
    """The opening and the closing words of a draft. Raises PermissionDenied or ValidationError."""
    _may(by)
    version = _draft(version)
    version.greeting, version.closing = greeting.strip(), closing.strip()
    version.save(update_fields=["greeting", "closing"])
    return version


@transaction.atomic
def save_question(question: Question, *, by: Any) -> Question:
    """Save a question of a draft; a new one comes last. Raises PermissionDenied or ValidationError."""
    _may(by)
    version = _draft(question.version)
    if question.pk is None:
        last = version.questions.order_by("-position").values_list("position", flat=True).first()
        question.position = (last or 0) + 10
    question.full_clean()
    question.save()
    return question


@transaction.atomic
def remove_question(question: Question, *, by: Any) -> None:
    """Take a question out of a draft. Raises PermissionDenied or ValidationError."""
    _may(by)
    _draft(question.version)
    QuestionRule.objects.filter(goto=question).update(goto=None)
    question.delete()


@transaction.atomic
def move_question(question: Question, *, by: Any, up: bool) -> None:
    """Let a question change places with the one before or after it. Raises PermissionDenied or ValidationError."""
    _may(by)
    version = _draft(question.version)
    order = list(version.questions.order_by("position", "pk"))
    place = [one.pk for one in order].index(question.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    for number, one in enumerate(order, 1):
        one.position = 10 * number
    Question.objects.bulk_update(order, ["position"])


@transaction.atomic
def save_rule(rule: QuestionRule, *, by: Any) -> QuestionRule:
    """Save a rule of a draft. Raises PermissionDenied, and ValidationError for one that says nothing or leads back."""
    _may(by)
    _draft(rule.question.version)
    _check(rule)
    rule.full_clean()
    rule.save()
    return rule


def _check(rule: QuestionRule) -> None:
    question, goto = rule.question, rule.goto
    if rule.operator != QuestionRule.Operator.ANY and not rule.value.strip():
        raise ValidationError({"value": _("Write the answer that it is about.")})
    if rule.operator in ("is", "is_not") and question.options and rule.value not in dict(question.options):
        words = "、".join(value for value, _label in question.options)
        raise ValidationError({"value": _("The answers are: %(words)s.") % {"words": words}})
    if rule.operator in ("at_most", "at_least") and question.kind not in ("scale", "number"):
        raise ValidationError({"operator": _("Only scales and numbers can be compared.")})
    if not (goto or rule.ends or rule.issue):
        raise ValidationError(_("Say what follows: a question, the end, or a request."))
    if goto is not None and rule.ends:
        raise ValidationError({"goto": _("Either a question or the end.")})
    if goto is not None and (
        goto.version_id != question.version_id or (goto.position, goto.pk) <= (question.position, question.pk)
    ):
        raise ValidationError(
            {"goto": _("Go on with a later question, so that nobody is asked in a circle.")}
        )


@transaction.atomic
def remove_rule(rule: QuestionRule, *, by: Any) -> None:
    """Take a rule out of a draft. Raises PermissionDenied or ValidationError."""
    _may(by)
    _draft(rule.question.version)
    rule.delete()


@transaction.atomic
def publish(version: ScriptVersion, *, by: Any, at: datetime | None = None) -> ScriptVersion:
    """Publish a draft: talks that begin from now on use it, and nothing in it changes any more.

    Raises PermissionDenied, and ValidationError for a draft without questions or with rules that lead back.
    """
    _may(by)
    version = _draft(version)
    questions = list(version.questions.prefetch_related("rules__goto"))
    if not questions:
        raise ValidationError(_("There is no question yet."))
    for question in questions:
        for rule in question.rules.all():
            rule.question = question
            _check(rule)
    version.published_at, version.published_by = at or timezone.now(), by
    version.save(update_fields=["published_at", "published_by"])
    return version


@transaction.atomic
def save_row(row: Any, *, by: Any) -> Any:
    """Save a row of a table that managers edit. Raises PermissionDenied or ValidationError."""
    _may(by)
    if getattr(row, "organization_id", None) is not None and not by.has_perm(MANAGE, row):
        raise PermissionDenied(MANAGE)
    row.full_clean()
    row.save()
    return row
