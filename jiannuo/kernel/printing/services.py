"""Making PDF from templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import ImageFile

FONTS = {"normal": "fonts/NotoSansSC-Regular.ttf", "bold": "fonts/NotoSansSC-Bold.ttf"}


class PrintingUnavailable(ImproperlyConfigured):
    """The machine lacks a library that printing needs."""


def render_pdf(template: str, context: dict[str, Any], *, language: str = "") -> bytes:
    """The PDF of ``template``. Reads no network; the fonts come with the product.

    Raises PrintingUnavailable when Pango is not installed on the machine.
    """
    with translation.override(language or translation.get_language() or settings.LANGUAGE_CODE):
        html = render_to_string(template, context)
    weasyprint, fonts, sheet = _engine()
    document = weasyprint.HTML(string=html, url_fetcher=_fetcher())
    return document.write_pdf(stylesheets=[sheet], font_config=fonts)  # type: ignore[no-any-return]


@cache
def _engine() -> tuple[Any, Any, Any]:
    """WeasyPrint with our fonts and sheet, made once a process."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise PrintingUnavailable(
            _("Printing needs the library Pango. Install the package libpango-1.0-0 and start again.")
        ) from error
    # WeasyPrint lets the whole process read images that end too early; an upload that was cut is still to be refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=stylesheet(), font_config=fonts, url_fetcher=_fetcher())
    return weasyprint, fonts, sheet


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data", "file"])


def font_file(weight: str) -> Path | None:
    """Where a font of the product lies; None before the front end was built (system fonts serve then)."""
    found = finders.find(FONTS[weight])
    if isinstance(found, str):
        return Path(found)
    collected = Path(settings.STATIC_ROOT) / FONTS[weight]
    return collected if collected.exists() else None


def stylesheet() -> str:
    """The sheet of every printed form."""
    faces = "".join(
        f"@font-face {{ font-family: Jiannuo; font-weight: {weight}; src: url('{path.as_uri()}'); }}\n"
        for weight in FONTS
        if (path := font_file(weight)) is not None
    )
    return faces + render_to_string("printing/print.css")
