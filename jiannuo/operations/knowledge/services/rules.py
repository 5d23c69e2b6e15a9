"""What a manager edits: words that mean the same, who approves, how often articles are looked at again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.knowledge.index.cutting import pairs, plain
from jiannuo.operations.knowledge.models import KindRule, SynonymGroup, SynonymWord
from jiannuo.operations.knowledge.models.article import approving_roles

MANAGE = "knowledge.manage"
LONGEST_WORD, MOST_WORDS = 30, 20


def _require(by: Any) -> None:
    if not by.has_perm(MANAGE):
        raise PermissionDenied(MANAGE)


def split_words(text: str) -> list[str]:
    """The words of a line: parted by =, commas, semicolons, 、 or line ends; as the search compares them."""
    found = [plain(word.strip()) for word in re.split(r"[=,，;；、\n]+", text)]
    return list(dict.fromkeys(word for word in found if word))


@transaction.atomic
def save_synonyms(
    words: Sequence[str], *, by: Any, note: str = "", group: SynonymGroup | None = None
) -> SynonymGroup:
    """Words that stand for each other from now on. Raises PermissionDenied, or ValidationError that names the word."""
    _require(by)
    _check_words(words, group)
    if group is None:
        group = SynonymGroup.objects.create(note=note)
    else:
        group.note = note
        group.save()
        group.words.exclude(word__in=words).delete()
    present = set(group.words.values_list("word", flat=True))
    for word in words:
        if word not in present:
            SynonymWord.objects.create(group=group, word=word)
    return group


def _check_words(words: Sequence[str], group: SynonymGroup | None) -> None:
    if len(words) < 2:
        raise ValidationError(
            {"words": _("Write at least two words that mean the same, with = between them.")}
        )
    if len(words) > MOST_WORDS:
        raise ValidationError(
            {"words": _("At most %(most)d words stand for each other.") % {"most": MOST_WORDS}}
        )
    for word in words:
        if not 2 <= len(word) <= LONGEST_WORD or not pairs(word):
            raise ValidationError(
                {"words": _("“%(word)s” is not a word of two to thirty signs.") % {"word": word[:40]}}
            )
    taken = SynonymWord.objects.filter(word__in=words).select_related("group")
    if group is not None:
        taken = taken.exclude(group=group)
    other = taken.first()
    if other is not None:
        raise ValidationError(
            {
                "words": _("“%(word)s” stands already in: %(group)s. Put the words together there.")
                % {"word": other.word, "group": other.group}
            }
        )


@transaction.atomic
def remove_synonyms(group: SynonymGroup, *, by: Any) -> None:
    """The words no longer stand for each other."""
    _require(by)
    group.delete()


@transaction.atomic
def save_rule(rule: KindRule, *, approver: str, review_months: int, by: Any) -> KindRule:
    """Who approves a kind of article and how often it is looked at again (months); articles in force keep their day."""
    _require(by)
    if approver not in dict(approving_roles()):
        raise ValidationError({"approver": _("This role does not decide approvals of articles.")})
    rule.approver, rule.review_months = approver, review_months
    rule.full_clean()
    rule.save()
    return rule
