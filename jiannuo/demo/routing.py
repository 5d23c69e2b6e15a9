"""Demo routing rules as the sources tell them, requests that they sent, and dealers who pushed customers back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.models import PushBack, RoutingRule, ServiceRequest
from jiannuo.operations.desk.routing.pushback import decide
from jiannuo.operations.desk.routing.services import save_rule
from jiannuo.operations.desk.services import do, register_request
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Category

FARM = "machinery/agricultural"
SOURCE = "售后服务管理办法"
#: table of, name, conditions, goes to, role
RULES: tuple[tuple[str, str, dict[str, Any], str, str], ...] = (
    ("EAST", "包装、运输问题转仓储", {"natures": ["packing"]}, "EAST", "storekeeper"),
    ("EAST", "经销商事务转经销商管理", {"natures": ["partner"]}, "EAST", "department_manager"),
    (
        "EAST",
        "农机三包由杭州经销商安排",
        {"category": "machinery/agricultural", "below": "HZAS"},
        "HZAS",
        "dealer_clerk",
    ),
    ("HQ", "质量问题转研发、技术", {"natures": ["quality"]}, "HQ", "quality_engineer"),
    ("HQ", "服务态度转营销、投诉监督", {"natures": ["attitude"]}, "HQ", "complaint_supervisor"),
)
#: nature, what the customer says
CALLS = (
    ("quality", "旋耕刀轴半年断了两次，怀疑材质有问题。"),
    ("packing", "机器送到时木架散了，油箱有凹痕。"),
    ("partner", "乡镇分销点要求换经销商供货。"),
    ("", "微耕机离合打滑，正是农忙。"),
    ("", "发动机冒黑烟，经销商让直接找厂家。"),
)


def load_routing(people: dict[str, User]) -> int:
    """Make the rules, the requests that they sent and the push-backs; returns how many rules there are."""
    units = {one.code: one for one in Organization.objects.all()}
    for table, name, conditions, goes_to, role in RULES:
        wanted = dict(conditions)
        if "category" in wanted:
            wanted["category"] = Category.objects.get(code_path=wanted["category"])
        if "below" in wanted:
            wanted["below"] = units[wanted["below"]]
        rule = RoutingRule(
            organization=units[table],
            name=name,
            to_organization=units[goes_to],
            to_role=role,
            source=SOURCE,
            **wanted,
        )
        save_rule(rule, by=people["director"])
    _calls(people)
    return len(RULES)


def _calls(people: dict[str, User]) -> None:
    rows = InstalledUnit.objects.filter(
        model__category__code_path=FARM, customer__isnull=False, dealer__code="HZAS"
    ).select_related("organization", "model__category", "customer", "dealer", "address__division")
    sold = list(rows.order_by("pk")[: len(CALLS)])
    now = timezone.now()
    made = []
    for place, (nature, text) in enumerate(CALLS):
        unit = sold[place % len(sold)]
        made.append(
            register_request(
                by=people["agent"],
                customer=unit.customer,
                unit=unit,
                symptom_text=text,
                nature=nature,
                received_at=now - timedelta(hours=3 * (len(CALLS) - place)),
                allow_duplicate=True,
                is_demo=True,
            )
        )
    _push_backs(made, people)


def _push_backs(requests: list[ServiceRequest], people: dict[str, User]) -> None:
    """One customer handed back for want of staff, one sent away to the maker; the first is decided."""
    dealer = Organization.objects.get(code="HZAS")
    handed = requests[-2]
    do(handed, "turned_away", by=people["agent"], data={"dealer": dealer, "reason": "客户说经销商不接电话。"})
    last = requests[-1]
    do(last, "turned_away", by=people["agent"], data={"dealer": dealer, "reason": "经销商让客户直接找厂家。"})
    first = PushBack.objects.filter(document=handed.pk).first()
    if first is not None:
        decide(first, justified=False, reason="属本店销售，应在2小时内安排。", by=people["manager"])
