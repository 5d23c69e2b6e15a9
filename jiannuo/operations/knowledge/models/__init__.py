"""What is known: articles with their versions, solved cases, the words that mean the same, what is to be indexed."""

from __future__ import annotations

from jiannuo.operations.knowledge.models.article import Article, ArticleQuerySet, KindRule
from jiannuo.operations.knowledge.models.case import CasePart, IndexChange, SolvedCase
from jiannuo.operations.knowledge.models.use import ArticleCounter, ArticleUse, ArticleVote
from jiannuo.operations.knowledge.models.version import ArticleVersion, Audience, VersionAudience
from jiannuo.operations.knowledge.models.words import SynonymGroup, SynonymWord

__all__ = [
    "Article",
    "ArticleCounter",
    "ArticleQuerySet",
    "ArticleUse",
    "ArticleVersion",
    "ArticleVote",
    "Audience",
    "CasePart",
    "IndexChange",
    "KindRule",
    "SolvedCase",
    "SynonymGroup",
    "SynonymWord",
    "VersionAudience",
]
