"""Demo bench: what customers carried to the branch, in every state, the pool of loaners and who has one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from jiannuo.demo.cast import signature
from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.services import store
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.bench.models import BenchRules, CarryIn, LoanEquipment, ModelGrade
from jiannuo.operations.bench.services import (
    Goods,
    HandOver,
    Lending,
    TakingBack,
    do,
    hand_over,
    lend,
    take_back,
    take_in,
)
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import OrderCheck, WorkOrder
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import FaultCode, LabourItem, ProductModel

#: what a service point takes in over the counter, with the grade of its loaners
CARRIED = {"PB-2": 5, "TCS-300": 4, "SR-650": 7}
STORAGE = "修好后请在30日内凭收据取机，逾期未取的另行通知，保管期间请勿存放私人物品。"


@dataclass(frozen=True, slots=True)
class Story:
    """One piece: how many hours ago it came, its fault, how it looked, how far it has come."""

    hours: int
    fault: str
    condition: str
    accessories: tuple[tuple[str, int], ...]
    until: str
    loan: bool = False


STORIES = (
    Story(
        3,
        "打印字迹缺针，走纸跑偏。",
        "外壳右侧有划痕，前盖卡扣松。",
        (("电源线", 1), ("色带盒", 1)),
        "received",
    ),
    Story(26, "空秤数字跳动，无法清零。", "台面有锈迹，四角完好。", (("适配器", 1),), "working", loan=True),
    Story(50, "开机无显示。", "外观完好，缺一颗后盖螺丝。", (("电源线", 2), ("导轨", 1)), "parts"),
    Story(30, "打印头不动作，有焦味。", "外壳完好。", (("电源线", 1),), "asked"),
    Story(100, "称重偏差超过允许范围。", "秤体有轻微碰伤。", (("适配器", 1), ("检定证书", 1)), "ready"),
    Story(1100, "硬盘告警灯常亮。", "前面板有灰尘，外观完好。", (("电源线", 2),), "ready"),
    Story(220, "卡纸，报错后无法复位。", "后盖有裂纹。", (("电源线", 1),), "collected", loan=True),
    Story(75, "按键失灵。", "键盘膜磨损。", (), "refused"),
)


def load_bench(people: dict[str, User], units: list[InstalledUnit]) -> int:
    """Make the pool, the rules and the receipts; returns how many receipts there are."""
    house = Organization.objects.get(code="EAST")
    fee = LabourItem.objects.filter(code="L-JC").first()
    BenchRules.objects.create(organization=house, storage_text=STORAGE, inspection_item=fee)
    _pool(house)
    now = timezone.now()
    own = [one for one in units if one.organization_id == house.pk and one.customer_id is not None]
    carried = [one for one in own if one.model.code in CARRIED]
    rest = iter([one for one in carried + own if one.status != InstalledUnit.Status.STOPPED])
    seen: set[int] = set()
    for story in STORIES:
        unit = _next_unit(rest, seen)
        if unit is None:
            break
        _play(story, unit, people, now)
    return CarryIn.objects.count()


def _next_unit(units: Iterator[InstalledUnit], seen: set[int]) -> InstalledUnit | None:
    for unit in units:
        if unit.pk not in seen:
            seen.add(unit.pk)
            return unit
    return None


def _pool(house: Organization) -> None:
    """Two or three pieces of what is lent, one of them under repair itself."""
    models = {one.code: one for one in ProductModel.objects.filter(code__in=CARRIED)}
    for code, grade in CARRIED.items():
        ModelGrade.objects.create(model=models[code], grade=grade)
        for number in range(1, 4):
            LoanEquipment.objects.create(
                organization=house,
                model=models[code],
                serial=f"BJ-{code}-{number:02d}",
                grade=grade,
                value=Decimal(2000 + 1500 * grade),
                accessories="电源线一根、便携箱",
                condition="完好",
                state=LoanEquipment.State.REPAIR if number == 3 else LoanEquipment.State.POOL,
                is_demo=True,
            )


def _play(story: Story, unit: InstalledUnit, people: dict[str, User], now: datetime) -> None:
    """One piece from the counter to where it stands now."""
    clerk, technician, dispatcher = people["agent"], people["technician"], people["dispatcher"]
    customer = unit.customer
    if customer is None:
        return
    at = now - timedelta(hours=story.hours)
    phone = customer.phones.order_by("-is_primary", "pk").first()
    name = customer.name[:12]
    receipt = take_in(
        Goods(
            organization=unit.organization,
            customer=customer,
            unit=unit,
            serial=unit.serial,
            fault=story.fault,
            condition=story.condition,
            accessories=story.accessories,
            brought_name=name,
            brought_phone=phone.number if phone else "",
            photos=[_picture(clerk, "外观.png")],
            signature=signature(name),
        ),
        by=clerk,
        at=at,
        is_demo=True,
    )
    if story.until == "received":
        return
    step = at + timedelta(hours=1)
    receipt = do(receipt, "entrust", by=dispatcher, data={"technician": technician}, at=step)
    if story.loan:
        _lend(receipt, clerk, name, step)
    _go_on(story, receipt, people, step, name)


def _lend(receipt: CarryIn, clerk: User, name: str, at: datetime) -> None:
    model = receipt.unit.model_id if receipt.unit is not None else None
    free = LoanEquipment.objects.filter(state=LoanEquipment.State.POOL)
    piece = free.filter(model=model).first() or free.order_by("-grade", "pk").first()
    if piece is None:
        return
    lend(
        Lending(
            equipment=piece,
            carry_in=receipt,
            signed_by=name,
            condition="完好，附件齐全",
            reason="客户机器维修期间提供备机，不影响营业。",
            signature=signature(name),
            photos=[_picture(clerk, "借出.png")],
        ),
        by=clerk,
        at=at,
        is_demo=True,
    )


def _go_on(story: Story, receipt: CarryIn, people: dict[str, User], at: datetime, name: str) -> None:
    clerk, technician = people["agent"], people["technician"]
    if story.until == "parts":
        waiting = {"waiting_for": "waiting_parts", "reason": "电源模块已订货，预计两日到货。"}
        do(receipt, "pause", by=technician, data=waiting, at=at + timedelta(hours=2))
        return
    if story.until == "working":
        return
    line = {"kind": "other", "description": "故障部件更换及调试", "unit_price": Decimal(180)}
    orders.add_line(receipt.order, line, by=technician, at=at + timedelta(hours=1))
    if story.until in ("asked", "refused"):
        note = {"note": "更换后保修三个月，请在有效期内答复。"}
        receipt = do(receipt, "ask_customer", by=clerk, data=note, at=at + timedelta(hours=2))
        if story.until == "refused":
            said = {"accepted": False, "name": name, "way": "phone", "remark": "准备更换新机"}
            do(receipt, "note_answer", by=clerk, data=said, at=at + timedelta(hours=5))
        return
    receipt = _repair(receipt, technician, at + timedelta(hours=20))
    if story.until == "collected":
        _collect(receipt, clerk, name, at + timedelta(hours=70))


def _repair(receipt: CarryIn, technician: User, at: datetime) -> CarryIn:
    order = WorkOrder.objects.get(pk=receipt.order_id)
    checks = list(order.checks.all())
    for check in checks:
        low = check.minimum if check.minimum is not None else Decimal(1)
        high = check.maximum if check.maximum is not None else low
        number = f"{((low + high) / 2).normalize():f}"
        check.value = {"yes_no": "yes", "number": number}.get(check.kind, "正常")
        check.passed, check.recorded_at = True, at
    OrderCheck.objects.bulk_update(checks, ["value", "passed", "recorded_at"])
    codes = {code.kind: code for code in FaultCode.objects.order_by("-code")}
    record = {
        "symptom": codes["symptom"],
        "cause": codes["cause"],
        "measure": codes["action"],
        "work_done": "更换故障部件，清洁并通电试运行一小时。",
        "test_result": "试运行正常",
        "test_passed": True,
    }
    orders.do(order, "complete", by=technician, data=record, at=at)
    receipt.refresh_from_db()
    if receipt.state != CarryIn.State.READY:  # the news is heard later where a worker carries it
        receipt = do(receipt, "make_ready", by=None, at=at, as_system=True)
    return receipt


def _collect(receipt: CarryIn, clerk: User, name: str, at: datetime) -> None:
    for loan in receipt.loans.filter(is_out=True).select_related("organization"):
        back = TakingBack(
            returned_by=name, condition="外壳轻微划痕，功能正常", photos=[_picture(clerk, "归还.png")]
        )
        take_back(loan, back, by=clerk, at=at)
    taken = HandOver(
        name=name,
        proof=CarryIn.Proof.RECEIPT,
        returned=list(receipt.accessories.values_list("pk", flat=True)),
        signature=signature(name),
        opinion="修得快，备机解了急。",
    )
    hand_over(CarryIn.objects.get(pk=receipt.pk), taken, by=clerk, at=at)


def _picture(by: User, name: str) -> StoredFile:
    """A drawn machine: a box, a display, a scratch."""
    image = Image.new("RGB", (640, 480), "#e9edf2")
    pen = ImageDraw.Draw(image)
    pen.rectangle((110, 140, 530, 400), fill="#c9d2dc", outline="#50606f", width=4)
    pen.rectangle((160, 180, 360, 250), fill="#243447")
    pen.ellipse((420, 190, 470, 240), fill="#3d8b5f")
    pen.line((430, 300, 505, 345), fill="#b03030", width=3)
    content = io.BytesIO()
    image.save(content, "PNG")
    return store(SimpleUploadedFile(name, content.getvalue(), "image/png"), by=by, kinds=("image",))
