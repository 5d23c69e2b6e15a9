"""A promise is tried before it is made."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import gettext as _

from jiannuo.promises.commitments import drafts
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.services import load_content
from jiannuo.testing import factories

from .samples import content, load, time_clause

pytestmark = pytest.mark.django_db
ADDRESS = "/commitments/simulator/"
SLOW = {
    "code": "S01",
    "name": "慢承诺",
    "kind": "dealer",
    "clauses": [time_clause("arrival", "8", text="8小时内到场。")],
}


@pytest.fixture
def office():
    return factories.organization()


@pytest.fixture
def agent(client, office):
    client.force_login(factories.person("service_agent", at=office))
    return client


def case(*versions, **fields):
    return {
        "versions": [one.pk for one in versions],
        "at": "2026-03-02T09:00",
        "request_kind": "repair",
        "dates.0.event": "requested",
        "dates.0.day": "2026-03-02",
        "dates.0.time": "09:00",
        **fields,
    }


def test_the_form_decides_and_shows_the_time_line_and_what_lost(agent, django_assert_max_num_queries):
    fast, slow = load(), load_content(SLOW, by=None)
    with django_assert_max_num_queries(25):
        page = agent.post(ADDRESS, case(fast, slow))
    result = page.context["result"]

    assert page.status_code == 200
    arrival = next(bar for bar in result.bars if "arrival" in bar.text)
    assert (arrival.due_at - arrival.started_at).total_seconds() == 2 * 3600
    assert [mark.kind for mark in arrival.marks] == ["start", "warn", "due"]
    repair = next(bar for bar in result.bars if "repair" in bar.text)
    assert [mark.kind for mark in repair.marks] == ["start", "escalate", "due", "escalate"]
    assert repair.consequences == ("提供同档次备机",)
    lost = next(one for one in result.losers if one.code == "lost.less_favourable")
    promised = next(clause["text"] for clause in fast.content["clauses"] if clause["id"] == "arrival")
    # Both clauses have the same number: the winner is quoted from its own commitment.
    assert "8小时内到场" in lost.text
    assert promised.rstrip("。")[:10] in lost.text


def test_only_the_chosen_commitments_are_asked(agent):
    load()
    slow = load_content(SLOW, by=None)
    result = agent.post(ADDRESS, case(slow)).context["result"]
    assert [bar.text for bar in result.bars] == ["8小时内到场。"]
    assert agent.post(ADDRESS, case()).status_code == 422


def test_every_kind_of_clause_is_shown(agent):
    source = {"document": "承诺书"}
    begins = {"events": ["sold"]}
    clauses = [
        {
            "kind": "charge",
            "id": "travel",
            "text": "市区外只收车费。",
            "source": source,
            "items": ["travel"],
            "basis": "fixed",
            "amount": "50",
            "per": "visit",
            "applies": "always",
        },
        {
            "kind": "remedy",
            "id": "seven-days",
            "text": "7日内可退可换。",
            "source": source,
            "offers": ["refund", "exchange"],
            "window": {"begins": begins, "to_day": "7"},
            "price": {"rule": "invoice"},
        },
        {
            "kind": "recurring",
            "id": "visits",
            "text": "每季度巡检一次。",
            "source": source,
            "action": "inspection",
            "begins": begins,
            "every": {"amount": "3", "unit": "months"},
        },
        {
            "kind": "target",
            "id": "satisfaction",
            "text": "满意率不低于98%。",
            "source": source,
            "measure": "satisfaction",
            "comparison": "at_least",
            "value": "98",
        },
        {
            "kind": "approval",
            "id": "cost",
            "text": "费用超过1000元的，经总经理批准。",
            "source": source,
            "subject": "cost",
            "approvers": ["general_manager"],
            "above": "1000",
        },
        {
            "kind": "settlement",
            "id": "dealer",
            "text": "每单给经销商120元。",
            "source": source,
            "payee": "dealer",
            "basis": "fixed",
            "amount": "120",
        },
    ]
    version = load_content(content("E01", clauses=clauses), by=None)
    facts = """
        product: appliance/air-conditioner
        price: 2980
        dates: {sold: 2026-03-01, requested: 2026-03-02 09:00, completed: 2026-03-02 11:00}
        amounts: {cost: 1200}
        figures: {satisfaction: 97}
    """
    page = agent.post(ADDRESS, case(version, facts=facts))
    result = page.context["result"]

    assert page.status_code == 200, page.context["problems"]
    assert {line.value for line in result.remedies} == {"¥2,980.00", ""}
    assert [line.style for line in result.targets] == ["danger"]
    assert [line.value for line in result.settlements] == ["¥120.00"]
    assert len(result.approvals) == 1
    assert len(result.charges) == 1
    title, coming = result.recurring[0]
    assert title
    assert [f"{bar.due_at:%Y-%m}" for bar in coming[:2]] == ["2026-06", "2026-09"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("severty: critical", "severity"),
        ("dates: {requsted: 2026-03-02}", "requested"),
        ("dates: {requested: 2026-02-30}", "2026-03-02"),
        ("- a\n- b", "severity: critical"),
        ("a: [", "1"),
    ],
)
def test_unknown_keys_and_impossible_dates_are_said_with_the_mend(agent, facts, said):
    page = agent.post(ADDRESS, case(load(), facts=facts))
    assert page.status_code == 422
    assert said in " ".join(page.context["problems"])
    assert page.context["text"] == facts


def fields_of(page):
    return {node.name: node for group in page.context["groups"] for node in group["nodes"]}


def test_places_channels_products_and_components_are_chosen_and_counters_say_what_they_count(agent):
    # Given a catalogue, and a commitment with words of its own
    factories.category("appliance/air-conditioner")
    asked = [{"fact": "component", "any_of": ["main/motor"]}, {"fact": "channel", "any_of": ["kiosk"]}]
    clauses = [time_clause("arrival", "2", when=asked)]
    load_content(
        content("K01", clauses=clauses, zones={"near": ["33"]}, labels={"kiosk": "自助终端", "near": "市区"}),
        by=None,
    )
    # When the form is opened
    page = agent.get(ADDRESS)
    fields = fields_of(page)
    # Then it offers both, by their names
    assert fields["division"].kind == "region"
    assert 'data-region data-url="/regions/"' in page.content.decode()
    assert ("appliance/air-conditioner", "appliance / air-conditioner") in fields["product"].choices
    assert "main/motor" in dict(fields["component"].choices)
    assert {"hotline", "kiosk"} <= set(dict(fields["channel"].choices))
    assert dict(fields["channel"].choices)["kiosk"] == "自助终端"
    assert dict(fields["zones"].choices) == {"near": "市区"}
    assert fields["same_symptom_repairs"].label == _("how often the same fault was repaired before")


def test_what_was_typed_stays_when_something_is_wrong(agent):
    typed = {
        "division": "330106",
        "channel": "hotline",
        "component": "main/motor",
        "flags": ["appraised", "rained_in"],
        "same_symptom_repairs": "two",
        "amounts.0.key": "cost",
        "amounts.0.value": "120",
        "dates.1.event": "arrived",
        "dates.1.time": "10:00",
    }
    page = agent.post(ADDRESS, case(load(), **typed))
    fields = fields_of(page)
    assert page.status_code == 422
    assert page.context["problems"]
    for name in ("division", "channel", "component", "flags", "same_symptom_repairs"):
        assert fields[name].value == typed[name], name
    assert [node.value for node in fields["amounts"].rows[0]] == ["cost", "120"]
    assert [node.value for node in fields["dates"].rows[1]] == ["arrived", "", "10:00"]
    assert next(one.chosen for one in page.context["choices"])


def test_dates_in_an_impossible_order_are_named_with_their_mend(agent):
    fields = {"dates.1.event": "arrived", "dates.1.day": "2026-03-01", "dates.1.time": "10:00"}
    page = agent.post(ADDRESS, case(load(), **fields))
    assert page.status_code == 422
    assert "2026-03-01" in page.context["problems"][0]


def test_what_lies_ahead_of_the_decision_is_doubted(agent):
    page = agent.post(ADDRESS, case(load(), at="2026-01-05T09:00"))
    assert page.status_code == 200
    assert len(page.context["doubts"]) == 1


def test_a_draft_can_be_tried_by_who_may_see_it_only(client, office):
    writer = factories.person("quality_engineer", at=office)
    version = drafts.start(code="N01", name="草稿承诺", kind="maker", organization=None, by=writer)
    drafts.save(
        version,
        {
            **version.pack,
            "clauses": [
                {
                    "kind": "time",
                    "id": "a",
                    "text": "一小时到场。",
                    "source": {"document": "x"},
                    "metric": "arrival",
                    "limit": {"amount": 1, "unit": "hours"},
                }
            ],
        },
        revision=version.revision,
        by=writer,
    )
    client.force_login(writer)
    assert client.get(ADDRESS, {"try": "N01"}).context["choices"][0].chosen
    assert [bar.text for bar in client.post(ADDRESS, case(version)).context["result"].bars] == [
        "一小时到场。"
    ]

    client.force_login(factories.person("service_agent", at=office))
    assert client.get(ADDRESS).context["choices"] == []
    assert client.post(ADDRESS, case(version)).status_code == 422


def test_a_unit_and_a_request_fill_the_form(agent, office):
    unit = factories.unit(office, of=factories.customer(office))
    page = agent.get(
        ADDRESS, {"unit": unit.pk, "severity": "critical", "requested": "2026-03-02T09:00:00+08:00"}
    )
    text = page.content.decode()
    assert 'value="2026-03-02"' in text
    assert 'value="09:00"' in text
    assert 'value="2026-03-01"' in text


def test_a_unit_of_another_organisation_fills_nothing(client, office):
    dealer = factories.organization(office, kind="dealer")
    unit = factories.unit(office, of=factories.customer(office))
    client.force_login(factories.person("dealer_clerk", at=dealer))
    assert "2026-03-03" not in client.get(ADDRESS, {"unit": unit.pk}).content.decode()


def test_nothing_is_saved_and_strangers_are_sent_away(client, agent):
    version = load()
    agent.post(ADDRESS, case(version))
    assert CommitmentVersion.objects.count() == 1
    client.logout()
    assert client.get(ADDRESS).status_code == 302
    assert reverse("commitments:simulator") == ADDRESS
