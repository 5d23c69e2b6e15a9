"""Stock, the ledger, the places, and one place with what lies there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage, Total
from jiannuo.operations.parts.filters import EntryFilter, PlaceFilter, PlaceStockFilter, StockFilter
from jiannuo.operations.parts.models import StockLocation
from jiannuo.operations.parts.queries import VALUE, entries_seen_by, places_seen_by, stock_seen_by, with_kinds
from jiannuo.operations.parts.tables import EntryTable, PlaceStockTable, PlaceTable, StockTable

BY_PART = Ordering("part", _("part number"), ("part__code",))
BY_QUANTITY = Ordering("quantity", _("quantity"), ("quantity",))
LATEST = 10


def place_or_404(user: Any, pk: int) -> StockLocation:
    """The place, for those who may see it; Http404 for everybody else."""
    place = places_seen_by(user).filter(pk=pk).first()
    if place is None:
        raise Http404(gettext("There is no such store or van, or you may not see it."))
    return place


class StockList(TablePage):
    """What lies where."""

    name = "stock"
    title = _("Stock of parts")
    subtitle = _("What lies in stores and vans, as the ledger says")
    permission = "stock.view"
    table_class = StockTable
    filterset_class = StockFilter
    template_name = "parts/list.html"
    orderings = (BY_PART, BY_QUANTITY)
    default_ordering = "part"
    presets: ClassVar[Sequence[Preset]] = (
        Preset(_("Main stores"), "kind=main"),
        Preset(_("Regional stores"), "kind=regional"),
        Preset(_("In vans"), "kind=van"),
        Preset(_("Not good"), "condition=defective&condition=scrap"),
    )
    totals = (
        Total("pieces", _("quantity"), Sum("quantity")),
        Total("worth", _("value (CNY)"), Sum(VALUE)),
    )
    empty_text = _("Nothing lies here yet. Receive parts, or import the opening stock.")

    def rows(self) -> QuerySet[Any]:
        return stock_seen_by(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {
            "may_keep": self.may("stock.keep"),
            "may_import": self.may("stock.keep") and self.may("exchange.import"),
        }


class PlacePage(StockList):
    """One store or van: what lies there, and what was booked last."""

    name = "stock-place"
    table_class = PlaceStockTable
    filterset_class = PlaceStockFilter
    template_name = "parts/place.html"
    presets = (Preset(_("Not good"), "condition=defective&condition=scrap"),)
    empty_text = _("Nothing lies here.")

    @cached_property
    def place(self) -> StockLocation:
        return place_or_404(self.request.user, self.kwargs["pk"])

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(location=self.place)

    def extra_context(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            "title": self.place.name,
            "subtitle": "",
            "place": self.place,
            "latest": list(entries_seen_by(user).filter(location=self.place).order_by("-pk")[:LATEST]),
            "may_keep": user.has_perm("stock.keep", self.place),
            "may_change": user.has_perm("stock.places", self.place),
        }


class Ledger(TablePage):
    """Every entry, the newest first."""

    name = "stock-ledger"
    title = _("Ledger of parts")
    subtitle = _("What came and went; nothing is changed, a slip is taken back by a red entry")
    permission = "stock.view"
    table_class = EntryTable
    filterset_class = EntryFilter
    orderings = (NEWEST, Ordering("at", _("when"), ("at",), descending=True))
    presets = (
        Preset(_("Used on jobs"), "cause=used&cause=put_back"),
        Preset(_("Moved"), "cause=moved"),
        Preset(_("Counted"), "cause=counted"),
        Preset(_("Red entries"), "red=yes"),
    )
    empty_text = _("Nothing was booked yet.")

    def rows(self) -> QuerySet[Any]:
        return entries_seen_by(self.request.user)


class PlaceList(TablePage):
    """Stores and vans."""

    name = "stock-places"
    title = _("Stores and vans")
    permission = "stock.view"
    table_class = PlaceTable
    filterset_class = PlaceFilter
    orderings = (NEWEST,)
    presets = (
        Preset(_("Stores"), "kind=main&kind=regional"),
        Preset(_("Vans"), "kind=van"),
    )
    create_url_name = "parts:place_new"
    create_label = _("New store or van")
    create_permission = "stock.places"
    empty_text = _("There is no store yet. Set up the first one.")

    def rows(self) -> QuerySet[Any]:
        return with_kinds(places_seen_by(self.request.user))
