"""Demo registration cards: two dealers of power tillers, with cards in time, late, sent back, refused and awaited."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.services import store
from jiannuo.kernel.regions.models import Division
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.cards.checking import CardEntry
from jiannuo.operations.cards.models import RegistrationCard
from jiannuo.operations.cards.services import do, submit_card, upload_photos
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.happening import plan_unit
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Category, ProductModel

PACK = "p13-farm-machinery-dealers.yaml"
MODELS = (("1WG-4.0", "微耕机", 3280), ("1WG-6.3", "多功能田园管理机", 5680))
PRICES = {code: price for code, _name, price in MODELS}


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale: how many days ago, when the card came in, who bought, and how far the card has come."""

    days: int
    came: int | None
    dealer: str
    customer: str
    phone: str
    place: str
    until: str


SALES = (
    Sale(75, 66, "HZAS", "示范村·李长根", "13805710001", "双桥村3组12号", "recognised"),
    Sale(70, 62, "HZAS", "示范村·陈水根", "13805710002", "双桥村5组7号", "recognised"),
    Sale(64, 30, "SZHX", "示范农机合作社", "13805120003", "田园路18号", "recognised"),
    Sale(48, 40, "SZHX", "示范村·顾阿四", "13805120004", "新民村9号", "refuse"),
    Sale(30, 18, "HZAS", "示范村·王金宝", "13805710005", "荷花塘21号", "recognised"),
    Sale(26, 12, "SZHX", "示范家庭农场", "13805120006", "河东路2号", "checked"),
    Sale(14, 6, "HZAS", "示范村·俞根法", "13805710007", "桥头村31号", "send_back"),
    Sale(9, 3, "SZHX", "示范村·沈大妹", "13805120008", "新民村44号", "submitted"),
    Sale(6, 1, "HZAS", "示范茶园专业合作社", "13805710009", "龙坞路66号", "submitted"),
    Sale(17, None, "HZAS", "示范村·钱小毛", "13805710010", "双桥村1组3号", "awaited"),
)


def load_cards(people: dict[str, User]) -> int:
    """Make the sales and the cards; returns how many cards there are."""
    head = Organization.objects.get(code="HQ")
    path = Path(settings.BASE_DIR) / "packs" / "samples" / PACK
    load_pack(path, by=None, organization=head, parameters={"guarantee_months": "12"}, is_demo=True)
    models = _products()
    now = timezone.now()
    for place, sale in enumerate(SALES):
        _play(place, sale, models[place % len(models)], people, now)
    clerk = people["dealer"]
    dealer = Organization.objects.get(code="HZAS")
    upload_photos(by=clerk, dealer=dealer, photos=[_picture(clerk, "回执卡照片.png")], is_demo=True)
    return RegistrationCard.objects.count()


def _products() -> list[ProductModel]:
    parent = Category.objects.get(code_path="machinery")
    values = {"code": "agricultural", "name": "农业机械", "code_path": "machinery/agricultural"}
    category = Category.objects.add_child(parent, values)
    return [
        ProductModel.objects.create(category=category, code=code, name=name) for code, name, _price in MODELS
    ]


def _play(place: int, sale: Sale, model: ProductModel, people: dict[str, User], now: datetime) -> None:
    """One sale from the stock to where its card stands now."""
    dealer = Organization.objects.get(code=sale.dealer)
    sold = timezone.localdate(now) - timedelta(days=sale.days)
    unit = InstalledUnit.objects.create(
        organization=Organization.objects.get(code="EAST"),
        model=model,
        serial=f"{model.code.replace('-', '').replace('.', '')}{place + 1:05d}",
        dealer=dealer,
        produced_on=sold - timedelta(days=60),
        shipped_on=sold - timedelta(days=40),
        invoiced_on=sold,
        status=InstalledUnit.Status.SOLD,
        created_at=now - timedelta(days=sale.days),
        is_demo=True,
    )
    plan_unit(unit)
    if sale.came is None:
        return
    agent = people["agent"]
    card = submit_card(
        by=agent,
        entry=CardEntry(
            dealer=dealer,
            serial=unit.serial,
            sold_on=sold,
            customer_name=sale.customer,
            phone=sale.phone,
            invoice_number=f"{3318800 + place:08d}",
            price=Decimal(PRICES[model.code]),
            division=_district(sale.dealer),
            address=sale.place,
            card_number=f"SB{2026000 + place}",
        ),
        way=RegistrationCard.Way.POST if place % 2 else RegistrationCard.Way.PAGE,
        received_at=now - timedelta(days=sale.came),
        photos=[_picture(agent, f"{sale.customer}.png")] if place % 3 == 0 else [],
        is_demo=True,
    )
    _go_on(card, sale.until, people)


def _go_on(card: RegistrationCard, until: str, people: dict[str, User]) -> None:
    agent, appraiser = people["agent"], people["appraiser"]
    if until == "send_back":
        do(card, "send_back", by=agent, data={"reason": "发票号看不清，请补正后再提交。"})
    elif until == "refuse":
        reason = "电话回访客户，没有买过这台机器。"
        do(card, "refuse", by=agent, data={"refusal": "falsified", "reason": reason})
    elif until in ("checked", "recognised"):
        card = do(card, "check_card", by=agent)
        if until == "recognised":
            do(card, "recognise", by=appraiser)


def _district(dealer: str) -> Division | None:
    prefix = "3301" if dealer == "HZAS" else "3205"
    return (
        Division.objects.filter(code__startswith=prefix, level=Division.Level.DISTRICT)
        .order_by("code")
        .first()
    )


def _picture(by: User, name: str) -> StoredFile:
    """A drawn card: lines to write on, a number, a stamp."""
    image = Image.new("RGB", (900, 560), "#f7f3e8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, 870, 530), outline="#7a5c2e", width=4)
    draw.text((60, 60), "No. SB2026", fill="#b03030")
    for line in range(6):
        draw.line((60, 140 + 60 * line, 840, 140 + 60 * line), fill="#7a5c2e", width=2)
    draw.ellipse((640, 340, 820, 520), outline="#b03030", width=6)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return store(SimpleUploadedFile(name, buffer.getvalue(), "image/png"), by=by)
