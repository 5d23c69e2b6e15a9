"""Questionnaires: published versions are frozen, a new one begins from them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jiannuo.operations.surveys import services
from jiannuo.operations.surveys.models import (
    LowScoreRule,
    OpinionCategory,
    Question,
    Questionnaire,
)
from jiannuo.operations.surveys.tests.conftest import GOOD


def test_a_published_version_is_frozen(firm):
    question = firm.edition.questions.first()
    question.text = "别的"

    with pytest.raises(ValidationError):
        services.save_part(question, by=firm.general)
    with pytest.raises(ValidationError):
        services.remove_row(question, by=firm.general)
    with pytest.raises(ValidationError):
        services.save_part(LowScoreRule(edition=firm.edition, measure="any", at_most=1), by=firm.general)
    firm.edition.satisfied_from = Decimal(3)
    with pytest.raises(ValidationError):
        services.save_part(firm.edition, by=firm.general)
    with pytest.raises(ValidationError):
        services.publish_edition(firm.edition, by=firm.general)


def test_a_new_version_replaces_the_old_one_and_answers_keep_theirs(firm):
    invitation = firm.invitation()
    draft = services.new_edition(firm.questionnaire, by=firm.general)
    assert services.new_edition(firm.questionnaire, by=firm.general) == draft
    assert draft.questions.count() == firm.edition.questions.count()
    assert draft.low_scores.count() == 2
    services.remove_row(draft.questions.get(code="speed"), by=firm.general)

    services.publish_edition(draft, by=firm.general)

    firm.edition.refresh_from_db()
    assert (firm.edition.state, firm.questionnaire.current) == ("retired", draft)
    answer = services.answer_invitation(invitation, GOOD)
    assert answer.edition == firm.edition, "who was asked answers what they were sent"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "choice", "options": "只有一个"},
        {"kind": "choices", "options": "甲\n甲"},
        {"kind": "nps"},
        {"kind": "text", "is_overall": True},
        {"code": "overall"},
        {"weight": -1},
    ],
)
def test_wrong_questions_are_refused(firm, values):
    draft = services.new_edition(firm.questionnaire, by=firm.general)

    with pytest.raises(ValidationError):
        services.save_part(
            Question(**{"edition": draft, "code": "new", "text": "?", **values}), by=firm.general
        )


def test_an_empty_version_is_not_published(firm):
    made = services.save_questionnaire(
        Questionnaire(organization=firm.head, code="empty", name="空"), by=firm.general
    )
    draft = made.editions.get()
    with pytest.raises(ValidationError):
        services.publish_edition(draft, by=firm.general)
    services.save_part(Question(edition=draft, code="a", text="?", weight=0), by=firm.general)
    with pytest.raises(ValidationError):
        services.publish_edition(draft, by=firm.general)


def test_a_branch_does_not_write_for_the_head_office(firm):
    with pytest.raises(PermissionDenied):
        services.new_edition(firm.questionnaire, by=firm.manager)
    with pytest.raises(PermissionDenied):
        services.save_category(OpinionCategory(code="x", name="x"), by=firm.manager)
    own = Questionnaire(organization=firm.branch, code="branch", name="分公司")
    services.save_questionnaire(own, by=firm.manager)
    assert own in Questionnaire.objects.usable_by(firm.clerk)
    assert firm.questionnaire in Questionnaire.objects.usable_by(firm.clerk)
    assert own not in Questionnaire.objects.usable_by(firm.technician)
