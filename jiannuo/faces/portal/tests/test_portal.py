from __future__ import annotations

from datetime import timedelta
from typing import Any

import altcha
import pytest
from django.core.cache import cache
from django.test import Client

from jiannuo.faces.portal import proof, tokens
from jiannuo.kernel.files.tests.test_files import picture
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> InstalledUnit:
    cache.clear()
    head_office = factories.organization(name="总部", phone="400-800-0100")
    owner = factories.customer(head_office, name="李静秘密")
    return factories.unit(head_office, of=owner)


def solved() -> str:
    """What the browser sends after solving a challenge."""
    challenge = altcha.Challenge.from_dict(proof.challenge())
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def typed(unit: InstalledUnit, **changed: Any) -> dict[str, Any]:
    return {
        "symptom_text": "不制冷，显示 E5",
        "reporter_name": "李静",
        "reporter_phone": "13812345678",
        "address": "",
        "wished": "morning",
        "client_key": "abc",
        "token": tokens.make("report", unit.label_code, tokens.FORM_LASTS),
        "altcha": solved(),
        **changed,
    }


def test_the_code_on_the_machine_tells_about_the_machine_but_not_about_its_owner(
    client: Client, unit: InstalledUnit, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(15):
        response = client.get(f"/q/{unit.label_code.lower()}")
    page = response.content.decode()
    assert response.status_code == 200
    assert unit.serial in page
    assert "李静秘密" not in page
    assert client.get("/q/NOSUCHCODE22").status_code == 404
    assert client.get("/q/?code=NOSUCHCODE22").status_code == 404
    assert client.get(f"/q/?code={unit.label_code}").status_code == 302


def test_a_customer_reports_a_fault_and_follows_it(client: Client, unit: InstalledUnit) -> None:
    assert client.get(f"/q/{unit.label_code}/report").status_code == 200
    answer = client.post(f"/q/{unit.label_code}/report", {**typed(unit), "photos": [picture()]})
    assert answer.status_code == 302
    request = ServiceRequest.objects.get()
    assert request.channel == "qr"
    assert request.unit == unit
    assert request.customer == unit.customer
    assert request.reporter_phone == "+8613812345678"
    assert request.wished_from is not None
    assert request.attachments.count() == 1
    page = client.get(answer["Location"]).content.decode()
    assert request.number in page


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"symptom_text": ""}, 422, "symptom_text"),
        ({"reporter_phone": "138abc45678"}, 422, "reporter_phone"),
        ({"reporter_phone": "123"}, 422, "reporter_phone"),
        ({"altcha": ""}, 422, ""),
        ({"altcha": "bm9uc2Vuc2U="}, 422, ""),
        ({"token": "nonsense"}, 404, ""),
        ({"wished": "never"}, 422, "wished"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, unit: InstalledUnit, changed: dict[str, str], status: int, field: str
) -> None:
    answer = client.post(f"/q/{unit.label_code}/report", typed(unit, **changed))
    assert answer.status_code == status
    assert not ServiceRequest.objects.exists()
    if status == 422:
        assert "李静" in answer.content.decode()
        assert (field in answer.context["form"].errors) is bool(field)


def test_a_form_that_lay_open_too_long_keeps_what_was_typed(client: Client, unit: InstalledUnit) -> None:
    old = tokens.make("report", unit.label_code, timedelta(seconds=-5))
    answer = client.post(f"/q/{unit.label_code}/report", typed(unit, token=old))
    assert answer.status_code == 410
    assert "不制冷" in answer.content.decode()
    assert answer.context["form"]["token"].value() != old


@pytest.mark.parametrize("name", ["virus.exe", "virus.jpg"])
def test_a_program_renamed_to_a_photo_is_refused(client: Client, unit: InstalledUnit, name: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    program = SimpleUploadedFile(name, b"MZ" + b"\x90" * 300, content_type="image/jpeg")
    answer = client.post(f"/q/{unit.label_code}/report", {**typed(unit), "photos": [program]})
    assert answer.status_code == 422
    assert not ServiceRequest.objects.exists()


def test_sent_twice_it_is_registered_once(client: Client, unit: InstalledUnit) -> None:
    first = client.post(f"/q/{unit.label_code}/report", typed(unit))
    second = client.post(f"/q/{unit.label_code}/report", typed(unit))
    assert first.status_code == second.status_code == 302
    assert ServiceRequest.objects.count() == 1


def test_sent_again_with_other_words_it_is_refused_and_they_are_kept(
    client: Client, unit: InstalledUnit
) -> None:
    client.post(f"/q/{unit.label_code}/report", typed(unit))
    page = client.post(f"/q/{unit.label_code}/report", typed(unit, symptom_text="现在还漏水"))
    assert page.status_code == 409
    assert "现在还漏水" in page.content.decode()
    assert page.context["form"]["client_key"].value() != "abc"
    assert ServiceRequest.objects.count() == 1


def test_a_second_fault_is_taken_only_when_the_customer_says_it_is_another(
    client: Client, unit: InstalledUnit
) -> None:
    client.post(f"/q/{unit.label_code}/report", typed(unit))
    asked = client.post(f"/q/{unit.label_code}/report", typed(unit, client_key="other"))
    assert asked.status_code == 409
    assert ServiceRequest.objects.get().number in asked.content.decode()
    taken = client.post(f"/q/{unit.label_code}/report", typed(unit, client_key="other", allow_duplicate="1"))
    assert taken.status_code == 302
    assert ServiceRequest.objects.count() == 2


def test_one_proof_serves_once(client: Client, unit: InstalledUnit) -> None:
    proof_of_work = solved()
    client.post(f"/q/{unit.label_code}/report", typed(unit, altcha=proof_of_work))
    again = client.post(f"/q/{unit.label_code}/report", typed(unit, altcha=proof_of_work, client_key="other"))
    assert again.status_code == 422


def test_a_flood_is_stopped(client: Client, unit: InstalledUnit) -> None:
    answers = [client.post(f"/q/{unit.label_code}/report", {}).status_code for _try in range(8)]
    assert answers[-1] == 429


def test_links_expire_and_cannot_be_made_up(client: Client, unit: InstalledUnit) -> None:
    expired = tokens.make("progress", "SR-1", timedelta(seconds=-5))
    assert client.get(f"/p/{expired}").status_code == 410
    assert client.get("/p/made:up").status_code == 404
    other_purpose = tokens.make("report", "SR-1", timedelta(days=1))
    assert client.get(f"/p/{other_purpose}").status_code == 404
    assert client.get(f"/r/{expired}").status_code == 404
    unknown = tokens.make("record", "WO-1", timedelta(days=1))
    assert client.get(f"/r/{unknown}").status_code == 404
