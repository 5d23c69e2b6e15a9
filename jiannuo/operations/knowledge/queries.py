"""Reads of the knowledge: what a person may read, what fits their words, what history suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.models import Attachment
from jiannuo.office.organizations.models import Organization, OrganizationKind
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.operations.knowledge.index.asking import Question, ask
from jiannuo.operations.knowledge.index.content import ARTICLE, CASE, fitting_tags
from jiannuo.operations.knowledge.models import (
    Article,
    ArticleQuerySet,
    SolvedCase,
    SynonymWord,
    VersionAudience,
)
from jiannuo.operations.knowledge.models.version import CUSTOMERS, DEALERS, STAFF

VIEW = "knowledge.view"
OUTSIDE_KINDS = (OrganizationKind.DEALER, OrganizationKind.STATION, OrganizationKind.SUPPLIER)


# Who may read what


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: of which audiences, and whose articles (``None``: all organisations')."""

    audiences: frozenset[str]
    organizations: frozenset[int] | None


def reader_of(user: Any) -> Reader:
    """What ``user`` may read: articles of organisations above and below them. Kept on the user; two queries."""
    kept = user.__dict__.get("_knowledge_reader") if getattr(user, "is_authenticated", False) else None
    if kept is None:
        kept = _reader_of(user)
        if getattr(user, "is_authenticated", False):
            user.__dict__["_knowledge_reader"] = kept
    return kept


def _reader_of(user: Any) -> Reader:
    below = organization_ids(user, VIEW)
    if below is not None and not below:
        return Reader(frozenset(), frozenset())
    audiences: set[str] = set()
    above: set[str] = set()
    for role, kind, path in user.role_assignments.values_list(
        "role", "organization__kind", "organization__path"
    ):
        audiences |= {DEALERS} if kind in OUTSIDE_KINDS else {STAFF, role}
        step = Organization.steplen
        above |= {path[:end] for end in range(step, len(path), step)}
    if below is None:
        return Reader(frozenset(audiences), None)
    upper = Organization.objects.filter(path__in=above).values_list("pk", flat=True)
    return Reader(frozenset(audiences), below | frozenset(upper))


def reader_on_portal(organization: Organization) -> Reader:
    """Customers of ``organization``: what it and those above it publish for customers. One query."""
    step = Organization.steplen
    paths = [organization.path[:end] for end in range(step, len(organization.path) + 1, step)]
    keys = Organization.objects.filter(path__in=paths).values_list("pk", flat=True)
    return Reader(frozenset({CUSTOMERS}), frozenset(keys))


def readable(reader: Reader) -> ArticleQuerySet:
    """Published articles for ``reader``."""
    meant = VersionAudience.objects.filter(version=OuterRef("published"), audience__in=reader.audiences)
    rows = Article.objects.in_force().filter(Exists(meant))
    if reader.organizations is not None:
        rows = rows.filter(organization__in=reader.organizations)
    return rows


def readable_by(user: Any) -> ArticleQuerySet:
    """Published articles that ``user`` may read."""
    return readable(reader_of(user))


def articles_for(user: Any) -> ArticleQuerySet:
    """Articles of the person's scope in every state, for those who keep them, with what lists show."""
    return (
        Article.objects.visible_to(user)
        .filter(kind="article")
        .select_related("organization", "owner", "counter", "published")
    )


def owners_for(article: Article | None, user: Any) -> QuerySet[User]:
    """People who may keep an article: they write, at its organisation or above."""
    from jiannuo.office.accounts.roles import PERMISSIONS
    from jiannuo.office.organizations.scope import paths_upwards

    roles = [role.value for role in PERMISSIONS["knowledge.write"][1]]
    rows = User.objects.filter(is_active=True, role_assignments__role__in=roles)
    if article is not None:
        rows = rows.filter(role_assignments__organization__path__in=paths_upwards(article.organization))
    else:
        rows = rows.filter(pk__in=User.objects.visible_to(user).values("pk"))
    return rows.distinct().order_by("name")


def attachments_in_force(article: Article) -> QuerySet[Attachment]:
    """The files of an article that were there when the version in force was approved."""
    version = article.published
    rows = Attachment.objects.filter(document_id=article.pk).select_related("file").order_by("pk")
    if version is None or version.published_at is None:
        return rows.none()
    return rows.filter(entry__at__lte=version.published_at)


# Finding


def synonyms() -> list[list[str]]:
    """The groups of words that mean the same. One query."""
    groups: dict[int, list[str]] = {}
    for group, word in SynonymWord.objects.values_list("group_id", "word"):
        groups.setdefault(group, []).append(word)
    return [words for words in groups.values() if len(words) > 1]


@dataclass(frozen=True, slots=True)
class About:
    """What the question is about, as far as it is known."""

    symptom: Any = None
    model: Any = None
    category: Any = None

    @property
    def alike(self) -> tuple[str, ...]:
        return (f"s{self.symptom.pk}",) if self.symptom is not None else ()

    @property
    def nearer(self) -> tuple[str, ...]:
        return (f"m{self.model.pk}",) if self.model is not None else ()

    @property
    def topic(self) -> Any:
        """The category, the model's where only that is known."""
        return self.category or (self.model.category if self.model is not None else None)

    @property
    def wide(self) -> tuple[str, ...]:
        """The tag of that category: it and all below it."""
        return (f"c{self.topic.path}",) if self.topic is not None else ()


NOTHING_KNOWN = About()
MOST_FOUND = 50
#: of how many articles those about a machine are chosen while nobody searches
MOST_LOOKED_AT = 300


def find_articles(
    reader: Reader,
    text: str,
    *,
    about: About = NOTHING_KNOWN,
    kind: str = "",
    limit: int = 20,
    groups: Sequence[Sequence[str]] | None = None,
) -> list[Article]:
    """Published articles that fit, best first. An article of another category does not fit; one of none does."""
    question = Question(
        ARTICLE,
        text,
        synonyms=synonyms() if groups is None else groups,
        within=[*([{f"k{kind}"}] if kind else []), *([fitting_tags(about.topic)] if about.topic else [])],
        alike=about.alike,
        nearer=(*about.nearer, *about.wide),
        organizations=reader.organizations,
        readers=reader.audiences,
    )
    keys = ask(question, MOST_FOUND)
    rows = readable(reader).filter(pk__in=keys).select_related("published", "counter", "organization")
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys if key in found][:limit]


def articles_about(reader: Reader, about: About, *, limit: int = 10) -> list[Article]:
    """Published articles about a machine, or about none in particular, the most useful first. Five queries."""
    rows = readable(reader).select_related("published", "counter", "organization")
    rows = rows.prefetch_related("published__categories", "published__product_models__category")
    ordered = rows.order_by("-counter__useful", "-counter__views", "-pk")[:MOST_LOOKED_AT]
    return [row for row in ordered if _concerns(row, about)][:limit]


def _concerns(article: Article, about: About) -> bool:
    """Whether an article is about that category, one above or below it, or about none."""
    wide, version = about.wide, article.published
    if not wide or version is None:
        return True
    paths = [one.path for one in version.categories.all()]
    paths += [one.category.path for one in version.product_models.all()]
    asked = wide[0][1:]
    return not paths or any(asked.startswith(path) or path.startswith(asked) for path in paths)


def case_scope(user: Any) -> frozenset[int] | None:
    """The organisations whose solved cases ``user`` may read (``None``: all)."""
    return organization_ids(user, VIEW)


def find_cases(
    user: Any,
    text: str,
    *,
    about: About = NOTHING_KNOWN,
    limit: int = 20,
    groups: Sequence[Sequence[str]] | None = None,
) -> list[SolvedCase]:
    """Solved cases that fit, best first, those of the same model before others."""
    question = Question(
        CASE,
        text,
        synonyms=synonyms() if groups is None else groups,
        within=[about.wide] if about.wide else (),
        alike=about.alike,
        nearer=about.nearer,
        organizations=case_scope(user),
    )
    return cases_in_order(user, ask(question, limit))


def cases_in_order(user: Any, keys: Sequence[int]) -> list[SolvedCase]:
    """Cases by key that ``user`` may read, in the order of ``keys``. One query."""
    rows = SolvedCase.objects.visible_to(user).filter(pk__in=keys)
    found = rows.select_related("document", "symptom", "cause", "measure", "model", "category").in_bulk()
    return [found[key] for key in keys if key in found]
