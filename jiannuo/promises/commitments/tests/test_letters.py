"""The commitment letter (F01) and the service plan table (F02), as PDF and as Word file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from docx import Document

from jiannuo.promises.commitments import drafts
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.services import load_content, load_pack
from jiannuo.testing import factories

from .samples import content

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[4] / "packs/samples"


@pytest.fixture
def office():
    return factories.organization(name="践诺总部")


@pytest.fixture
def version(office):
    return load_pack(PACKS / "p25-engineering-project.yaml", by=None)


@pytest.fixture
def agent(client, office):
    client.force_login(factories.person("service_agent", at=office))
    return client


def opened(response):
    assert response.status_code == 200
    return Document(BytesIO(response.content))


def test_the_letter_opens_in_word_with_every_promise_to_the_customer(agent, version):
    document = opened(agent.get(reverse("commitments:letter", args=["P25", 1])))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)

    promised = [
        one for one in version.pack["clauses"] if one["kind"] in ("time", "coverage", "remedy", "recurring")
    ]
    assert len(promised) > 4
    for clause in promised:
        assert clause["text"].partition("{")[0] in text
    assert version.commitment.name in text


def test_the_plan_opens_in_word_with_one_row_for_each_promise(agent, version):
    table = opened(agent.get(reverse("commitments:plan", args=["P25", 1]))).tables[0]
    kinds = [one["kind"] for one in version.pack["clauses"]]
    to_customers = [kind for kind in kinds if kind not in ("target", "approval", "settlement")]
    assert len(table.rows) == 1 + len(to_customers)


def test_targets_consents_and_settlements_stay_inside_the_house(agent):
    inside = {
        "kind": "approval",
        "id": "cost",
        "text": "内部审批。",
        "source": {"document": "x"},
        "subject": "cost",
        "approvers": ["general_manager"],
    }
    load_content(content("I01", clauses=[*content()["clauses"], inside]), by=None)
    document = opened(agent.get(reverse("commitments:letter", args=["I01", 1])))
    assert "内部审批" not in "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_a_blank_is_a_line_to_fill_in(agent, office):
    load_pack(PACKS / "p01-furniture-plan-table.yaml", by=None)
    document = opened(agent.get(reverse("commitments:letter", args=["P01", 1])))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "对用户提出的质量信息，____小时内电话响应。" in text
    assert "电话响应时限（小时）" in text


@pytest.mark.parametrize("form", ["F01", "F02"])
def test_both_forms_are_printed(agent, version, form, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        answer = agent.get(reverse("printing:print", args=[form, version.pk]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_drafts_and_other_dealers_letters_are_not_handed_out(client, office):
    writer = factories.person("general_manager", at=office)
    drafts.start(code="N01", name="草稿", kind="maker", organization=None, by=writer)
    draft = CommitmentVersion.objects.get()
    dealer = factories.organization(office, kind="dealer")
    other = load_content(content("D01"), by=None, organization=dealer)

    client.force_login(factories.person("dealer_clerk", at=factories.organization(office, kind="dealer")))
    for code, version in (("N01", draft), ("D01", other)):
        for name in ("letter", "plan", "export"):
            assert client.get(reverse(f"commitments:{name}", args=[code, 1])).status_code == 404
        assert client.get(reverse("printing:print", args=["F01", version.pk])).status_code == 404
    client.force_login(writer)
    assert "草稿" in client.get(reverse("commitments:draft", args=["N01"])).content.decode()
    assert client.get(reverse("commitments:letter", args=["N01", 1])).status_code == 200
