"""Demo channels: a hotline with calls of two weeks, messages, letters, visits and a form of the website."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.operations.channels import services
from jiannuo.operations.channels.models import Call, Connection, Extension, InboxItem
from jiannuo.operations.channels.services import connecting
from jiannuo.operations.channels.services.calls import Told
from jiannuo.operations.channels.services.hooks import Message, hear_message
from jiannuo.registry.installedbase.models import InstalledUnit


@dataclass(frozen=True, slots=True)
class Talk:
    """One call: hours ago, seconds it rang and lasted (0: nobody answered), what it was about."""

    hours: float
    place: int
    rang: int
    lasted: int
    topic: str = ""
    note: str = ""
    result: str = ""
    direction: str = "in"
    extension: str = "801"


TALKS = (
    Talk(
        290, 0, 6, 214, "consultation", "空压机每天排水，问自动排水阀能不能加装。", "可以加装，报价已发短信。"
    ),
    Talk(
        266, 3, 9, 131, "maintenance", "到2000小时了，问保养要换哪些件。", "油滤、空滤、油分芯，约周四上门。"
    ),
    Talk(
        243,
        7,
        4,
        88,
        "consultation",
        "问保修卡丢了还能不能保修。",
        "凭发票和机身编码照常保修。",
        extension="802",
    ),
    Talk(219, 2, 7, 305, "repair", "开机就跳闸，合闸还跳。", "请勿再合闸，已登记派工。"),
    Talk(195, 5, 11, 0),
    Talk(
        194.6,
        5,
        8,
        96,
        "repair",
        "刚才打来没人接，空调漏水。",
        "致歉，已登记。",
        direction="out",
        extension="802",
    ),
    Talk(171, 11, 5, 150, "installation", "新机到货，问什么时候来装。", "周六上午安装，已预约。"),
    Talk(147, 1, 6, 240, "complaint", "维修工约好没来，要求有个说法。", "转投诉部门，两小时内回电。"),
    Talk(98, 9, 3, 61, "consultation", "问遥控器儿童锁怎么解除。", "按住锁键三秒。", extension="802"),
    Talk(74, 14, 10, 0),
    Talk(50, 6, 5, 177, "repair", "机房空调高压报警。", "已指导复位，无效则派工。"),
    Talk(26, 4, 8, 119, "other", "要开上次维修的发票。", "已转财务。"),
    Talk(5, 12, 7, 0),
    Talk(4.2, 12, 9, 0),
    Talk(2.5, 8, 4, 203, "consultation", "问冬季防冻要注意什么。", "停机放空余水，发了说明。"),
    Talk(0.9, 13, 12, 0),
)

MESSAGES = (
    (30.0, 10, "王师傅", ("你好，机器显示 E04，是什么意思？", "已经断电重启过了，还是一样。")),
    (3.0, 15, "刘女士", ("滤网怎么拆？说明书找不到了。",)),
)

ARRIVALS = (
    (120.0, 16, "letter", "后勤科 孙科长", "来信反映三楼机组噪声超标，要求现场检测并书面答复。"),
    (28.0, 17, "visit", "陈师傅", "到门店咨询旧机折价换新，留了机型和购机年份。"),
)

WEB = (1.5, "周先生", "13900020077", "家里老款热水器没有二维码，点火后几秒就灭，请安排人看看。")


def _sound() -> SimpleUploadedFile:
    """Half a second of silence, as a recording."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 4000)
    return SimpleUploadedFile("recording.wav", content.getvalue())


class Switchboard:
    """Plays what came in on the channels of the eastern branch."""

    def __init__(self, people: dict[str, User], units: list[InstalledUnit], now: datetime) -> None:
        self.people, self.now = people, now
        self.agent, self.colleague = people["agent"], people["followup"]
        branch: Any = self.agent.organization
        self.branch = branch
        known = InstalledUnit.objects.filter(
            pk__in=[unit.pk for unit in units],
            organization__path__startswith=self.branch.path,
            customer__isnull=False,
        )
        self.customers = [unit.customer for unit in known.select_related("customer").order_by("pk")[:60:3]]

    def phone(self, place: int) -> str:
        customer: Any = self.customers[place % len(self.customers)]
        phone = customer.phones.first()
        return phone.number if phone is not None else ""

    def connect(self, name: str, kind: str) -> Connection:
        source = Connection(organization=self.branch, name=name, kind=kind)
        connecting.connect(source, by=self.people["admin"])
        return source

    def calls(self) -> None:
        """Calls as the telephone system tells of them, then what the agents wrote down."""
        source = self.connect("华东客服热线 400-800-0100", Connection.Kind.TELEPHONE)
        for number, person in (("801", self.agent), ("802", self.colleague)):
            Extension.objects.create(connection=source, number=number, person=person)
        last = None
        for turn, talk in enumerate(TALKS):
            call = self.talk(source, f"demo-{turn}", talk)
            if talk.lasted:
                last = call
        if last is not None:
            services.keep_recording(last, _sound())
        Call.objects.filter(connection=source).update(is_demo=True)
        InboxItem.objects.filter(connection=source).update(is_demo=True)

    def talk(self, source: Connection, key: str, talk: Talk) -> Call:
        rang = self.now - timedelta(hours=talk.hours)
        phone = self.phone(talk.place)
        answered = rang + timedelta(seconds=talk.rang)

        def tell(event: str, at: datetime) -> Call:
            extension = talk.extension if event != "missed" else ""
            return services.told(source, Told(event, key, phone, at, talk.direction, extension))

        tell("ringing", rang)
        if not talk.lasted:
            return tell("missed", answered)
        tell("answered", answered)
        call = tell("ended", answered + timedelta(seconds=talk.lasted))
        person = self.agent if talk.extension == "801" else self.colleague
        return services.describe(call, by=person, topic=talk.topic, note=talk.note, result=talk.result)

    def messages(self) -> None:
        """Conversations on a messenger; the older one was answered."""
        source = self.connect("企业微信客服", Connection.Kind.IM)
        for hours, place, name, texts in MESSAGES:
            for turn, text in enumerate(texts):
                at = self.now - timedelta(hours=hours) + timedelta(minutes=turn)
                message = Message(f"wx-{place}", text, at, name, self.phone(place))
                hear_message(source, f"demo-{place}-{turn}", message)
        first = InboxItem.objects.filter(connection=source).order_by("pk").first()
        if first is not None:
            text = "E04 是排气温度过高，请清理冷却器灰尘；仍报警请回复，我们派人。"
            services.answer(first, by=self.agent, text=text, at=first.received_at + timedelta(minutes=18))
        InboxItem.objects.filter(connection=source).update(is_demo=True)

    def arrivals(self) -> None:
        """A letter, a visit, and a form of the website."""
        for hours, place, channel, who, text in ARRIVALS:
            services.receive(
                channel=channel,
                key=f"demo:{channel}:{place}",
                organization=self.branch,
                text=text,
                sender_name=who,
                sender_phone=self.phone(place),
                received_at=self.now - timedelta(hours=hours),
                by=self.agent if channel == "letter" else None,
                is_demo=True,
            )
        hours, who, phone, text = WEB
        services.receive(
            channel="web",
            key="demo:web",
            organization=self.branch,
            text=text,
            sender_name=who,
            sender_phone=phone,
            received_at=self.now - timedelta(hours=hours),
            is_demo=True,
        )


def load_channels(people: dict[str, User], units: list[InstalledUnit]) -> int:
    """Make what came in during the last two weeks; how many calls."""
    board = Switchboard(people, units, timezone.now())
    board.calls()
    board.messages()
    board.arrivals()
    return len(TALKS)
