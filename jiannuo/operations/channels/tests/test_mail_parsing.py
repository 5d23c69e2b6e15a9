"""Reading mail: whatever the bytes are, words come out and nothing is raised."""

from __future__ import annotations

import random
from email.message import EmailMessage
from time import perf_counter

import pytest

from jiannuo.kernel.sealing import mark
from jiannuo.operations.channels.mail.automatic import Ignored, reason_to_ignore
from jiannuo.operations.channels.mail.charsets import decoded
from jiannuo.operations.channels.mail.parsing import fingerprint, parse
from jiannuo.operations.channels.mail.texts import text_of_html, without_quote

SAID = "空调不制冷，请派人来修。"


def raw_mail(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"From: a@example.com", b"To: b@example.com", *headers, b"", body])


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("gb18030", "gb2312"),
        ("gbk", "gb2312"),
        ("utf-8", "gb2312"),
        ("gbk", "utf-8"),
        ("gbk", "us-ascii"),
        ("gbk", "iso-8859-1"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "no-such-charset"),
        ("gb18030", ""),
        ("utf-8", "zlib"),
        ("utf-16", "utf-16"),
        ("hz", "hz-gb-2312"),
    ],
)
def test_text_is_read_although_its_encoding_is_mislabelled(written, declared):
    assert decoded(SAID.encode(written), declared) == SAID


@pytest.mark.parametrize("rare", ["㐀𠀀镕", "祎旻昇"])
def test_signs_outside_of_gb2312_survive_its_name(rare):
    assert decoded(rare.encode("gb18030"), "gb2312") == rare


def test_western_text_stays_western():
    assert decoded("für Müller".encode("latin-1"), "iso-8859-1") == "für Müller"


def test_no_control_characters_reach_the_database():
    assert decoded(b"a\x00b\x1bc\r\nd", "utf-8") == "abc\nd"


def test_headers_without_any_encoding_are_read():
    mail = parse(raw_mail(b"x", b"Subject: " + "投诉".encode("gbk")))
    assert mail.subject == "投诉"


def test_a_character_cut_in_two_between_encoded_words_is_whole_again():
    # given "空调" in GB 2312, cut after the third of its four bytes
    one, two = "空调".encode("gb2312")[:3], "空调".encode("gb2312")[3:]
    import base64

    words = b" ".join(b"=?gb2312?B?" + base64.b64encode(part) + b"?=" for part in (one, two))
    # when, then
    assert parse(raw_mail(b"x", b"Subject: " + words)).subject == "空调"


def test_names_of_files_by_rfc_2231_and_by_rfc_2047_and_with_folders():
    mail = parse(
        b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        b"--B\r\nContent-Type: image/png\r\nContent-Disposition: attachment;\r\n"
        b" filename*0*=UTF-8''%E7%A9%BA;\r\n filename*1*=%E8%B0%83.png\r\n\r\nx\r\n"
        b'--B\r\nContent-Type: image/png; name="=?gb2312?B?v9W19y5wbmc=?="\r\n'
        b"Content-Disposition: attachment\r\n\r\nx\r\n"
        b'--B\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="..\\..\\a/b.png"\r\n\r\nx\r\n'
        b"--B\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--B--\r\n"
    )
    assert [file.name for file in mail.files] == ["空调.png", "空调.png", "b.png", "file-4.jpg"]


def test_html_loses_what_could_act_and_keeps_its_words():
    html = (
        "<html><head><style>p{color:red}</style><title>t</title></head><body onload=evil()>"
        "<script>alert(1)</script><p>空调<b>不制冷</b></p>"
        "<form action=http://x>口令<input name=p><button>送出</button></form>"
        "<img src='http://spy.example/1.gif'><a href='http://evil.example'>银行</a>"
        "<a href='javascript:alert(1)'>点</a><ul><li>一<li>二</ul><iframe src=x>frame</iframe></body></html>"
    )
    text = text_of_html(html)
    assert text == "空调不制冷\n口令银行 <http://evil.example>点\n\n• 一\n• 二"


def test_of_plain_and_html_the_plain_text_is_read_once():
    message = EmailMessage()
    message["From"] = "王芳 <Wang@Example.com>"
    message.set_content(SAID)
    message.add_alternative(f"<p>{SAID}</p>", subtype="html")
    mail = parse(message.as_bytes())
    assert (mail.text, mail.from_name, mail.from_address) == (SAID, "王芳", "wang@example.com")


def test_an_enclosed_mail_gives_its_words_and_its_files():
    inner = EmailMessage()
    inner["From"] = "li@example.com"
    inner["Subject"] = "原来的话"
    inner.set_content("里面的话")
    inner.add_attachment(b"x", maintype="image", subtype="png", filename="in.png")
    outer = EmailMessage()
    outer["From"] = "wang@example.com"
    outer.set_content("请看附件里的邮件")
    outer.add_attachment(inner)
    mail = parse(outer.as_bytes())
    assert mail.text == "请看附件里的邮件\n\n―― li@example.com · 原来的话 ――\n\n里面的话"
    assert [file.name for file in mail.files] == ["in.png"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"From:\r\nSubject: =?gb2312?B?xxx\r\nDate: never\r\nMessage-ID: <<>>\r\n\r\n",
        b"From: =?x?q?\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Type: text/plain; charset="\xff\xfe"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\xff',
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22",
        b"Content-Type: text/plain; charset*=utf-8''%ff\r\nContent-Transfer-Encoding: x-nothing\r\n\r\nx",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n" * 60,
        b"Date: Mon, 99 Jan 9999 99:99:99 +9999\r\nFrom: <@@@>, ((((, \x00\xff@\xfe\r\n\r\nx",
    ],
)
def test_broken_mail_is_read_as_far_as_it_goes(raw):
    mail = parse(raw)
    assert "\x00" not in mail.text + mail.subject + mail.from_name
    assert reason_to_ignore(mail, set()) in {"", *Ignored.values}
    assert len(fingerprint(raw)) == 64


def test_parts_that_lie_in_each_other_by_the_thousand_are_survived():
    raw = b"From: a@example.com\r\nSubject: deep\r\n"
    for depth in range(3000):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    assert parse(raw + b"\r\nx").subject == "deep"
    assert fingerprint(raw)


@pytest.mark.parametrize(
    "evil",
    ["<" * 90_000, "(a@" * 30_000, "On " * 30_000, "发件人:@" * 20_000, " \n" * 40_000, "=?gb2312?B?" * 8000],
)
def test_no_text_makes_reading_slow(evil):
    began = perf_counter()
    parse(raw_mail(evil.encode(), b"Subject: " + evil.encode().replace(b"\n", b"")))
    without_quote(evil)
    text_of_html(evil)
    assert perf_counter() - began < 5


def test_bytes_at_random_never_raise():
    dice = random.Random(4)
    mail = EmailMessage()
    mail["Subject"] = "空调"
    mail["From"] = "王 <a@example.com>"
    mail.set_content(SAID)
    mail.add_alternative("<p>空调</p>", subtype="html")
    mail.add_attachment(b"x" * 60, maintype="image", subtype="png", filename="图.png")
    whole = mail.as_bytes()
    for _turn in range(400):
        broken = bytearray(whole)
        for _hit in range(dice.randrange(1, 12)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        parse(bytes(broken))
        fingerprint(bytes(broken))


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([b"Auto-Submitted: auto-replied"], Ignored.AUTO_REPLY),
        ([b"Auto-Submitted: no"], ""),
        ([b"Precedence: bulk"], Ignored.BULK),
        ([b"X-Auto-Response-Suppress: OOF, AutoReply"], Ignored.AUTO_REPLY),
        ([b"X-Auto-Response-Suppress: DR"], ""),
        ([b"List-Id: <news.example.com>"], Ignored.LIST),
        ([b"Return-Path: <>"], Ignored.BOUNCE),
        ([b"Return-Path: <a@example.com>"], ""),
        ([b"Content-Type: multipart/report; report-type=delivery-status; boundary=b"], Ignored.BOUNCE),
        ([b"X-Jiannuo-Message: " + mark("7").encode()], Ignored.LOOP),
        ([b"X-Jiannuo-Message: 7"], ""),
        ([], ""),
    ],
)
def test_what_no_person_wrote_is_told_apart(headers, reason):
    assert reason_to_ignore(parse(raw_mail(b"x", *headers)), {"own@example.com"}) == reason


def test_mail_from_an_own_address_is_ignored():
    assert reason_to_ignore(parse(raw_mail(b"x")), {"a@example.com"}) == Ignored.OWN


def test_the_way_a_mail_took_does_not_change_what_it_is():
    # given one mail that came over two servers, and another whose program gave it the same identifier
    one = raw_mail(b"x", b"Message-ID: <1@x>")
    same = b"Received: from elsewhere\r\n" + one + b"\r\n"
    other = raw_mail(b"y", b"Message-ID: <1@x>")
    # then
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


@pytest.mark.parametrize(
    "quote",
    [
        "------------------ 原始邮件 ------------------\n发件人: a@b.cn",
        "在 2026年11月21日 10:00，践诺 <a@b.cn> 写道：\n> 您好",
        "On Sat, Nov 21, 2026 at 10:00 AM X <a@b.cn> wrote:\n> hi",
        "发件人： 客服 <a@b.cn>\n发送时间: …",
        "> 您好",
    ],
)
def test_the_copy_of_the_answered_mail_is_left_out(quote):
    assert without_quote(f"可以，下午来。\n\n{quote}") == "可以，下午来。"


def test_a_mail_that_is_nothing_but_a_copy_keeps_it():
    assert without_quote("> 您好") == "> 您好"
