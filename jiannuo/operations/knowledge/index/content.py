"""What is indexed of articles and of solved cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jiannuo.operations.knowledge.index.cutting import pairs, words
from jiannuo.operations.knowledge.models import Article, IndexChange, SolvedCase
from jiannuo.registry.products.models import Category

Fields = dict[str, Any]
ARTICLE, CASE = IndexChange.Kind.ARTICLE.value, IndexChange.Kind.CASE.value


#: the tag of an article about no category in particular
ABOUT_ALL = "xall"


def fitting_tags(category: Category) -> list[str]:
    """An article fits a category when it has one of these: it is about it, about one below or above, or about none."""
    upwards = category_tags(category)
    return [upwards[-1], ABOUT_ALL, *(f"x{tag[1:]}" for tag in upwards)]


def key_of(kind: str, pk: int) -> str:
    """The name of a document in the index."""
    return f"{kind}-{pk}"


def contents(kind: str, pks: Sequence[int]) -> Iterator[Fields]:
    """The documents of the records that are to be found; a record that is not is left out."""
    return _articles(pks) if kind == ARTICLE else _cases(pks)


def category_tags(category: Category | None) -> list[str]:
    """Tags of a category and of all above it, by their paths: whoever asks for the upper one finds the lower."""
    if category is None:
        return []
    step = Category.steplen
    return [f"c{category.path[:end]}" for end in range(step, len(category.path) + 1, step)]


def _articles(pks: Sequence[int]) -> Iterator[Fields]:
    rows = (
        Article.objects.in_force()
        .filter(pk__in=pks)
        .select_related("published")
        .prefetch_related(
            "published__audiences",
            "published__categories",
            "published__product_models__category",
            "published__symptoms",
            "published__parts",
        )
    )
    for article in rows:
        version = article.published
        if version is None:
            continue
        categories = list(version.categories.all())
        models = list(version.product_models.all())
        symptoms = list(version.symptoms.all())
        names = [str(one) for one in (*categories, *models, *symptoms)]
        tags = [f"k{article.article_kind}", *(f"m{model.pk}" for model in models)]
        tags += [f"s{symptom.pk}" for symptom in symptoms]
        about = [*categories, *(model.category for model in models)]
        tags += [f"x{category.path}" for category in about] or [ABOUT_ALL]
        for category in about:
            tags += category_tags(category)
        yield _fields(
            ARTICLE,
            article.pk,
            article.organization_id,
            head=(version.title, version.question, *names),
            body=(version.cause, version.answer, *(part.name for part in version.parts.all())),
            tags=tags,
            readers=[row.audience for row in version.audiences.all()],
        )


def _cases(pks: Sequence[int]) -> Iterator[Fields]:
    rows = (
        SolvedCase.objects.filter(pk__in=pks)
        .select_related("category", "model__category", "symptom", "cause", "measure")
        .prefetch_related("parts")
    )
    for case in rows:
        tags = category_tags(case.category)
        if case.model is not None:
            tags += [f"m{case.model_id}", *category_tags(case.model.category)]
        if case.symptom_id is not None:
            tags.append(f"s{case.symptom_id}")
        yield _fields(
            CASE,
            case.pk,
            case.organization_id,
            head=(case.fault, case.symptom),
            body=(
                case.cause,
                case.measure,
                case.work_done,
                case.model,
                *(part.name for part in case.parts.all()),
            ),
            tags=tags,
        )


def _fields(
    kind: str,
    pk: int,
    organization_id: int,
    *,
    head: Iterable[Any],
    body: Iterable[Any],
    tags: Iterable[str],
    readers: Iterable[str] = (),
) -> Fields:
    above, below = _joined(head), _joined(body)
    return {
        "key": key_of(kind, pk),
        "kind": kind,
        "pk": pk,
        "organization": organization_id,
        "head": " ".join(words(above)),
        "body": " ".join(words(below)),
        "pairs": " ".join([*pairs(above), "|", *pairs(below)]),
        "tags": " ".join(dict.fromkeys(tags)),
        "readers": " ".join(readers),
    }


def _joined(texts: Iterable[Any]) -> str:
    return " \n".join(str(text) for text in texts if text)
