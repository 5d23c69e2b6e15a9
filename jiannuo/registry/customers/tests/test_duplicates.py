"""Who may be the same customer."""

from __future__ import annotations

import pytest

from jiannuo.registry.customers import services
from jiannuo.registry.customers.queries import possible_duplicates
from jiannuo.registry.customers.services import AddressEntry
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(head, agent, divisions):
    return services.create_customer(
        by=agent,
        organization=head,
        kind="company",
        name="杭州恒力机械有限公司",
        phones=["0571-88888888"],
        addresses=[AddressEntry("文三路100号", divisions.get(pk="330106002"))],
    )


@pytest.mark.parametrize(
    ("entered", "found"),
    [
        ({"phones": ["057188888888"]}, True),
        ({"phones": ["0571-8888 8889"]}, False),
        ({"name": "杭州恒力机械有限公司", "division": "330106"}, True),
        ({"name": "杭州恒力机械公司", "division": "330106"}, True),
        ({"name": "杭州恒力机械厂", "division": "330106004"}, True),
        ({"name": "杭州恒力机械有限公司", "division": "330108"}, False),
        ({"name": "杭州大华食品有限公司", "division": "330106"}, False),
        ({"name": "杭州恒力机械有限公司"}, False),
        ({"phones": ["not a number"], "name": ""}, False),
    ],
)
def test_same_phone_or_similar_name_nearby(known, agent, entered, found):
    duplicates = possible_duplicates(agent, **entered)

    assert [duplicate.customer for duplicate in duplicates] == ([known] if found else [])


def test_phone_weighs_more_than_name(known, agent, head):
    other = factories.customer(head, phone="+8613900139000", name="别人")

    duplicates = possible_duplicates(agent, phones=["13900139000"], name="杭州恒力机械", division="330106")

    assert [duplicate.customer for duplicate in duplicates] == [other, known]


def test_neither_itself_nor_other_scopes_nor_archived(known, agent, head):
    branch = factories.organization(head)
    stranger = factories.person("service_agent", at=branch)

    assert possible_duplicates(stranger, phones=["0571-88888888"]) == []
    assert possible_duplicates(agent, phones=["0571-88888888"], exclude=known) == []
    services.archive_customer(known, by=agent)
    assert possible_duplicates(agent, phones=["0571-88888888"]) == []


def test_costs_few_queries(known, agent, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        possible_duplicates(agent, phones=["0571-88888888"], name="杭州恒力机械", division="330106")
