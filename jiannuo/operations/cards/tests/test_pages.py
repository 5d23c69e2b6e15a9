"""Pages, file and API of registration cards: status, budget, refusals."""

from __future__ import annotations

import io
import uuid

from django.urls import reverse
from rest_framework.test import APIClient
from xlsxwriter import Workbook

from jiannuo.kernel.exchange import services as exchange
from jiannuo.kernel.exchange.importers import importer_named
from jiannuo.operations.cards.models import CardQuarter, CardSettings, RegistrationCard
from jiannuo.operations.cards.tests.test_cards import PNG


def typed(trade, **fields):
    return {
        "dealer": trade.dealer.pk,
        "serial": "GT0001",
        "sold_on": trade.ago(5).isoformat(),
        "customer_name": "李长根",
        "phone": "13800138000",
        **fields,
    }


def test_the_dealers_page_takes_a_card_and_says_what_is_wrong(client, trade):
    client.force_login(trade.clerk)
    assert client.get(reverse("cards:new")).status_code == 200
    bad = client.post(reverse("cards:new"), typed(trade, serial="GT9999"))
    assert (bad.status_code, "GT9999" in bad.content.decode()) == (422, True)
    good = client.post(reverse("cards:new"), typed(trade))
    card = RegistrationCard.objects.get()
    assert (good.status_code, good["Location"]) == (302, card.get_absolute_url())
    assert (card.way, card.organization, card.unit) == ("page", trade.dealer, trade.unit)


def test_a_scanned_label_leads_to_the_serial_number(client, trade):
    client.force_login(trade.clerk)
    client.post(reverse("cards:new"), typed(trade, serial=f"https://x.example/q/{trade.unit.label_code}"))
    assert RegistrationCard.objects.get().serial == "GT0001"
    again = client.post(reverse("cards:new"), typed(trade, serial="https://x.example/q/NOTOURS"))
    assert again.status_code == 422


def test_pictures_wait_to_be_typed_in_beside_the_form(client, trade):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(trade.clerk)
    upload = SimpleUploadedFile("card.png", PNG, "image/png")
    answer = client.post(reverse("cards:photos"), {"dealer": trade.dealer.pk, "photos": [upload]})
    assert answer.status_code == 302
    card = RegistrationCard.objects.get()
    client.force_login(trade.agent)
    page = client.get(reverse("cards:type", args=[card.number])).content.decode()
    assert "/files/" in page
    client.post(reverse("cards:type", args=[card.number]), typed(trade, version=card.version))
    card.refresh_from_db()
    assert (card.state, card.serial) == ("submitted", "GT0001")
    assert client.get(reverse("cards:type", args=[card.number])).status_code == 409


def test_list_page_and_unit_within_budget(client, trade, django_assert_max_num_queries):
    for place in range(6):
        trade.stock(f"GT1{place}")
        card = trade.card(serial=f"GT1{place}", phone=f"1380013801{place}")
    trade.recognised(card)
    client.force_login(trade.appraiser)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("cards:list")).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("cards:quarters")).status_code == 200
    with django_assert_max_num_queries(25):
        assert client.get(reverse("cards:detail", args=[card.number])).status_code == 200
    card.refresh_from_db()
    with django_assert_max_num_queries(25):
        page = client.get(reverse("installedbase:detail", args=[card.unit_id])).content.decode()
    assert card.number in page
    quarter = client.get(reverse("cards:quarter", args=[CardQuarter.objects.get().pk])).content.decode()
    assert "15.00" in quarter
    export = client.get(reverse("cards:quarters") + "?export=csv")
    assert export.status_code == 200


def test_several_are_checked_and_recognised_at_once(client, trade):
    trade.stock("GT0002")
    cards = [trade.card(), trade.card(serial="GT0002", phone="13900139000")]
    client.force_login(trade.manager)
    for name in ("check", "recognise"):
        data = {"select": [card.pk for card in cards]}
        client.post(reverse("cards:list") + f"?bulk={name}", data, headers={"HX-Request": "true"})
    assert set(RegistrationCard.objects.values_list("state", flat=True)) == {"recognised"}


def test_the_other_dealer_sees_nothing(client, trade):
    card = trade.card()
    client.force_login(trade.rival)
    assert client.get(reverse("cards:detail", args=[card.number])).status_code == 404
    assert client.get(reverse("cards:type", args=[card.number])).status_code == 404
    assert card.number not in client.get(reverse("cards:list")).content.decode()


def test_only_managers_change_the_settings(client, trade):
    client.force_login(trade.agent)
    assert client.get(reverse("cards:settings")).status_code == 403
    client.force_login(trade.manager)
    client.post(reverse("cards:settings"), {"photo_required": "on"})
    assert CardSettings.present().photo_required


def test_the_card_is_printed_with_number_and_stub(client, trade):
    card = trade.recognised(card_number="SB0012345")
    client.force_login(trade.clerk)
    answer = client.get(reverse("printing:print", args=["F06", card.pk]))
    assert answer["Content-Type"] == "application/pdf"
    client.force_login(trade.rival)
    assert client.get(reverse("printing:print", args=["F06", card.pk])).status_code == 404


def sheet(*rows):
    from django.core.files.uploadedfile import SimpleUploadedFile

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("回执卡")
    page.write_row(0, 0, ["机号", "销售日期", "客户姓名", "电话", "地址", "卡号"])
    for number, row in enumerate(rows, start=1):
        page.write_row(number, 0, row)
    book.close()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return SimpleUploadedFile("cards.xlsx", buffer.getvalue(), kind)


def test_a_file_is_taken_row_by_row_and_bad_rows_are_named(trade):
    trade.stock("GT0002")
    sold = trade.ago(3).isoformat()
    file = sheet(
        ["GT0001", sold, "李长根", "13800138000", "村东头", "SB1"],
        ["GT0002", trade.ago(-2).isoformat(), "王五", "13900139000", "", "SB2"],
        ["GT0001", sold, "李长根", "13800138000", "", "SB3"],
        ["GT7777", sold, "赵六", "13700137000", "", "SB4"],
    )
    job = exchange.upload(file, importer=importer_named("cards"), by=trade.clerk)
    exchange.match(job, sheets=job.sheets, mapping=job.mapping, by=trade.clerk)
    job.refresh_from_db()
    assert (job.good, job.bad) == (1, 3)
    exchange.start(job, mode="good", by=trade.clerk)
    job.refresh_from_db()
    card = RegistrationCard.objects.get()
    assert (card.serial, card.way, card.card_number) == ("GT0001", "file", "SB1")
    assert job.bad == 3


def test_the_api_takes_a_card_once_for_each_key(trade):
    api = APIClient()
    api.force_authenticate(trade.clerk)
    body = {key: value for key, value in typed(trade).items() if key != "dealer"}
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    first = api.post("/api/v1/cards/", body, format="json", **key)
    again = api.post("/api/v1/cards/", body, format="json", **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data["number"] == again.data["number"]
    twice = api.post("/api/v1/cards/", body, format="json", HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()))
    assert twice.status_code == 422
    assert api.post("/api/v1/cards/", body, format="json").status_code == 400
    stranger = APIClient()
    stranger.force_authenticate(trade.rival)
    assert stranger.get(f"/api/v1/cards/{first.data['number']}/").status_code == 404
    office = APIClient()
    office.force_authenticate(trade.agent)
    done = office.post(
        f"/api/v1/cards/{first.data['number']}/actions/check_card/",
        {},
        format="json",
        HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
    )
    assert done.data["state"] == "checked"


def test_a_late_card_stands_out_on_the_page(client, trade):
    card = trade.recognised(sold_on=trade.ago(40))
    client.force_login(trade.manager)
    page = client.get(reverse("cards:detail", args=[card.number])).content.decode()
    assert "售出20天内返回三包回执卡。" in page
