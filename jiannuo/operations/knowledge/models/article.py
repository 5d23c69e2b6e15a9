"""The article (知识) itself: its states, its actions, who keeps it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE, Role
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet

FORMS = "jiannuo.operations.knowledge.forms."


def may_manage(article: Any, user: Any) -> bool:
    """Whether ``user`` keeps the article: its owner, or who manages the knowledge there."""
    return article.owner_id == user.pk or user.has_perm("knowledge.manage", article)


class ArticleQuerySet(DocumentQuerySet):
    """``visible_to`` is for those who write; readers come in through ``queries.readable_by``."""

    def in_force(self) -> ArticleQuerySet:
        """What readers may read."""
        return self.filter(published__isnull=False, state__in=Article.READABLE)


class Article(Document):
    """One piece of knowledge. What it says stands in its versions: the published one, and the one being written."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        REVISING = "revising", _("published, being revised")
        REVISION_REVIEW = "revision_review", _("published, revision in review")
        WITHDRAWN = "withdrawn", pgettext_lazy("article", "withdrawn")

    class Kind(models.TextChoices):
        FAQ = "faq", _("frequent question")
        CASE = "case", _("difficult case")
        PLAN = "plan", _("standard plan")
        DOCUMENT = "document", pgettext_lazy("article", "technical document")

    PREFIX = "KB"
    URL_NAME = "knowledge:detail"
    SERVICE = "jiannuo.operations.knowledge.services.do"
    VIEW_PERMISSION = "knowledge.review"
    INITIAL_STATE = "draft"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "draft": "secondary",
        "in_review": "info",
        "published": "success",
        "revising": "primary",
        "revision_review": "info",
        "withdrawn": "danger",
    }
    READABLE = ("published", "revising", "revision_review")
    WRITABLE = ("draft", "revising")

    article_kind = models.CharField(_("kind of article"), max_length=10, choices=Kind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        on_delete=models.PROTECT,
        related_name="articles",
    )
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True, editable=False)
    review_asked = models.DateField(
        null=True, blank=True, editable=False, help_text="the review date of which the owner was told"
    )
    origin = models.OneToOneField(
        Document,
        verbose_name=_("written from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="article_written",
    )
    published = models.ForeignKey(
        "knowledge.ArticleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    draft = models.ForeignKey(
        "knowledge.ArticleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["article_kind", "-document_ptr"], name="article_kind"),
            models.Index(fields=["owner", "-document_ptr"], name="article_owner"),
            models.Index(fields=["review_on", "document_ptr"], name="article_review"),
        ]

    @property
    def is_readable(self) -> bool:
        return self.published_id is not None and self.state in self.READABLE

    @property
    def is_writable(self) -> bool:
        return self.state in self.WRITABLE

    # Actions: one declaration each. They change the article; services do what follows from it.

    @action(
        source=["draft"],
        target="in_review",
        label=_("Submit for approval"),
        permission="knowledge.write",
        form=FORMS + "SubmitForm",
        style="primary",
        order=10,
    )
    def submit(self, *, by: Any, at: datetime, **_asked: Any) -> None:
        pass

    @action(
        source=["revising"],
        target="revision_review",
        label=_("Submit for approval"),
        permission="knowledge.write",
        form=FORMS + "SubmitForm",
        style="primary",
        order=10,
    )
    def submit_revision(self, *, by: Any, at: datetime, **_asked: Any) -> None:
        pass

    @action(
        source=["in_review", "revision_review"],
        target="published",
        label=_("Publish"),
        permission="knowledge.manage",
        hidden=True,
    )
    def publish(self, *, by: Any, at: datetime, **_approved: Any) -> None:
        pass

    @action(
        source=["in_review"],
        target="draft",
        label=_("Take back"),
        permission="knowledge.write",
        condition=may_manage,
        order=60,
    )
    def take_back(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["revision_review"],
        target="revising",
        label=_("Take back"),
        permission="knowledge.write",
        condition=may_manage,
        order=60,
    )
    def take_back_revision(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["published"],
        target="revising",
        label=_("Revise"),
        permission="knowledge.write",
        style="primary",
        order=10,
    )
    def revise(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["revising"],
        target="published",
        label=_("Drop the revision"),
        permission="knowledge.write",
        condition=may_manage,
        style="danger",
        order=80,
    )
    def drop_revision(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source=["published", "revising", "revision_review"],
        target=None,
        label=_("Still right"),
        permission="knowledge.write",
        condition=may_manage,
        form=FORMS + "ReviewedForm",
        style="success",
        order=20,
    )
    def confirm(self, *, by: Any, at: datetime, review_on: date, **_remark: Any) -> None:
        self.review_on = review_on

    @action(
        source=["draft", "in_review", "published", "revising", "revision_review"],
        target=None,
        label=_("Hand over"),
        permission="knowledge.write",
        condition=may_manage,
        form=FORMS + "OwnerForm",
        order=70,
    )
    def hand_over(self, *, by: Any, at: datetime, owner: Any, **_remark: Any) -> None:
        self.owner = owner

    @action(
        source=["draft", "published", "revising"],
        target="withdrawn",
        label=_("Withdraw"),
        permission="knowledge.write",
        condition=may_manage,
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def withdraw(self, *, by: Any, at: datetime, reason: str) -> None:
        self.review_on = None

    @action(
        source=["withdrawn"],
        target="draft",
        label=_("Take up again"),
        permission="knowledge.write",
        condition=may_manage,
        order=30,
    )
    def take_up(self, *, by: Any, at: datetime) -> None:
        pass


def approving_roles() -> list[tuple[str, Any]]:
    """The roles that may approve an article: they decide approvals and see drafts."""
    wanted = {"approvals.decide", "knowledge.review"}
    return [(role.value, role.label) for role in Role if wanted <= PERMISSIONS_BY_ROLE[role.value]]


class KindRule(models.Model):
    """How a kind of article is kept: who approves it, and after how many months it is looked at again."""

    article_kind = models.CharField(
        _("kind of article"), max_length=10, choices=Article.Kind, unique=True, editable=False
    )
    approver = models.CharField(_("approved by"), max_length=30, choices=Role)
    review_months = models.PositiveSmallIntegerField(
        _("reviewed every (months)"), validators=[MinValueValidator(1), MaxValueValidator(120)]
    )

    class Meta:
        verbose_name = _("rule for a kind of article")
        constraints = [
            models.CheckConstraint(
                condition=Q(review_months__gte=1, review_months__lte=120), name="kind_rule_months"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_article_kind_display())
