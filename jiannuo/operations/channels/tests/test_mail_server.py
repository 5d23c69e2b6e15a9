"""Mail in and out against a real IMAP and SMTP server that the tests start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.kernel.sealing import mark, seal
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices import sending
from jiannuo.office.notices.models import Delivery, Notice
from jiannuo.operations.channels.mail import fetching, registering
from jiannuo.operations.channels.mail.answering import answer_request
from jiannuo.operations.channels.mail.automatic import Ignored
from jiannuo.operations.channels.mail.charsets import header_of
from jiannuo.operations.channels.mail.connecting import MailTrouble
from jiannuo.operations.channels.mail.subscribers import forget_the_mails
from jiannuo.operations.channels.models import InboxItem, InboxLine, MailAccount, MailMessage
from jiannuo.operations.channels.services import inbox
from jiannuo.operations.channels.tests.mailhouse import US, WANG, House, mail, picture
from jiannuo.operations.desk.services import register_request
from jiannuo.registry.customers.events import CustomerErased
from jiannuo.testing import factories, mailserver


@pytest.fixture(scope="session")
def running_server():
    return mailserver.start()


@pytest.fixture
def house(db, running_server, django_capture_on_commit_callbacks):
    running_server.clear()
    return House(running_server, django_capture_on_commit_callbacks)


def test_a_mail_becomes_a_request_is_answered_and_the_reply_comes_to_the_same_request(house):
    # given a mail with a picture
    house.comes(mail(files=[("铭牌.png", "image/png", picture())]))
    item = InboxItem.objects.get()
    assert (item.channel, item.subject, item.customer, item.sender_address) == (
        "email",
        "报修",
        house.customer,
        WANG,
    )
    assert item.files.get().file.name == "铭牌.png"
    # when it is registered, the sender gets one confirmation with the number, in the thread, marked as automatic
    request = house.register(item)
    (confirmed,) = house.server.sent_to(WANG)
    assert request.number in header_of(confirmed, "subject")
    assert confirmed["Auto-Submitted"] == "auto-replied"
    assert confirmed["In-Reply-To"] == f"<{MailMessage.objects.get(direction='in').message_id}>"
    assert request.obligations.filter(metric="response", state="open").exists()
    # when the agent answers, it goes out threaded, with greeting and signature, and is the contact that was promised
    house.answers(request)
    _confirmed, answer = house.server.sent_to(WANG)
    words = answer.get_payload(decode=True).decode()
    assert words.replace("\r\n", "\n").strip() == "王芳您好：\n\n今天下午三点到。\n\n践诺客服"
    assert (answer["References"].split()[-1], answer["Auto-Submitted"]) == (confirmed["In-Reply-To"], None)
    assert not request.obligations.filter(metric="response", state="open").exists()
    assert TimelineEntry.objects.filter(document=request, action="contacted").get().author == house.agent
    # when the customer replies, even with another subject, the same request has it
    house.comes(mail("可以，家里有人。\n\n> 您好", subject="好的", In_Reply_To=answer["Message-ID"]))
    assert InboxItem.objects.count() == 1
    entry = TimelineEntry.objects.filter(document=request, kind="message").order_by("-pk").first()
    assert entry.text == "王芳来信：可以，家里有人。"
    assert InboxLine.objects.filter(item=item, kind="in").get().text == "可以，家里有人。"


def test_the_number_in_the_subject_leads_to_the_request_for_those_who_belong_to_it(house):
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    house.comes(
        mail("还要带一根管子", subject=f"回复：{request.number}", files=[("a.png", "image/png", picture())])
    )
    assert InboxItem.objects.count() == 1
    assert request.attachments.get().file.name == "a.png"


@pytest.mark.parametrize("by_reference", [True, False])
def test_nobody_writes_into_a_file_by_guessing_its_number(house, by_reference):
    # given
    first = mail()
    house.comes(first)
    request = house.register(InboxItem.objects.get())
    before = request.timeline.count()
    # when a stranger names the number, or the mail
    named = {"In_Reply_To": first["Message-ID"]} if by_reference else {"subject": f"Re: {request.number}"}
    house.comes(mail("改约到别处", sender="x@stranger.example", **named))
    # then it is a new item, marked
    item = InboxItem.objects.order_by("-pk").first()
    assert (InboxItem.objects.count(), request.timeline.count()) == (2, before)
    assert request.number in item.lines.get(kind="note").text


def test_the_number_of_another_organisation_leads_nowhere(house):
    # given a request of a branch, and a mailbox of another branch to which the customer writes its number
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    other = factories.organization(house.office)
    MailAccount.objects.update(organization=other)
    house.comes(mail(subject=request.number))
    assert InboxItem.objects.order_by("-pk").first().lines.count() == 0
    assert InboxItem.objects.count() == 2


def test_a_mail_about_a_closed_request_is_put_in_front_of_somebody(house):
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    type(request).objects.filter(pk=request.pk).update(state="closed")
    house.comes(mail("又坏了", subject=request.number))
    item = InboxItem.objects.order_by("-pk").first()
    assert (item.state, item.text) == ("new", "又坏了")
    assert request.timeline.filter(data__has_key="mail", text__contains="又坏了").exists()


def test_an_answered_item_opens_again_when_the_sender_writes_again(house):
    # given an item that was answered without becoming a request
    house.comes(mail("你们几点上班？"))
    item = InboxItem.objects.get()
    with house.run(execute=True):
        inbox.answer(item, by=house.agent, text="八点。")
    (answer,) = house.server.sent_to(WANG)
    assert "八点。" in answer.get_payload(decode=True).decode()
    # when
    house.comes(mail("周末呢？", In_Reply_To=answer["Message-ID"]))
    # then it is its owner's again, who is told
    item.refresh_from_db()
    assert (item.state, item.owner) == ("taken", house.agent)
    assert Notice.objects.filter(person=house.agent, kind="mail.further").count() == 1


def test_hostile_files_are_refused_by_name_and_the_text_is_kept(house):
    house.comes(
        mail(
            "见附件",
            files=[
                ("发票.exe", "application/octet-stream", b"MZ" + b"\0" * 100),
                ("图.png", "image/png", b"<html><script>alert(1)</script>"),
                ("照片.jpg", "image/jpeg", picture()),
                ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22"),
                ("空.pdf", "application/pdf", b""),
                ("好.png", "image/png", picture()),
            ],
        )
    )
    item = InboxItem.objects.get()
    assert [one.file.name for one in item.files.all()] == ["好.png"]
    assert item.text.startswith("见附件")
    for name in ("发票.exe", "图.png", "照片.jpg", "winmail.dat", "空.pdf"):
        assert f"• {name}" in item.text


def test_scripts_in_html_never_reach_a_page(house):
    message = mail("")
    message.set_content("<p>不制冷</p><script>alert(1)</script><img src=http://spy.example>", subtype="html")
    house.comes(message)
    assert InboxItem.objects.get().text == "不制冷"


def test_a_mail_that_is_too_large_is_not_fetched_and_its_sender_is_told_once(house):
    # given mails that the server says have 30 MB
    size = 30 * 1024 * 1024
    house.comes(mail(subject="照片"), claimed_size=size)
    house.comes(mail(subject="照片二"), claimed_size=size)
    # then who wrote it stands in the inbox, only the head was stored, and the sender knows
    first, second = InboxItem.objects.order_by("pk")
    assert (first.subject, first.sender_address, second.subject) == ("照片", WANG, "照片二")
    assert "30" in first.text
    assert first.files.count() == 0
    assert all(one.too_large and one.raw.size < 2000 for one in MailMessage.objects.filter(direction="in"))
    (told,) = house.server.sent_to(WANG)
    assert told["Auto-Submitted"] == "auto-replied"


def test_a_server_that_lies_about_the_size_is_not_believed(house):
    MailAccount.objects.update(largest_megabytes=1)
    house.comes(mail("x" * 60 + "\n" + ("y" * 70 + "\n") * 20000), claimed_size=500)
    message = MailMessage.objects.filter(direction="in").get()
    assert message.too_large
    assert message.raw.size < 2000


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, Ignored.AUTO_REPLY),
        ({"Precedence": "bulk"}, Ignored.BULK),
        ({"List_Id": "<x.example>"}, Ignored.LIST),
        ({"Return_Path": "<>"}, Ignored.BOUNCE),
        ({"X_Jiannuo_Message": mark("9")}, Ignored.LOOP),
        ({"sender": US}, Ignored.OWN),
    ],
)
def test_what_no_person_wrote_is_listed_with_its_reason_and_never_answered(house, headers, reason):
    message = house.comes(mail(**headers))
    assert (message.state, message.reason, InboxItem.objects.count()) == ("ignored", reason, 0)
    assert house.server.accepted == []


@pytest.mark.parametrize("theirs", ["9", "9.0123456789abcdef0123456789abcdef", ".", "在 9"])
def test_the_mail_of_another_company_that_uses_the_same_program_is_taken_in(house, theirs, settings):
    # given a person there wrote it, and their program put its own mark on it
    message = house.comes(
        mail("请寄两只滤芯", sender="采购 <buyer@dealer.example>", X_Jiannuo_Message=theirs)
    )
    assert (message.state, InboxItem.objects.get().text) == ("taken_in", "请寄两只滤芯")
    # and what their program wrote by itself is ignored as before, so that the two do not answer each other for ever
    robot = house.comes(mail("已收到", X_Jiannuo_Message=theirs, Auto_Submitted="auto-replied"))
    assert (robot.state, robot.reason) == ("ignored", Ignored.AUTO_REPLY)


def test_our_own_mail_that_comes_back_is_known_also_after_the_key_was_changed(house, settings):
    # given an answer that went out
    house.comes(mail())
    house.answers(house.register(InboxItem.objects.get()))
    sent = house.server.sent_to(WANG)[-1]["X-Jiannuo-Message"]
    # when a forwarder sends it back from its own address, after the signing key was changed
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    message = house.comes(mail("您好", sender="forward@other.example", X_Jiannuo_Message=sent))
    # then
    assert (message.state, message.reason) == ("ignored", Ignored.LOOP)


def test_an_ignored_mail_can_be_taken_in_by_hand_and_is_not_confirmed(house):
    # given
    message = house.comes(mail(Auto_Submitted="auto-generated"))
    with pytest.raises(PermissionDenied):
        registering.take_in_ignored(message, by=house.auditor)
    # when
    item = registering.take_in_ignored(message, by=house.agent)
    # then
    assert item.text.startswith("空调")
    house.register(item)
    assert house.server.accepted == []
    with pytest.raises(ValidationError):
        registering.take_in_ignored(message, by=house.agent)


def test_two_programs_that_answer_each_other_are_stopped(house):
    # given a robot that answers each of our mails and hides what it is
    MailAccount.objects.update(hourly_limit=3)
    for turn in range(6):
        house.comes(mail(f"收到 {turn}", sender="robot@other.example"))
    # then
    assert InboxItem.objects.count() == 3
    assert MailMessage.objects.filter(reason=Ignored.FLOOD).count() == 3


def test_a_crash_after_fetching_loses_nothing_and_doubles_nothing(house, monkeypatch):
    # given a process that dies when it has the mail but has not noted it
    original = MailMessage.save
    monkeypatch.setattr(MailMessage, "save", lambda *_a, **_k: (_ for _ in ()).throw(RuntimeError("died")))
    house.comes(mail())
    assert MailMessage.objects.count() == 0
    assert "RuntimeError: died" in MailAccount.objects.get().last_error
    # when it runs again
    monkeypatch.setattr(MailMessage, "save", original)
    house.read()
    house.read()
    # then
    assert (MailMessage.objects.count(), InboxItem.objects.count()) == (1, 1)
    assert MailAccount.objects.get().last_error == ""


def test_a_crash_between_storing_and_registering_loses_nothing_and_doubles_nothing(house, monkeypatch):
    # given a process that dies after the item was made, before the mail counts as taken in
    def dies(*_args):
        raise RuntimeError("died")

    monkeypatch.setattr(registering, "_join", dies)
    real, calls = registering.receive, []
    monkeypatch.setattr(registering, "receive", lambda **data: (calls.append(real(**data)), dies()))
    house.comes(mail(files=[("a.png", "image/png", picture())]))
    message = MailMessage.objects.get()
    assert (message.state, message.attempts, InboxItem.objects.count(), len(calls)) == ("stored", 1, 0, 1)
    # when it runs again later
    monkeypatch.setattr(registering, "receive", real)
    MailMessage.objects.update(next_try_at=timezone.now())
    house.read()
    # then
    assert (MailMessage.objects.count(), InboxItem.objects.count()) == (1, 1)
    assert InboxItem.objects.get().files.count() == 1


def test_a_mail_that_never_can_be_taken_in_reaches_a_person(house, monkeypatch):
    monkeypatch.setattr(registering, "thread_of", lambda *_a: (_ for _ in ()).throw(RuntimeError("no")))
    house.comes(mail())
    for _turn in range(6):
        MailMessage.objects.update(next_try_at=timezone.now())
        registering.take_in_due()
    item = InboxItem.objects.get()
    assert (item.subject, item.sender_address) == ("报修", WANG)
    assert MailMessage.objects.get().state == "taken_in"


def test_a_server_that_renumbers_its_mails_doubles_none_and_hides_none(house):
    # given two mails taken, then a restored server with one mail that is new
    house.comes(mail("一"), mail("二"))
    house.server.deliver(US, mail("三"))
    house.server.mailbox(US).mails.pop(0)
    house.server.mailbox(US).renumber()
    # when
    house.read()
    # then
    assert sorted(InboxItem.objects.values_list("text", flat=True)) == ["一", "三", "二"]
    account = MailAccount.objects.get()
    assert (account.uid_validity, account.last_uid) == (2, 2)


def test_only_what_is_new_is_fetched_and_old_mail_is_left_alone(house):
    house.comes(mail("一"))
    house.comes(mail("二"))
    assert sorted(InboxItem.objects.values_list("text", flat=True)) == ["一", "二"]
    # given a mailbox connected from now on, in which mail lies
    house.server.deliver("old@maker.example", mail("旧"))
    house.mailbox("old@maker.example", starts_at=timezone.now() + timedelta(hours=1))
    house.read()
    assert InboxItem.objects.count() == 2


def test_the_same_mail_delivered_twice_is_one_and_one_identifier_for_two_mails_is_two(house):
    one = mail("一", message_id="<same@x>")
    house.comes(one, one, mail("二", message_id="<same@x>"))
    assert InboxItem.objects.count() == 2


def test_a_broken_mailbox_says_what_is_wrong_and_stops_no_other(house, caplog):
    # given mailboxes with everything that can be wrong, before a sound one
    wrong = {
        "password": house.mailbox("a@maker.example", sealed_password=seal("wrong")),
        "folder": house.mailbox("b@maker.example", folder="Nix"),
        "port": house.mailbox("c@maker.example", imap_port=1),
        "host": house.mailbox("d@maker.example", imap_host="no-such-host.invalid"),
        "tls": house.mailbox("e@maker.example", imap_tls="ssl"),
        "key": house.mailbox("f@maker.example", sealed_password="not sealed here"),
    }
    # when
    house.comes(mail())
    # then
    assert InboxItem.objects.count() == 1
    said = {name: MailAccount.objects.get(pk=one.pk).last_error for name, one in wrong.items()}
    assert "用户名和密码" in said["password"]
    assert "INBOX" in said["folder"]
    assert "端口" in said["port"]
    assert "no-such-host.invalid" in said["host"]
    assert "加密" in said["tls"]
    assert "密码" in said["key"]
    assert all(MailAccount.objects.get(pk=one.pk).failing_since for one in wrong.values())


def test_one_mail_that_the_server_cannot_hand_over_holds_up_no_other(house, monkeypatch):
    # given
    real = fetching._fetch

    def fails(box, uid, section):
        if uid == 1 and not section:
            raise MailTrouble("damaged")
        return real(box, uid, section)

    monkeypatch.setattr(fetching, "_fetch", fails)
    # when
    house.comes(mail(subject="坏的"), mail(subject="好的"))
    # then who wrote it stands in the inbox, with why its text does not
    assert sorted(InboxItem.objects.values_list("subject", "text")) == [
        ("坏的", "damaged"),
        ("好的", "空调不制冷，请派人来修。"),
    ]


def test_with_a_person_their_mails_are_forgotten(house):
    # given a request made of a mail, and its answer
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    house.answers(request)
    stored = MailMessage.objects.get(direction="in")
    name, storage = stored.raw.name, stored.raw.storage
    assert storage.exists(name)
    # when
    with house.run(execute=True):
        forget_the_mails(CustomerErased(customer_id=house.customer.pk))
    # then
    for one in MailMessage.objects.all():
        assert (one.text, one.subject, one.to, one.from_name) == ("", "", "", "")
        assert WANG not in one.from_address
    assert not storage.exists(name)


def test_an_answer_is_tried_again_and_goes_out_once(house):
    # given a mail server that refuses for now
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    house.server.accepted.clear()
    house.server.refuse_mail = True
    answer = house.answers(request, key="form-1")
    assert house.answers(request, key="form-1") == answer
    assert request.obligations.filter(metric="response", state="open").exists()
    # when it takes mail again
    house.server.refuse_mail = False
    Delivery.objects.update(next_try_at=timezone.now())
    with house.run(execute=True):
        sending.send_due()
        sending.send_due()
    # then
    (sent,) = house.server.sent_to(WANG)
    assert sent["Message-ID"] == f"<{answer.message_id}>"
    assert not request.obligations.filter(metric="response", state="open").exists()


def test_an_answer_that_never_gets_out_is_told_to_its_author(house):
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    house.server.refuse_mail = True
    answer = house.answers(request)
    for _turn in range(7):
        Delivery.objects.update(next_try_at=timezone.now())
        with house.run(execute=True):
            sending.send_due()
    answer.refresh_from_db()
    assert answer.state == "failed"
    assert Notice.objects.filter(person=house.agent, kind="mail.not_sent").count() == 1
    assert request.obligations.filter(metric="response", state="open").exists()


def test_a_returned_answer_is_noted_where_it_was_written(house):
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    answer = house.answers(request)
    report = (
        b"From: MAILER-DAEMON@customer.example\r\nTo: service@maker.example\r\nSubject: Undelivered\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n"
        b"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <"
        + answer.message_id.encode()
        + b">\r\n--B--\r\n"
    )
    house.comes(report)
    answer.refresh_from_db()
    assert (answer.state, InboxItem.objects.count()) == ("failed", 1)
    assert Notice.objects.filter(person=house.agent, kind="mail.not_sent").exists()


def test_who_may_answer_what_and_to_whom(house):
    house.comes(mail())
    request = house.register(InboxItem.objects.get())
    with pytest.raises(PermissionDenied):
        answer_request(request, by=house.auditor, text="x")
    with pytest.raises(ValidationError):
        house.answers(request, to="x@stranger.example")
    with pytest.raises(ValidationError):
        house.answers(request, " ")
    other = register_request(by=house.agent, customer=house.customer, symptom_text="x", allow_duplicate=True)
    with pytest.raises(ValidationError):
        house.answers(other)
