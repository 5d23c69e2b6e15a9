"""Registration cards from a file: every bad row is named with sheet, row and column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.exchange.importers import (
    Created,
    ImportColumn,
    ImportContext,
    Importer,
    Row,
    amount,
    day,
    register,
    text,
)
from jiannuo.kernel.regions.services import parse_address
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.cards.checking import CardEntry, Known, faults
from jiannuo.operations.cards.models import CardSettings, RegistrationCard
from jiannuo.operations.cards.queries import dealers_of
from jiannuo.operations.cards.services import submit_card
from jiannuo.registry.installedbase.resources import phone
from jiannuo.registry.products.models import ProductModel

#: field of the entry → column of the file
COLUMNS = {"sold_on": "sold", "customer_name": "customer", "division": "address"}


def _column(field: str, label: Any, *aliases: str, **rest: Any) -> ImportColumn:
    return ImportColumn(field, label, aliases, **rest)


@register
class CardImporter(Importer):
    """Registration cards (三包回执卡)."""

    id = "cards"
    title = gettext_lazy("Registration cards")
    permission = "cards.create"
    portion = 200
    columns = (
        _column(
            "serial", gettext_lazy("serial number"), "序列号", "机号", "机身号", "车架号", "出厂编号", "SN",
            required=True, parse=text(60), example="SN20260105001",
        ),
        _column("model", gettext_lazy("model"), "型号", "产品型号", "机型", parse=text(60), example="KFR-35GW"),
        _column(
            "sold", gettext_lazy("sold on"), "销售日期", "售出日期", "购机日期", "购买日期", "购车日期",
            required=True, parse=day, example="2026-02-01",
        ),
        _column(
            "customer", gettext_lazy("customer"), "客户", "客户名称", "客户姓名", "用户姓名", "用户", "购机人",
            required=True, parse=text(120), example="张伟",
        ),
        _column(
            "phone", gettext_lazy("phone"), "电话", "客户电话", "联系电话", "手机", "手机号",
            required=True, parse=phone, example="13800138000",
        ),
        _column(
            "address", gettext_lazy("address"), "地址", "详细地址", "客户地址", "用户地址",
            parse=text(200), example="浙江省杭州市西湖区文三路100号",
        ),
        _column(
            "invoice_number", gettext_lazy("invoice number"), "发票号", "发票号码", "发票编号",
            parse=text(40), example="03318821",
        ),
        _column("price", gettext_lazy("price"), "价格", "售价", "销售价格", "金额", parse=amount, example="3299.00"),
        _column(
            "card_number", gettext_lazy("number on the card"), "回执卡号", "卡号", "保修卡号", "三包卡号",
            parse=text(40), example="SB0012345",
        ),
        _column(
            "dealer", gettext_lazy("dealer"), "经销商", "经销商编号", "经销商代码", parse=text(32), example="",
            help_text=gettext_lazy("The code of the organisation; empty: your own."),
        ),
    )  # fmt: skip

    def __init__(self, context: ImportContext) -> None:
        super().__init__(context)
        self.models: dict[str, ProductModel] = {}
        self.dealers: dict[str, Organization] = {}
        self.rules = CardSettings()
        self.seen: set[str] = set()

    def prepare(self) -> None:
        self.models = {model.code.upper(): model for model in ProductModel.objects.select_related("category")}
        self.dealers = {one.code.upper(): one for one in dealers_of(self.context.user)}
        self.rules = CardSettings.present()

    def check_portion(self, rows: Sequence[Row]) -> None:
        known = self._known(rows)
        for row in rows:
            model, dealer = self._model(row), self._dealer(row)
            if dealer is None or any(
                name in ("serial", "sold", "customer", "phone") for name, _m in row.faults
            ):
                continue
            entry = self._entry(row, model, dealer)
            row.values["entry"] = entry
            for name, message in faults(entry, known, self.rules).items():
                if not row.refused(COLUMNS.get(name, name)):
                    row.refuse(COLUMNS.get(name, name), message)
            self._refuse_twice(row)

    def _known(self, rows: Sequence[Row]) -> Known:
        return Known.about(
            [row.values["serial"] for row in rows if row.values["serial"]],
            [row.values["card_number"] for row in rows if row.values["card_number"]],
        )

    def _refuse_twice(self, row: Row) -> None:
        for column in ("serial", "card_number"):
            value = row.values[column]
            if not value:
                continue
            key = f"{column}:{value.upper()}:{row.values['model'] or '' if column == 'serial' else ''}"
            if key in self.seen and not row.refused(column):
                row.refuse(column, _("“%(value)s” stands in the file more than once.") % {"value": value})
            self.seen.add(key)

    def _model(self, row: Row) -> ProductModel | None:
        code = row.values["model"]
        if code is None:
            return None
        found = self.models.get(code.upper())
        if found is None and not row.refused("model"):
            row.refuse(
                "model", _("There is no model “%(code)s”. Compare it with the plate.") % {"code": code}
            )
        return found

    def _dealer(self, row: Row) -> Organization | None:
        code = row.values["dealer"]
        found = self.dealers.get((code or self.context.organization.code).upper())
        if found is None and not row.refused("dealer"):
            row.refuse("dealer", _("Give the code of a dealer for which you may hand in cards."))
        return found

    def _entry(self, row: Row, model: ProductModel | None, dealer: Organization) -> CardEntry:
        values = row.values
        written = values["address"] or ""
        place = parse_address(written) if written else None
        division = place.division if place is not None else None
        return CardEntry(
            dealer=dealer,
            model=model,
            serial=values["serial"] or "",
            sold_on=values["sold"],
            invoice_number=values["invoice_number"] or "",
            price=values["price"],
            customer_name=values["customer"] or "",
            phone=values["phone"] or "",
            division=division,
            address=(place.rest if place is not None and division is not None else written)[:160],
            card_number=values["card_number"] or "",
        )

    def save_portion(self, rows: Sequence[Row]) -> Created:
        known = self._known(rows)
        made = [
            submit_card(
                by=self.context.user,
                entry=row.values["entry"],
                way=RegistrationCard.Way.FILE,
                known=known,
                rules=self.rules,
            )
            for row in rows
        ]
        # Under the base of all documents: the cards themselves were put into the search as they were made.
        return {"documents.Document": made}
