"""Free opinions: a category is suggested by its words, and a person confirms or changes it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.knowledge.index.cutting import plain, words
from jiannuo.operations.surveys.models import Opinion, OpinionCategory, Question, SurveyAnswer

_BETWEEN = re.compile(r"[\s,，、;；/]+")


def suggest_for(text: str, categories: list[OpinionCategory] | None = None) -> OpinionCategory | None:
    """The category most of whose words stand in ``text``, the earlier one of two; ``None`` where none does.

    A word of the table counts when the cut text holds it, or, where the cutter joined it with others, the plain text.
    """
    if categories is None:
        categories = list(OpinionCategory.objects.filter(is_active=True))
    found = set(words(text))
    whole = plain(text)
    hits: Counter[int] = Counter()
    for place, category in enumerate(categories):
        for word in filter(None, _BETWEEN.split(plain(category.words))):
            if word in found or (len(word) > 1 and word in whole):
                hits[place] += len(word)
    if not hits:
        return None
    best = max(hits, key=lambda place: (hits[place], -place))
    return categories[best]


def keep_opinions(answer: SurveyAnswer) -> None:
    """The opinions of an answer, with suggestions; one that says the same keeps what was confirmed."""
    texts = {
        reply.question_id: reply.text
        for reply in answer.replies.filter(question__kind=Question.Kind.TEXT).exclude(text="")
    }
    known = {opinion.question_id: opinion for opinion in answer.opinions.all()}
    stale = [opinion.pk for question, opinion in known.items() if texts.get(question) != opinion.text]
    if stale:
        Opinion.objects.filter(pk__in=stale).delete()
    fresh = [
        (question, text)
        for question, text in texts.items()
        if question not in known or known[question].pk in stale
    ]
    if not fresh:
        return
    categories = list(OpinionCategory.objects.filter(is_active=True))
    Opinion.objects.bulk_create(
        Opinion(
            answer=answer,
            question_id=question,
            organization=answer.organization,
            month=answer.month,
            text=text,
            suggested=suggest_for(text, categories),
        )
        for question, text in fresh
    )


@transaction.atomic
def confirm(opinion: Opinion, category: OpinionCategory | None, *, by: Any) -> Opinion:
    """Say what an opinion is about: the category suggested, or another. Raises PermissionDenied or ValidationError."""
    rows = Opinion.objects.select_for_update(of=("self",)).select_related(
        "answer", "organization", "suggested"
    )
    opinion = rows.get(pk=opinion.pk)
    if not by.has_perm("surveys.classify", opinion.organization) or by.pk == opinion.answer.person_id:
        raise PermissionDenied("surveys.classify")
    if category is None:
        raise ValidationError({"category": _("Choose a category.")})
    opinion.category, opinion.confirmed_by, opinion.confirmed_at = category, by, timezone.now()
    opinion.save(update_fields=["category", "confirmed_by", "confirmed_at"])
    return opinion
