"""Demo customers: 300 households, shops, hospitals, schools and works, spread over the areas of the organisations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from random import Random

from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.search.services import index_many
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Address, Contact, Customer, CustomerTag, Phone

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英建华文辉玲晓红志远海波雪梅国庆子涵浩然思雨佳怡俊杰欣妍梓轩"
STREETS = (
    "文三路",
    "人民路",
    "建设路",
    "解放路",
    "中山路",
    "学院路",
    "滨江大道",
    "长江路",
    "和平路",
    "科技路",
)
ESTATES = ("翠苑小区", "锦绣花园", "阳光城", "金色家园", "绿洲花园", "和平新村", "江南名府", "湖滨苑")
COMPANIES = (
    ("{city}示范第{n}人民医院", "key"),
    ("{city}示范第{n}中学", "important"),
    ("{city}示范商业银行{n}支行", "key"),
    ("{city}示范食品有限公司{n}厂", "important"),
    ("{city}示范物流中心{n}库", "ordinary"),
    ("{city}示范酒店{n}店", "ordinary"),
    ("{city}示范机械厂{n}分厂", "important"),
    ("{city}示范政务服务中心{n}", "key"),
    ("{city}示范数据中心{n}", "key"),
    ("{city}示范建材有限公司{n}部", "ordinary"),
)
POSITIONS = ("设备科长", "行政主管", "采购经理", "机房管理员", "车间主任", "后勤主任")

#: organisation → division prefix of its customers, centre (WGS 84), how many
PLACES: list[tuple[str, str, str, tuple[float, float], int]] = [
    ("EAST", "3301", "杭州", (30.274, 120.155), 70),
    ("HZAS", "3301", "杭州", (30.230, 120.210), 50),
    ("SZHX", "3205", "苏州", (31.299, 120.585), 50),
    ("NBTY", "3302", "宁波", (29.868, 121.544), 40),
    ("EAST", "3101", "上海", (31.230, 121.474), 30),
    ("NORTH", "1101", "北京", (39.904, 116.407), 45),
    ("NORTH", "3702", "青岛", (36.067, 120.383), 15),
]


@dataclass(slots=True)
class Made:
    """A demo customer with what the units and requests need of it."""

    customer: Customer
    phone: str
    address: Address
    contact: str


def person_name(random: Random) -> str:
    return random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2))))


def _districts(prefix: str) -> Sequence[Division]:
    streets = list(
        Division.objects.filter(code__startswith=prefix, level=Division.Level.STREET).order_by("code")
    )
    return streets or list(Division.objects.filter(code__startswith=prefix).order_by("code"))


def load_customers(organizations: dict[str, Organization], random: Random) -> list[Made]:
    """Create 300 customers with contacts, phones and addresses."""
    tags = {
        name: CustomerTag.objects.get_or_create(name=name)[0] for name in ("学校", "医院", "银行", "老客户")
    }
    made: list[Made] = []
    for code, prefix, city, centre, number in PLACES:
        divisions = _districts(prefix)
        for _index in range(number):
            serial = len(made) + 1
            household = random.random() < 0.55
            name, grade = _name(household, city, serial, random)
            customer = Customer.objects.create(
                organization=organizations[code],
                code=f"D{serial:06d}",
                kind=Customer.Kind.HOUSEHOLD if household else Customer.Kind.COMPANY,
                name=name,
                grade=grade,
                do_not_call_from=time(12, 0) if serial % 9 == 0 else None,
                do_not_call_to=time(14, 0) if serial % 9 == 0 else None,
                is_demo=True,
            )
            made.append(_details(customer, random, divisions, centre, serial))
            for word, tag in tags.items():
                if word[:2] in name or (word == "老客户" and serial % 11 == 0):
                    customer.tags.add(tag)
    index_many(Customer, [item.customer.pk for item in made])
    return made


def _name(household: bool, city: str, serial: int, random: Random) -> tuple[str, str]:
    if household:
        return person_name(random), Customer.Grade.ORDINARY
    pattern, grade = random.choice(COMPANIES)
    return pattern.format(city=city, n=serial), grade


def _details(
    customer: Customer,
    random: Random,
    divisions: Sequence[Division],
    centre: tuple[float, float],
    serial: int,
) -> Made:
    household = customer.kind == Customer.Kind.HOUSEHOLD
    contact_name = customer.name if household else person_name(random)
    contact = Contact.objects.create(
        customer=customer,
        name=contact_name,
        position="" if household else random.choice(POSITIONS),
        is_primary=True,
    )
    number = f"+861{random.choice(('38', '39', '58', '77', '86'))}{random.randrange(10**8):08d}"
    Phone.objects.create(customer=customer, contact=contact, number=number, label="手机", is_primary=True)
    if not household:
        area = random.choice(("571", "512", "574", "21", "10"))
        landline = f"+86{area}{random.randrange(80000000, 89999999)}"
        Phone.objects.create(customer=customer, contact=contact, number=landline, label="座机")
    place = random.choice(ESTATES) if household else random.choice(STREETS)
    detail = (
        f"{place}{random.randrange(1, 40)}幢{random.randrange(1, 5)}单元{random.randrange(101, 2404)}室"
        if household
        else f"{place}{random.randrange(1, 600)}号"
    )
    address = Address.objects.create(
        customer=customer,
        label="安装地址",
        division=random.choice(divisions) if divisions else None,
        detail=detail,
        latitude=round(centre[0] + random.uniform(-0.12, 0.12), 5),
        longitude=round(centre[1] + random.uniform(-0.12, 0.12), 5),
        is_primary=True,
    )
    return Made(customer=customer, phone=number, address=address, contact=contact_name)
