"""The missing list reaches a supplier outside: told, answered on the link, reminded once, escalated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.events import MessageGivenUp
from jiannuo.office.notices.models import Delivery, Notice
from jiannuo.operations.installations import services
from jiannuo.operations.installations.links import token_of, url_of
from jiannuo.operations.installations.models import GoodsNotice
from jiannuo.operations.installations.services import telling
from jiannuo.operations.installations.services.noticing import ANSWER_DAYS
from jiannuo.operations.installations.subscribers import note_that_the_mail_failed
from jiannuo.operations.installations.tasks import escalate_due
from jiannuo.operations.installations.tests.conftest import Site
from jiannuo.operations.installations.tests.test_flow import photo
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.sweep import sweep

SUPPLIER, EMAIL = "宁波泵阀配套厂", "sales@supplier.example"


def faulty(site: Site, *, damaged: bool = False) -> Any:
    """A project whose bolts are missing (or bent), and their line."""
    one = site.arrived(site.project())
    line = one.packing.get(text="地脚螺栓")
    if damaged:
        more: dict[str, Any] = {"condition": "damaged", "remark": "压弯", "photos": [photo()]}
        services.check_line(one, line, by=site.technician, received=8, **more)
    else:
        services.check_line(one, line, by=site.technician, received=6)
    return one, line


def told(site: Site, *, damaged: bool = False, **fields: Any) -> GoodsNotice:
    one, line = faulty(site, damaged=damaged)
    values = {"supplier": SUPPLIER, "email": EMAIL, **fields}
    return services.send_notice(one, by=site.technician, lines=[line], **values)


def reply(**fields: Any) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=2)
    return {"way": "send", "answer": "后天补发", "promised_on": day, "name": "王经理", **fields}


def page(notice: GoodsNotice) -> str:
    return reverse("portal:goods_notice", args=[token_of(notice)])


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


# Told


def test_a_supplier_outside_gets_the_list_as_pdf_and_a_link(site: Site) -> None:
    notice = told(site)
    assert (notice.told_way, notice.sendings, notice.is_untold) == ("mail", 1, False)
    [sent] = mail.outbox
    assert sent.to == [EMAIL]
    assert url_of(notice) in sent.body
    [(name, content, kind)] = sent.attachments
    assert (name, kind, content[:4]) == (f"{notice.number}.pdf", "application/pdf", b"%PDF")
    said = TimelineEntry.objects.get(document_id=notice.pk, kind="message").text
    assert "s***@supplier.example" in said
    assert token_of(notice) not in said  # the link is the supplier's alone


def test_the_address_is_kept_for_the_next_notice_to_the_same_supplier(site: Site) -> None:
    told(site, phone="0574-88880000")
    again = told(site, email="")
    assert (again.email, again.phone, again.told_way) == (EMAIL, "0574-88880000", "mail")


def test_without_an_address_nobody_was_told_until_it_is_noted_by_hand(site: Site, client: Client) -> None:
    notice = told(site, email="")
    assert notice.is_untold
    assert not mail.outbox
    client.force_login(site.technician)
    assert "told=no" in client.get(reverse("installations:notices")).content.decode()
    assert notice.number in client.get(reverse("installations:notices") + "?told=no").content.decode()
    tomorrow = timezone.localdate() + timedelta(days=1)
    data = {"told_on": tomorrow, "remark": "快递寄出"}
    with pytest.raises(ValidationError):
        services.do_notice(notice, "tell_by_hand", by=site.technician, data=data)
    data["told_on"] = timezone.localdate() - timedelta(days=1)
    notice = services.do_notice(notice, "tell_by_hand", by=site.technician, data=data)
    assert (notice.told_way, notice.is_untold) == ("hand", False)
    assert timezone.localdate(notice.told_at) == data["told_on"]


def test_an_organisation_of_the_tree_gets_no_mail(site: Site) -> None:
    notice = told(site, supplier="", addressee=site.works)
    assert (notice.email, notice.told_at, mail.outbox) == ("", None, [])
    with pytest.raises(PermissionDenied):
        services.do_notice(notice, "send_link", by=site.technician, data={"email": EMAIL})


def test_wrong_addresses_and_strangers_are_refused(site: Site) -> None:
    one, line = faulty(site)
    with pytest.raises(ValidationError) as wrong:
        services.send_notice(one, by=site.technician, lines=[line], supplier=SUPPLIER, email="sales@")
    assert "email" in wrong.value.message_dict
    past = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ValidationError):
        services.send_notice(one, by=site.technician, lines=[line], supplier=SUPPLIER, answer_by=past)
    notice = services.send_notice(one, by=site.technician, lines=[line], supplier=SUPPLIER)
    with pytest.raises(ValidationError):
        services.do_notice(notice, "send_link", by=site.technician, data={"email": "sales"})
    for by in (site.stranger, site.auditor):
        with pytest.raises(PermissionDenied):
            services.do_notice(notice, "send_link", by=by, data={"email": EMAIL})


def test_sent_to_another_address_the_first_link_ends(site: Site, client: Client) -> None:
    notice = told(site)
    first = page(notice)
    notice = services.do_notice(
        notice, "send_link", by=site.technician, data={"email": "right@supplier.example"}
    )
    assert client.get(first).status_code == 410
    assert client.get(page(notice)).status_code == 200
    same = services.do_notice(
        notice, "send_link", by=site.technician, data={"email": "right@supplier.example"}
    )
    assert page(same) == page(notice)
    assert [one.to for one in mail.outbox] == [[EMAIL], *[["right@supplier.example"]] * 2]


def test_a_dead_address_makes_the_notice_untold_and_its_writer_hears(site: Site) -> None:
    notice = told(site)
    key = Delivery.objects.get(document_id=notice.pk).key
    note_that_the_mail_failed(MessageGivenUp(key=key, at=timezone.now(), error="no such mailbox"))
    notice.refresh_from_db()
    assert notice.is_untold
    assert (
        Notice.objects.filter(kind="installations.supplier_mail_failed", person=site.technician).count() == 1
    )
    # news of an older mail changes nothing
    notice = services.do_notice(
        notice, "send_link", by=site.technician, data={"email": "new@supplier.example"}
    )
    assert not telling.mail_failed(notice.pk, key=key, error="x")
    notice.refresh_from_db()
    assert not notice.is_untold


# Answered on the link


def test_the_supplier_answers_on_the_link_and_the_writers_are_told(site: Site, client: Client) -> None:
    site.promise()
    notice = told(site, damaged=True)
    shown = client.get(page(notice))
    text = shown.content.decode()
    assert "地脚螺栓" in text
    assert "压弯" in text
    assert shown["Cache-Control"].startswith("max-age=0")
    assert client.post(page(notice), reply()).status_code == 302
    notice = GoodsNotice.objects.get(pk=notice.pk)
    assert (notice.state, notice.way, notice.answered_by, notice.answered_via) == (
        "answered",
        "send",
        "王经理",
        "link",
    )
    assert Obligation.objects.get(document=notice.pk).state == "met"
    heard = Notice.objects.filter(kind="installations.supplier_answered").values_list("person", flat=True)
    assert set(heard) == {site.technician.pk, site.dispatcher.pk}
    assert "王经理" in client.get(page(notice)).content.decode()
    step = TimelineEntry.objects.get(document_id=notice.pk, action="give_answer")
    assert "王经理" in step.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"answer": ""}, "answer"),
        ({"way": ""}, "way"),
        ({"way": "pay"}, "way"),
        ({"promised_on": ""}, "promised_on"),
        ({"promised_on": "2020-01-01"}, "promised_on"),
    ],
)
def test_an_answer_that_lacks_something_is_refused(
    site: Site, client: Client, wrong: Any, field: str
) -> None:
    notice = told(site)
    response = client.post(page(notice), reply(**wrong))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert GoodsNotice.objects.get(pk=notice.pk).state == "sent"


def test_who_refuses_gives_reasons_and_no_day(site: Site, client: Client) -> None:
    notice = told(site)
    refused = reply(way="refuse", promised_on="", answer="出厂时数量齐全，有装箱照片")
    assert client.post(page(notice), refused).status_code == 302
    assert GoodsNotice.objects.get(pk=notice.pk).way == "refuse"


def test_answered_twice_or_after_the_office_or_when_it_is_closed(site: Site, client: Client) -> None:
    notice = told(site)
    day = timezone.localdate() + timedelta(days=1)
    by_phone = {"answer": "电话答复：补发", "way": "send", "promised_on": day}
    notice = services.do_notice(notice, "give_answer", by=site.technician, data=by_phone)
    assert notice.answered_via == "office"
    assert client.post(page(notice), reply()).status_code == 409
    notice = services.do_notice(notice, "settle", by=site.technician, data={})
    late = client.post(page(notice), reply())
    assert late.status_code == 409
    assert "后天补发" not in GoodsNotice.objects.get(pk=notice.pk).answer
    with pytest.raises(ActionNotAllowed):
        services.do_notice(notice, "send_link", by=site.technician, data={"email": EMAIL})


def test_links_that_are_over_broken_or_of_others(site: Site, client: Client) -> None:
    notice, other = told(site, damaged=True), told(site, damaged=True)
    [mine] = [one.file_id for line in notice.lines.all() for one in line.photos.all()]
    [theirs] = [one.file_id for line in other.lines.all() for one in line.photos.all()]
    token = token_of(notice)
    assert client.get(reverse("portal:goods_notice_photo", args=[token, mine])).status_code == 200
    assert client.get(reverse("portal:goods_notice_photo", args=[token, theirs])).status_code == 404
    assert client.get(reverse("portal:goods_notice_pdf", args=[token]))["Content-Type"] == "application/pdf"
    for broken in ("x", token[:-1], token.replace(str(notice.pk), str(other.pk), 1)):
        assert client.get(reverse("portal:goods_notice", args=[broken])).status_code == 404
    GoodsNotice.objects.filter(pk=notice.pk).update(link_until=timezone.now())
    assert client.get(page(notice)).status_code == 410
    assert client.post(page(notice), reply()).status_code == 410
    assert client.get(reverse("portal:goods_notice_photo", args=[token, mine])).status_code == 410
    assert client.get(reverse("portal:goods_notice_pdf", args=[token])).status_code == 410


def test_one_address_may_not_answer_without_end(site: Site, client: Client) -> None:
    notice = told(site)
    codes = [client.post(page(notice), {}).status_code for _ in range(13)]
    assert codes == [422] * 12 + [429]


# Late


def test_a_late_answer_is_reminded_once_and_then_told_to_the_manager(site: Site) -> None:
    site.promise()  # an answer within 24 hours
    notice = told(site)
    later = timezone.now() + timedelta(hours=25)
    sweep(later)
    sweep(later + timedelta(hours=1))
    notice = GoodsNotice.objects.select_related("organization").get(pk=notice.pk)
    assert notice.reminded_at is not None
    assert [one.to for one in mail.outbox].count([EMAIL]) == 2  # the notice, and one reminder
    assert Notice.objects.filter(kind="installations.supplier_late", person=site.technician).count() == 1
    assert escalate_due(notice.reminded_at + timedelta(hours=23)) == 0
    due = notice.escalate_at
    assert due is not None
    assert escalate_due(due) == 1
    assert escalate_due(due) == 0
    [heard] = Notice.objects.filter(kind="installations.supplier_silent")
    assert heard.person == site.manager


def test_without_a_clause_the_answer_is_owed_to_the_day_that_was_asked_for(site: Site) -> None:
    day = timezone.localdate() + timedelta(days=5)
    owed = Obligation.objects.get(document=told(site, answer_by=day).pk)
    assert (owed.metric, owed.debtor, timezone.localdate(owed.due_at)) == ("answer", "supplier", day)
    owed = Obligation.objects.get(document=told(site).pk)
    assert timezone.localdate(owed.due_at) == timezone.localdate() + timedelta(days=ANSWER_DAYS)


def test_who_answered_is_neither_reminded_nor_escalated(site: Site) -> None:
    notice = told(site)
    telling.remind(notice.pk, at=timezone.now())
    services.answer_notice(GoodsNotice.objects.get(pk=notice.pk), **reply())
    assert GoodsNotice.objects.get(pk=notice.pk).escalate_at is None
    assert not telling.remind(notice.pk, at=timezone.now())
    assert escalate_due(timezone.now() + timedelta(days=9)) == 0


def test_told_by_hand_the_writer_is_asked_to_call(site: Site) -> None:
    notice = told(site, email="")
    assert telling.remind(notice.pk, at=timezone.now())
    assert [EMAIL] not in [one.to for one in mail.outbox]
    [heard] = Notice.objects.filter(kind="installations.supplier_late")
    assert heard.person == site.technician


def test_an_answer_that_is_not_accepted_is_asked_for_again_by_mail(site: Site, client: Client) -> None:
    notice = services.answer_notice(told(site), **reply(way="refuse", promised_on=None))
    notice = services.do_notice(notice, "ask_again", by=site.technician, data={"reason": "照片为证"})
    assert (notice.state, notice.sendings) == ("sent", 2)
    assert "照片为证" in mail.outbox[-1].body
    assert Obligation.objects.filter(document=notice.pk, state="open").count() == 1
    assert client.post(page(notice), reply()).status_code == 302
