"""How much an article is read and whether it helped."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.models import Document
from jiannuo.operations.knowledge.models.article import Article
from jiannuo.operations.knowledge.models.version import ArticleVersion


class ArticleCounter(models.Model):
    """Counts of an article, apart from it so that reading never collides with writing."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="counter"
    )
    views = models.PositiveIntegerField(_("views"), default=0)
    useful = models.PositiveIntegerField(_("useful"), default=0)
    useless = models.PositiveIntegerField(_("not useful"), default=0)
    uses = models.PositiveIntegerField(_("requests answered with it"), default=0)

    class Meta:
        verbose_name = _("counts of an article")

    def __str__(self) -> str:
        return str(self.article_id)


class ArticleVote(models.Model):
    """Whether an article helped somebody; each voter has one vote and may change it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=64, help_text="user:PK of a person, unit:PK of a machine's page")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    useful = models.BooleanField(_("useful"))
    remark = models.CharField(_("what is missing"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("vote on an article")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["article", "voter"], name="article_vote_once")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.voter}"


class ArticleUse(models.Model):
    """An article that answered a document (a request)."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="used_for")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="articles_used")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("use of an article")
        constraints = [models.UniqueConstraint(fields=["article", "document"], name="article_use_once")]

    def __str__(self) -> str:
        return f"{self.article_id} → {self.document_id}"
