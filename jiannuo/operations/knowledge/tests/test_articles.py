"""Writing, reviewing, publishing, revising; votes, uses; looking at articles again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.kernel.files.services import store
from jiannuo.office.documents import approvals
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.tests.makers import photo
from jiannuo.operations.knowledge.models import Article, KindRule
from jiannuo.operations.knowledge.queries import readable_by
from jiannuo.operations.knowledge.services import (
    announce_due_reviews,
    create_article,
    do,
    note_use,
    note_view,
    save_rule,
    vote,
    write_draft,
)
from jiannuo.operations.tasks.models import Task


def test_from_a_draft_to_readers(library):
    article = library.draft()
    assert article.number.startswith("KB-")
    assert not readable_by(library.agent).exists()

    do(article, "submit", by=library.writer)
    published = library.approve(article)

    assert (published.state, published.draft, published.published.number) == ("published", None, 1)
    assert published.review_on == timezone.localdate().replace(year=timezone.localdate().year + 1)
    assert list(readable_by(library.agent)) == [published]


def test_the_rule_says_who_approves_and_when_it_is_looked_at_again(library):
    rule = KindRule.objects.get(article_kind="faq")
    save_rule(rule, approver="quality_engineer", review_months=1, by=library.manager)
    article = library.draft(by=library.agent, at=library.branch)
    do(article, "submit", by=library.agent)

    step = ApprovalStep.objects.get()
    assert step.role == "quality_engineer"
    published = library.approve(article, by=library.writer)
    assert published.review_on <= timezone.localdate() + timedelta(days=31)


@pytest.mark.parametrize(("approver", "months"), [("auditor", 12), ("technician", 0), ("nobody", 12)])
def test_a_rule_that_cannot_work_is_refused(library, approver, months):
    rule = KindRule.objects.get(article_kind="faq")
    with pytest.raises(ValidationError):
        save_rule(rule, approver=approver, review_months=months, by=library.manager)
    with pytest.raises(PermissionDenied):
        save_rule(rule, approver="department_manager", review_months=12, by=library.agent)


def test_nobody_approves_what_they_wrote(library):
    article = library.draft(by=library.manager)
    with pytest.raises(ValidationError):
        do(article, "submit", by=library.manager)  # nobody else holds the role
    article.refresh_from_db()
    assert article.state == "draft"

    write_draft(article, {"answer": "改由经理写"}, by=library.manager)
    do(article, "submit", by=library.writer)
    still = library.approve(article)
    assert still.state == "in_review"
    assert "not_done" in set(still.timeline.values_list("action", flat=True))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("faq", {"audiences": []}),
        ("plan", {}),
        ("case", {"cause": ""}),
        ("document", {}),
    ],
)
def test_a_draft_that_lacks_something_is_not_submitted(library, kind, changes):
    article = library.draft(kind, **changes)
    with pytest.raises(ValidationError):
        do(article, "submit", by=library.writer)


def test_a_standard_plan_is_for_a_symptom(library):
    plan = library.article("plan", symptoms=[library.symptom])
    assert list(plan.published.symptoms.all()) == [library.symptom]


@pytest.mark.parametrize(
    "bad",
    [{"title": ""}, {"answer": ""}, {"title": "长" * 121}, {"audiences": ["martians"]}, {"minutes": -1}],
)
def test_bad_input_is_refused_by_field(library, bad):
    with pytest.raises(ValidationError) as refusal:
        library.draft(**bad)
    assert set(refusal.value.message_dict) == set(bad)


def test_a_day_past_is_no_review_date(library):
    with pytest.raises(ValidationError):
        create_article(
            "faq",
            library.values(),
            organization=library.head,
            by=library.writer,
            review_on=timezone.localdate(),
        )


def test_who_may_not_write_is_refused(library):
    with pytest.raises(PermissionDenied):
        library.draft(by=library.auditor)
    with pytest.raises(PermissionDenied):
        library.draft(by=library.clerk, at=library.head)
    article = library.draft()
    with pytest.raises(PermissionDenied):
        write_draft(article, {"answer": "x"}, by=library.agent)


def test_what_is_in_review_or_published_is_not_written_over(library):
    article = library.draft()
    with pytest.raises(StaleDocument):
        write_draft(article, {"answer": "x"}, by=library.writer, version=99)
    do(article, "submit", by=library.writer)
    with pytest.raises(ValidationError):
        write_draft(article, {"answer": "x"}, by=library.writer)
    with pytest.raises(ActionNotAllowed):
        do(article, "revise", by=library.writer)


def test_a_revision_is_read_only_once_approved(library):
    article = library.article()
    do(article, "revise", by=library.writer)
    write_draft(article, {"answer": "新的步骤", "change_note": "补充步骤"}, by=library.writer)
    article = readable_by(library.agent).get()
    assert "滤网" in article.published.answer
    assert article.draft.number == 2
    assert [one.audience for one in article.draft.audiences.all()] == ["staff", "dealers"]

    do(article, "submit_revision", by=library.writer)
    article = library.approve(article)

    assert (article.published.number, article.published.answer) == (2, "新的步骤")
    assert article.versions.count() == 2


def test_a_revision_may_be_dropped(library):
    article = library.article()
    do(article, "revise", by=library.writer)
    article = do(Article.objects.get(pk=article.pk), "drop_revision", by=library.writer)
    assert (article.state, article.draft, article.versions.count()) == ("published", None, 1)


def test_a_refusal_gives_it_back_to_the_writer(library, heard):
    article = library.draft()
    do(article, "submit", by=library.writer)
    approvals.reject(ApprovalStep.objects.get(), by=library.manager, remark="原因不全")
    article.refresh_from_db()
    assert article.state == "draft"
    do(article, "submit", by=library.writer)
    approvals.send_back(ApprovalStep.objects.get(state="pending"), by=library.manager, remark="补图")
    article.refresh_from_db()
    assert article.state == "draft"


def test_taken_back_while_in_review(library):
    article = library.draft()
    do(article, "submit", by=library.writer)
    with pytest.raises(PermissionDenied):
        do(article, "take_back", by=library.agent)
    article = do(article, "take_back", by=library.writer)
    assert article.state == "draft"
    assert set(article.approvals.values_list("state", flat=True)) == {"cancelled"}


def test_withdrawn_and_taken_up_again(library):
    article = library.article()
    do(article, "withdraw", by=library.writer, data={"reason": "产品停产"})
    assert not readable_by(library.agent).exists()
    article = do(Article.objects.get(pk=article.pk), "take_up", by=library.writer)
    assert (article.state, article.draft.number) == ("draft", 2)
    do(article, "submit", by=library.writer)
    assert library.approve(article).published.number == 2


def test_handed_over_to_somebody_who_writes(library):
    article = library.article()
    with pytest.raises(ValidationError):
        do(article, "hand_over", by=library.writer, data={"owner": library.agent})
    assert (
        do(article, "hand_over", by=library.writer, data={"owner": library.manager}).owner == library.manager
    )


def test_votes_count_once_for_each_voter(library):
    article = library.article()
    vote(article, voter="user:1", person=library.agent, useful=True)
    vote(article, voter="unit:7", useful=True)
    vote(article, voter="user:1", person=library.agent, useful=False, remark="缺少图片")
    article.counter.refresh_from_db()
    assert (article.counter.useful, article.counter.useless) == (1, 1)
    with pytest.raises(ValidationError):
        vote(article, voter="user:1", person=library.agent, useful=False)
    do(article, "withdraw", by=library.writer, data={"reason": "过时"})
    with pytest.raises(ValidationError):
        vote(Article.objects.get(pk=article.pk), voter="user:2", useful=True)


def test_reading_and_answering_are_counted(library):
    article = library.article()
    note_view(article)
    note_view(article)
    document = library.draft()
    note_use(article, document, by=library.agent)
    note_use(article, document, by=library.agent)
    article.counter.refresh_from_db()
    assert (article.counter.views, article.counter.uses) == (2, 1)
    hidden = library.article(audiences=["technician"])
    with pytest.raises(PermissionDenied):
        note_use(hidden, document, by=library.agent)


def test_its_owner_is_asked_to_look_at_it_again_once(library, heard):
    article = library.article()
    Article.objects.filter(pk=article.pk).update(review_on=timezone.localdate())
    assert announce_due_reviews() == 1
    assert announce_due_reviews() == 0
    task = Task.objects.get()
    assert (task.task_kind, task.person, task.source_id) == ("article_review", library.writer, article.pk)

    next_day = timezone.localdate() + timedelta(days=200)
    with pytest.raises(ValidationError):
        do(
            Article.objects.get(pk=article.pk),
            "confirm",
            by=library.writer,
            data={"review_on": timezone.localdate()},
        )
    do(Article.objects.get(pk=article.pk), "confirm", by=library.writer, data={"review_on": next_day})

    task.refresh_from_db()
    article.refresh_from_db()
    assert (task.state, article.review_on) == ("done", next_day)


def test_a_withdrawn_article_is_not_looked_at_again(library, heard):
    article = library.article()
    Article.objects.filter(pk=article.pk).update(review_on=timezone.localdate())
    announce_due_reviews()
    do(Article.objects.get(pk=article.pk), "withdraw", by=library.writer, data={"reason": "过时"})
    assert Task.objects.get().state == "dropped"
    assert announce_due_reviews(timezone.now() + timedelta(days=400)) == 0


def test_files_are_read_with_the_version_that_was_approved(library):
    from jiannuo.kernel.files.access import may_read

    article = library.draft("document")
    file = store(photo(), by=library.writer)
    documents.attach_all(article, [file], by=library.writer)
    assert not may_read(file, library.agent)
    do(article, "submit", by=library.writer)
    article = library.approve(article)
    assert may_read(file, library.agent)
    assert not may_read(file, library.auditor) or library.auditor.has_perm("knowledge.review", article)

    later = store(photo(), by=library.writer)
    documents.attach_all(article, [later], by=library.writer)
    assert not may_read(later, library.agent)
