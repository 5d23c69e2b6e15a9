"""Installed units from a file: 100,000 at a time, every row checked, customers registered on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.bulk import insert, maker, reserve_keys
from jiannuo.kernel.exchange.importers import (
    Created,
    ImportColumn,
    ImportContext,
    Importer,
    Row,
    amount,
    day,
    folded,
    one_of,
    register,
    text,
)
from jiannuo.kernel.regions.services import parse_address
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Address, Customer, Phone
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import ProductModel

_MOBILE = re.compile(r"^(?:\+?86)?(1[3-9]\d{9})$")
_REGION = re.compile(r"^.{0,24}?(?:区|县|旗|市(?=[^区县旗市]*$))")
_COMPANY = re.compile(r"公司|厂$|集团|医院|学校|酒店|中心$|研究[所院]|合作社|事务所")
#: organisation, name and number of a customer
Who = tuple[int, str, str]

_DATES = ("produced", "shipped", "delivered", "invoiced", "installed", "accepted")
#: (later, earlier): what the database demands as well.
_ORDER = (*((name, "produced") for name in _DATES[1:]), ("accepted", "installed"))


def _status_words() -> dict[str, str]:
    words = {
        "库存": "in_stock",
        "在库": "in_stock",
        "已售": "sold",
        "已安装": "installed",
        "使用中": "in_use",
        "在用": "in_use",
        "停用": "stopped",
        "已退货": "returned",
        "已退回": "returned",
        "报废": "scrapped",
        "已报废": "scrapped",
    }
    return {folded(word): value for word, value in words.items()} | {
        folded(value): value for value in InstalledUnit.Status.values
    }


@lru_cache(maxsize=4096)
def _phone(written: str) -> str:
    mobile = _MOBILE.match(written.replace(" ", "").replace("-", ""))
    return f"+86{mobile.group(1)}" if mobile else normalise_phone(written)


def phone(value: Any) -> str:
    """A telephone number in E.164."""
    return _phone(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip())


def _column(field: str, label: Any, *aliases: str, **rest: Any) -> ImportColumn:
    return ImportColumn(field, label, aliases, **rest)


@register
class UnitImporter(Importer):
    """Installed units (装机档案)."""

    id = "units"
    title = gettext_lazy("Installed units")
    permission = "units.edit"
    columns = (
        _column(
            "model", gettext_lazy("model"), "型号", "产品型号", "机型", required=True,
            parse=text(60), example="KFR-35GW",
        ),
        _column(
            "serial", gettext_lazy("serial number"), "序列号", "机号", "机身号", "出厂编号", "SN", "serial",
            required=True, parse=text(60), example="SN20260105001",
        ),
        _column("batch", gettext_lazy("batch"), "批次", "生产批次", "批号", parse=text(40), example="2026-01"),
        _column(
            "customer", gettext_lazy("customer"), "客户", "客户名称", "客户姓名", "用户姓名", "用户", "customer name",
            parse=text(120), example="张伟", help_text=gettext_lazy("A new customer is registered."),
        ),
        _column(
            "phone", gettext_lazy("phone"), "电话", "客户电话", "联系电话", "手机", "手机号", "customer phone",
            parse=phone, example="13800138000", help_text=gettext_lazy("Name and phone tell customers apart."),
        ),
        _column("province", gettext_lazy("province"), "省", "省份", parse=text(40), example="浙江省"),
        _column("city", gettext_lazy("city"), "市", "城市", "地市", parse=text(40), example="杭州市"),
        _column("district", gettext_lazy("district"), "区县", "区", "县", "区/县", parse=text(40), example="西湖区"),
        _column(
            "address", gettext_lazy("address"), "地址", "详细地址", "安装地址", "客户地址",
            parse=text(160), example="文三路100号",
        ),
        _column(
            "dealer", gettext_lazy("selling dealer"), "经销商", "经销商编号", "经销商代码", "dealer code",
            parse=text(32), example="D001", help_text=gettext_lazy("The code of the organisation."),
        ),
        _column(
            "produced", gettext_lazy("produced"), "生产日期", "出厂日期", "制造日期",
            parse=day, example="2026-01-05",
        ),
        _column("shipped", gettext_lazy("shipped"), "发货日期", "出库日期", parse=day, example="2026-01-20"),
        _column(
            "delivered", gettext_lazy("delivered"), "送达日期", "到货日期", "交付日期",
            parse=day, example="2026-01-25",
        ),
        _column(
            "invoiced", gettext_lazy("invoiced"), "开票日期", "发票日期", "购买日期",
            parse=day, example="2026-02-01",
        ),
        _column("installed", gettext_lazy("installed"), "安装日期", "装机日期", parse=day, example="2026-02-03"),
        _column(
            "accepted", gettext_lazy("accepted by the customer"), "验收日期", "调试日期",
            parse=day, example="2026-02-03",
        ),
        _column(
            "invoice_number", gettext_lazy("invoice number"), "发票号", "发票号码", "发票编号",
            parse=text(40), example="03318821",
        ),
        _column("price", gettext_lazy("price"), "价格", "售价", "购买价格", "金额", parse=amount, example="3299.00"),
        _column(
            "status", gettext_lazy("status"), "状态", "机器状态",
            parse=one_of(_status_words(), label=gettext_lazy("status")), example="在用",
        ),
        _column(
            "organization", gettext_lazy("servicing organisation"), "服务机构", "服务网点", "网点编号", "机构编号",
            "所属机构", "organization code", parse=text(32), example="",
            help_text=gettext_lazy("The code of the organisation; empty: your own."),
        ),
    )  # fmt: skip

    def __init__(self, context: ImportContext) -> None:
        super().__init__(context)
        self.models: dict[str, ProductModel] = {}
        self.organizations: dict[str, Organization] = {}
        self.serials: set[tuple[int, str]] = set()
        self.divisions: dict[str, str | None] = {}
        self.known_divisions: dict[str | None, Any] = {}
        self.may_edit: dict[int, bool] = {}
        self.today = timezone.localdate()

    def prepare(self) -> None:
        self.models = {model.code.upper(): model for model in ProductModel.objects.all()}
        visible = Organization.objects.visible_to(self.context.user).active()
        self.organizations = {organization.code.upper(): organization for organization in visible}

    # Checks

    def check_portion(self, rows: Sequence[Row]) -> None:
        taken = self._taken_serials(rows)
        for row in rows:
            self._check_unit(row, taken)
            self._check_dates(row)
            self._check_customer(row)
            self._check_organizations(row)

    def _taken_serials(self, rows: Sequence[Row]) -> set[tuple[int, str]]:
        serials = {row.values["serial"] for row in rows if row.values["serial"]}
        return set(InstalledUnit.objects.filter(serial__in=serials).values_list("model_id", "serial"))

    def _check_unit(self, row: Row, taken: set[tuple[int, str]]) -> None:
        code, serial = row.values["model"], row.values["serial"]
        if code is None:
            return
        model = self.models.get(code.upper())
        if model is None:
            row.refuse(
                "model", _("There is no model “%(code)s”. Add it under Products first.") % {"code": code}
            )
            return
        row.values["known_model"] = model
        if serial is None:
            return
        key = (model.pk, serial)
        if key in taken:
            row.refuse("serial", _("This unit is already registered."))
        elif key in self.serials:
            row.refuse("serial", _("This serial number stands in the file more than once."))
        self.serials.add(key)

    def _check_dates(self, row: Row) -> None:
        values = row.values
        for name in _DATES:
            if values[name] is not None and values[name] > self.today:
                row.refuse(name, _("This day is still to come."))
        for later, earlier in _ORDER:
            first, second = values[earlier], values[later]
            if first is not None and second is not None and second < first:
                names = {
                    "later": self.label_of(later),
                    "earlier": self.label_of(earlier),
                    "day": first.isoformat(),
                }
                row.refuse(later, _("“%(later)s” cannot be before “%(earlier)s” (%(day)s).") % names)

    def _check_customer(self, row: Row) -> None:
        values = row.values
        if values["customer"] is not None and values["phone"] is None and not row.refused("phone"):
            row.refuse("phone", _("A customer needs a phone number."))
        if values["phone"] is not None and values["customer"] is None and not row.refused("customer"):
            row.refuse("customer", _("Whose number is this? Give the name of the customer."))
        region = [(name, values[name]) for name in ("province", "city", "district") if values[name]]
        values["division_id"], values["detail"] = None, values["address"] or ""
        if region:
            written = "".join(part for _name, part in region)
            values["division_id"] = self._division(written)
            if values["division_id"] is None:
                row.refuse(region[-1][0], _("There is no division “%(text)s”.") % {"text": written})
        elif values["address"] and (matched := _REGION.match(values["address"])):
            values["division_id"] = self._division(matched.group())
            if values["division_id"] is not None:
                values["detail"] = values["address"][matched.end() :].strip() or values["address"]
        if (region or values["address"]) and values["customer"] is None and not row.refused("customer"):
            row.refuse("customer", _("An address needs the name of the customer."))

    def _division(self, written: str) -> str | None:
        if written not in self.divisions:
            found = parse_address(written)
            whole = found.division is not None and not found.rest
            division = found.division if whole else None
            self.divisions[written] = division.pk if division is not None else None
            if division is not None:
                self.known_divisions[division.pk] = division
        return self.divisions[written]

    def _check_organizations(self, row: Row) -> None:
        values = row.values
        values["organization_id"] = self.context.organization.pk
        if values["organization"] is not None:
            found = self.organizations.get(values["organization"].upper())
            if found is None or not self._editable(found):
                values_ = {"code": values["organization"]}
                row.refuse("organization", _("You work for no organisation “%(code)s”.") % values_)
            else:
                values["organization_id"] = found.pk
        values["dealer_id"] = None
        if values["dealer"] is not None:
            dealer = self.organizations.get(values["dealer"].upper())
            if dealer is None:
                row.refuse("dealer", _("There is no dealer “%(code)s”.") % {"code": values["dealer"]})
            else:
                values["dealer_id"] = dealer.pk

    def _editable(self, organization: Organization) -> bool:
        if organization.pk not in self.may_edit:
            probe = InstalledUnit(organization=organization)
            self.may_edit[organization.pk] = self.context.user.has_perm(self.permission, probe)
        return self.may_edit[organization.pk]

    # Saving

    def save_portion(self, rows: Sequence[Row]) -> Created:
        customers, new_customers = self._customers(rows)
        addresses, new_addresses = self._addresses(rows, customers)
        _know_beside(new_customers, new_addresses)
        units = [
            self._unit(
                row,
                customers.get(who) if (who := _who(row)) is not None else None,
                addresses.get(_where(row, customers)),
            )
            for row in rows
        ]
        insert(units)
        for unit in units:
            unit._prefetched_objects_cache = {"components": ()}  # type: ignore[attr-defined]
        return {
            "customers.Customer": new_customers,
            "customers.Address": new_addresses,
            "installedbase.InstalledUnit": units,
        }

    def _customers(self, rows: Sequence[Row]) -> tuple[dict[Who, Customer], list[Customer]]:
        """Who → customer, for those who are known and those who are registered now."""
        wanted = list(dict.fromkeys(who for row in rows if (who := _who(row)) is not None))
        if not wanted:
            return {}, []
        numbers = {number for _organization, _name, number in wanted}
        phoned = Phone.objects.filter(number__in=numbers).values_list("customer_id", "number")
        callers = Customer.objects.active().in_bulk({key for key, _number in phoned})
        found: dict[Who, Customer] = {
            (callers[key].organization_id, callers[key].name, number): callers[key]
            for key, number in phoned
            if key in callers
        }
        missing = [who for who in wanted if who not in found]
        made = [self._customer(who) for who in missing]
        _give_codes(made)
        insert(made)
        new_phone = maker(Phone)
        phones = [
            new_phone(customer_id=customer.pk, number=number, is_primary=True)
            for customer, (_organization, _name, number) in zip(made, missing, strict=True)
        ]
        insert(phones)
        owner: Any
        for owner, phone_ in zip(made, phones, strict=True):
            owner._prefetched_objects_cache = {"phones": (phone_,), "contacts": (), "addresses": []}
        found.update(zip(missing, made, strict=True))
        return found, made

    def _customer(self, who: Who) -> Customer:
        organization, name, _number = who
        return maker(Customer)(
            organization_id=organization,
            name=name,
            kind=Customer.Kind.COMPANY if _COMPANY.search(name) else Customer.Kind.HOUSEHOLD,
            created_by_id=self.context.user.pk,
        )

    def _addresses(
        self, rows: Sequence[Row], customers: dict[Who, Customer]
    ) -> tuple[dict[Any, int], list[Address]]:
        """Where → address of the customer, written down once."""
        wanted = {place for row in rows if (place := _where(row, customers)) is not None}
        if not wanted:
            return {}, []
        known = Address.objects.filter(customer__in={customer for customer, _d, _t in wanted}).values_list(
            "customer_id", "division_id", "detail", "pk"
        )
        found: dict[Any, int] = {}
        housed = set()
        for owner, area, street, key in known:
            housed.add(owner)
            found.setdefault((owner, area, street), key)
        missing = sorted(wanted - found.keys(), key=lambda place: (place[0], place[1] or "", place[2]))
        new_address, new = maker(Address), []
        for customer, division, detail in missing:
            first = customer not in housed
            housed.add(customer)
            beside = {"division": self.known_divisions.get(division)}
            new.append(new_address(beside, customer_id=customer, detail=detail, is_primary=first))
        insert(new)
        found.update(zip(missing, (address.pk for address in new), strict=True))
        return found, new

    def _unit(self, row: Row, customer: Customer | None, address: int | None) -> InstalledUnit:
        values = row.values
        dates: dict[str, date | None] = {f"{name}_on": values[name] for name in _DATES}
        return maker(InstalledUnit)(
            {"model": values["known_model"], "customer": customer},
            organization_id=values["organization_id"],
            serial=values["serial"],
            batch=values["batch"] or "",
            address_id=address,
            dealer_id=values["dealer_id"],
            invoice_number=values["invoice_number"] or "",
            price=values["price"],
            status=values["status"] or _usual_status(values),
            **dates,
        )


def _know_beside(customers: Sequence[Customer], addresses: Sequence[Address]) -> None:
    """Tell new customers their addresses, so that search need not read them."""
    by_key: dict[int, Any] = {customer.pk: customer for customer in customers}
    for address in addresses:
        if address.customer_id in by_key:
            by_key[address.customer_id]._prefetched_objects_cache["addresses"].append(address)


def _usual_status(values: dict[str, Any]) -> str:
    if values["installed"] or values["accepted"]:
        return InstalledUnit.Status.IN_USE
    return (
        InstalledUnit.Status.SOLD
        if values["customer"] or values["invoiced"]
        else InstalledUnit.Status.IN_STOCK
    )


def _who(row: Row) -> Who | None:
    values = row.values
    if values["customer"] is None:
        return None
    return values["organization_id"], " ".join(values["customer"].split()), values["phone"]


def _where(row: Row, customers: dict[Who, Customer]) -> tuple[int, str | None, str] | None:
    values, who = row.values, _who(row)
    if who is None or not (values["division_id"] or values["detail"]):
        return None
    return customers[who].pk, values["division_id"], values["detail"]


def _give_codes(customers: Sequence[Customer]) -> None:
    """Customer numbers from the keys, as a single registration gives them (C and at least six digits)."""
    if not customers:
        return
    reserve_keys(customers)
    for customer in customers:
        customer.code = f"C{customer.pk:06d}"
    taken = set(Customer.objects.filter(code__in=[c.code for c in customers]).values_list("code", flat=True))
    for customer in customers:
        if customer.code in taken:
            customer.code = _with_letter(customer.code)


def _with_letter(code: str) -> str:
    taken = set(Customer.objects.filter(code__startswith=code).values_list("code", flat=True))
    return next(free for n in range(26) if (free := f"{code}{chr(65 + n)}") not in taken)
