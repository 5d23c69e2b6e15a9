"""Demo knowledge: articles of each kind, read and voted on, and words that mean the same."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from random import Random

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.knowledge.index import keeping
from jiannuo.operations.knowledge.index.store import Busy
from jiannuo.operations.knowledge.models import Article, ArticleCounter, KindRule
from jiannuo.operations.knowledge.services import create_article, do, save_rule, save_synonyms, vote
from jiannuo.operations.workorders.cases import write_up
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.products.models import Category, FaultCode

#: beside those that every company begins with
SYNONYMS = (("宕机 = 死机 = 系统崩溃", "计算机设备"),)
PUBLIC = ("staff", "dealers", "customers")


@dataclass(frozen=True, slots=True)
class Text:
    """An article of the demo; ``symptom`` is the code it is about."""

    kind: str
    symptom: str
    title: str
    question: str
    cause: str
    answer: str
    audiences: tuple[str, ...] = ("staff", "dealers")
    minutes: int | None = None


TEXTS = (
    Text(
        "faq",
        "S-KT-01",
        "空调不制冷，先检查这四处",
        "开机很久出风口仍是自然风，没有冷气。",
        "模式选错、滤网堵塞或温度设得太高最常见。",
        "1. 看遥控器是否在“制冷”，温度设到 24 ℃ 以下。\n"
        "2. 取下滤网用清水冲洗，晾干装回。\n"
        "3. 看室外机前后有没有杂物挡住。\n"
        "4. 关机三分钟后重开；仍不制冷请报修。",
        PUBLIC,
    ),
    Text(
        "faq",
        "S-KT-03",
        "室内机滴水怎么办",
        "室内机右侧滴水，地板湿了。",
        "排水管弯折或堵塞。",
        "1. 先关机，用毛巾接水。\n2. 看室外排水管口有没有被压住或堵住。\n3. 水停后仍滴请报修，不要自行拆机。",
        PUBLIC,
    ),
    Text(
        "plan",
        "S-KT-05",
        "面板显示 E5 的标准预案",
        "面板显示 E5，重启后又出现。",
        "电流保护：电压低、冷凝器脏、风机不转或压缩机异常。",
        "1. 量电源电压，低于 198 伏先请客户解决供电。\n"
        "2. 清洗冷凝器，确认风机转速。\n"
        "3. 量压缩机三相绕组和对地绝缘。\n"
        "4. 以上正常则更换主控板，试运行三十分钟。",
        minutes=70,
    ),
    Text(
        "plan",
        "S-HQ-03",
        "空秤数字跳动的标准预案",
        "空秤时数字来回跳动，不回零。",
        "接线盒受潮、传感器绝缘下降或接地不良。",
        "1. 打开接线盒，烘干并更换密封圈。\n"
        "2. 逐只断开传感器，找出跳动的一只。\n"
        "3. 量绝缘，低于 200 兆欧更换。\n"
        "4. 重新标定并打印标定记录。",
        minutes=90,
    ),
    Text(
        "case",
        "S-IT-03",
        "存储高峰期读写变慢：一块慢盘拖住整组",
        "高峰期响应超时，面板没有任何告警。",
        "一块硬盘介质错误反复重试，未达到踢盘门限。",
        "1. 导出硬盘 SMART，比较各盘平均响应。\n"
        "2. 将最慢的一块手工下线，观察十分钟。\n"
        "3. 更换硬盘并重建阵列，升级到会自动隔离慢盘的固件。",
        ("staff",),
        120,
    ),
    Text(
        "faq",
        "S-IT-04",
        "打印存折卡纸、字迹不清",
        "打印存折时卡纸，字迹不清。",
        "进纸轮积灰、色带到期。",
        "1. 用无尘布蘸酒精擦进纸轮。\n2. 更换色带，跑一次自检页。\n3. 仍卡纸时测进纸传感器电压。",
    ),
)


def load_knowledge(people: dict[str, User], organization: Organization, random: Random) -> int:
    """Publish the articles, write two cases from closed orders, make the index; how many articles."""
    manager, quality, director = people["manager"], people["quality"], people["director"]
    for rule in KindRule.objects.all():
        # Only the general manager stands above all who write at the head office.
        save_rule(rule, approver=Role.GENERAL_MANAGER, review_months=rule.review_months, by=director)
    for words, note in SYNONYMS:
        save_synonyms([word.strip() for word in words.split("=")], by=manager, note=note)
    for text in TEXTS:
        article = _publish(text, organization, by=quality, approver=director)
        _read(article, people, random)
    closed = WorkOrder.objects.visible_to(manager).filter(state="closed", symptom__isnull=False)
    for order in closed.select_related("organization").order_by("-pk")[:2]:
        write_up(order, by=manager)
    with suppress(Busy):  # then whoever writes just now, or the next periodic run, reads it all
        keeping.rebuild()
    return Article.objects.count()


def _publish(text: Text, organization: Organization, *, by: User, approver: User) -> Article:
    symptom = FaultCode.objects.select_related("category").get(code=text.symptom)
    category: Category | None = symptom.category
    values = {
        "title": text.title,
        "question": text.question,
        "cause": text.cause,
        "answer": text.answer,
        "minutes": text.minutes,
        "audiences": text.audiences,
        "categories": [category] if category is not None else [],
        "symptoms": [symptom],
    }
    article = create_article(text.kind, values, organization=organization, by=by, is_demo=True)
    do(article, "submit", by=by)
    step = ApprovalStep.objects.get(approval__document=article.pk, state=ApprovalStep.State.PENDING)
    approvals.approve(step, by=approver)
    return Article.objects.get(pk=article.pk)


def _read(article: Article, people: dict[str, User], random: Random) -> None:
    ArticleCounter.objects.filter(article=article).update(views=random.randrange(12, 180))
    for name in ("agent", "technician", "dispatcher", "dealer"):
        if random.random() < 0.7:
            vote(article, voter=f"user:{people[name].pk}", person=people[name], useful=True)
