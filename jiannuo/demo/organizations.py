"""Demo organisations and people: a head office, two branches, two dealers, a station; one account a role."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import Role
from jiannuo.office.organizations.models import Organization

ORGANIZATIONS: list[tuple[str, str, str, str, str, list[str], str]] = [
    # code, parent, kind, name, short name, areas, phone
    ("HQ", "", "head_office", "践诺示范装备集团有限公司", "集团总部", [], "400-800-0100"),
    (
        "EAST",
        "HQ",
        "branch",
        "践诺示范装备集团华东分公司",
        "华东分公司",
        ["33", "32", "31", "34"],
        "0571-8800-0100",
    ),
    (
        "NORTH",
        "HQ",
        "branch",
        "践诺示范装备集团华北分公司",
        "华北分公司",
        ["11", "12", "13", "37"],
        "010-8800-0100",
    ),
    (
        "HZAS",
        "EAST",
        "dealer",
        "杭州安顺示范机电有限公司",
        "杭州安顺",
        ["3301", "3304", "3305"],
        "0571-8800-0201",
    ),
    ("SZHX", "EAST", "dealer", "苏州恒信示范商贸有限公司", "苏州恒信", ["3205", "3202"], "0512-8800-0202"),
    ("NBTY", "EAST", "station", "宁波特约示范服务站", "宁波特约站", ["3302", "3306"], "0574-8800-0203"),
    ("BJWH", "NORTH", "warehouse", "北京示范备件库", "北京备件库", ["11"], "010-8800-0204"),
]


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    name: str
    organization: str
    roles: tuple[str, ...]
    phone: str


#: The accounts that the tour of the README uses: one a role.
TOUR: list[Account] = [
    Account("agent", "沈雨晴", "EAST", (Role.SERVICE_AGENT,), "13900010001"),
    Account("dispatcher", "周立群", "EAST", (Role.DISPATCHER,), "13900010002"),
    Account("technician", "吴建国", "EAST", (Role.TECHNICIAN,), "13900010003"),
    Account("storekeeper", "郑小娟", "EAST", (Role.STOREKEEPER,), "13900010004"),
    Account("appraiser", "冯国栋", "HQ", (Role.TECHNICAL_APPRAISER,), "13900010005"),
    Account("finance", "陈静怡", "HQ", (Role.FINANCE_CLERK,), "13900010006"),
    Account("followup", "褚文婷", "EAST", (Role.FOLLOW_UP_AGENT,), "13900010007"),
    Account("quality", "卫东明", "HQ", (Role.QUALITY_ENGINEER,), "13900010008"),
    Account("complaints", "蒋慧敏", "HQ", (Role.COMPLAINT_SUPERVISOR,), "13900010009"),
    Account("manager", "韩志远", "EAST", (Role.DEPARTMENT_MANAGER,), "13900010010"),
    Account("director", "杨振华", "HQ", (Role.GENERAL_MANAGER,), "13900010011"),
    Account("dealer", "朱丽萍", "HZAS", (Role.DEALER_CLERK,), "13900010012"),
    Account("dealertech", "秦大勇", "HZAS", (Role.DEALER_TECHNICIAN,), "13900010013"),
    Account("customer", "许美玲", "EAST", (Role.CUSTOMER,), "13900010014"),
    Account("auditor", "何清源", "HQ", (Role.AUDITOR,), "13900010015"),
    Account("admin", "吕思成", "HQ", (Role.ADMINISTRATOR,), "13900010016"),
]

#: More people, so that there is somebody to choose among.
OTHERS: list[Account] = [
    Account("east.tech2", "施永康", "EAST", (Role.TECHNICIAN,), "13900010021"),
    Account("east.tech3", "张海涛", "EAST", (Role.TECHNICIAN,), "13900010022"),
    Account("east.tech4", "孔令辉", "EAST", (Role.TECHNICIAN,), "13900010023"),
    Account("east.tech5", "曹国强", "EAST", (Role.TECHNICIAN,), "13900010024"),
    Account("north.manager", "严守信", "NORTH", (Role.DEPARTMENT_MANAGER,), "13900010025"),
    Account("north.agent", "华晓月", "NORTH", (Role.SERVICE_AGENT, Role.DISPATCHER), "13900010026"),
    Account("north.tech1", "金立诚", "NORTH", (Role.TECHNICIAN,), "13900010027"),
    Account("north.tech2", "魏长河", "NORTH", (Role.TECHNICIAN,), "13900010028"),
    Account("north.tech3", "陶铁军", "NORTH", (Role.TECHNICIAN,), "13900010029"),
    Account("hzas.tech2", "姜伟民", "HZAS", (Role.DEALER_TECHNICIAN,), "13900010030"),
    Account("szhx.clerk", "戚雅琴", "SZHX", (Role.DEALER_CLERK,), "13900010031"),
    Account("szhx.tech1", "谢广田", "SZHX", (Role.DEALER_TECHNICIAN,), "13900010032"),
    Account("nbty.clerk", "邹凤霞", "NBTY", (Role.DEALER_CLERK,), "13900010033"),
    Account("nbty.tech1", "喻海生", "NBTY", (Role.DEALER_TECHNICIAN,), "13900010034"),
    Account("nbty.tech2", "柏树林", "NBTY", (Role.DEALER_TECHNICIAN,), "13900010035"),
]


def password_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-password"


def demo_password() -> str:
    """The one password of all demo accounts: made by chance for this installation and kept beside its data."""
    path = password_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"demo-{secrets.token_hex(4)}")
    return path.read_text().strip()


def load_organizations(today: date) -> dict[str, Organization]:
    """Create the tree; returns it by code."""
    made: dict[str, Organization] = {}
    for code, parent, kind, name, short_name, areas, phone in ORGANIZATIONS:
        values = {
            "code": code,
            "name": name,
            "short_name": short_name,
            "kind": kind,
            "areas": areas,
            "phone": phone,
            "is_demo": True,
        }
        if kind in {"dealer", "station"}:
            values |= {
                "grade": "A" if code != "SZHX" else "B",
                "agreement_number": f"JN-{today.year}-{code}",
                "agreement_from": date(today.year, 1, 1),
                "agreement_to": date(today.year, 12, 31),
            }
        if not parent:
            made[code] = Organization.objects.add_root(values)
        else:
            made[code] = Organization.objects.add_child(Organization.objects.get(code=parent), values)
    return {org.code: org for org in Organization.objects.filter(code__in=made)}


def load_people(organizations: dict[str, Organization]) -> dict[str, User]:
    """Create the accounts with their roles; returns them by user name."""
    hashed = make_password(demo_password())
    people: dict[str, User] = {}
    for account in TOUR + OTHERS:
        user = User.objects.create(
            username=account.username,
            name=account.name,
            email=f"{account.username}@demo.invalid",
            phone=f"+86{account.phone}",
            organization=organizations[account.organization],
            password=hashed,
            is_demo=True,
        )
        for role in account.roles:
            RoleAssignment.objects.create(user=user, role=role, organization=user.organization)
        people[account.username] = user
    people["technician"].deputy = people["east.tech2"]
    people["technician"].save(update_fields=["deputy"])
    return people
