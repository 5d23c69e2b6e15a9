"""What selects on other pages ask: models, parts, labour items, fault codes."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from jiannuo.office.accounts.access import permission_required
from jiannuo.registry.pickers import SHOWN, answer
from jiannuo.registry.products import queries
from jiannuo.registry.products.models import Category, FaultCode, ProductModel

CODES_SHOWN = 50


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:60]


def _category(request: HttpRequest) -> Category | None:
    """The category that ``category`` names by key or code path."""
    text = request.GET.get("category", "")[:200]
    if text.isdecimal() and len(text) < 19:
        return Category.objects.filter(pk=int(text)).first()
    return Category.objects.filter(code_path=text).first() if text else None


@require_GET
@permission_required("products.view")
def models(request: HttpRequest) -> JsonResponse:
    """Product models in use, by code or name."""
    words = _words(request).strip()
    rows = ProductModel.objects.filter(active=True).select_related("category").order_by("code")
    if words:
        rows = rows.filter(code__icontains=words) | rows.filter(name__icontains=words)
    return answer(rows[:SHOWN], hint=lambda model: str(model.category))


@require_GET
@permission_required("products.view")
def parts(request: HttpRequest) -> JsonResponse:
    """Spare parts; with ``model`` those of its part list first."""
    key = request.GET.get("model", "")
    model = ProductModel.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    rows = queries.spare_parts(model=model, text=_words(request))[:SHOWN]
    return answer(rows, hint=lambda part: f"¥{part.list_price} / {part.unit}")


@require_GET
@permission_required("products.view")
def labour(request: HttpRequest) -> JsonResponse:
    """Labour items of a category that are valid today."""
    rows = queries.labour_items(category=_category(request), text=_words(request))[:SHOWN]
    return answer(rows, text=lambda item: f"{item.code} {item.name}", hint=lambda item: f"¥{item.price}")


@require_GET
@permission_required("products.view")
def fault_codes(request: HttpRequest) -> JsonResponse:
    """Codes of a ``kind`` that apply to a ``category``; the hint says what they stand below."""
    rows = list(
        queries.fault_codes(
            kind=request.GET.get("kind", "")[:10], category=_category(request), text=_words(request)
        )[:CODES_SHOWN]
    )
    steps = FaultCode.steplen
    above = {row.path[:end] for row in rows for end in range(steps, len(row.path), steps)}
    names = dict(FaultCode.objects.filter(path__in=above).values_list("path", "name"))

    def place(row: FaultCode) -> str:
        return " / ".join(names.get(row.path[:end], "") for end in range(steps, len(row.path), steps))

    return answer(rows, text=lambda row: f"{row.name}", hint=lambda row: f"{row.code} {place(row)}".strip())
