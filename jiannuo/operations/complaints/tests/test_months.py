"""The figures of a month as a file, on paper, and published with the penalty table."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from jiannuo.operations.complaints.services import do_sheet, draw_up, save_volumes
from jiannuo.operations.complaints.tests.conftest import CALLED

MONTH = CALLED.date().replace(day=1)


@pytest.fixture
def counted(firm):
    firm.complaint(organization=firm.station)
    firm.complaint(organization=firm.station)
    firm.complaint(organization=firm.other)
    save_volumes(MONTH, {firm.station: 500, firm.other: 2000}, by=firm.supervisor)
    return firm


def test_the_file_holds_what_the_page_shows(client, counted):
    client.force_login(counted.supervisor)
    answer = client.get(reverse("complaints:month_export") + "?month=2026-03")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    page = client.get(reverse("complaints:month") + "?month=2026-03")
    shown = page.context["figures"].ranking
    assert [row[1] for row in rows] == [one.name for one in shown]
    assert [row[0] for row in rows] == [one.rank for one in shown]
    assert [row[6] for row in rows] == [float(one.weighted) for one in shown]
    assert rows[0][:3] == (1, str(counted.station), 2)
    figures = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert (figures[0][2], figures[1][2], figures[2][2]) == (3, 0, 0)


def test_it_is_printed(client, counted):
    client.force_login(counted.auditor)
    answer = client.get(reverse("complaints:month_print") + "?month=2026-03")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["complaints:month_export", "complaints:month_print"])
def test_others_get_neither(client, firm, name):
    for person in (*firm.service, firm.manager):
        client.force_login(person)
        assert client.get(reverse(name)).status_code == 403, person


def test_the_shares_are_frozen_when_signed_and_published_to_all(client, counted):
    sheet = draw_up(MONTH, organization=counted.head, by=counted.supervisor)
    address = reverse("complaints:sheet", args=[sheet.number])
    client.force_login(counted.clerk)
    assert client.get(address).status_code == 404
    sheet = do_sheet(sheet, "sign", by=counted.general)
    assert [(row["rank"], row["name"]) for row in sheet.ranking] == [
        (1, str(counted.station)),
        (2, str(counted.other)),
    ]
    counted.complaint(organization=counted.other)
    sheet = do_sheet(sheet, "publish", by=counted.supervisor)
    page = client.get(address)
    assert page.status_code == 200
    assert str(counted.station) in page.content.decode()
    assert "80.0" not in page.content.decode() or page.context["ranking"] == sheet.ranking
    assert sum(row["complaints"] for row in page.context["ranking"]) == 3


def test_sent_back_they_are_counted_anew(counted):
    sheet = do_sheet(
        draw_up(MONTH, organization=counted.head, by=counted.supervisor), "sign", by=counted.general
    )
    sheet = do_sheet(sheet, "send_back", by=counted.general, data={"reason": "漏了一件"})
    assert sheet.ranking == []
