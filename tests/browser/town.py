"""A small company in Hangzhou that the browser tests work in: its people, a household with a machine, a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from jiannuo.kernel.regions.services import load_sample
from jiannuo.kernel.search.services import index_many
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.models import Shift, Skill, Technician
from jiannuo.promises.commitments.services import load_pack
from jiannuo.registry.customers.models import Address, Contact, Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import (
    Category,
    ChecklistItem,
    Component,
    FaultCode,
    LabourItem,
    PartListLine,
    ProductModel,
    SparePart,
)
from jiannuo.testing import factories

PASSWORD = "correct horse battery"
PHONE = "13812340678"
DISTRICT = "330106"
PROMISE = """
code: HOUSE
name: 践诺集团基本服务承诺
kind: maker
owner: 践诺集团
clauses:
  - id: response-two-hours
    kind: time
    text: 受理后两小时内联系客户。
    source: {document: 基本服务承诺, article: 第一条}
    metric: response
    limit: {amount: 2, unit: hours}
  - id: arrival-24-hours
    kind: time
    text: 报修后24小时内上门。
    source: {document: 基本服务承诺, article: 第二条}
    when: {request_kind: repair}
    metric: arrival
    limit: {amount: 24, unit: hours}
    pausable: [waiting_customer]
  - id: repair-48-hours
    kind: time
    text: 报修后48小时内修复。
    source: {document: 基本服务承诺, article: 第三条}
    when: {request_kind: repair}
    metric: repair
    limit: {amount: 48, unit: hours}
    pausable: [waiting_customer, waiting_parts]
  - id: warranty-12-months
    kind: coverage
    text: 整机自验收之日起保修12个月，人为损坏除外。
    source: {document: 基本服务承诺, article: 第四条}
    term: {months: 12}
    begins: {events: [accepted], fallbacks: [installed, invoiced]}
    includes: [parts, labour, travel]
    excluded_causes: [misuse]
"""


@dataclass(frozen=True)
class Town:
    """Everybody and everything that the tests meet."""

    office: Organization
    branch: Organization
    agent: User
    dispatcher: User
    manager: User
    technician: User
    novice: User
    admin: User
    customer: Customer
    unit: InstalledUnit
    old_unit: InstalledUnit
    model: ProductModel


def build() -> Town:
    """Make the company; a few dozen rows, the same each time."""
    load_sample()
    office = factories.organization(code="HQ", name="践诺示范集团有限公司", short_name="集团总部")
    branch = factories.organization(
        office,
        code="EAST",
        name="践诺示范集团华东分公司",
        short_name="华东分公司",
        areas=["33"],
        phone="0571-88000100",
    )
    load_pack(PROMISE, by=None, organization=office)
    category, model = _products()
    novice, technician = _technicians(branch, category)
    customer, address = _customer(branch)
    today = timezone.localdate()
    return Town(
        office=office,
        branch=branch,
        agent=_person("agent", "沈雨晴", "service_agent", branch),
        dispatcher=_person("dispatcher", "周立群", "dispatcher", branch),
        manager=_person("manager", "韩志远", "department_manager", branch),
        technician=technician,
        novice=novice,
        admin=_person("admin", "吕思成", "administrator", office),
        customer=customer,
        unit=_unit(branch, customer, address, model, "KFR2605001", today - timedelta(days=100)),
        old_unit=_unit(branch, customer, address, model, "KFR2209018", today - timedelta(days=900)),
        model=model,
    )


def _person(username: str, name: str, role: str, at: Organization) -> User:
    return factories.person(role, at=at, username=username, name=name)


def _products() -> tuple[Category, ProductModel]:
    appliance = Category.objects.add_root({"code": "appliance", "name": "家用电器", "code_path": "appliance"})
    category = Category.objects.add_child(
        appliance, {"code": "ac", "name": "空调器", "code_path": "appliance/ac"}
    )
    model = ProductModel.objects.create(
        category=category, code="KFR-35GW", name="1.5 匹壁挂式空调", maker="践诺示范电器"
    )
    compressor = Component.objects.add_root(
        {
            "model": model,
            "code": "compressor",
            "name": "压缩机",
            "code_path": "compressor",
            "has_serial": True,
        }
    )
    part = SparePart.objects.create(code="YSJ-QXA", name="旋转压缩机 QXA", list_price=820, cost=560)
    PartListLine.objects.create(model=model, component=compressor, part=part)
    LabourItem.objects.create(code="L-JC", name="上门检测", minutes=30, price=50)
    checks: list[dict[str, Any]] = [
        {"text": "已断电并挂牌", "kind": "yes_no"},
        {"text": "出风口温差", "kind": "number", "unit": "℃", "minimum": 8, "maximum": 20},
    ]
    for position, check in enumerate(checks):
        ChecklistItem.objects.create(category=category, position=position, **check)
    codes = [
        ("symptom", "S-01", "不制冷或制冷差", ""),
        ("symptom", "S-02", "漏水", ""),
        ("cause", "C-01", "零部件质量", "material"),
        ("action", "A-01", "更换零部件", ""),
    ]
    for kind, code, name, cause_class in codes:
        FaultCode.objects.add_root({"kind": kind, "code": code, "name": name, "cause_class": cause_class})
    return category, model


def _technicians(branch: Organization, category: Category) -> tuple[User, User]:
    """A novice from another place, and one who fits: to be found first although made second."""
    novice = _technician(branch, "novice", "丁小波", areas=["3302"])
    expert = _technician(branch, "technician", "吴建国", areas=["3301"])
    Skill.objects.create(technician=expert.technician, category=category, level=5, certificate="制冷证 0571")
    return novice, expert


def _technician(branch: Organization, username: str, name: str, areas: list[str]) -> User:
    user = _person(username, name, "technician", branch)
    technician = Technician.objects.create(user=user, organization=branch, areas=areas)
    today = timezone.localdate()
    Shift.objects.bulk_create(
        Shift(technician=technician, starts_at=_at(day, time(0, 0)), ends_at=_at(day, time(23, 59)))
        for day in (today + timedelta(days=offset) for offset in range(3))
    )
    return user


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _customer(branch: Organization) -> tuple[Customer, Address]:
    customer = factories.customer(
        branch, code="C000123", name="许美玲", phone=f"+86{PHONE}", email="xu@example.com"
    )
    Contact.objects.create(customer=customer, name="许美玲", is_primary=True)
    address = Address.objects.create(
        customer=customer, division_id=DISTRICT, detail="翠苑小区12幢3单元502室", is_primary=True
    )
    index_many(Customer, [customer.pk])
    return customer, address


def _unit(
    branch: Organization,
    customer: Customer,
    address: Address,
    model: ProductModel,
    serial: str,
    installed: date,
) -> InstalledUnit:
    unit = factories.unit(
        branch,
        of=customer,
        model=model,
        address=address,
        serial=serial,
        produced_on=installed - timedelta(days=60),
        invoiced_on=installed - timedelta(days=2),
        installed_on=installed,
    )
    index_many(InstalledUnit, [unit.pk])
    return unit
