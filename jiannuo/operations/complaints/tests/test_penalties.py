"""The penalty table of a month: who is on it, its signature, publication, hand-over and hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from jiannuo.office.notices.models import Notice
from jiannuo.operations.complaints.models import HoldPeriod, PenaltyRule, PenaltySheet
from jiannuo.operations.complaints.services import collect_line, do_sheet, draw_up, set_line

MARCH = date(2026, 3, 1)


@pytest.fixture
def firm(firm):
    PenaltyRule.objects.filter(grade="repeat").update(amount=Decimal(100))
    PenaltyRule.objects.filter(grade="malicious").update(amount=Decimal(300))
    return firm


def found(firm, *, circumstances=("serious",), **investigated):
    complaint = firm.assigned(firm.complaint(circumstances=list(circumstances)))
    complaint = firm.investigated(complaint, responsible_organization=firm.station, **investigated)
    return firm.step(complaint, "decide", ruling="处理")


@pytest.fixture
def sheet(firm) -> PenaltySheet:
    found(firm)
    return draw_up(MARCH, organization=firm.head, by=firm.supervisor)


@pytest.mark.parametrize(
    ("known", "lines"),
    [
        ({}, 1),
        ({"circumstances": ()}, 0),  # general complaints are not penalised
        ({"is_valid": False}, 0),
        ({"responsibility": "customer"}, 0),
        ({"responsibility": "supplier"}, 0),
    ],
)
def test_who_is_on_the_table(firm, known, lines):
    found(firm, **known)
    assert draw_up(MARCH, organization=firm.head, by=firm.supervisor).lines.count() == lines


def test_the_head_of_the_station_pays_what_the_rule_says(firm, sheet):
    line = sheet.lines.get()
    assert (line.organization, line.person, line.grade, line.amount) == (
        firm.station,
        firm.clerk,
        "malicious",
        Decimal(300),
    )


def test_a_person_responsible_pays_where_the_rule_says_so(firm):
    PenaltyRule.objects.create(grade="malicious", weight="minor", payer="person", amount=Decimal(50))
    found(firm, responsibility="person", responsible_person=firm.technician)
    line = draw_up(MARCH, organization=firm.head, by=firm.supervisor).lines.get()
    assert (line.person, line.amount) == (firm.technician, Decimal(50))


def test_nothing_is_penalised_twice_nor_too_early(firm, sheet):
    do_sheet(sheet, "sign", by=firm.general)
    assert draw_up(MARCH, organization=firm.head, by=firm.supervisor).lines.count() == 0
    found(firm)
    february = draw_up(date(2026, 2, 1), organization=firm.head, by=firm.supervisor)
    assert february.lines.count() == 0


def test_from_drawing_up_to_finance(firm, sheet):
    with pytest.raises(PermissionDenied):
        do_sheet(sheet, "sign", by=firm.supervisor)
    signed = do_sheet(sheet, "sign", by=firm.general)
    assert signed.signed_by == firm.general
    with pytest.raises(ValidationError):
        set_line(signed.lines.get(), by=firm.supervisor, person=None, amount=None, struck=False, reason="")
    assert signed not in PenaltySheet.objects.visible_to(firm.agent)
    published = do_sheet(signed, "publish", by=firm.supervisor)
    for person in (firm.agent, firm.clerk, firm.technician, firm.finance):
        assert published in PenaltySheet.objects.visible_to(person)
    handed = do_sheet(published, "hand_over", by=firm.supervisor)
    assert Notice.objects.filter(kind="complaints.penalties", person=firm.finance).exists()
    line = handed.lines.get()
    with pytest.raises(PermissionDenied):
        collect_line(line, by=firm.supervisor, on=MARCH)
    assert collect_line(line, by=firm.finance, on=MARCH).collected_on == MARCH
    with pytest.raises(ValidationError):
        collect_line(line, by=firm.finance, on=date(2999, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        (date(2026, 3, 31), date(2026, 4, 2), True),
        (date(2026, 2, 1), date(2026, 3, 1), True),
        (date(2026, 1, 1), None, True),
        (date(2026, 4, 1), None, False),
        (date(2026, 1, 1), date(2026, 2, 28), False),
    ],
)
def test_a_time_without_penalties(firm, sheet, first, last, held):
    HoldPeriod.objects.create(starts_on=first, ends_on=last, reason="特殊维稳时期")
    published = do_sheet(do_sheet(sheet, "sign", by=firm.general), "publish", by=firm.supervisor)
    forbidden, allowed = ("hand_over", "file") if held else ("file", "hand_over")
    data = {"reason": "维稳"} if forbidden == "file" else {}
    with pytest.raises(ValidationError):
        do_sheet(published, forbidden, by=firm.supervisor, data=data)
    done = do_sheet(published, allowed, by=firm.supervisor, data={"reason": "维稳"} if held else {})
    assert done.state == ("filed" if held else "handed_over")


def test_a_hold_that_was_switched_off_holds_nothing(firm, sheet):
    HoldPeriod.objects.create(starts_on=MARCH, reason="特殊维稳时期", is_active=False)
    published = do_sheet(do_sheet(sheet, "sign", by=firm.general), "publish", by=firm.supervisor)
    assert do_sheet(published, "hand_over", by=firm.supervisor).state == "handed_over"


def test_no_signature_while_an_amount_is_missing(firm, sheet):
    line = sheet.lines.get()
    set_line(line, by=firm.supervisor, person=firm.clerk, amount=None, struck=False, reason="")
    with pytest.raises(ValidationError):
        do_sheet(sheet, "sign", by=firm.general)
    with pytest.raises(ValidationError):
        set_line(line, by=firm.supervisor, person=firm.clerk, amount=None, struck=True, reason=" ")
    set_line(line, by=firm.supervisor, person=firm.clerk, amount=None, struck=True, reason="已整改")
    assert do_sheet(sheet, "sign", by=firm.general).state == "signed"


def test_bad_months_and_persons(firm):
    with pytest.raises(PermissionDenied):
        draw_up(MARCH, organization=firm.head, by=firm.manager)
    with pytest.raises(ValidationError):
        draw_up(date(2999, 1, 1), organization=firm.head, by=firm.supervisor)
    with pytest.raises(ValidationError):
        draw_up(date(2026, 3, 2), organization=firm.head, by=firm.supervisor)
    draw_up(MARCH, organization=firm.head, by=firm.supervisor)
    with pytest.raises(ValidationError):
        draw_up(MARCH, organization=firm.head, by=firm.supervisor)


def test_the_pages(client, firm, sheet, django_assert_max_num_queries):
    page, line = reverse("complaints:sheet", args=[sheet.number]), sheet.lines.get()
    client.force_login(firm.supervisor)
    with django_assert_max_num_queries(25):
        assert line.complaint.number in client.get(page).content.decode()
    address = reverse("complaints:line_edit", args=[line.pk])
    assert client.post(address, {"struck": "on"}).status_code == 422
    assert client.post(address, {"amount": "250"}).status_code == 302
    assert client.post(reverse("complaints:sheet_new"), {"month": "2026-13"}).status_code == 422
    client.force_login(firm.clerk)
    assert client.get(page).status_code == 404
    assert client.get(address).status_code == 403
    do_sheet(do_sheet(sheet, "sign", by=firm.general), "publish", by=firm.supervisor)
    text = client.get(page).content.decode()
    assert "宁波站" in text
    assert line.complaint.number not in text
    assert client.get(reverse("complaints:sheets")).status_code == 200
    assert client.get(f"/print/F62/{sheet.pk}.pdf").status_code == 200
    client.force_login(firm.finance)
    assert (
        client.post(
            reverse("complaints:line_collect", args=[line.pk]), {"collected_on": "2026-04-01"}
        ).status_code
        == 422
    )
    sheet.refresh_from_db()
    do_sheet(sheet, "hand_over", by=firm.supervisor)
    assert (
        client.post(
            reverse("complaints:line_collect", args=[line.pk]), {"collected_on": "2026-04-01"}
        ).status_code
        == 302
    )
