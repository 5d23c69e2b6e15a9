"""Opening stock from a file: every bad row is named with sheet, row and column."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiannuo.kernel.exchange.importers import (
    Created,
    ImportColumn,
    ImportContext,
    Importer,
    Row,
    folded,
    one_of,
    register,
    text,
)
from jiannuo.operations.parts.models import Condition, StockEntry, StockLocation
from jiannuo.operations.parts.queries import places_kept_by
from jiannuo.operations.parts.services import Item, receive_all, reverse
from jiannuo.operations.parts.services.booking import amount
from jiannuo.registry.products.models import SparePart

#: (place, part, condition)
Where = tuple[int, int, str]


def quantity(value: Any) -> Decimal:
    """A quantity above zero, at most two digits behind the point."""
    try:
        return amount(str(value).strip().replace(",", ""))
    except ValidationError as error:
        raise ValidationError(error.messages) from None


def _condition_words() -> dict[str, str]:
    words = {
        "良品": "good",
        "好件": "good",
        "完好": "good",
        "不良品": "defective",
        "坏件": "defective",
        "待修": "defective",
        "报废品": "scrap",
        "报废": "scrap",
        "废品": "scrap",
    }
    return {folded(word): value for word, value in words.items()} | {
        folded(value): value for value in Condition.values
    }


def _column(field: str, label: Any, *aliases: str, **rest: Any) -> ImportColumn:
    return ImportColumn(field, label, aliases, **rest)


@register
class OpeningStockImporter(Importer):
    """Opening stock (期初库存)."""

    id = "opening-stock"
    title = gettext_lazy("Opening stock of parts")
    permission = "stock.keep"
    columns = (
        _column(
            "location", gettext_lazy("store or van"), "仓库", "库房", "仓库名称", "库位", "存放地点", "车辆",
            required=True, parse=text(80), example="华东区域库", help_text=gettext_lazy("The name as in the system."),
        ),
        _column(
            "part", gettext_lazy("part number"), "备件编号", "备件编码", "配件编号", "配件编码", "物料编码", "料号",
            required=True, parse=text(40), example="WKQ-35",
        ),
        _column(
            "quantity", gettext_lazy("quantity"), "数量", "库存数量", "期初数量", "结存数量",
            required=True, parse=quantity, example="12",
        ),
        _column(
            "condition", pgettext_lazy("stock", "condition"), "成色", "状态", "品质",
            parse=one_of(_condition_words(), label=pgettext_lazy("stock", "condition")), example="良品",
            help_text=gettext_lazy("Empty: good."),
        ),
        _column(
            "organization", gettext_lazy("organisation"), "机构编号", "单位编号", "网点编号",
            parse=text(32), example="", help_text=gettext_lazy("The code; needed where two places have one name."),
        ),
        _column("note", gettext_lazy("note"), "备注", "说明", parse=text(300), example=""),
    )  # fmt: skip

    def __init__(self, context: ImportContext) -> None:
        super().__init__(context)
        self.places: dict[str, list[StockLocation]] = {}
        self.parts: dict[str, SparePart] = {}
        self.seen: set[Where] = set()

    def prepare(self) -> None:
        for place in places_kept_by(self.context.user):
            self.places.setdefault(folded(place.name), []).append(place)
        self.parts = {part.code.upper(): part for part in SparePart.objects.all()}

    def check_portion(self, rows: Sequence[Row]) -> None:
        known: list[tuple[Row, Where]] = []
        for row in rows:
            place, part = self._place(row), self._part(row)
            if place is None or part is None or row.refused("condition"):
                continue
            row.values["known_place"], row.values["known_part"] = place, part
            known.append((row, (place.pk, part.pk, row.values["condition"] or Condition.GOOD)))
        opened = self._opened(known)
        for row, where in known:
            if where in opened:
                row.refuse("part", _("This part has its opening stock there already; count it instead."))
            elif where in self.seen:
                row.refuse("part", _("This part stands in the file for this place more than once."))
            self.seen.add(where)

    def _place(self, row: Row) -> StockLocation | None:
        name, code = row.values["location"], row.values["organization"]
        if name is None:
            return None
        found = self.places.get(folded(name), [])
        if code is not None:
            found = [place for place in found if place.organization.code.upper() == code.upper()]
        if len(found) == 1:
            return found[0]
        if found:
            row.refuse("organization", _("Several places have this name; give the code of the organisation."))
        else:
            row.refuse("location", _("You keep no store or van “%(name)s”.") % {"name": name})
        return None

    def _part(self, row: Row) -> SparePart | None:
        code = row.values["part"]
        if code is None:
            return None
        found = self.parts.get(code.upper())
        if found is None:
            row.refuse("part", _("There is no part with the number %(code)s.") % {"code": code})
        return found

    def _opened(self, known: Sequence[tuple[Row, Where]]) -> set[Where]:
        """Where opening stock stands already that was not taken back."""
        places = {where[0] for _row, where in known}
        parts = {where[1] for _row, where in known}
        rows = StockEntry.objects.filter(
            location__in=places,
            part__in=parts,
            cause=StockEntry.Cause.OPENING,
            reverses__isnull=True,
            corrections__isnull=True,
        )
        return set(rows.values_list("location", "part", "condition"))

    def save_portion(self, rows: Sequence[Row]) -> Created:
        groups: dict[tuple[int, str], list[Row]] = {}
        for row in rows:
            groups.setdefault((row.values["known_place"].pk, row.values["note"] or ""), []).append(row)
        made: list[StockEntry] = []
        for (_place, note), group in sorted(groups.items()):
            items = [
                Item(
                    one.values["known_part"],
                    one.values["quantity"],
                    one.values["condition"] or Condition.GOOD,
                )
                for one in group
            ]
            made += receive_all(
                group[0].values["known_place"],
                items,
                by=self.context.user,
                cause=StockEntry.Cause.OPENING,
                note=note,
            )
        return {"parts.StockEntry": made}

    def take_back(self, label: str, keys: Sequence[Any]) -> int:
        """Entries are never deleted: red ones take them back; what has gone on meanwhile stays."""
        kept = 0
        for entry in StockEntry.objects.filter(pk__in=keys).select_related("location", "part"):
            try:
                reverse(entry, by=self.context.user, reason=_("The import was taken back"))
            except (ValidationError, PermissionDenied):
                kept += 1
        return kept
