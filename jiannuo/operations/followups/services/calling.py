"""The talk itself: the script question by question, each answer saved as it is given, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.events import RequestAsked
from jiannuo.operations.followups.branching import Walk, walk
from jiannuo.operations.followups.models import Answer, FollowUp, IssueKind, Question, ScriptVersion
from jiannuo.operations.followups.services import campaigns
from jiannuo.operations.followups.services.making import HANDLE
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.happening import bring_about
from jiannuo.promises.obligations.opening import about_document
from jiannuo.rules import RecurringClause

LONGEST_CHAIN = 10
#: what is kept while it is written
NOTES = ("spoken_with", "summary", "wishes", "hopes", "grievances", "issue_kind", "issue_text")
MOST_NOTED = {"spoken_with": 60, "issue_kind": 14}
CREATE_REQUEST = "requests.create"


@dataclass(frozen=True, slots=True)
class Talk:
    """How far a talk has come."""

    questions: Sequence[Question]
    answers: dict[int, Answer]
    known: dict[str, Answer]
    way: Walk

    @property
    def next(self) -> Question | None:
        """The question to put now."""
        return next((one for one in self.questions if one.pk == self.way.next), None)

    @property
    def answered(self) -> list[Answer]:
        """The answers on the way, in order."""
        return [self.answers[pk] for pk in self.way.path if pk in self.answers]

    @property
    def left_out(self) -> list[Answer]:
        """What an earlier follow-up of the same service answered; not what it left empty."""
        identities = {one.pk: one.identity for one in self.questions}
        answers = (self.known[identities[pk]] for pk in self.way.known)
        return [one for one in answers if one.value]


def talk_of(followup: FollowUp) -> Talk:
    """The talk of a follow-up as far as it is saved. A few queries, however much was asked."""
    questions = questions_of(followup.script_version_id)
    given = {one.question_id: one for one in followup.answers.select_related("question")}
    known = known_before(followup)
    answers = {pk: one.value for pk, one in given.items()}
    words = {identity: one.value for identity, one in known.items()}
    way = walk([one.as_asked for one in questions], answers, words)
    return Talk(questions, given, known, way)


def questions_of(version_id: int | None) -> list[Question]:
    """The questions of a version with their rules, in order."""
    if version_id is None:
        return []
    return list(Question.objects.filter(version=version_id).prefetch_related("rules"))


def known_before(followup: FollowUp) -> dict[str, Answer]:
    """What the customer answered in earlier follow-ups of the same service, by what was asked.

    A question that was asked and left empty is known by its empty answer, unless another time it was answered.
    """
    earlier: list[int] = []
    pk = followup.follows_id
    while pk is not None and len(earlier) < LONGEST_CHAIN:
        earlier.append(pk)
        pk = FollowUp.objects.filter(pk=pk).values_list("follows", flat=True).first()
    if followup.source_id is not None:
        same = FollowUp.objects.filter(source=followup.source_id, customer=followup.customer_id)
        earlier += same.exclude(pk=followup.pk).values_list("pk", flat=True)
    if not earlier:
        return {}
    rows = list(Answer.objects.filter(followup__in=earlier).select_related("question").order_by("at", "pk"))
    rows.sort(key=lambda one: bool(one.value))
    return {one.question.identity: one for one in rows}


@transaction.atomic
def begin(followup: FollowUp, *, by: Any, at: datetime | None = None) -> FollowUp:
    """Open the script for a talk: the published version of now, which the follow-up keeps from then on.

    Raises PermissionDenied, or ActionNotAllowed's kin ValidationError when nothing is to be asked any more.
    """
    followup = _open(followup, by)
    if followup.script_version_id is None and followup.followup_kind.script_id is not None:
        published = ScriptVersion.objects.filter(
            script=followup.followup_kind.script_id, published_at__isnull=False
        )
        followup.script_version = published.order_by("-number").first()
        followup.save(update_fields=["script_version"])
    return followup


def _open(followup: FollowUp, by: Any) -> FollowUp:
    followup = documents.lock(followup)
    if not by.has_perm(HANDLE, followup):
        raise PermissionDenied(HANDLE)
    if followup.state != FollowUp.State.DUE:
        raise ValidationError(
            _("%(number)s is “%(state)s”: there is nothing left to ask.")
            % {"number": followup.number, "state": followup.state_label}
        )
    return followup


@transaction.atomic
def save_answer(
    followup: FollowUp, question: Question, value: str, *, by: Any, at: datetime | None = None
) -> Answer:
    """Save what the customer said to a question; said again, the later word counts.

    Raises PermissionDenied, or ValidationError for a question of another script and an answer that cannot be.
    """
    followup = _open(followup, by)
    if question.version_id != followup.script_version_id:
        raise ValidationError(_("This question does not belong to the script of this follow-up."))
    answer, _created = Answer.objects.update_or_create(
        followup=followup,
        question=question,
        defaults={"value": checked(question, value), "at": at or timezone.now(), "by": by},
    )
    return answer


def checked(question: Question, value: str) -> str:
    """The answer as it is kept. Raises ValidationError for what cannot be an answer to it."""
    value = value.strip()
    if not value:
        if question.required:
            raise ValidationError({"value": _("Choose or write an answer.")})
        return ""
    if question.options and value not in dict(question.options):
        raise ValidationError({"value": _("Choose one of the answers.")})
    if question.kind == Question.Kind.NUMBER:
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise ValidationError({"value": _("Write a number.")}) from error
        if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
            raise ValidationError({"value": _("Write a number.")})
    if len(value) > 2000:
        raise ValidationError({"value": _("At most 2,000 characters.")})
    return value


@transaction.atomic
def keep_notes(followup: FollowUp, *, by: Any, **words: str) -> None:
    """Keep what is written while the talk goes on; the talk itself is not written down by that.

    Raises PermissionDenied, or ValidationError when the talk is over.
    """
    followup = _open(followup, by)
    known = {name: words[name][: MOST_NOTED.get(name, 4000)] for name in NOTES if name in words}
    if known.get("issue_kind") not in (*IssueKind.values, "", None):
        known["issue_kind"] = ""
    FollowUp.objects.filter(pk=followup.pk).update(**known)


@transaction.atomic
def record_talk(
    followup: FollowUp,
    *,
    by: Any,
    version: int | None = None,
    at: datetime | None = None,
    spoken_with: str = "",
    summary: str = "",
    wishes: str = "",
    hopes: str = "",
    grievances: str = "",
    issue_kind: str = "",
    issue_text: str = "",
    comes: str = "",
    letter: bool = False,
) -> FollowUp:
    """Write down that the customer was spoken with: keeps the promise, and makes a request of what must be answered.

    With ``issue_text`` an answer is owed; ``issue_kind`` makes it a request of the service desk. ``comes`` and
    ``letter`` belong to an invitation. Raises PermissionDenied, ActionNotAllowed, StaleDocument, ValidationError.
    """
    now = timezone.now()
    at = at or now
    _check(followup, at, now, issue_kind, issue_text)
    if issue_kind and not by.has_perm(CREATE_REQUEST, followup):
        raise PermissionDenied(CREATE_REQUEST)
    said = {
        "spoken_with": spoken_with.strip(),
        "summary": summary.strip(),
        "wishes": wishes.strip(),
        "hopes": hopes.strip(),
        "grievances": grievances.strip(),
        "issue_kind": issue_kind,
        "issue_text": issue_text.strip(),
    }
    action = "raise_issue" if said["issue_text"] else "complete"
    followup = documents.perform(
        followup, action, by=by, data=said, version=version, at=at, text=said["issue_text"] or said["summary"]
    )
    if followup.obligation is not None:
        obligations.prove(followup.obligation, at=at, evidence=followup, by=by)
    _followed_up(followup, at=at, by=by)
    if issue_kind:
        publish(
            RequestAsked(
                document_id=followup.pk,
                key=f"followup:{followup.pk}:{followup.version}",
                request_kind=issue_kind,
                text=said["issue_text"],
                channel=followup.channel,
                by_id=by.pk,
            )
        )
    campaigns.spoken(followup, comes=comes, letter=letter, by=by, at=at)
    return followup


def _check(followup: FollowUp, at: datetime, now: datetime, issue_kind: str, issue_text: str) -> None:
    if at > now:
        raise ValidationError({"at": _("This time is still to come.")})
    if issue_kind and not issue_text.strip():
        raise ValidationError({"issue_text": _("Write what the customer asks for, in their words.")})
    talk = talk_of(followup)
    missing = talk.next
    if missing is not None and (missing.required or talk.way.next not in talk.answers):
        raise ValidationError(_("Not asked yet: %(question)s") % {"question": missing.text})


def _followed_up(followup: FollowUp, *, at: datetime, by: Any) -> None:
    """What begins with a follow-up: a further one where it counts from this, and the report of what is unsolved."""
    flags = frozenset({"unsolved"}) if followup.issue_text else frozenset()
    unit = followup.unit
    facts = facts_for(unit=unit, customer=followup.customer, flags=flags, events={"requested": at})
    subject = about_document(
        followup, organization=followup.organization, customer=followup.customer, person=followup.owner
    )
    begins = followup.followup_kind.begins_round
    bring_about(
        "followed_up",
        subject,
        at=at,
        facts=facts,
        only=None if begins else _once_only,
        told_at=at,
        by=by,
    )


def _once_only(_commitment: str, clause: Any) -> bool:
    return not isinstance(clause, RecurringClause)
