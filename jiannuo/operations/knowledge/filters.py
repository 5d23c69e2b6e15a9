"""How articles are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.knowledge.models import Article, Audience, VersionAudience
from jiannuo.registry.products.models import Category


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _owners(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    if user is None:
        return User.objects.none()
    return User.objects.visible_to(user).filter(articles__isnull=False).distinct().order_by("name")


class ArticleFilter(filters.FilterSet):
    """Number or title, state, kind, owner, audience, category, what is to be reviewed."""

    q = filters.CharFilter(label=_("number or title"), method="named")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=Article.State.choices)
    article_kind = filters.MultipleChoiceFilter(label=_("kind of article"), choices=Article.Kind.choices)
    owner = filters.ModelChoiceFilter(label=_("owner"), queryset=_owners)
    audience = filters.ChoiceFilter(label=_("for whom"), choices=Audience.choices, method="meant_for")
    category = filters.ModelChoiceFilter(
        label=_("category and below"), queryset=Category.objects.order_by("path"), method="about"
    )
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    review = filters.ChoiceFilter(label=_("review"), choices=[("due", _("due"))], method="by_review")

    class Meta:
        model = Article
        fields: tuple[str, ...] = ()

    def named(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(number__istartswith=value.strip()) | Q(title__icontains=value.strip()))

    def meant_for(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        meant = VersionAudience.objects.filter(audience=value)
        published, draft = (
            meant.filter(version=OuterRef("published")),
            meant.filter(version=OuterRef("draft")),
        )
        return rows.filter(Exists(published) | Exists(draft))

    def about(self, rows: QuerySet[Any], _name: str, value: Category) -> QuerySet[Any]:
        path = value.path
        return rows.filter(
            Q(published__categories__path__startswith=path)
            | Q(published__product_models__category__path__startswith=path)
            | Q(draft__categories__path__startswith=path)
            | Q(draft__product_models__category__path__startswith=path)
        ).distinct()

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)

    def by_review(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """What should have been looked at again by today."""
        return rows.filter(state__in=Article.READABLE, review_on__lte=timezone.localdate())
