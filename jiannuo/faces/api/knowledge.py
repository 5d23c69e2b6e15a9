"""The knowledge over the API: articles of the own scope, search, suggestions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from jiannuo.faces.api.documents import KEY_PARAMETER, DocumentSerializer, DocumentViewSet, clean_form
from jiannuo.faces.api.permissions import RolePermission
from jiannuo.faces.api.router import api_router
from jiannuo.operations.knowledge import queries, services
from jiannuo.operations.knowledge.filters import ArticleFilter
from jiannuo.operations.knowledge.forms import ArticleForm
from jiannuo.operations.knowledge.index.cutting import LONGEST_QUERY
from jiannuo.operations.knowledge.models import Article, ArticleVersion
from jiannuo.operations.knowledge.suggesting import suggest
from jiannuo.operations.knowledge.views.editing import ArticleList
from jiannuo.operations.knowledge.views.finding import about_of


class EditionSerializer(serializers.ModelSerializer[ArticleVersion]):
    """What a version says."""

    categories: Any = serializers.SlugRelatedField(slug_field="code_path", many=True, read_only=True)
    product_models: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    symptoms: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    parts: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    audiences: Any = serializers.SlugRelatedField(slug_field="audience", many=True, read_only=True)

    class Meta:
        model = ArticleVersion
        fields = (
            *("number", "title", "question", "cause", "answer", "minutes", "change_note", "published_at"),
            *("categories", "product_models", "symptoms", "parts", "audiences"),
        )
        read_only_fields = fields


class ArticleSerializer(DocumentSerializer):
    """An article with what is in force and what is being written."""

    owner = serializers.CharField(source="owner.username", default=None, read_only=True)
    published = EditionSerializer(read_only=True, allow_null=True)
    draft = EditionSerializer(read_only=True, allow_null=True)
    views = serializers.IntegerField(source="counter.views", default=0, read_only=True)
    useful = serializers.IntegerField(source="counter.useful", default=0, read_only=True)
    useless = serializers.IntegerField(source="counter.useless", default=0, read_only=True)
    uses = serializers.IntegerField(source="counter.uses", default=0, read_only=True)

    class Meta(DocumentSerializer.Meta):
        model = Article
        fields = (
            *DocumentSerializer.Meta.fields,
            *(
                "article_kind",
                "owner",
                "review_on",
                "published",
                "draft",
                "views",
                "useful",
                "useless",
                "uses",
            ),
        )
        read_only_fields = fields


class ArticleViewSet(DocumentViewSet):
    """Articles in every state for those who keep them; readers ask ``/knowledge/``."""

    model = Article
    permission = "knowledge.review"
    permissions_by_action = {"create": "knowledge.write"}
    serializer_class = ArticleSerializer
    filterset_class = ArticleFilter
    orderings = ArticleList.orderings
    default_ordering = "-id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Article.objects.none()
        linked = ("categories", "product_models", "symptoms", "parts", "audiences")
        rows = queries.articles_for(self.request.user).select_related("created_by", "draft")
        return rows.prefetch_related(
            *[f"{which}__{name}" for which in ("draft", "published") for name in linked]
        )

    @extend_schema(request=dict, responses={201: ArticleSerializer}, parameters=[KEY_PARAMETER])
    def create(self, request: Any, **kwargs: Any) -> Response:
        """A new draft. Links are given by key: ``categories``, ``product_models``, ``symptoms``, ``parts``."""
        form = ArticleForm(request.data, user=request.user)
        data = clean_form(form, request.data)
        article = services.create_article(
            data["article_kind"],
            form.values(),
            organization=data["organization"],
            by=request.user,
            review_on=data["review_on"],
        )
        return self.answer(self.get_queryset().get(pk=article.pk), status=201)


QUESTION = [
    OpenApiParameter("q", str, required=True, description="What is wrong, in words."),
    OpenApiParameter("symptom", int, description="Key of a symptom code."),
    OpenApiParameter("model", int, description="Key of a product model."),
    OpenApiParameter("category", int, description="Key of a category."),
]


class KnowledgeViewSet(viewsets.ViewSet):
    """What a person may read: search, suggestions."""

    permission = "knowledge.view"
    permission_classes = (RolePermission,)

    @extend_schema(parameters=QUESTION, responses=dict)
    def list(self, request: Any) -> Response:
        """Articles and closed jobs that fit the words, best first."""
        text, about = _asked(request), about_of(request.query_params)
        groups = queries.synonyms()
        articles = queries.find_articles(queries.reader_of(request.user), text, about=about, groups=groups)
        cases = queries.find_cases(request.user, text, about=about, groups=groups)
        return Response(
            {"articles": [_article(one) for one in articles], "cases": [_case(one) for one in cases]}
        )

    @extend_schema(parameters=QUESTION, responses=dict)
    @action(detail=False, methods=["get"])
    def suggest(self, request: Any) -> Response:
        """Likely causes, what helped, parts and time, with how many cases they rest on."""
        found = suggest(request.user, _asked(request), about=about_of(request.query_params))
        return Response(
            {
                "count": found.count,
                "same_model": found.same_model,
                **{
                    name: [{"name": one.name, "count": one.count, "share": one.share} for one in likely]
                    for name, likely in (
                        ("causes", found.causes),
                        ("measures", found.measures),
                        ("parts", found.parts),
                    )
                },
                "minutes": None
                if found.time is None
                else {
                    "median": found.time.median,
                    "low": found.time.low,
                    "high": found.time.high,
                    "count": found.time.count,
                },
                "articles": [_article(one) for one in found.articles],
                "cases": [_case(one) for one in found.shown],
            }
        )


def _asked(request: Any) -> str:
    text = str(request.query_params.get("q", "")).strip()[:LONGEST_QUERY]
    if not text and not request.query_params.get("symptom"):
        raise ValidationError({"q": "Say in ``q`` what is wrong."})
    return text


def _article(article: Article) -> dict[str, Any]:
    version = article.published
    return {
        "number": article.number,
        "kind": article.article_kind,
        "title": version.title if version else article.title,
        "question": version.question if version else "",
        "answer": version.answer if version else "",
    }


def _case(case: Any) -> dict[str, Any]:
    return {
        "number": case.document.number,
        "symptom": str(case.symptom or ""),
        "fault": case.fault,
        "cause": str(case.cause or ""),
        "measure": str(case.measure or ""),
        "minutes": case.minutes,
        "closed_at": case.closed_at,
    }


api_router.register("articles", ArticleViewSet, basename="article")
api_router.register("knowledge", KnowledgeViewSet, basename="knowledge")
