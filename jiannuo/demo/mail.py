"""Demo mails: a mailbox of the eastern office with what people write, and what no person wrote."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils import timezone, translation
from PIL import Image, ImageDraw

from jiannuo.kernel.sealing import seal
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.channels.mail import fetching, registering
from jiannuo.operations.channels.models import MailAccount, MailMessage
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit

OFFICE = "EAST"
ADDRESS = "fuwu@jiannuo.example"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: how many minutes ago, from the customer with that place in the list or from an address, and what."""

    minutes: int
    sender: int | str
    subject: str
    text: str
    photo: bool = False
    file: str = ""
    html: bool = False
    megabytes: int = 0
    headers: tuple[tuple[str, str], ...] = ()


LETTERS = (
    Letter(
        1500,
        "news@trade-fair.example",
        "第十八届暖通展览会参展邀请",
        "诚邀贵公司参展，早鸟价九折。",
        headers=(("List-Unsubscribe", "<https://trade-fair.example/u>"), ("Precedence", "bulk")),
    ),
    Letter(
        900,
        0,
        "空调不制冷",
        "您好，家里的空调昨天开始只吹风不制冷，外机在转。铭牌拍了照片，请安排师傅上门，周末我都在家。",
        photo=True,
    ),
    Letter(
        640,
        1,
        "自动回复：您的邮件",
        "我正在出差，十二月一日回来后回复您。",
        headers=(("Auto-Submitted", "auto-replied"),),
    ),
    Letter(
        310,
        2,
        "发票与保修期",
        "<p>请问去年三月买的那台，<b>保修到什么时候</b>？发票丢了还能保修吗？</p><script>alert(1)</script>",
        html=True,
    ),
    Letter(
        180,
        "liu@property.example",
        "小区三台机组保养",
        "我们物业有三台机组要做换季保养，请报价并安排时间。清单见附件。",
        file="清单.exe",
    ),
    Letter(95, 3, "漏水的视频", "视频太大，分几次发。", megabytes=38),
)
REPLY = "师傅说要等配件，请问大概哪天能到？家里老人怕热，能不能先借一台？"


def load_mail(units: list[InstalledUnit]) -> None:
    """A connected mailbox, its mails in the inbox, a reply on a request, and three that were ignored or too large."""
    customers = list(
        {unit.customer: None for unit in units if unit.organization.code == OFFICE and unit.customer}
    )[:4]
    account = _mailbox()
    for number, customer in enumerate(customers):
        customer.email = customer.email or f"kehu{number + 1}@mail.example"
        Customer.objects.filter(pk=customer.pk).update(email=customer.email)
    with translation.override("zh-hans"):
        for place, letter in enumerate(LETTERS, start=1):
            _arrive(account, place, letter, customers)
        _reply(account, len(LETTERS) + 1)
    MailAccount.objects.filter(pk=account.pk).update(polled_at=timezone.now())


def _mailbox() -> MailAccount:
    return MailAccount.objects.create(
        organization=Organization.objects.get(code=OFFICE),
        name="华东客服邮箱",
        imap_host="imap.jiannuo.example",
        user=ADDRESS,
        sealed_password=seal("demo"),
        from_address=ADDRESS,
        from_name="华东客服中心",
        signature="华东客服中心\n服务热线 400-000-0000",
        starts_at=timezone.now() - timedelta(days=30),
        polled_at=timezone.now(),
        uid_validity=1,
        is_demo=True,
    )


def _arrive(account: MailAccount, place: int, letter: Letter, customers: list[Customer]) -> None:
    if isinstance(letter.sender, int):
        customer = customers[letter.sender % len(customers)]
        sender = f"{customer.name} <{customer.email}>"
    else:
        sender = letter.sender
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, letter.subject
    at = timezone.now() - timedelta(minutes=letter.minutes)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<demo-{place}@mail.example>"
    for name, value in letter.headers:
        mail[name] = value
    mail.set_content(letter.text, subtype="html" if letter.html else "plain", cte="base64")
    if letter.photo:
        mail.add_attachment(_plate(), maintype="image", subtype="jpeg", filename="铭牌.jpg")
    if letter.file:
        mail.add_attachment(b"MZ\x90", maintype="application", subtype="octet-stream", filename=letter.file)
    _take_in(account, place, mail, letter.minutes, letter.megabytes)


def _take_in(account: MailAccount, uid: int, mail: EmailMessage, minutes: int, megabytes: int = 0) -> None:
    raw = mail.as_bytes()
    size = megabytes * fetching.MEGABYTE
    if size:
        raw = raw.partition(b"\r\n\r\n")[0]
    fetching.store(account, raw, uid=uid, size=size or len(raw), too_large=bool(size))
    stored = MailMessage.objects.get(account=account, uid=uid)
    at = timezone.now() - timedelta(minutes=minutes)
    MailMessage.objects.filter(pk=stored.pk).update(at=at, is_demo=True)
    registering.take_in(stored.pk)


def _reply(account: MailAccount, uid: int) -> None:
    """A customer asks about an open request by its number."""
    request = (
        ServiceRequest.objects.filter(organization__code=OFFICE, state="in_progress")
        .select_related("customer")
        .order_by("-pk")
        .first()
    )
    if request is None:
        return
    customer = request.customer
    if not customer.email:
        customer.email = "laokehu@mail.example"
        Customer.objects.filter(pk=customer.pk).update(email=customer.email)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f"{customer.name} <{customer.email}>", ADDRESS
    mail["Subject"] = f"回复：{request.number}"
    mail["Message-ID"] = f"<demo-{uid}@mail.example>"
    mail.set_content(REPLY, cte="base64")
    _take_in(account, uid, mail, 40)


def _plate() -> bytes:
    """A picture of a rating plate."""
    picture = Image.new("RGB", (640, 400), "#d8dde2")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 610, 370), outline="#30363d", width=4)
    for row in range(6):
        pen.line((60, 90 + row * 45, 580 - row * 40, 90 + row * 45), fill="#30363d", width=6)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=80)
    return data.getvalue()
