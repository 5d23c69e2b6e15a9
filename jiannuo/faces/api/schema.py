"""The description of the API in OpenAPI, made once per process and language: making it takes seconds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import get_urlconf
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView


@lru_cache
def _made(_language: str | None, _addresses: Any) -> Any:
    return SchemaGenerator().get_schema(public=True)


class KeptSchema(SchemaGenerator):
    """Describes all of the API, the same for everybody who may read it."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        return _made(get_language(), get_urlconf())


class SchemaView(SpectacularJSONAPIView):
    """The description of this API in OpenAPI 3.1, in the language of the reader."""

    generator_class = KeptSchema
